// `edge-jwt/hono`: a gate as middleware of Hono. Hono itself is not imported: what is asked of its
// context is written out.

import type { Admitted } from "../gate-types.js";
import { toResponse } from "../http.js";
import type { Claims } from "../types.js";
import { type GateSource, gateOf } from "./gating.js";

export { SetupError } from "../errors.js";
export type { Admitted } from "../gate-types.js";
export type { GateSource } from "./gating.js";

/** The variables that a guarded application has: `new Hono<{ Variables: Guarded }>()`. */
export interface Guarded<C = Claims> {
  /** What the gate says of the request. */
  gated: Admitted<C>;
}

/** What is asked of Hono's context. */
export interface HonoContext<Env, C> {
  /** The request, and under `raw` as the host gave it. */
  req: { raw: Request };
  /** The application's environment, of which a gate may be made. */
  env: Env;
  /** Sets a variable of the request. */
  set(name: "gated", gated: Admitted<C>): void;
}

/**
 * Middleware that hands on a request only if the gate lets it pass; what the gate says of it is then
 * `c.get("gated")`. A gate that is yet to be made is made of the application's `env`. What is denied
 * is answered in the gate's words; where the gate rejects, Hono's error handler is told, and nobody
 * is let in. Hono must route by the URL as it is: without a `getPath` of its own.
 */
export function guardHono<C = Claims, Env = unknown>(
  gate: GateSource<[env: Env]>,
): (context: HonoContext<Env, C>, next: () => Promise<void>) => Promise<Response | void> {
  const get = gateOf(gate);
  return async (context, next) => {
    const gated = await (await get(context.env)).check<C>(context.req.raw);
    if (gated.outcome === "deny") return toResponse(gated.response);
    context.set("gated", gated);
    await next();
  };
}
