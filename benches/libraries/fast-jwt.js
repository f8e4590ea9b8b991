// fast-jwt, which prepares a verifier and a signer.

import { createSigner, createVerifier } from "fast-jwt";

import { exported, signingKey, verifyingKey } from "./node-keys.js";
import { library, withRegistered } from "./shape.js";

export default library({
  name: "fast-jwt",
  package: "fast-jwt",
  isSync: true,
  algs: ["HS256", "RS256", "PS256", "ES256", "ES384", "EdDSA"],
  verifier: (alg, jwk, policy) => openVerifier(alg, jwk, policy, false),
  cached: openVerifier,
  issuer(algorithm, jwk, policy) {
    const sign = createSigner({ algorithm, key: exported(signingKey(jwk)), kid: jwk.kid });
    return (claims) => sign(withRegistered(claims, policy));
  },
});

function openVerifier(alg, jwk, { issuer, audience }, cache) {
  const key = exported(verifyingKey(jwk));
  const rules = { allowedIss: issuer, allowedAud: audience, requiredClaims: ["exp"] };
  return createVerifier({ key, algorithms: [alg], ...rules, cache });
}
