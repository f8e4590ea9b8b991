// hono/jwt, with CryptoKeys.

import { sign, verify } from "hono/jwt";

import { library, withRegistered } from "./shape.js";
import { signingKey, verifyingKey } from "./web-keys.js";

export default library({
  name: "hono/jwt",
  package: "hono",
  algs: ["HS256", "RS256", "PS256", "ES256", "ES384", "EdDSA"],
  async verifier(alg, jwk, { issuer, audience }) {
    const key = await verifyingKey(alg, jwk);
    const options = { alg, iss: issuer, aud: audience };
    return (token) => verify(token, key, options);
  },
  async issuer(alg, jwk, policy) {
    // It takes the `kid` from a JWK, which it would import for each token: a prepared key that has
    // these members gives both.
    const key = Object.assign(await signingKey(alg, jwk), { alg, kid: jwk.kid });
    return (claims) => sign(withRegistered(claims, policy), key, alg);
  },
});
