// @tsndr/cloudflare-worker-jwt, with CryptoKeys. It checks neither issuer nor audience: that is
// done by hand, as its users must.

import { sign, verify } from "@tsndr/cloudflare-worker-jwt";

import { library, withRegistered } from "./shape.js";
import { signingKey, verifyingKey } from "./web-keys.js";

export default library({
  name: "cloudflare-worker-jwt",
  package: "@tsndr/cloudflare-worker-jwt",
  algs: ["HS256", "RS256", "ES256", "ES384"],
  async verifier(algorithm, jwk, { issuer, audience }) {
    const key = await verifyingKey(algorithm, jwk);
    const options = { algorithm };
    return async (token) => {
      const answer = await verify(token, key, options);
      const claims = answer?.payload;
      return claims?.iss === issuer && claims.aud === audience ? answer : undefined;
    };
  },
  claims: (answer) => answer.payload,
  async issuer(algorithm, jwk, policy) {
    const key = await signingKey(algorithm, jwk);
    const options = { algorithm, header: { typ: "JWT", kid: jwk.kid } };
    return (claims) => sign(withRegistered(claims, policy), key, options);
  },
});
