// The demo's worker, which runs once in each region: Helsinki and Sydney share D1 and KV, and
// nothing else. It is a token service of four parts: the lists that the package publishes, and in
// service/ visitors, programs, and an operator, whose side stands open, because this is served on one
// machine to its own user. A real one guards it, as examples/token-service does.

import { createTokenService, lists } from "edge-jwt/service";

import { ISSUER, openDesk } from "./service/desk.js";
import { operator } from "./service/operator.js";
import { programs } from "./service/programs.js";
import { visitors } from "./service/visitors.js";

export default {
  async fetch(request, env, ctx) {
    await prepare(env);
    return service.fetch(request, ctx);
  },

  /** The cron, which scripts/demo.mjs stands in for. */
  async scheduled(event, env, ctx) {
    await prepare(env);
    await service.scheduled(ctx);
  },
};

/** Made at the first request: at the top of a module a worker has neither clock nor randomness. */
let desk;
let service;
let isReady = false;

/** The tables are made by the first request that finds none; two at one time do no harm. */
async function prepare(env) {
  desk ??= openDesk(env);
  service ??= serviceOf(desk);
  if (isReady) return;
  await desk.makeTables();
  isReady = true;
}

function serviceOf(desk) {
  const { store, list, follower, listKeys, lists: to } = desk;
  return createTokenService({
    store,
    revocations: list,
    // Who cannot tell what is thrown out lets nobody in.
    demands: { mode: "required", irrevocable: "refuse" },
    follower,
    parts: [
      visitors(desk),
      programs(desk),
      operator(desk),
      // Read by the console of the page; `scheduled` publishes.
      lists({ signWith: listKeys, issuer: ISSUER, to, mayRead: null, base: "/api/revocations", maxAge: 1 }),
    ],
    // All who ask are one person, at one machine.
    guesses: { address: () => null },
  });
}
