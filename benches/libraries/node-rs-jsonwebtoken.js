// @node-rs/jsonwebtoken, native code: the binary for Linux on x64 itself, which its package would
// pick. Elsewhere it does not contend. It has no prepared keys: each call is given PEM or octets.

import { createRequire } from "node:module";

import { exported, signingKey, verifyingKey } from "./node-keys.js";
import { library, withRegistered } from "./shape.js";

const binary = "@node-rs/jsonwebtoken-linux-x64-gnu";
const native = findNative();

export default library({
  name: "@node-rs/jsonwebtoken",
  package: binary,
  isSync: true,
  algs: native === undefined ? [] : ["HS256", "RS256", "PS256", "ES256", "ES384", "EdDSA"],
  verifier(alg, jwk, { issuer, audience }) {
    const key = exported(verifyingKey(jwk));
    const rules = { iss: [issuer], aud: [audience], algorithms: [alg], leeway: 0 };
    return (token) => native.verifySync(token, key, rules);
  },
  issuer(algorithm, jwk, policy) {
    const key = exported(signingKey(jwk));
    const header = { algorithm, keyId: jwk.kid };
    return (claims) => native.signSync(withRegistered(claims, policy), key, header);
  },
});

function findNative() {
  try {
    return createRequire(import.meta.url)(binary);
  } catch (error) {
    if (error.code === "MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}
