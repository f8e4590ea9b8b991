// The shapes of what goes in and what comes out. No code.

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
  iss?: string;
  sub?: string;
  aud?: string | string[];
  exp?: number;
  nbf?: number;
  iat?: number;
  jti?: string;
  [name: string]: unknown;
}

/** A JOSE header (RFC 7515 section 4). */
export interface Header {
  alg: string;
  kid?: string;
  typ?: string;
  [name: string]: unknown;
}

/** A token was refused. */
export interface Refusal {
  ok: false;
  code: Code;
  stage: Stage;
  /** One plain sentence for a log; holds nothing from the token. */
  message: string;
  /** The claim that the code is about, where there is one: its name, or its JSON pointer. */
  claim?: string;
}

/** A token passed every check. */
export interface Verified<C = Claims> {
  ok: true;
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
  kid: string | null;
  iss: string | null;
  ver: string | number | null;
  /** The first path segment of an `aud` such as `https://host/projects/p1`. */
  audType: string | null;
  /** The second one. */
  audId: string | null;
}

/** Octets of a secret: text as UTF-8, octets as they are, or text in a named encoding. */
export type Secret =
  | string
  | Uint8Array
  | { base64: string }
  | { base64url: string }
  | { hex: string };

/** What a key can be for (RFC 7518 section 3.1, RFC 8037, RFC 9864). */
export type Algorithm =
  | "HS256"
  | "HS384"
  | "HS512"
  | "RS256"
  | "RS384"
  | "RS512"
  | "PS256"
  | "PS384"
  | "PS512"
  | "ES256"
  | "ES384"
  | "ES512"
  | "EdDSA"
  | "Ed25519";

/** What is said about a key beside the key itself. */
export interface KeyTerms {
  /**
   * RFC 7515 section 4.1.4. Default: the `kid` of a JWK, or the RFC 7638 thumbprint of a public
   * key. A key that was given none fits any token, if it alone has its algorithm.
   */
  kid?: string;
  /** `active` (default) signs and verifies, `verify` only verifies, `disabled` is refused. */
  state?: "active" | "verify" | "disabled";
}

/** A secret and the one algorithm it is for. */
export interface SecretKey extends KeyTerms {
  alg: "HS256" | "HS384" | "HS512";
  secret: Secret;
  /** Takes a secret shorter than the hash, against RFC 7518 section 3.2. Default false. */
  allowShortSecret?: boolean;
}

/** A public or private key in PEM; `alg` may be left out where the kind of key decides it. */
export interface PemKey extends KeyTerms {
  alg?: Algorithm;
  /** SPKI, PKCS #1, PKCS #8, SEC 1 or a certificate; several blocks are several keys. */
  pem: string;
}

/** The same in DER. */
export interface DerKey extends KeyTerms {
  alg?: Algorithm;
  der: Uint8Array;
}

/** A JSON Web Key (RFC 7517). */
export interface Jwk {
  kty: string;
  kid?: string;
  alg?: string;
  use?: string;
  [name: string]: unknown;
}

/** A key as a JWK; `alg` may be left out where the JWK or the kind of key says it. */
export interface JwkKey extends KeyTerms {
  alg?: Algorithm;
  jwk: Jwk;
  /** As for a secret. */
  allowShortSecret?: boolean;
}

/** A key in any of its forms. */
export type KeyInput = SecretKey | PemKey | DerKey | JwkKey;

/** A JWK Set (RFC 7517 section 5). */
export interface Jwks {
  keys: Jwk[];
}

/**
 * Names a claim, also one inside another, by a JSON pointer (RFC 6901): "/sub", "/data/user/id".
 */
export type Pointer = `/${string}`;

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
  /** Claims that must equal a value. */
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
  /** The longest time from now to `exp`. */
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
  entries: number;
  /** Bytes of the texts of the tokens. */
  bytes: number;
}

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
  /** What goes for every token of which nothing else is said. */
  defaults?: TokenTerms;
  /** The order of a header's members: "alg-first" (default) or "typ-first". */
  headerOrder?: "alg-first" | "typ-first";
  /** Lets `sub` be a whole number. Default false. */
  allowNumericSub?: boolean;
  /** Where claims hold the family and the client of a token. */
  claims?: ClaimPlaces;
  /**
   * A claim that tells access from refresh tokens, by what it holds (null: it is absent). Default:
   * the header's `typ` tells them apart.
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
  /** The header's `typ`; null: none. Default: that of the kind, or "JWT". */
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
  /** The name of the family. Default: the claim `family`, or 128 random bits. */
  family?: string;
}

/** A token and what it holds. */
export interface Issued {
  token: string;
  claims: Claims;
  /** What the host may keep, so as to list the token and to revoke it later. */
  record: TokenRecord;
}

/** What a host may keep of a token; null is what the token does not have. */
export interface TokenRecord {
  /** The record's own name: 128 random bits. */
  id: string;
  jti: string | null;
  sub: string | null;
  kind: TokenKind | null;
  family: string | null;
  client: string | null;
  /** Of a token without `jti`: what the entry `{ token }` names it by. */
  fingerprint: string | null;
  kid: string | null;
  iat: number | null;
  exp: number | null;
  /** In milliseconds since 1970. */
  createdAt: number;
}

/** The two tokens of a sign-in. */
export interface Pair {
  access: Issued;
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

/** What to throw out. */
export type Selector = (
  | { jti: string }
  /** A whole token, or the base64url SHA-256 of its `header.payload`. */
  | { token: string }
  | { session: string }
  /** All tokens that came of one sign-in by refreshing. */
  | { family: string }
  | { sub: string }
  /** Without `before`: suspended, until taken back. With it: its tokens that began before then. */
  | { client: string }
  /** A credential that tokens are made with, such as an application password. */
  | { key: string }
  | { kid: string }
  | { tenant: string }
  /** All tokens of `issuer`, or without one everybody's. */
  | { all: true }
) & {
  /** Only tokens of this issuer; null: any. Default: any, and in a builder the builder's. */
  issuer?: string | null;
};

/** An entry of a revocation list. */
export type Entry = Selector & {
  /**
   * With `sub`, `client`, `tenant` and `all`: only tokens that began before this time, in
   * milliseconds: the earlier of `iat` and `auth_time`. Default: all.
   */
  before?: number;
  /** When the entry may be forgotten, in seconds: the last `exp` of what it throws out. */
  exp?: number;
};

/** What a list says of one token. */
export type Status =
  | { status: "good" | "not_covered" | "stale" }
  /** By an entry, or by the token's status list. */
  | { status: "revoked"; by: SelectorName | "status" }
  | { status: "suspended"; by: "client" | "status" }
  /** Its status list gives no status for it that has a meaning here. */
  | { status: "unknown"; by: "status" };

/** How entries name what they throw out. */
export type SelectorName =
  | "jti"
  | "token"
  | "session"
  | "family"
  | "kid"
  | "key"
  | "client"
  | "sub"
  | "tenant"
  | "all";

/** How a revocation list is kept and read. */
export interface ListSettings {
  /** Takes in lists that nobody signed, from the host's own memory. Default false. */
  trustUnsigned?: boolean;
  /** The most octets of a published list. Default 33554432, at most 2^30. */
  maxBytes?: number;
  /** The most entries of a published list. Default 4000000, at most 2^27. */
  maxEntries?: number;
  /** For how long after its signing a list is relied on. Default: until it expires. */
  maxStaleness?: Duration;
  /**
   * What becomes of tokens that the list does not name, where it is stale or required and absent:
   * refused (default), accepted, or accepted if issued less than `youngerThan` ago.
   */
  onStale?: "deny" | "allow" | "allow-young";
  youngerThan?: Duration;
  /** The most octets of a status list, once inflated. Default 1048576, at most 2^24. */
  maxStatusBytes?: number;
  /** The least number that a list may have: the highest that this host has ever seen. */
  minSeq?: number;
  /** Where claims hold what has no registered name. */
  claims?: ClaimPlaces;
}

/** Each a pointer or several; where one holds a list, each of its members counts. */
export interface ClaimPlaces {
  /** Default `/sid` and `/session_id`. */
  session?: Pointer | Pointer[];
  /** Default `/family` and `/origin_jti`. */
  family?: Pointer | Pointer[];
  /** Default `/azp` and `/client_id`. */
  client?: Pointer | Pointer[];
  /** Default `/tenant` and `/tid`. */
  tenant?: Pointer | Pointer[];
  /** Default `/data/user/api_key`. */
  key?: Pointer | Pointer[];
}

/** What a verifier asks of its revocation list. */
export interface Demands {
  /** Whether a list must have been published. Default "if-loaded". */
  mode?: "required" | "if-loaded";
  /**
   * What becomes of a token with nothing of its own to be thrown out by. Must be said where a list is
   * required; default "accept".
   */
  irrevocable?: "accept" | "refuse";
}

/** Where a list stands in the order of lists. */
export interface ListPosition {
  epoch: number;
  seq: number;
}

/** Why a list was refused: a fault of its own, or the code for its manifest. */
export type ListCode =
  | Code
  | "malformed_list"
  | "list_too_large"
  | "wrong_digest"
  | "expired_list"
  | "rollback"
  | "fork"
  | "gap"
  | "wrong_base"
  | "unknown_shard";

/** What became of a list. Where it was refused, the one at hand (`have`) goes on serving. */
export type Loaded =
  | ({ ok: true } & ListPosition)
  | { ok: false; code: ListCode; message: string; have: ListPosition | null };

/** How a status list is written, and when it is taken in. */
export interface StatusListOptions extends At {
  /** OAuth Token Status List (default), or W3C Bitstring Status List. */
  format?: "status-list" | "bitstring";
}

/** What became of a status list: the name by which tokens refer to it, or why it was refused. */
export type StatusListLoaded = { ok: true; uri: string } | Extract<Loaded, { ok: false }>;

/** How much a list holds, and how old it is. */
export interface ListStats {
  entries: number;
  /** The published list; null where none is at hand. */
  published:
    | (ListPosition & {
        /** Seconds since its newest manifest was signed. */
        age: number;
        /** Octets of snapshot and shards. */
        bytes: number;
        /** Changes since the snapshot, by deltas. */
        changes: number;
        /** Whether it is time to look for a newer list. */
        due: boolean;
        /** Whether there are so many changes or deltas that the next snapshot is worth loading. */
        compact: boolean;
      })
    | null;
}

/** What every list of a builder has. */
export interface BuilderSettings {
  /** Whose tokens entries concern that name no issuer; it signs the manifest. */
  issuer: string;
  /** The number of the list: one more than that of the list before. */
  seq: number;
  /** To be raised when numbers start anew. Default 1. */
  epoch?: number;
  /** After how many seconds readers should look for a newer list. Default: not said. */
  ttl?: number;
  /** When the list must not be relied on any more, in seconds since 1970. */
  exp: number;
  /** To how many seconds the ends of entries are rounded up. Default 86400. */
  partition?: number;
  /** The most entries of one file, before they are spread over shards. Default 4000000. */
  maxEntries?: number;
}

/** A list with its manifest: a token, or where nothing signed it the claims as JSON text. */
export interface PublishedList {
  manifest: string;
  body: Uint8Array;
}

/** What a builder makes. */
export interface BuiltLists extends PublishedList {
  /** What turns the list before into this one, if that was named. */
  delta?: PublishedList;
  /** Files to load one by one as tokens need them, if entries are too many for one. */
  shards?: Uint8Array[];
}
