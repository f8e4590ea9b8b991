// A key of the host's crypto.subtle, prepared once.

/** What crypto.subtle calls an algorithm, to import a key of it and to use it. */
export const ALGORITHMS = {
  HS256: { name: "HMAC", hash: "SHA-256" },
  RS256: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
  PS256: { name: "RSA-PSS", hash: "SHA-256", saltLength: 32 },
  ES256: { name: "ECDSA", hash: "SHA-256", namedCurve: "P-256" },
  ES384: { name: "ECDSA", hash: "SHA-384", namedCurve: "P-384" },
  EdDSA: { name: "Ed25519" },
};

const PRIVATE = new Set(["d", "p", "q", "dp", "dq", "qi"]);

/** The public members of a key pair, or a secret as it is. */
export function publicPart(jwk) {
  return Object.fromEntries(Object.entries(jwk).filter(([member]) => !PRIVATE.has(member)));
}

export function verifyingKey(alg, jwk) {
  return importKey(alg, publicPart(jwk), "verify");
}

export function signingKey(alg, jwk) {
  return importKey(alg, jwk, "sign");
}

function importKey(alg, { use, key_ops, alg: _alg, ...members }, usage) {
  return crypto.subtle.importKey("jwk", members, ALGORITHMS[alg], false, [usage]);
}
