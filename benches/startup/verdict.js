// What a start leads to: a verifier of a library, and its first verdict.

/** Makes a verifier and has it accept a token. */
export async function firstVerdict({ name, verifier, accepted }, { alg, jwk, policy, token }) {
  const verify = await verifier(alg, jwk, policy);
  if (!accepted(await verify(token))) throw new Error(`${name} refused a good token`);
}
