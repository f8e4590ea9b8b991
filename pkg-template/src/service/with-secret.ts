// Tokens of parties that have a secret each, which the host keeps: a key for one verification.

import { KeySet } from "../keys.js";
import type { Policy } from "../policy-types.js";
import type { Decision } from "../types.js";
import type { VerifierOptions } from "../verifier.js";
import type { Ground } from "./types.js";

/** What a token that is signed with a secret must meet. */
export interface SecretTerms extends Policy, Pick<VerifierOptions, "customCheck"> {
  secret: string;
  now: number;
}

/** Decides on a token by a secret, of which nothing stays in wasm. */
export async function verifyWithSecret(
  ground: Ground,
  token: string,
  { secret, now, ...policy }: SecretTerms,
): Promise<Decision> {
  const keys = new KeySet([{ alg: "HS256", secret }]);
  const verifier = ground.verifier({ ...policy, keys });
  try {
    return await verifier.verify(token, { now });
  } finally {
    verifier.free();
    keys.free();
  }
}
