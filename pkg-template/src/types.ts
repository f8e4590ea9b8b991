// The words of the field: codes, claims, decisions, times. No code.

/** How far a token came before it was refused. */
export type Stage =
  | "header"
  | "format"
  | "signature"
  | "claims"
  | "revocation"
  | "access"
  | "internal";

/** Why a token was refused. */
export type Code =
  | "missing_token"
  | "unsupported_scheme"
  | "ambiguous_request"
  | "malformed_token"
  | "token_too_large"
  | "unsupported_algorithm"
  | "unsupported_critical"
  | "unknown_key"
  | "disabled_key"
  | "invalid_signature"
  | "invalid_claim"
  | "missing_claim"
  | "expired"
  | "not_yet_valid"
  | "issued_in_future"
  | "too_old"
  | "lifetime_too_long"
  | "wrong_issuer"
  | "wrong_audience"
  | "wrong_subject"
  | "wrong_type"
  | "wrong_kind"
  | "unsupported_version"
  | "forbidden_claim"
  | "revoked_token"
  | "revoked_session"
  | "revoked_family"
  | "revoked_subject"
  | "revoked_client"
  | "suspended_client"
  | "revoked_credential"
  | "revoked_key"
  | "revoked_tenant"
  | "revoked_issuer"
  | "refresh_reused"
  | "status_invalid"
  | "status_suspended"
  | "status_unknown"
  | "irrevocable_token"
  | "not_covered"
  | "stale_list"
  | "forbidden_role"
  | "internal_error";

/** A value that JSON can hold. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** A claims set (RFC 7519 section 4). Times are in seconds since 1970. */
export interface Claims {
  /** Who issued the token (RFC 7519 section 4.1.1). */
  iss?: string;
  /** Whom it is about (section 4.1.2). */
  sub?: string;
  /** Whom it is for (section 4.1.3). */
  aud?: string | string[];
  /** Its end, exclusive (section 4.1.4). */
  exp?: number;
  /** Its beginning, inclusive (section 4.1.5). */
  nbf?: number;
  /** When it was issued (section 4.1.6). */
  iat?: number;
  /** Its own name (section 4.1.7). */
  jti?: string;
  [name: string]: unknown;
}

/** A JOSE header (RFC 7515 section 4). */
export interface Header {
  /** The algorithm that it claims; the key has the say (RFC 7515 section 4.1.1). */
  alg: string;
  /** The key that it names (section 4.1.4). */
  kid?: string;
  /** Its media type (section 4.1.9). */
  typ?: string;
  [name: string]: unknown;
}

/** A token was refused. */
export interface Refusal {
  /** It is not good. */
  ok: false;
  /** Why; stable from version to version. */
  code: Code;
  /** How far it came. */
  stage: Stage;
  /** One plain sentence for a log; holds nothing from the token. */
  message: string;
  /** The claim that the code is about, where there is one: its name, or its JSON pointer. */
  claim?: string;
}

/** A token passed every check. */
export interface Verified<C = Claims> {
  /** It is good. */
  ok: true;
  /** What it says. */
  claims: C;
  /** Frozen, because tokens with the same header share it. */
  header: Readonly<Header>;
  /** The `kid` of the header. */
  kid: string | null;
  /** Seconds left until `exp`; null where the token has none. */
  expiresIn: number | null;
  /** The parts of `aud` that the policy's audience names, where it names any. */
  captured?: Record<string, string>;
  /** What the revocation list could not make sure of, where its `onStale` let that pass. */
  unchecked?: "stale_list" | "not_covered" | "status_unknown";
}

/** The answer to one token. */
export type Decision<C = Claims> = Verified<C> | Refusal;

/** What a token says of itself; nobody vouches for it. */
export type Inspection = { ok: true; header: Header; claims: Claims; hints: Hints } | Refusal;

/** What helps to find the right key for a token; null where it is absent or not well-formed. */
export interface Hints {
  /** The `kid` of its header. */
  kid: string | null;
  /** Its issuer. */
  iss: string | null;
  /** Its version, the claim `ver`. */
  ver: string | number | null;
  /** The first path segment of an `aud` such as `https://host/projects/p1`. */
  audType: string | null;
  /** The second one. */
  audId: string | null;
}

/**
 * Names a claim, also one inside another, by a JSON pointer (RFC 6901): "/sub", "/data/user/id".
 */
export type Pointer = `/${string}`;

/** The time of a call. */
export interface At {
  /** Seconds since 1970. Default: the host's clock. */
  now?: number;
}

/** A length of time: seconds, or text such as "90s", "60m", "12h", "14d", "2w". */
export type Duration = number | `${number}${"s" | "m" | "h" | "d" | "w"}`;

/**
 * What a token is for, as its header's `typ` says: `at+jwt`, `refresh+jwt`, `widget+jwt`,
 * `guest+jwt`, `webhook+jwt`, `statuslist+jwt`, `revocation-list+jwt`, `revocation-delta+jwt`.
 */
export type TokenKind =
  | "access"
  | "refresh"
  | "widget"
  | "guest"
  | "webhook"
  | "status-list"
  | "revocation-list"
  | "revocation-delta";
