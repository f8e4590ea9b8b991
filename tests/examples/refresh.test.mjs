// The example that exchanges refresh tokens as it stands, in two isolates of the real workerd over
// one D1: one holder of a token goes on, whatever is asked at one time.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";

import { startIsolates } from "../../scripts/worker.mjs";
import { libraryIn, projectOf, storesIn } from "./world.mjs";

const NAMES = { issuer: "https://me.example", audience: "api" };

/** How many ask at one time, and how often that is tried. */
const ASKED = 6;
const ROUNDS = 8;

/** The example with no grace: whoever comes second has a copy. */
const STRICT = `
  import { Issuer, KeySet, Verifier } from "edge-jwt";
  import { SqlStore, d1 } from "edge-jwt/store";

  const NAMES = ${JSON.stringify(NAMES)};
  export default {
    async fetch(request, { KEY, DB }) {
      const keys = new KeySet([{ jwk: JSON.parse(KEY) }]);
      const issuer = new Issuer({ keys, ...NAMES, refreshGrace: null });
      const verifier = new Verifier({ keys, ...NAMES, kind: "refresh" });
      const { refresh_token } = await request.json();
      const { families } = new SqlStore(d1(DB));
      const { ok, code, refresh, entry } = await issuer.refresh(refresh_token, { verifier, families });
      return Response.json({ ok, code, entry, refresh_token: refresh?.token });
    },
  };
`;

const folder = projectOf("refresh", ["refresh-worker.js"], { "strict.js": STRICT });
const library = await libraryIn(folder);
const { Issuer, KeySet, Verifier, generateKey } = library;
const jwk = await generateKey("ES256", { kid: "tokens" });
const keys = new KeySet([{ jwk }]);
const { SqlStore, d1 } = await storesIn(folder);

async function startService(t, entry) {
  const isolate = { bindings: { KEY: JSON.stringify(jwk) }, d1Databases: { DB: "tables" } };
  const isolates = { one: isolate, two: isolate };
  const miniflare = await startIsolates(join(folder, entry), isolates, { log: () => {} });
  t.after(() => miniflare.dispose());
  const db = await miniflare.getD1Database("DB", "one");
  await new SqlStore(d1(db)).migrate();
  const fetchers = [await miniflare.getWorker("one"), await miniflare.getWorker("two")];
  const ask = (body, place) =>
    fetchers[place % 2].fetch("http://service/refresh", { method: "POST", body });
  return { db, ask, refresh: (refresh_token, place = 0) => ask(JSON.stringify({ refresh_token }), place) };
}

const signIn = () => new Issuer({ keys, ...NAMES }).issuePair({ sub: "u1" });
const jtiOf = (token) => JSON.parse(Buffer.from(token.split(".")[1], "base64url")).jti;

/** The answers to one token shown several times at once, in both isolates. */
async function atOnce({ refresh }, token) {
  const asked = Array.from({ length: ASKED }, (_, place) => refresh(token, place));
  return Promise.all(asked.map(async (answer) => (await answer).json()));
}

test("an exchange answers the next pair, and a copy shown later ends the family", async (t) => {
  const { refresh, ask, db } = await startService(t, "refresh-worker.js");
  const first = await signIn();
  const answer = await refresh(first.refresh.token);
  assert.equal(answer.headers.get("cache-control"), "no-store");
  const { access_token, token_type, expires_in, refresh_token } = await answer.json();
  assert.deepEqual([token_type, expires_in], ["Bearer", 3600]);
  assert.equal((await new Verifier({ keys, ...NAMES }).verify(access_token)).ok, true);

  const third = await (await refresh(refresh_token, 1)).json();
  const reused = await refresh(first.refresh.token, 1);
  assert.equal(reused.status, 400);
  assert.equal((await reused.json()).error, "invalid_grant");
  const { results } = await db.prepare("SELECT kind, value FROM jwt_revocations").run();
  assert.deepEqual(results, [{ kind: "family", value: first.refresh.record.family }]);
  assert.equal((await refresh(third.refresh_token)).status, 400, "the family is over");

  for (const body of ["", "{}", "[]", "null", '{"refresh_token":7}', JSON.stringify({ refresh_token: access_token })]) {
    assert.equal((await ask(body, 0)).status, 400, body);
  }
});

test("of several exchanges at one time one goes on, and the others have a defined answer", async (t) => {
  const service = await startService(t, "refresh-worker.js");
  const counts = { refused: 0, answered: 0 };
  for (let round = 0; round < ROUNDS; round += 1) {
    const { refresh } = await signIn();
    const { family } = refresh.record;
    const answers = await atOnce(service, refresh.token);
    const pairs = answers.filter((answer) => answer.error === undefined);
    for (const { error } of answers) assert.ok(error === undefined || error === "invalid_grant");
    counts.answered += pairs.length;
    counts.refused += answers.length - pairs.length;

    const text = await service.db.prepare("SELECT text FROM jwt_families WHERE family = ?").bind(family).first("text");
    const { current } = JSON.parse(text);
    const winners = pairs.filter(({ refresh_token }) => jtiOf(refresh_token) === current);
    assert.equal(winners.length, 1, "one of the answers is the one to go on with");
    assert.equal((await service.refresh(winners[0].refresh_token)).status, 200);
    const others = pairs.filter((pair) => pair !== winners[0]);
    for (const { refresh_token } of others) assert.equal((await service.refresh(refresh_token)).status, 400);
  }
  t.diagnostic(JSON.stringify(counts));
});

test("without a grace one of several exchanges at one time gets a pair", async (t) => {
  const service = await startService(t, "strict.js");
  const seen = {};
  for (let round = 0; round < ROUNDS; round += 1) {
    const { refresh } = await signIn();
    const answers = await atOnce(service, refresh.token);
    const winners = answers.filter(({ ok }) => ok);
    assert.equal(winners.length, 1);
    for (const { ok, code, entry } of answers) {
      const expected = ok || code === "refresh_reused" || code === "revoked_family";
      assert.ok(expected, `${code} ${JSON.stringify(entry)}`);
      const name = ok ? "won" : entry === null ? `lost: ${code}` : "found out";
      seen[name] = (seen[name] ?? 0) + 1;
    }
  }
  t.diagnostic(JSON.stringify(seen));
});
