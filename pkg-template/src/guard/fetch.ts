// A guard for fetch handlers: of Cloudflare workers, Deno and Bun.

import type { Admitted } from "../gate-types.js";
import { toResponse } from "../http.js";
import type { Claims } from "../types.js";
import { type GateSource, gateOf, readHandler } from "./gating.js";

/** A fetch handler, as the host calls it: `env` and `ctx` of a worker, `info` of Deno, and so on. */
export type FetchHandler<Rest extends unknown[]> = (request: Request, ...rest: Rest) => Promise<Response>;

/**
 * A handler that hears of a request only if the gate lets it pass, and with it what the gate says of
 * it. It gets the very `Request` that the gate looked at, and must go by that. What is denied is
 * answered in the gate's words; where the gate rejects, so does this, and nobody is let in.
 */
export function guard<C = Claims, Rest extends unknown[] = []>(
  gate: GateSource<Rest>,
  handler: (request: Request, gated: Admitted<C>, ...rest: Rest) => Response | Promise<Response>,
): FetchHandler<Rest> {
  const get = gateOf(gate);
  const answer = readHandler(handler, "handler");
  return async (request, ...rest) => {
    const gated = await (await get(...rest)).check<C>(request);
    return gated.outcome === "deny" ? toResponse(gated.response) : answer(request, gated, ...rest);
  };
}
