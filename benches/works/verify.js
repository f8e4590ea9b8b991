// Verifying: tokens never seen, and tokens that a verifier with a cache has seen.

import { POLICY, freshStrings, makeKey, makeTokens } from "./tokens.js";

/** Calls a pass: enough for some 10 ms or more, so few that all passes of all take minutes. */
export const verify = {
  name: "verify",
  counts: { HS256: 1000, RS256: 200, PS256: 200, ES256: 100, ES384: 20, EdDSA: 100 },
  async open({ alg, count, libraries }) {
    const jwk = await makeKey(alg);
    const tokens = await makeTokens(jwk, count);
    return Promise.all(
      libraries.map(async ({ name, isSync, signed, accepted, verifier }) => {
        const call = await verifier(alg, jwk, POLICY);
        const fresh = () => freshStrings(tokens).map(signed);
        return [name, { isSync, fresh, call, isRight: accepted }];
      }),
    );
  },
};

/** How often each of the tokens is seen again in a pass. */
const ROUNDS = 3;

export const verifySeen = {
  name: "verify seen before",
  counts: { HS256: 1000, ES256: 1000 },
  async open({ alg, count, libraries }) {
    const jwk = await makeKey(alg);
    const tokens = await makeTokens(jwk, count);
    const fresh = () => Array.from({ length: ROUNDS }, () => freshStrings(tokens)).flat();
    const able = libraries.filter(({ cached }) => cached !== undefined);
    const contenders = able.map(async ({ name, isSync, accepted, cached }) => {
      const call = await cached(alg, jwk, POLICY, count);
      return [name, { isSync, fresh, call, isRight: accepted }];
    });
    return Promise.all(contenders);
  },
};
