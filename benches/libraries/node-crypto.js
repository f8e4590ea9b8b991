// node:crypto alone: what nobody who uses it can beat.

import { constants, createHmac, sign, timingSafeEqual, verify } from "node:crypto";

import { takeApart, toSign } from "./compact.js";
import { signingKey, verifyingKey } from "./node-keys.js";
import { library } from "./shape.js";

const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
const ECDSA = { dsaEncoding: "ieee-p1363" };

/** The digest that a signature is over, and what the key is given besides. */
const SIGNATURES = {
  RS256: ["sha256", {}],
  PS256: ["sha256", PSS],
  ES256: ["sha256", ECDSA],
  ES384: ["sha384", ECDSA],
  EdDSA: [null, {}],
};

export default library({
  name: "node:crypto alone",
  isSync: true,
  isFloor: true,
  algs: ["HS256", ...Object.keys(SIGNATURES)],
  signed: takeApart,
  verifier(alg, jwk) {
    const key = verifyingKey(jwk);
    if (alg === "HS256") return ({ data, signature }) => timingSafeEqual(mac(key, data), signature);
    const [digest, options] = SIGNATURES[alg];
    const given = { key, ...options };
    return ({ data, signature }) => verify(digest, data, given, signature);
  },
  unsigned: toSign,
  issuer(alg, jwk) {
    const key = signingKey(jwk);
    if (alg === "HS256") return (data) => mac(key, data);
    const [digest, options] = SIGNATURES[alg];
    const given = { key, ...options };
    return (data) => sign(digest, data, given);
  },
});

function mac(key, data) {
  return createHmac("sha256", key).update(data).digest();
}
