// The calls of edge-jwt, by promise or at once, of the default build or of the full one.

import { library } from "./shape.js";

/** One of our ways to answer, as a library of its own. */
export function ownLibrary({ name, isSync, algs, build }) {
  const { Issuer, KeySet, Revocations, Verifier } = build;
  const calls = isSync ? ["verifySync", "issueSync", "issuePairSync"] : ["verify", "issue", "issuePair"];
  const [verify, issue, issuePair] = calls;

  function open(jwk, policy) {
    const verifier = new Verifier({ keys: new KeySet([{ jwk }]), ...policy });
    return { verifier, call: (token) => verifier[verify](token) };
  }

  return library({
    name,
    package: "edge-jwt",
    isOwn: true,
    isSync,
    algs,
    verifier: (_alg, jwk, policy) => open(jwk, policy).call,
    cached: (_alg, jwk, policy, maxEntries) => open(jwk, { ...policy, cache: { maxEntries } }).call,
    revoking(_alg, jwk, policy, ids) {
      const { verifier, call } = open(jwk, policy);
      const list = new Revocations({ issuer: policy.issuer });
      for (const jti of ids) list.revoke({ jti });
      verifier.setRevocations(list);
      return call;
    },
    accepted: (answer) => answer.ok,
    refused: (answer, code) => answer?.code === code,
    claims: (answer) => answer.claims,
    issuer(_alg, jwk, policy) {
      const issuer = new Issuer({ keys: new KeySet([{ jwk }]), ...policy });
      return (claims) => issuer[issue](claims);
    },
    token: (answer) => answer.token,
    pairs(_alg, jwk, policy) {
      const issuer = new Issuer({ keys: new KeySet([{ jwk }]), ...policy });
      const { verifier } = open(jwk, { ...policy, kind: "refresh" });
      return {
        pair: (claims) => issuer[issuePair](claims),
        // Peers keep nothing of families either. An exchange is always a promise.
        refresh: (token) => issuer.refresh(token, { verifier, families: null }),
        tokens: ({ access, refresh }) => [access.token, refresh.token],
      };
    },
  });
}

/** What the default build computes in wasm; the rest it asks of the host, by promise. */
export const AT_ONCE = ["HS256"];

export const ALL = ["HS256", "RS256", "PS256", "ES256", "ES384", "EdDSA"];
