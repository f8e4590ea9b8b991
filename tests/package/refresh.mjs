// Pairs and refresh, on every host: in memory, by a list alone, by keys of the host, and what the
// host does wrong. The library is an argument.

import { same } from "./check.mjs";

const NOW = { now: 1700000000 };
const LATER = { now: 1700086400 };
const NAMES = { issuer: "https://me.example", audience: "api" };

async function worldOf(library, alg = "HS256", settings = {}) {
  const keys = new library.KeySet([{ jwk: await library.generateKey(alg, { kid: "k" }) }]);
  const verifier = new library.Verifier({ keys, ...NAMES, kind: "refresh" });
  const opening = new library.Verifier({ keys, ...NAMES });
  const issuer = new library.Issuer({ keys, ...NAMES, ...settings });
  const pair = await issuer.issuePair({ sub: "u1", sid: "s1" }, NOW);
  const families = new library.MemoryFamilies();
  const refresh = (token, more) => issuer.refresh(token, { verifier, families, ...LATER, ...more });
  return { keys, verifier, opening, issuer, pair, families, refresh };
}

/** What a step rejects with. */
async function rejectionOf(step) {
  try {
    await step();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

export const REFRESH_CHECKS = {
  "a refresh token is exchanged once, by keys of either side": async (library) => {
    for (const alg of ["HS256", "ES256", "EdDSA"]) {
      const { opening, pair, refresh } = await worldOf(library, alg);
      same((await opening.verify(pair.refresh.token, NOW)).code, "wrong_kind", alg);
      const answer = await refresh(pair.refresh.token);
      same(answer.ok, true, alg);
      same(answer.claims.jti, pair.refresh.record.jti, alg);
      same((await opening.verify(answer.access.token, LATER)).claims.sub, "u1", alg);
      const { jti, exp } = pair.refresh.record;
      same(JSON.stringify(answer.entry), JSON.stringify({ jti, issuer: NAMES.issuer, exp }), alg);
      for (const record of [answer.access.record, answer.refresh.record]) {
        same(record.family, pair.refresh.record.family, alg);
        same(answer.claims.auth_time, NOW.now, alg);
      }

      same((await refresh(answer.refresh.token)).ok, true, alg);
      const again = await refresh(pair.refresh.token);
      same(again.code, "refresh_reused", alg);
      same(again.entry.family, pair.refresh.record.family, alg);
      same((await refresh(answer.refresh.token)).code, "revoked_family", alg);
    }
  },

  "of two exchanges at one time one gets the pair, the other refresh_reused": async (library) => {
    const { pair, refresh } = await worldOf(library);
    const answers = await Promise.all([refresh(pair.refresh.token), refresh(pair.refresh.token)]);
    const [winner, other] = answers[0].ok ? answers : answers.reverse();
    same(winner.ok, true);
    same(other.code, "refresh_reused");
    same(other.entry, null);
    same((await refresh(winner.refresh.token)).ok, true, "the winner goes on");
  },

  "a list alone retires tokens where no families are kept": async (library) => {
    const { verifier, pair, refresh } = await worldOf(library);
    const list = new library.Revocations();
    verifier.setRevocations(list);
    const first = await refresh(pair.refresh.token, { families: null });
    same(first.ok, true);
    list.revoke(first.entry);
    const again = await refresh(pair.refresh.token, { families: null });
    same(again.code, "refresh_reused");
    list.revoke(again.entry);
    same((await refresh(first.refresh.token, { families: null })).code, "revoked_family");
    // Where families are kept, a token on the list has been thrown out, and was not exchanged.
    const thrownOut = await refresh(pair.refresh.token);
    same(thrownOut.code, "revoked_token");
    same(thrownOut.entry, null);
  },

  "what cannot be exchanged is refused, and changes nothing": async (library) => {
    const { pair, refresh, issuer } = await worldOf(library);
    const flipped = pair.refresh.token.replace(/.{4}$/, "AAAA");
    const plain = await issuer.issue({ sub: "u1" }, NOW);
    for (const [token, code, more] of [
      [undefined, "missing_token"],
      ["x", "malformed_token"],
      [flipped, "invalid_signature"],
      [pair.access.token, "expired"],
      [pair.access.token, "wrong_kind", NOW],
      [plain.token, "wrong_kind", NOW],
      [pair.refresh.token, "expired", { now: pair.refresh.record.exp }],
    ]) {
      const answer = await refresh(token, more);
      same(answer.code, code);
      same(answer.entry, null, code);
    }
    same((await refresh(pair.refresh.token)).ok, true);
  },

  "a session carries on with fresh claims, and its end is kept": async (library) => {
    const { keys, pair, refresh, verifier } = await worldOf(library, "HS256", { maxSession: "2d" });
    const { access } = await refresh(pair.refresh.token, { claims: { roles: ["editor"] } });
    same(access.claims.roles[0], "editor");
    same(access.claims.sid, "s1");
    const shorter = new library.Issuer({ keys, ...NAMES, maxSession: "12h" });
    const shown = { verifier, families: null, ...LATER };
    same((await shorter.refresh(pair.refresh.token, shown)).code, "too_old");
    const second = await worldOf(library, "HS256", { maxSession: "12h" });
    same((await second.refresh(second.pair.refresh.token)).code, "expired");
  },

  "misuse of refresh is a SetupError that names the option": async (library) => {
    const { pair, refresh, issuer, verifier } = await worldOf(library);
    const { token } = pair.refresh;
    for (const [option, more] of [
      ["families", { families: undefined }],
      ["families", { families: {} }],
      ["families", { families: { read: () => 7, swap: () => true } }],
      ["families", { families: { read: () => null, swap: () => { throw new Error("down"); } } }],
      ["verifier", { verifier: {} }],
      ["claims", { claims: { sub: "u2" } }],
      ["now", { now: NaN }],
      ["x", { x: 1 }],
    ]) {
      const error = await rejectionOf(() => refresh(token, more));
      same(error instanceof library.SetupError, true, `${option}: ${error}`);
      same(error.option, option);
    }
    // A family that never stays as it was read is somebody's mistake, and no reason to go on.
    const reused = JSON.stringify({ current: "a", previous: "b", turned: 0 });
    const unsteady = { read: () => reused, swap: () => false };
    same((await rejectionOf(() => refresh(token, { families: unsteady }))).option, "families");
    same((await issuer.refresh(token, { verifier, families: new library.MemoryFamilies(), ...LATER })).ok, true);
  },

  "families in memory are forgotten when they have had their time": async (library) => {
    const { pair, refresh, families } = await worldOf(library);
    const answer = await refresh(pair.refresh.token);
    // A verifier's clock may be ten minutes behind.
    same(families.prune(answer.refresh.record.exp + 599), 0);
    same(families.prune(answer.refresh.record.exp + 600), 1);
    same(families.read(pair.refresh.record.family), null);
  },
};
