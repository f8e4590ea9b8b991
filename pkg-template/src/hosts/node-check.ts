// Node's own cryptography: signatures are verified by node:crypto, which takes half the time of
// Node's crypto.subtle and its journey through a thread; keys are generated and signatures made by
// crypto.subtle, which does not block.

import { constants, createPublicKey, verify } from "node:crypto";

import { type Check, type HostAlgorithm, provideCheck } from "../host.js";

provideCheck((jwk: JsonWebKey, { name, hash, saltLength }: HostAlgorithm): Check => {
  const key = createPublicKey({ key: jwk as Record<string, unknown>, format: "jwk" });
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength };
  const options = { key, dsaEncoding: "ieee-p1363" as const, ...(name === "RSA-PSS" && pss) };
  // Ed25519 brings its own hash.
  const digest = hash?.replace("-", "") ?? null;
  return (signature, signed) => verify(digest, signed, options, signature);
});
