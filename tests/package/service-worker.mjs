// What the workers of the service's tests share: services by name, the steps of their host, and a
// clock that each request sets. It runs in workerd, in the project that imports it.

import { Revocations } from "edge-jwt";
import { createTokenService } from "edge-jwt/service";
import { SqlStore, d1 } from "edge-jwt/store";

/** The time, in seconds. */
export const clock = { now: 0 };

/** A service of one part that its host calls, and of more. */
export function serviceOf(env, part, { store = storeIn(env), cors, more = [] } = {}) {
  const service = createTokenService({
    store,
    revocations: new Revocations(),
    ...(cors && { cors }),
    guesses: { address: (request) => request.headers.get("x-address") },
    now: () => clock.now,
    onError: (error) => console.error(error),
    parts: [part, ...more],
  });
  return { part, service };
}

export const storeIn = ({ DB }) => new SqlStore(d1(DB));

/**
 * A worker of these services, each made at its first request, which names it. At `/host/` their host
 * takes a step, of those that every test needs and of the test's own.
 */
export function workerOf(services, ownSteps) {
  const steps = { ...STEPS, ...ownSteps };
  const made = new Map();
  return {
    async fetch(request, env, ctx) {
      clock.now = Number(request.headers.get("x-now"));
      const name = request.headers.get("x-service");
      if (!made.has(name)) made.set(name, services[name](env));
      const { part, service } = made.get(name);
      const [, first, step] = new URL(request.url).pathname.split("/");
      if (first !== "host") return service.fetch(request, ctx);
      const done = await steps[step]({ part, store: storeIn(env) }, await request.json());
      return Response.json(done ?? null);
    },
  };
}

const STEPS = {
  migrate: ({ store }) => store.migrate(),
  entries: async ({ store }) => (await store.revocations.page()).entries,
  records: ({ store }, { sub }) => store.tokens.ofSubject(sub),
};
