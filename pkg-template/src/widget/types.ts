// The words of a session: what it is made of and what it tells. No code.

import type { SetupError } from "../errors.js";
import type { Claims } from "../types.js";
import type { Verifier } from "../verifier.js";
import type { SessionError, SessionErrorCode } from "./errors.js";

/** Whose session it is; `starting` until there is the first token. */
export type SessionState = "starting" | "anonymous" | "signedIn" | "signedOut";

/** Why a token is asked for: `refused` after a server answered 401 to the one at hand. */
export type TokenReason = "first" | "renewal" | "refused" | "signedIn";

/** What a supplier is told. */
export interface TokenRequest {
  /** Why it is asked for. */
  reason: TokenReason;
  /** Aborted when nobody waits for the token any more: after a timeout, a sign-out, `close()`. */
  signal: AbortSignal;
  /** Whose session it is until now. */
  state: SessionState;
  /** The token to be replaced, also an expired or refused one; null: there is none. */
  current: string | null;
  /** What `signIn` was given in this tab. */
  facts?: Facts;
}

/** What the page's own server must know to sign a visitor in. Must hold no secret key. */
export type Facts = { readonly [name: string]: unknown };

/**
 * What a supplier answers: a token alone, a token with what is known of it, null if the visitor
 * gets none, or the server's `Response` as it is. The body of a `Response` is JSON with `token` or
 * `access_token`, and `expiresIn` or `expires_in`; 401 and 403 are as null.
 */
export type Supplied = string | SuppliedToken | Response | null;

/** A token, and what its server knows of it. */
export interface SuppliedToken {
  /** The token, which need be no JWT. */
  token: string;
  /** Seconds that it is good for, from the request on. Default: what its `exp` says. */
  expiresIn?: number;
  /** The server's clock: its `Date` header, or seconds. It settles what the page's clock is off by. */
  date?: string | number;
}

/** Asks the page's own server for a token. The secret is there, never in the page. */
export type TokenSupplier = (request: TokenRequest) => Supplied | Promise<Supplied>;

/** What a session is made of. */
export interface SessionOptions {
  /** Asks your server for a token, whenever one is needed. */
  token: TokenSupplier;
  /**
   * Verifies each token in the page: a `Verifier` of public keys, or a function that makes one,
   * called when there is the first token. Only a function can fail in a page whose CSP forbids
   * wasm without failing the page. Default: claims are read, not verified.
   */
  verifier?: Verifier | (() => Verifier | Promise<Verifier>);
  /** The origins that get the token. Default: the page's own. */
  origins?: readonly string[];
  /** What stands before the token in the `Authorization` header. Default `Bearer`. */
  scheme?: string;
  /**
   * Where the token lives. In `sessionStorage` it outlives a reload, and any script of the origin
   * can find it there. Default `memory`.
   */
  keep?: "memory" | "sessionStorage";
  /** Whether the tabs of this origin share one session. Default `shared`. */
  tabs?: "shared" | "apart";
  /** Which session it is, where an origin has several. Default: the one without a name. */
  name?: string;
  /** The share of its life after which a token is renewed, above 0 and below 1. Default 0.8. */
  renewAfter?: number;
  /** Seconds before its end by which a token is renewed, at most half its life. Default 30. */
  renewBefore?: number;
  /** Seconds to the second attempt after a failure; doubled for each further one. Default 1. */
  retryFirst?: number;
  /** The most seconds between two attempts. Default 60. */
  retryMost?: number;
  /** Seconds that the supplier may take. Default 10. */
  timeout?: number;
}

/** What a session tells its listeners. `by` says whether this tab did it, or another one. */
export interface SessionEvents {
  /** Whose session it is has changed. */
  change: { state: SessionState; claims: Claims | null; by: "here" | "elsewhere" };
  /** A new token has taken the place of the one before. */
  renewed: { claims: Claims | null; by: "here" | "elsewhere" };
  /** There was no token to be had; `retryIn` seconds from now the next attempt, null: none. */
  failed: { code: SessionErrorCode | "setup"; error: SessionError | SetupError; retryIn: number | null };
  /** The token has expired, and no new one has come. */
  expired: { claims: Claims | null };
}
