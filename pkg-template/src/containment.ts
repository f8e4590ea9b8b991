// The gate to wasm: every call goes through it, and what goes wrong behind it stays behind it.
//
// Misuse comes out as a `SetupError`. Anything else that is thrown (a trap, a stack or a memory
// that is full, glue that finds its objects in disorder) leaves the instance in no state to be
// trusted: it is replaced, the call ends in `internal_error`, and it counts as not made. Residents
// are made anew at their next use.

import * as glue from "./edge_jwt.js";
import { SetupError, internalError, isInternal } from "./errors.js";
import { discard, generation, ready } from "./instance.js";
import type { Code, Refusal } from "./types.js";

/** What wasm exports. */
export type Wasm = typeof glue;

/**
 * Runs a step that calls into wasm and does nothing else.
 *
 * @internal
 */
export function enter<T>(step: (wasm: Wasm) => T): T {
  ready();
  const entered = generation;
  let cause: unknown;
  try {
    const result = step(glue);
    // The host's random numbers are drawn from within: if that led to a call that failed, this
    // result was read from another memory than it was written to.
    if (generation === entered) return result;
  } catch (error) {
    if (SetupError.is(error)) throw error;
    if (typeof error === "string" && generation === entered) throw misuse(error);
    cause = error;
  }
  discard();
  throw internalError(cause);
}

/** What the Rust side throws for misuse is JSON text; nothing else that is thrown is a string. */
function misuse(text: string): SetupError {
  const { option, problem } = JSON.parse(text) as { option: string; problem: string };
  return new SetupError(option, problem);
}

/**
 * The refusal of that code.
 *
 * @internal
 */
export function refusal(code: Code): Refusal {
  return JSON.parse(enter((wasm) => wasm.refusal(code)) as string) as Refusal;
}

/**
 * The answer to a token whose check threw: misuse goes on to the caller, all else is a refusal.
 *
 * @internal
 */
export function refuseFault(error: unknown): Refusal {
  if (SetupError.is(error) && !isInternal(error)) throw error;
  return { ...INTERNAL };
}

/** As in the table of codes in src/error.rs; said here because wasm cannot be asked. */
const INTERNAL: Refusal = {
  ok: false,
  code: "internal_error",
  stage: "internal",
  message: "the module failed and has been started anew",
};
