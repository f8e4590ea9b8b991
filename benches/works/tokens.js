// The key, the policy, the claims and the tokens that all work is done with: made by edge-jwt, as any
// library could have made them.

import { Issuer, KeySet, generateKey } from "edge-jwt";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const POLICY = { issuer: "https://issuer.example", audience: "https://api.example" };

/** A new key pair, or a secret. */
export async function makeKey(alg) {
  return { ...(await generateKey(alg, { kid: "bench" })), alg };
}

/** Claims of usual size, another subject each time. */
export function someClaims() {
  return { sub: crypto.randomUUID(), name: "Ada Lovelace", scope: "chat:read chat:write" };
}

/** So many tokens, each with claims of its own, as octets: of these fresh strings are made. */
export async function makeTokens(jwk, count, options = {}) {
  const issuer = new Issuer({ keys: new KeySet([{ jwk }]), ...POLICY });
  const made = [];
  for (let n = 0; n < count; n += 1) made.push(await issuer.issue(someClaims(), options));
  return made.map(({ token }) => encoder.encode(token));
}

/** Strings that nobody has seen, so that nothing that is kept beside a string helps. */
export function freshStrings(octets) {
  return octets.map((one) => decoder.decode(one));
}

/** What makes them for a pass. */
export function freshly(octets) {
  return () => freshStrings(octets);
}
