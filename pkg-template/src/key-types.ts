// The shapes of keys. No code.

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
  /** The one algorithm that it is for; a secret never says by itself. */
  alg: "HS256" | "HS384" | "HS512";
  /** At least as long as the hash: 32, 48 or 64 octets. */
  secret: Secret;
  /** Takes a secret shorter than the hash, against RFC 7518 section 3.2. Default false. */
  allowShortSecret?: boolean;
}

/** A public or private key in PEM; `alg` may be left out where the kind of key decides it. */
export interface PemKey extends KeyTerms {
  /** Needed for RSA, whose keys serve several algorithms. */
  alg?: Algorithm;
  /** SPKI, PKCS #1, PKCS #8, SEC 1 or a certificate; several blocks are several keys. */
  pem: string;
}

/** The same in DER. */
export interface DerKey extends KeyTerms {
  /** Needed for RSA, whose keys serve several algorithms. */
  alg?: Algorithm;
  /** One structure, as in a block of PEM. */
  der: Uint8Array;
}

/** A JSON Web Key (RFC 7517). */
export interface Jwk {
  /** The kind of key: `oct`, `RSA`, `EC` or `OKP`. */
  kty: string;
  /** Its name (RFC 7517 section 4.5). */
  kid?: string;
  /** What it is for (section 4.4). */
  alg?: string;
  /** `sig` (section 4.2); a key for anything else is refused. */
  use?: string;
  [name: string]: unknown;
}

/** A key as a JWK; `alg` may be left out where the JWK or the kind of key says it. */
export interface JwkKey extends KeyTerms {
  /** The one algorithm that it is for; must agree with the `alg` of the JWK, where that has one. */
  alg?: Algorithm;
  /** The key. With private members it signs too. */
  jwk: Jwk;
  /** As for a secret. */
  allowShortSecret?: boolean;
}

/** A key in any of its forms. */
export type KeyInput = SecretKey | PemKey | DerKey | JwkKey;

/** A JWK Set (RFC 7517 section 5). */
export interface Jwks {
  /** Its keys. */
  keys: Jwk[];
}
