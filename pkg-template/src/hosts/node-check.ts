// Node's own cryptography: signatures are verified by node:crypto, which takes half the time of
// Node's crypto.subtle and its journey through a thread; keys are generated and signatures made by
// crypto.subtle, which does not block.

import { type Check, type HostAlgorithm, provideCheck } from "../host.js";

/** Says that Node verifies. */
export function provideNodeCheck(): void {
  provideCheck(async (jwk, algorithm) => {
    // Not imported before: who has only secrets does not wait for it.
    const crypto = await import("node:crypto");
    return checkBy(crypto, jwk, algorithm);
  });
}

function checkBy(
  { constants, createPublicKey, verify }: typeof import("node:crypto"),
  jwk: JsonWebKey,
  { name, hash, saltLength }: HostAlgorithm,
): Check {
  const key = createPublicKey({ key: jwk as Record<string, unknown>, format: "jwk" });
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength };
  const options = { key, dsaEncoding: "ieee-p1363" as const, ...(name === "RSA-PSS" && pss) };
  // Ed25519 brings its own hash.
  const digest = hash?.replace("-", "") ?? null;
  return (signature, signed) => verify(digest, signed, options, signature);
}
