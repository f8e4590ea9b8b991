// What every guard shares: where its gate comes from.

import type { Gate } from "../gate.js";
import { SetupError, isObject } from "../errors.js";

/**
 * A gate, or what makes it at the first request, of what the host hands over with a request: in a
 * worker there is neither randomness nor an environment before. What fails is tried again.
 */
export type GateSource<From extends unknown[] = []> = Gate | ((...from: From) => Gate | Promise<Gate>);

/**
 * The gate of a source: the first that is made serves all, and requests that come before it is there
 * make one each. No promise is kept: in a worker, what one request waits for may never end for another.
 *
 * @internal
 */
export function gateOf<From extends unknown[]>(
  source: GateSource<From>,
): (...from: From) => Promise<Gate> {
  if (typeof source !== "function") {
    const gate = checked(source);
    return async () => gate;
  }
  let gate: Gate | undefined;
  return async (...from) => {
    if (gate !== undefined) return gate;
    const made = checked(await source(...from));
    return (gate ??= made);
  };
}

/**
 * What a guard hands a request on to.
 *
 * @internal
 */
export function readHandler<H>(handler: H, option: string): H {
  if (typeof handler === "function") return handler;
  throw new SetupError(option, "is not a function");
}

function checked(gate: Gate): Gate {
  if (isObject(gate) && typeof gate.check === "function") return gate;
  throw new SetupError("gate", "is not a Gate");
}
