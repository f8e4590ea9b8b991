// A key of node:crypto, prepared once, or as PEM text for those who want that.

import { createPrivateKey, createPublicKey, createSecretKey } from "node:crypto";

export function verifyingKey(jwk) {
  return jwk.kty === "oct" ? secretKey(jwk) : createPublicKey({ key: jwk, format: "jwk" });
}

export function signingKey(jwk) {
  return jwk.kty === "oct" ? secretKey(jwk) : createPrivateKey({ key: jwk, format: "jwk" });
}

function secretKey(jwk) {
  return createSecretKey(Buffer.from(jwk.k, "base64url"));
}

/** PEM text of a key of a pair, the octets of a secret. */
export function exported(key) {
  if (key.type === "secret") return key.export();
  return key.export({ type: key.type === "public" ? "spki" : "pkcs8", format: "pem" });
}
