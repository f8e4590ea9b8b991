// The shapes of what is issued, and of how. No code.

import type { At, Claims, Duration, Pointer, Refusal, TokenKind, Verified } from "./types.js";
import type { ClaimPlaces, Entry } from "./list-types.js";

/** How an issuer makes its tokens. */
export interface IssuerSettings {
  /** The key to sign with. Default: the newest active key of the set. */
  kid?: string;
  /** `iss` of every token; null or absent: none. */
  issuer?: string | null;
  /** `aud` of every token; null or absent: none. */
  audience?: string | string[] | null;
  /** Life of a token, and of the access token of a pair. Default an hour. */
  accessTtl?: Duration;
  /** The longest life that `issue` may be asked for. Default: any. */
  maxTtl?: Duration;
  /**
   * What goes for every token of which nothing else is said. A kind says its own `typ`, and the
   * tokens of a pair live for `accessTtl` and `refreshTtl`.
   */
  defaults?: TokenTerms;
  /** The order of a header's members: "alg-first" (default) or "typ-first". */
  headerOrder?: "alg-first" | "typ-first";
  /** Lets `sub` be a whole number. Default false. */
  allowNumericSub?: boolean;
  /** Where claims hold what has no registered name; a refresh carries it over. */
  claims?: ClaimPlaces;
  /**
   * A claim that tells access from refresh tokens, by what it holds (null: it is absent), in a pair
   * and where `issue` is told the kind. Default: the header's `typ` tells them apart, as it always
   * does all other kinds.
   */
  kinds?: { claim: Pointer; access?: string | null; refresh: string };
  /** Life of the refresh token of a pair. Default 14 days. */
  refreshTtl?: Duration;
  /**
   * What becomes of a refresh token that has been exchanged: "rotate" (default), it is retired, and
   * its second showing ends its family; "reuse", it stays good.
   */
  refreshMode?: "rotate" | "reuse";
  /**
   * For how long an exchanged token may be shown again, because an answer can get lost; what it was
   * exchanged for first is then worth nothing. Default 10 seconds; null: not at all.
   */
  refreshGrace?: Duration | null;
  /** How long after signing in (`auth_time`) the last token ends. Default: no such end. */
  maxSession?: Duration;
}

/** What is said about a token beside its claims. */
export interface TokenTerms {
  /** The key to sign with. */
  kid?: string;
  /** What it is for. */
  kind?: TokenKind;
  /** The header's `typ`; null: none. Default: that of the kind where no claim says it, or "JWT". */
  typ?: string | null;
  /** Its life. Goes without `exp`. */
  ttl?: Duration;
  /** `exp`, in seconds; null: none. */
  exp?: number | null;
  /** `iat`, in seconds; null: none. Default: now, in whole seconds. */
  iat?: number | null;
  /** `nbf`, in seconds, or "now"; null: none (default). */
  nbf?: number | "now" | null;
  /** `jti`; null: none. Default: 128 random bits. */
  jti?: string | null;
}

/** What is said about one token alone. */
export interface IssueOptions extends At, TokenTerms {}

/** What is said about a pair. */
export interface PairOptions extends At {
  /**
   * The name of the family, which stands at the first place of `claims.family`. Default: what the
   * claims say there, which must be text, or 128 random bits; with `refreshMode: "reuse"`, none.
   */
  family?: string;
}

/** A token and what it holds. */
export interface Issued {
  /** The token, to hand out. */
  token: string;
  /** What it holds, `iat`, `exp` and `jti` among them. */
  claims: Claims;
  /** What the host may keep, so as to list the token and to revoke it later. */
  record: TokenRecord;
}

/** What a host may keep of a token; null is what the token does not have. */
export interface TokenRecord {
  /** The record's own name: 128 random bits. */
  id: string;
  /** Its `jti`. */
  jti: string | null;
  /** Its issuer. */
  iss: string | null;
  /** Its subject; a number as its digits. */
  sub: string | null;
  /** What it is for; null where its `typ` says no kind. */
  kind: TokenKind | null;
  /** The family of refresh tokens that it is of. */
  family: string | null;
  /** The client that it was made for. */
  client: string | null;
  /** Of a token without `jti`: what the entry `{ token }` names it by. */
  fingerprint: string | null;
  /** The key that signed it. */
  kid: string | null;
  /** When it was issued, in seconds since 1970. */
  iat: number | null;
  /** When it ends, in seconds since 1970. */
  exp: number | null;
  /** In milliseconds since 1970. */
  createdAt: number;
}

/** The two tokens of a sign-in. */
export interface Pair {
  /** What opens doors, for `accessTtl`. */
  access: Issued;
  /** What is exchanged for the next pair, for `refreshTtl`. */
  refresh: Issued;
}

/** The answer to a refresh token: the decision on it, and the pair that takes its place. */
export type Refreshed<C = Claims> = ((Verified<C> & Pair) | Refusal) & {
  /**
   * The revocation entry that follows: it retires the token that was exchanged, or ends the family
   * of one that was exchanged before. Null where nothing follows.
   */
  entry: Entry | null;
};
