// The host's own look at a token that has passed every other check. It can refuse, and not accept.

import { enter } from "./containment.js";
import { SetupError, needsAsync } from "./errors.js";
import { readObject, readText } from "./options.js";
import type { Objection } from "./policy-types.js";
import type { Decision, Refusal, Verified } from "./types.js";

/** A last look by the host: nothing, or the code by which it refuses the token. */
export type CustomCheck = (token: Verified) => Objection | Promise<Objection>;

/** @internal */
export async function objectionOf(decision: Verified, check: CustomCheck): Promise<Objection> {
  try {
    return await check(decision);
  } catch (cause) {
    throw new SetupError("customCheck", "threw", "invalid_option", { cause });
  }
}

/** @internal */
export function objectionNow(decision: Verified, check: CustomCheck): Objection {
  try {
    const objection = check(decision);
    if (!(objection instanceof Promise)) return objection;
    // Nobody waits for it, whatever it comes to.
    objection.catch(() => {});
  } catch (cause) {
    throw new SetupError("customCheck", "threw", "invalid_option", { cause });
  }
  throw needsAsync("verify");
}

/**
 * The decision, unless the host objects to it.
 *
 * @internal
 */
export function objected(decision: Verified, objection: Objection): Decision {
  if (objection === undefined) return decision;
  const given = typeof objection === "string" ? { code: objection } : objection;
  const { code, claim } = readObject(given, "customCheck");
  const name = readText(code, "customCheck");
  const text = enter((wasm) => wasm.refusal(name));
  if (text === undefined || (claim !== undefined && typeof claim !== "string")) {
    throw new SetupError("customCheck", "must answer a refusal code, or nothing");
  }
  return { ...(JSON.parse(text) as Refusal), ...(claim !== undefined && { claim }) };
}
