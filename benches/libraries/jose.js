// jose, with CryptoKeys.

import { SignJWT, jwtVerify } from "jose";

import { library, withRegistered } from "./shape.js";
import { signingKey, verifyingKey } from "./web-keys.js";

export default library({
  name: "jose",
  package: "jose",
  algs: ["HS256", "RS256", "PS256", "ES256", "ES384", "EdDSA"],
  async verifier(alg, jwk, policy) {
    const key = await verifyingKey(alg, jwk);
    const options = { ...policy, algorithms: [alg], requiredClaims: ["exp"] };
    return (token) => jwtVerify(token, key, options);
  },
  claims: (answer) => answer.payload,
  async issuer(alg, jwk, policy) {
    const key = await signingKey(alg, jwk);
    const header = { alg, typ: "JWT", kid: jwk.kid };
    return (claims) => new SignJWT(withRegistered(claims, policy)).setProtectedHeader(header).sign(key);
  },
});
