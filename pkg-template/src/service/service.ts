// A token service: requests in, answers of its parts out. Any host that has fetch can run it.

import { readHost } from "../binding.js";
import { SetupError } from "../errors.js";
import { type HttpAnswer, toResponse } from "../http.js";
import type { TokenRecord } from "../issue-types.js";
import type { PollHost } from "../lists/follower.js";
import type { Demands } from "../list-types.js";
import { checkNow, readObject, refuseMembers } from "../options.js";
import type { Revocations } from "../revocations.js";
import { TOLERANCE } from "../said.js";
import { tell } from "../tell.js";
import { Verifier } from "../verifier.js";
import { json, oauthError } from "./answers.js";
import { corsRules } from "./cors.js";
import { readFields } from "./fields.js";
import { guessesOf } from "./guesses.js";
import { type Found, allowed, routerOf, unrouted } from "./routing.js";
import { type ThrownOut, thrownOutOf } from "./thrown-out.js";
import type { Ground, TokenService, TokenServiceOptions } from "./types.js";

/** Makes a token service. Throws a `SetupError` that names the option. */
export function createTokenService(options: TokenServiceOptions): TokenService {
  const { store, follower, parts: makers, onError, timeOf, maxBody, retention, ...read } = readOptions(options);
  const cors = corsRules(read.cors);
  const guesses = guessesOf(read.guesses, store);
  const thrownOut = thrownOutOf(store, read.revocations);
  const ground = groundOf(read, store, thrownOut, cors.origins);
  const parts = makers.map((part) => part(ground));
  const route = routerOf(parts);

  async function answer(request: Request, host?: PollHost): Promise<Response> {
    const [url, now] = [new URL(request.url), timeOf()];
    const found = route(request.method, url);
    if ("methods" in found) return unroutedAnswer(request, found.methods);
    await follower?.refresh(host);
    thrownOut.settle();
    return toHost(await askRoute(found, request, url, now));
  }

  function unroutedAnswer(request: Request, methods: string[]): Response {
    const isPreflight = request.method === "OPTIONS" && methods.length > 0;
    if (!isPreflight) return toHost(unrouted(methods));
    const headers = { Allow: allowed(methods), ...cors.preflightFor(request, methods) };
    return new Response(null, { status: 204, headers });
  }

  async function askRoute(
    { route, part, params }: Found,
    request: Request,
    url: URL,
    now: number,
  ): Promise<HttpAnswer | Response> {
    const read = await readFields(request, maxBody);
    if (!read.ok) return read.answer;
    const address = guesses.addressOf(request);
    const asked = { request, url, params, fields: read.fields, address, now };
    if (route.guesses !== "counted") return route.answer(asked);
    const outcome = await guesses.limit(address, now, async () => route.answer(asked));
    if (!("wait" in outcome)) return outcome;
    const { wait } = outcome;
    const answer = part.tooMany?.(wait) ?? oauthError(429, "too_many_requests", "too many failures");
    return { ...answer, headers: { ...answer.headers, "Retry-After": `${wait}` } };
  }

  return Object.freeze({
    async fetch(request: Request, host?: PollHost) {
      const response = await answer(request, host).catch((error: unknown) => {
        tell(onError, error);
        return toHost(json(500, { error: "server_error" }));
      });
      cors.addTo(response.headers, request);
      return request.method === "HEAD" ? new Response(null, response) : response;
    },
    async scheduled() {
      const now = timeOf();
      const ended = now - Math.max(retention, TOLERANCE);
      const due = [() => store.prune(ended), ...parts.map(({ scheduled }) => async () => scheduled?.(now))];
      const outcomes = await Promise.allSettled(due.map((step) => step()));
      const failed = outcomes.filter((outcome) => outcome.status === "rejected");
      for (const { reason } of failed) tell(onError, reason);
      if (failed.length > 0) throw failed[0]?.reason;
    },
  });
}

/** Headers can be set on what this makes. */
function toHost(answer: HttpAnswer | Response): Response {
  return answer instanceof Response ? new Response(answer.body, answer) : toResponse(answer);
}

function groundOf(
  { revocations, demands }: { revocations: Revocations | null; demands: Demands | undefined },
  store: Ground["store"],
  { revoke, unrevoke }: ThrownOut,
  origins: readonly string[],
): Ground {
  return {
    ...{ store, origins, revoke, unrevoke },
    verifier(options) {
      const verifier = new Verifier(options);
      if (revocations !== null) verifier.setRevocations(revocations, demands);
      return verifier;
    },
    async keep(record: TokenRecord) {
      if (!(await store.tokens.add(record))) throw new Error("a token of that id is kept already");
    },
  };
}

/** The most octets of a body that may be asked for. */
const MOST = 1 << 20;

function readOptions(options: TokenServiceOptions) {
  const members = readObject(options, "options") as unknown as TokenServiceOptions;
  const { store, revocations, demands, follower, parts, cors, guesses, maxBody = 16384, ...rest } = members;
  const { retention = 86_400, now = () => Date.now() / 1000, onError = console.error, ...unknown } = rest;
  refuseMembers(unknown);
  readHost(store, "store", ["prune"]);
  if (revocations === undefined) throw new SetupError("revocations", "must be said: a list, or null");
  if (guesses === undefined) throw new SetupError("guesses", "must be said: a limit, or null");
  if (!Array.isArray(parts)) throw new SetupError("parts", "are not a list");
  if (!Number.isSafeInteger(maxBody) || maxBody < 1 || maxBody > MOST) {
    throw new SetupError("maxBody", `is not a whole number from 1 to ${MOST}`);
  }
  if (typeof retention !== "number" || !(retention >= 0)) {
    throw new SetupError("retention", "is not a number of seconds");
  }
  if (typeof onError !== "function") throw new SetupError("onError", "is not a function");
  const timeOf = () => checkNow(now());
  return {
    ...{ store, revocations, demands, follower, parts, cors, guesses },
    ...{ maxBody, retention, timeOf, onError },
  };
}
