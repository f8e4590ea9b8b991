// The demo's worker, which runs once in each region: Helsinki and Sydney share D1 and KV, and
// nothing else. It signs visitors and programs in, takes messages, and lets an operator throw
// tokens out. The operator's side stands open, because this is served on one machine to its own
// user; a real one guards it.

import { openDesk } from "./service/desk.js";
import { readEvents } from "./service/events.js";
import { json } from "./service/http.js";
import { publish } from "./service/lists.js";
import * as operator from "./service/operator.js";
import * as programs from "./service/programs.js";
import * as visitors from "./service/visitors.js";

const ROUTES = {
  "POST /api/visit": visitors.visit,
  "POST /api/sign-in": visitors.signIn,
  "POST /api/refresh": visitors.refresh,
  "POST /api/sign-out": visitors.signOut,
  "POST /api/messages": visitors.takeMessage,
  "GET /api/watch": visitors.watch,
  "POST /api/programs/token": programs.giveToken,
  "GET /api/keys": (request, { keys }) => json(200, keys.toJwks()),
  "GET /api/events": readEvents,
  "GET /api/operator/history": operator.history,
  "GET /api/operator/entries": operator.entries,
  "POST /api/operator/revoke": operator.revoke,
  "POST /api/operator/take-back": operator.takeBack,
  "POST /api/operator/publish": operator.publishNow,
  "GET /api/operator/pairs": programs.listPairs,
  "POST /api/operator/pairs": programs.createPair,
  "POST /api/operator/pairs/change": programs.changePair,
};

/** Made at the first request: at the top of a module a worker has neither clock nor randomness. */
let desk;

export default {
  async fetch(request, env, ctx) {
    desk ??= openDesk(env);
    await desk.prepare();
    await desk.follower.keepFresh(ctx);
    const { pathname } = new URL(request.url);
    const route = ROUTES[`${request.method} ${pathname}`];
    return route?.(request, desk) ?? json(404, { message: "there is no such route" });
  },

  /** The cron, which scripts/demo.mjs stands in for. */
  async scheduled(event, env) {
    desk ??= openDesk(env);
    await desk.prepare();
    await publish(desk);
  },
};
