// Guards for Node's http, and for Express, which is built on it. Node's own types are not named: what
// is asked of them is written out.

import type { Admitted, Denied, GateRequest } from "../gate-types.js";
import { tell } from "../tell.js";
import type { Claims } from "../types.js";
import { type GateSource, gateOf, readHandler } from "./gating.js";

/** What is asked of Node's `ServerResponse`. */
export interface NodeResponse {
  /** Writes status and headers; what it answers takes the body. */
  writeHead(status: number, headers: Record<string, string>): { end(body: string): unknown };
}

/** How a guard of Node's behaves. */
export interface NodeGuardOptions {
  /** Is told why the gate rejected; the request has had a 500 for an answer. Default: the console. */
  onError?: (error: unknown) => void;
}

/**
 * A listener that hears of a request only if the gate lets it pass, and with it what the gate says of
 * it. What is denied is answered in the gate's words. The gate rejects only where it is misused or
 * has no keys; then nobody is let in, and the process goes on. What the listener throws is its own
 * affair, as without a guard.
 */
export function guardNode<Q extends GateRequest, S extends NodeResponse, C = Claims>(
  gate: GateSource,
  listener: (request: Q, response: S, gated: Admitted<C>) => unknown,
  { onError = console.error }: NodeGuardOptions = {},
): (request: Q, response: S) => Promise<void> {
  const get = gateOf(gate);
  const hear = readHandler(listener, "listener");
  const report = readHandler(onError, "onError");
  return async (request, response) => {
    const gated = await (async () => (await get()).check<C>(request))().catch((error: unknown) => {
      send(response, FAILED);
      tell(report, error);
    });
    if (gated === undefined) return;
    if (gated.outcome === "deny") return send(response, gated.response);
    await hear(request, response, gated);
  };
}

/** What is asked of Express's requests: the whole URL, which the mounting of routers leaves alone. */
export interface ExpressRequest extends GateRequest {
  /** The URL as the client sent it. */
  originalUrl: string;
}

/**
 * Middleware for Express: what the gate says of a request is in `response.locals.gated`, and where
 * the gate rejects, Express is told of the error.
 */
export function guardExpress(
  gate: GateSource,
): (request: ExpressRequest, response: NodeResponse & { locals: object }, next: Next) => Promise<void> {
  const get = gateOf(gate);
  return async ({ method, originalUrl: url, headers }, response, next) => {
    try {
      const gated = await (await get()).check({ method, url, headers });
      if (gated.outcome === "deny") return send(response, gated.response);
      Object.assign(response.locals, { gated });
    } catch (error) {
      return next(error);
    }
    next();
  };
}

/**
 * Express's way on to the next middleware.
 *
 * @inline
 */
type Next = (error?: unknown) => void;

const FAILED = {
  status: 500,
  headers: { "Content-Type": "application/json" },
  body: '{"error":"server_error"}',
};

function send(response: NodeResponse, { status, headers, body }: Denied["response"]): void {
  response.writeHead(status, headers).end(body);
}
