// The shapes of what a token must meet. No code.

import type { Code, Duration, Pointer, TokenKind } from "./types.js";
import type { Algorithm } from "./key-types.js";

/** What claims must meet. Where nothing is said, nothing is checked. */
export interface Rules {
  /** `iss` must equal this, or one of these. */
  issuer?: string | string[] | null;
  /**
   * `aud` must hold this, or one of these, exactly; or an address in which `{name}` stands for a
   * path segment: `{ url: "https://example.org/projects/{project}" }`. See `Verified.captured`.
   */
  audience?: string | string[] | { url: string } | null;
  /** `sub` must equal this, or one of these. */
  subject?: string | string[] | null;
  /** The header's `typ` must be this media type, or one of these; "application/" may be left out. */
  typ?: string | string[] | null;
  /**
   * The token must be of this kind, by its header's `typ`; or a claim that tells kinds apart must
   * hold this value (null: must be absent). A verifier that says neither this nor `typ` takes access
   * tokens and those whose `typ` says no kind.
   */
  kind?: TokenKind | { claim: Pointer; value: string | null };
  /** Claims that must be there, and not be null. */
  required?: Pointer[];
  /** Claims that must equal a value; `"{name}"` alone is a part captured by `audience`. */
  equals?: Record<Pointer, string | number | boolean>;
  /** Claims that must begin so; `{name}` stands for a part captured by `audience`. */
  prefix?: Record<Pointer, string>;
  /** Claims that must not be there, whatever they hold. */
  forbidden?: Pointer[];
  /** The `nonce` claim must equal this. */
  nonce?: string;
  /** Whether `exp` must be there. Default true. */
  requireExp?: boolean;
  /** The longest time since `iat`, which must then be there. */
  maxAge?: Duration;
  /** The longest time from `iat` to `exp`, which must then be there. */
  maxLifetime?: Duration;
  /** The longest time from now to `exp`, which must then be there. */
  maxFuture?: Duration;
  /** Whether an `iat` that lies ahead is refused. Default: only where `maxAge` is set. */
  rejectFutureIat?: boolean;
}

/** What a token must meet. Where security hangs on an option, `null` says "any" aloud. */
export interface Policy extends Rules {
  /** `iss` must equal this, or one of these; null: any or none. */
  issuer: string | string[] | null;
  /** As in `Rules`; null: any or none. */
  audience: string | string[] | { url: string } | null;
  /** The algorithms taken, beside the one that each key is pinned to. Default: those of the keys. */
  algorithms?: Algorithm[];
  /** Rules to meet besides, by the version that a claim states; any other version is refused. */
  versions?: { claim: Pointer; rules: ({ version: string | number } & Rules)[] };
  /** How far clocks may differ, in seconds, 0 to 600. Default 0. */
  clockTolerance?: number;
  /** Takes a whole number as `sub`, and reads it as its digits. Default false. */
  allowNumericSub?: boolean;
  /** The largest token looked at, in bytes, up to 1048576. Default 16384. */
  maxTokenBytes?: number;
}

/** Why the host refuses a token that has passed every other check: a code, or nothing. */
export type Objection = Code | { code: Code; claim?: string } | undefined | void;

/** How much a verifier remembers of tokens that it has accepted. */
export interface CacheOptions {
  /** The most tokens. Default 1000. */
  maxEntries?: number;
  /** The most bytes of their texts. Default 1048576. */
  maxBytes?: number;
}

/** What a verifier remembers, and how often that helped. */
export interface CacheStats {
  /** Tokens found that were still good. */
  hits: number;
  /** Tokens not found, or no longer good. */
  misses: number;
  /** Tokens that are remembered now. */
  entries: number;
  /** Bytes of the texts of the tokens. */
  bytes: number;
}
