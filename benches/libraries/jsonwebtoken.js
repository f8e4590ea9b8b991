// jsonwebtoken, with KeyObjects; it knows no EdDSA.

import jsonwebtoken from "jsonwebtoken";

import { signingKey, verifyingKey } from "./node-keys.js";
import { library, withRegistered } from "./shape.js";

export default library({
  name: "jsonwebtoken",
  package: "jsonwebtoken",
  isSync: true,
  algs: ["HS256", "RS256", "PS256", "ES256", "ES384"],
  verifier(alg, jwk, policy) {
    const key = verifyingKey(jwk);
    const options = { ...policy, algorithms: [alg] };
    return (token) => jsonwebtoken.verify(token, key, options);
  },
  issuer(algorithm, jwk, policy) {
    const key = signingKey(jwk);
    const options = { algorithm, keyid: jwk.kid };
    return (claims) => jsonwebtoken.sign(withRegistered(claims, policy), key, options);
  },
});
