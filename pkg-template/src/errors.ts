// Misuse of the API. Everything a token can do wrong is a refusal instead, and never thrown.

/** What kind of misuse it is. */
export type SetupErrorCode =
  /** An option or argument is wrong. */
  | "invalid_option"
  /** `edge-jwt/slim` was used before `init()` or `initSync()`. */
  | "not_initialized"
  /** The host does not let WebAssembly run: a page's CSP lacks `wasm-unsafe-eval`. */
  | "wasm_blocked"
  /** A synchronous call met a key that only the host can use: call the asynchronous one. */
  | "needs_async"
  /** The host has no `crypto.subtle`, which this key needs: `edge-jwt/full` does not. */
  | "no_web_crypto"
  /** The host's `crypto.subtle` does not take this key, or not its algorithm. */
  | "host_refused"
  /** A remote key set could not be fetched, and none is at hand that may still serve. */
  | "keys_unavailable";

/** The API was misused; `option` names the option or argument at fault. */
export class SetupError extends Error {
  override readonly name = "SetupError";

  /** @internal */
  constructor(
    readonly option: string,
    problem: string,
    readonly code: SetupErrorCode = "invalid_option",
  ) {
    super(`${option}: ${problem}`);
  }
}

/**
 * Runs a step that may be misuse, and lets nothing but a `SetupError` out of it.
 *
 * @internal
 */
export function setup<T>(option: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    throw setupErrorFrom(error, option);
  }
}

/** @internal */
export function needsAsync(call: string): SetupError {
  const problem = `this key is the host's: await ${call}(), or use edge-jwt/full`;
  return new SetupError(`${call}Sync`, problem, "needs_async");
}

/** What the Rust side throws for misuse. */
type Misuse = { option: string; problem: string };

function setupErrorFrom(error: unknown, option: string): SetupError {
  if (error instanceof SetupError) return error;
  if (isMisuse(error)) return new SetupError(error.option, error.problem);
  return new SetupError(option, "could not be read");
}

function isMisuse(error: unknown): error is Misuse {
  return typeof error === "object" && error !== null && "option" in error && "problem" in error;
}
