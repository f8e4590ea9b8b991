// Refusing: a signature that is not right, a token that has expired, one that was revoked.
//
// Each contender has accepted a good token before, so that what it refuses, it refuses for that.

import { POLICY, freshStrings, freshly, makeKey, makeTokens } from "./tokens.js";

const COUNTS = { HS256: 800, ES256: 100 };

/** Beside each of ours that refuses is the same accepting, to see which is dearer. */
export const refuseBadSignature = {
  name: "refuse a bad signature",
  counts: { HS256: 800, RS256: 150, ES256: 100, EdDSA: 100 },
  async open({ alg, count, libraries }) {
    const jwk = await makeKey(alg);
    const good = await makeTokens(jwk, count);
    const bad = good.map(withOtherSignature);
    const contenders = await Promise.all(
      whole(libraries).map(async (library) => {
        const { name, isSync, isOwn, accepted, refused } = library;
        const isRefused = (answer) => refused(answer, "invalid_signature");
        const call = await library.verifier(alg, jwk, POLICY);
        await proveAccepts(library, call, good[0]);
        const refusing = { isSync, fresh: freshly(bad), call, isRight: isRefused };
        const accepting = { isSync, fresh: freshly(good), call, isRight: accepted };
        return isOwn ? [[name, refusing], [`${name}, accepting`, accepting]] : [[name, refusing]];
      }),
    );
    return contenders.flat();
  },
};

export const refuseExpired = {
  name: "refuse an expired token",
  counts: COUNTS,
  async open({ alg, count, libraries }) {
    const jwk = await makeKey(alg);
    const [good] = await makeTokens(jwk, 1);
    const expired = await makeTokens(jwk, count, { now: Date.now() / 1000 - 86_400 });
    return Promise.all(
      whole(libraries).map(async (library) => {
        const { name, isSync, refused } = library;
        const isRight = (answer) => refused(answer, "expired");
        const call = await library.verifier(alg, jwk, POLICY);
        await proveAccepts(library, call, good);
        return [name, { isSync, fresh: freshly(expired), call, isRight }];
      }),
    );
  },
};

/** No peer revokes: beside them stands a Set of the same `jti`, asked by hand after each token. */
export const refuseRevoked = {
  name: "refuse a revoked token",
  counts: COUNTS,
  async open({ alg, count, libraries }) {
    const jwk = await makeKey(alg);
    const [good] = await makeTokens(jwk, 1);
    const ids = Array.from({ length: count }, () => crypto.randomUUID());
    const tokens = (await Promise.all(ids.map((jti) => makeTokens(jwk, 1, { jti })))).flat();
    const set = new Set(ids);
    return Promise.all(
      whole(libraries).map(async (library) => {
        const { isSync, accepted, refused, claims, revoking, verifier } = library;
        const makes = revoking ?? verifier;
        const call = await makes(alg, jwk, POLICY, ids);
        await proveAccepts(library, call, good);
        const isListed = (answer) => accepted(answer) && set.has(claims(answer).jti);
        const isRefused = (answer) => refused(answer, "revoked_token");
        const isRight = revoking === undefined ? isListed : isRefused;
        const name = revoking === undefined ? `${library.name} and a Set` : library.name;
        return [name, { isSync, fresh: freshly(tokens), call, isRight }];
      }),
    );
  },
};

/** What decides on whole tokens. */
function whole(libraries) {
  return libraries.filter(({ isFloor }) => !isFloor);
}

async function proveAccepts({ name, accepted }, call, octets) {
  const [token] = freshStrings([octets]);
  if (!accepted(await call(token))) throw new Error(`${name} refused a good token`);
}

/** The same token with another octet in the middle of its signature. */
function withOtherSignature(octets) {
  const changed = Uint8Array.from(octets);
  const middle = (octets.lastIndexOf(0x2e) + octets.length) >> 1;
  changed[middle] = octets[middle] === 0x41 ? 0x42 : 0x41;
  return changed;
}
