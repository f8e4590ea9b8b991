// aws-jwt-verify, its key set given by hand, so that nothing is fetched. It verifies alone; at once
// in Node, by promise where cryptography is the web's.

import { JwtVerifier } from "aws-jwt-verify";

import { library } from "./shape.js";
import { publicPart } from "./web-keys.js";

const isNode = globalThis.process?.versions?.node !== undefined;

export default library({
  name: "aws-jwt-verify",
  package: "aws-jwt-verify",
  isSync: isNode,
  algs: ["RS256", "ES256", "ES384", "EdDSA"],
  verifier(alg, jwk, policy) {
    const verifier = JwtVerifier.create({ ...policy, jwksUri: "https://unused.example/jwks" });
    verifier.cacheJwks({ keys: [{ ...publicPart(jwk), use: "sig", alg }] });
    return isNode ? (token) => verifier.verifySync(token) : (token) => verifier.verify(token);
  },
});
