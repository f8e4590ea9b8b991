// Misuse of the API. Everything a token can do wrong is a refusal instead, and never thrown.

/** What kind of misuse it is. */
export type SetupErrorCode =
  /** An option or argument is wrong. */
  | "invalid_option"
  /** `edge-jwt/slim` was used before `init()` or `initSync()`. */
  | "not_initialized"
  /** The host does not let WebAssembly run: a page's CSP lacks `wasm-unsafe-eval`. */
  | "wasm_blocked";

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
