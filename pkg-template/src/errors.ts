// Misuse of the API. Everything a token can do wrong is a refusal instead, and never thrown.
//
// Nothing here trusts what was thrown: a getter may throw a proxy, whose every inspection throws.

/** What kind of misuse it is. */
export type SetupErrorCode =
  /** An option or argument is wrong. */
  | "invalid_option"
  /** `edge-jwt/slim` was used before `init()` or `initSync()`. */
  | "not_initialized"
  /** The host does not let WebAssembly run: a page's CSP lacks `wasm-unsafe-eval`. */
  | "wasm_blocked"
  /** What `init` waits for could not be had, such as by a failed download: call it again. */
  | "wasm_unavailable"
  /** A synchronous call met a key that only the host can use: call the asynchronous one. */
  | "needs_async"
  /** The host has no `crypto.subtle`, which this key needs: `edge-jwt/full` does not. */
  | "no_web_crypto"
  /** The host's `crypto.subtle` does not take this key, or not its algorithm. */
  | "host_refused"
  /** A remote key set could not be fetched, and none is at hand that may still serve. */
  | "keys_unavailable"
  /** This library failed: the call has not been made, and the next one works. */
  | "internal_error";

/** The API was misused; `option` names the option or argument at fault. */
export class SetupError extends Error {
  /** Tells it from other errors, also across realms. */
  override readonly name = "SetupError";
  readonly #own = true;

  /** @internal */
  constructor(
    /** The option or argument at fault. */
    readonly option: string,
    problem: string,
    /** What kind of misuse it is. */
    readonly code: SetupErrorCode = "invalid_option",
    options?: ErrorOptions,
  ) {
    super(`${option}: ${problem}`, options);
  }

  /** @internal */
  static is(value: unknown): value is SetupError {
    return isObject(value) && #own in value && value.#own;
  }
}

/** @internal */
export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/**
 * An object with members, as JSON writes it: no list.
 *
 * @internal
 */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return isObject(value) && !Array.isArray(value);
}

/**
 * Reads what a caller handed over, and lets nothing but a `SetupError` out of it.
 *
 * @internal
 */
export function setup<T>(option: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (SetupError.is(error)) throw error;
    throw new SetupError(option, "could not be read");
  }
}

/** @internal */
export function needsAsync(call: string): SetupError {
  const problem = `this key is the host's: await ${call}(), or use edge-jwt/full`;
  return new SetupError(`${call}Sync`, problem, "needs_async");
}

/**
 * Whether this library failed, rather than its caller.
 *
 * @internal
 */
export function isInternal(error: unknown): boolean {
  return SetupError.is(error) && error.code === "internal_error";
}

/** @internal */
export function internalError(cause: unknown): SetupError {
  return new SetupError("wasm", "the library failed; call again", "internal_error", { cause });
}
