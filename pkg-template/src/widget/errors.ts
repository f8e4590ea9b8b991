// What can go wrong with a session that is no misuse of it.

import { isObject } from "../errors.js";
import type { Code } from "../types.js";

/** Why there is no token. */
export type SessionErrorCode =
  /** The supplier threw, or its server answered with an error: tried again. */
  | "unavailable"
  /** The supplier took too long: tried again. */
  | "timeout"
  /** The supplier answered what is no token: tried again. */
  | "bad_answer"
  /** The supplier's server gives no token to this visitor any more: the session is signed out. */
  | "refused"
  /** The local verifier refused the token, for the reason in `refusal`: tried again. */
  | "not_verified"
  /** The session is signed out. */
  | "signed_out"
  /** The session has been closed. */
  | "closed"
  /** Something newer has come, such as another sign-in. */
  | "superseded"
  /** A request with the token was answered by a redirect, which is not followed. */
  | "redirected";

/** A session could not do what it was asked; no message holds a token. */
export class SessionError extends Error {
  /** Tells it from other errors, also across realms. */
  override readonly name = "SessionError";
  readonly #own = true;

  /** @internal */
  constructor(
    /** Why there is no token, or none was sent. */
    readonly code: SessionErrorCode,
    problem: string,
    /** Why a local verifier refused the token. */
    readonly refusal: Code | null = null,
    options?: ErrorOptions,
  ) {
    super(problem, options);
  }

  /** @internal */
  static is(value: unknown): value is SessionError {
    return isObject(value) && #own in value && value.#own;
  }
}
