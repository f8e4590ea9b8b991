// What every library of this folder is, with what goes without saying.
//
// A library that answers at once is never made to wait for a promise, and none is wrapped in one
// more call than it needs: what its answer means is asked beside it.

/**
 * - `name`: as in the tables; `package`: whose version the report names; `isOwn`: one of ours
 * - `isSync`: it answers at once; `isFloor`: the host's cryptography alone, octets made ready before
 * - `algs`: what it signs and verifies
 * - `verifier(alg, jwk, policy)`: makes `token => answer`; a throw is a refusal too
 * - `cached(alg, jwk, policy, entries)`: the same, which remembers so many tokens
 * - `revoking(alg, jwk, policy, ids)`: the same, which refuses these `jti`
 * - `accepted(answer)`, `refused(answer, code)`, `claims(answer)`: what a verifier's answer means; the
 *   code is ours, and the answer undefined if it was thrown
 * - `issuer(alg, jwk, policy)`: makes `claims => answer`; `token(answer)`: what it issued
 * - `pairs(alg, jwk, policy)`: `pair(claims) => answer`, `refresh(token) => answer`, and
 *   `tokens(answer)`, access and refresh; what has none does so by hand (works/issue.js)
 * - `signed(token)`, `unsigned(claims, jwk, policy)`: what a floor's verifier and issuer are given
 */
export function library(parts) {
  const whole = { ...DEFAULTS, ...parts };
  return { refused: (answer) => answer === undefined || !whole.accepted(answer), ...whole };
}

const same = (value) => value;

const DEFAULTS = {
  isOwn: false,
  isSync: false,
  isFloor: false,
  accepted: (answer) => answer != null && answer !== false,
  claims: same,
  token: same,
  signed: same,
  unsigned: same,
};

/** The claims of a token, as a library is given them that sets none by itself. */
export function withRegistered(claims, { issuer, audience }) {
  const now = Math.floor(Date.now() / 1000);
  const jti = crypto.randomUUID();
  return { ...claims, iss: issuer, aud: audience, iat: now, exp: now + 3600, jti };
}
