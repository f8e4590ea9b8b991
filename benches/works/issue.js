// Issuing: one token, the pair of a sign-in, and the next pair for a refresh token.
//
// The same claims, a `kid` and a `jti` on all sides; claims are a new object for each token. No peer
// knows pairs: for them two tokens are signed, and verified before, by hand.

import { KeySet, Verifier } from "edge-jwt";

import { POLICY, makeKey, someClaims } from "./tokens.js";

export const issue = {
  name: "issue",
  counts: { HS256: 1000, RS256: 8, ES256: 100, EdDSA: 100 },
  async open({ alg, count, libraries }) {
    const jwk = await makeKey(alg);
    const able = libraries.filter(({ issuer }) => issuer !== undefined);
    return Promise.all(
      able.map(async (library) => {
        const { name, isSync, isFloor, issuer, token, unsigned } = library;
        const call = await issuer(alg, jwk, POLICY);
        if (!isFloor) await proveIssued(name, jwk, token(await call(someClaims())));
        const fresh = () => someOf(count).map((claims) => unsigned(claims, jwk, POLICY));
        const isRight = (answer) => (isFloor ? answer.byteLength > 0 : isToken(token(answer)));
        return [name, { isSync, fresh, call, isRight }];
      }),
    );
  },
};

const PAIRS = { HS256: 300, ES256: 30 };

export const issuePair = {
  name: "issue a pair",
  counts: PAIRS,
  open: ({ alg, count, libraries }) =>
    openPairs(alg, libraries, ({ pair, tokens }) => {
      const isRight = (answer) => tokens(answer).every(isToken);
      return { fresh: () => someOf(count), call: pair, isRight };
    }),
};

export const refresh = {
  name: "refresh",
  counts: PAIRS,
  open({ alg, count, libraries }) {
    // Ours exchanges by promise alone.
    const able = libraries.filter(({ isOwn, isSync }) => !isOwn || !isSync);
    return openPairs(alg, able, ({ pair, refresh, tokens }) => {
      const fresh = async () => {
        const shown = [];
        for (const claims of someOf(count)) shown.push(tokens(await pair(claims))[1]);
        return shown;
      };
      const isRight = (answer) => tokens(answer).every(isToken);
      return { fresh, call: refresh, isRight };
    });
  },
};

async function openPairs(alg, libraries, contend) {
  const jwk = await makeKey(alg);
  const able = libraries.filter(({ issuer, isFloor }) => issuer !== undefined && !isFloor);
  return Promise.all(
    able.map(async (library) => {
      const { name, isSync, pairs } = library;
      const makes = pairs?.(alg, jwk, POLICY) ?? (await pairsByHand(library, alg, jwk));
      const [access, refreshToken] = makes.tokens(await makes.pair(someClaims()));
      await proveIssued(name, jwk, access);
      const [renewed] = makes.tokens(await makes.refresh(refreshToken));
      await proveIssued(name, jwk, renewed);
      return [name, { isSync, ...contend(makes) }];
    }),
  );
}

/** What a careful user of a library without pairs would write. */
async function pairsByHand({ isSync, issuer, token, verifier, claims }, alg, jwk) {
  const sign = await issuer(alg, jwk, POLICY);
  const verify = await verifier(alg, jwk, POLICY);
  const tokens = ({ access, refresh }) => [token(access), token(refresh)];
  const kinds = (said) => {
    const family = said.family ?? crypto.randomUUID();
    return [{ ...said, kind: "access", family }, { ...said, kind: "refresh", family }];
  };
  const renewed = (answer) => {
    const { sub, name, scope, kind, family } = claims(answer);
    if (kind !== "refresh") throw new Error("not a refresh token");
    return { sub, name, scope, family };
  };
  if (isSync) {
    const pair = (said) => {
      const [access, refresh] = kinds(said);
      return { access: sign(access), refresh: sign(refresh) };
    };
    return { pair, refresh: (shown) => pair(renewed(verify(shown))), tokens };
  }
  const pair = async (said) => {
    const [access, refresh] = kinds(said);
    return { access: await sign(access), refresh: await sign(refresh) };
  };
  return { pair, refresh: async (shown) => pair(renewed(await verify(shown))), tokens };
}

/** What was issued is what edge-jwt accepts. */
async function proveIssued(name, jwk, token) {
  const verifier = new Verifier({ keys: new KeySet([{ jwk }]), ...POLICY });
  const decision = await verifier.verify(token);
  const { sub, name: person, jti } = decision.claims ?? {};
  const isWhole = [sub, person, jti, decision.kid].every((part) => typeof part === "string");
  if (!isWhole) throw new Error(`${name} issued a token that is not right: ${decision.code}`);
}

function someOf(count) {
  return Array.from({ length: count }, someClaims);
}

function isToken(text) {
  return typeof text === "string" && text.length > 100;
}
