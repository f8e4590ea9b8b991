// Tokens signed by Node's own cryptography, not by the code under test.

import { constants, createHmac, sign } from "node:crypto";

const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
const P1363 = { dsaEncoding: "ieee-p1363" };

/** What signs by each algorithm: octets and a key (Node's, or a secret) to octets. */
const SIGNERS = {
  HS256: (data, secret) => createHmac("sha256", secret).update(data).digest(),
  HS384: (data, secret) => createHmac("sha384", secret).update(data).digest(),
  HS512: (data, secret) => createHmac("sha512", secret).update(data).digest(),
  RS256: (data, key) => sign("sha256", data, key),
  PS256: (data, key) => sign("sha256", data, { key, ...PSS }),
  ES256: (data, key) => sign("sha256", data, { key, ...P1363 }),
  ES384: (data, key) => sign("sha384", data, { key, ...P1363 }),
  ES512: (data, key) => sign("sha512", data, { key, ...P1363 }),
  EdDSA: (data, key) => sign(null, data, key),
};

/** The token of a header and a payload text (or octets). */
export function signed(alg, key, header, payload) {
  const input = `${base64url(header)}.${base64url(payload)}`;
  return `${input}.${base64url(SIGNERS[alg](Buffer.from(input), key))}`;
}

export function base64url(octets) {
  return Buffer.from(octets).toString("base64url");
}
