// The example for workers as it stands, in the real workerd, with real D1, KV and R2: two isolates
// behind one list, and whoever can write to the store.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";

import { startIsolates } from "../../scripts/worker.mjs";
import { eventually, libraryIn, makeWorld, projectOf, storesIn } from "./world.mjs";

/** The example, but its KV does not name the newest list between "/hold" and "/release". */
const HELD = `
  import worker from "./revocations-worker.js";

  let isHeld = false;
  const waiting = (namespace) => ({
    async get(...args) {
      while (isHeld) await scheduler.wait(20);
      return namespace.get(...args);
    },
    put: (...args) => namespace.put(...args),
  });

  export default {
    ...worker,
    async fetch(request, env, ctx) {
      const { pathname } = new URL(request.url);
      if (pathname === "/hold" || pathname === "/release") {
        isHeld = pathname === "/hold";
        return new Response();
      }
      return worker.fetch(request, { ...env, LISTS: waiting(env.LISTS) }, ctx);
    },
  };
`;

const folder = projectOf("worker", ["revocations-worker.js"], { "held.js": HELD });
const world = await makeWorld(await libraryIn(folder));
const { SqlStore, d1 } = await storesIn(folder);

const KV = { kvNamespaces: { LISTS: "lists" } };
const R2 = { r2Buckets: { BUCKET: "lists" } };

/** Two isolates of the worker with stores of their own, and an operator with a table. */
async function startService(t, { store = KV, entry = "revocations-worker.js", settings = {} } = {}) {
  const bindings = {
    LIST_KEY: world.listKey,
    LIST_JWKS: world.listJwks,
    TOKEN_JWKS: world.tokenJwks,
    POLL_SECONDS: 0.05,
    ...settings,
  };
  const isolate = { bindings, d1Databases: { DB: "table" }, ...store };
  const said = [];
  const log = (piece) => said.push(piece);
  const isolatesOf = { one: isolate, two: isolate };
  const miniflare = await startIsolates(join(folder, entry), isolatesOf, { log });
  t.after(() => miniflare.dispose());
  const db = await miniflare.getD1Database("DB", "one");
  const isolates = [await miniflare.getWorker("one"), await miniflare.getWorker("two")];
  const kept = new SqlStore(d1(db));
  await kept.migrate();
  const sql = (text, ...values) => db.prepare(text).bind(...values).run();
  return {
    miniflare,
    isolates,
    log: () => said.join(""),
    revoke: (entry) => kept.revocations.add(entry),
    unrevoke: (entry) => kept.revocations.remove(entry),
    sql,
    cron: async () => {
      const { outcome } = await isolates[0].scheduled({ cron: "* * * * *" });
      assert.equal(outcome, "ok");
    },
  };
}

/** What an isolate says of a token: "good", or the code. */
const ask = (isolate, token) => async () => {
  const headers = { authorization: `Bearer ${token}` };
  const { hello, code } = await (await isolate.fetch("http://api.example/", { headers })).json();
  return hello === undefined ? code : "good";
};

const health = async (isolate) => (await isolate.fetch("http://api.example/health")).json();
const seqOf = (isolate) => async () => (await health(isolate)).published?.seq;
const lastPollOf = (isolate) => async () => (await health(isolate)).lastPoll?.code;

for (const [name, store] of Object.entries({ KV, R2 })) {
  test(`a row in D1 throws a token out everywhere, until it is deleted (${name})`, async (t) => {
    const { isolates, revoke, unrevoke, cron } = await startService(t, { store });
    const [ada, bob] = [await world.token({ sub: "ada" }), await world.token({ sub: "bob" })];
    for (const isolate of isolates) {
      assert.equal(await ask(isolate, ada)(), "not_covered", "before there is any list");
    }
    await cron();
    for (const isolate of isolates) await eventually(ask(isolate, ada), "good");
    await revoke({ sub: "ada", before: Date.now() + 1000 });
    await cron();
    for (const isolate of isolates) {
      await eventually(ask(isolate, ada), "revoked_subject");
      assert.equal(await ask(isolate, bob)(), "good");
      assert.equal((await health(isolate)).published.changes, 1, "it came by a delta");
    }
    await unrevoke({ sub: "ada" });
    await cron();
    for (const isolate of isolates) await eventually(ask(isolate, ada), "good");
  });
}

test("an isolate that has fallen behind takes in the missing deltas, or the snapshot", async (t) => {
  const { miniflare, isolates, revoke, cron } = await startService(t);
  const [first, second] = isolates;
  const lists = await miniflare.getKVNamespace("LISTS", "one");
  const token = await world.token({ sub: "ada" });
  await cron();
  for (const isolate of isolates) await eventually(seqOf(isolate), 1);
  await revoke({ sub: "ada" });
  for (let times = 0; times < 3; times += 1) await cron();
  await eventually(seqOf(first), 4);
  assert.equal((await health(first)).published.changes, 1, "by deltas");
  assert.equal(await ask(first, token)(), "revoked_subject");
  await lists.delete("delta/3");
  await cron();
  await eventually(seqOf(second), 5);
  assert.equal(await ask(second, token)(), "revoked_subject");
});

test("rows whose tokens have expired go, and a table of many pages is read whole", async (t) => {
  const { isolates, sql, revoke, cron } = await startService(t);
  const rows = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20500)
    INSERT INTO jwt_revocations (kind, value, issuer, exp) SELECT 'jti', 'token-' || i, '', ? FROM n`;
  await sql(rows, Math.floor(Date.now() / 1000) + 3600);
  await revoke({ jti: "old", exp: 1700000000 });
  await cron();
  await eventually(seqOf(isolates[0]), 1);
  assert.equal((await health(isolates[0])).entries, 20500);
  const codes = ["token-1", "token-10001", "token-20500", "old"].map(async (jti) =>
    ask(isolates[0], await world.token({ sub: "ada" }, { jti }))());
  assert.deepEqual(await Promise.all(codes), [...Array(3).fill("revoked_token"), "good"]);
});

test("a list that was tampered with is not taken in, and the old one goes on serving", async (t) => {
  const { miniflare, isolates, log, revoke, cron } = await startService(t);
  const lists = await miniflare.getKVNamespace("LISTS", "one");
  const [isolate] = isolates;
  const [ada, bob] = [await world.token({ sub: "ada" }), await world.token({ sub: "bob" })];
  await revoke({ sub: "ada" });
  await cron();
  await eventually(ask(isolate, ada), "revoked_subject");

  await revoke({ sub: "bob" });
  await cron();
  for (const name of ["delta/2", "snapshot/2"]) {
    const value = await lists.get(name, "arrayBuffer");
    new Uint8Array(value)[value.byteLength - 9] ^= 1;
    await lists.put(name, value);
  }
  await eventually(lastPollOf(isolate), "wrong_digest");
  await eventually(() => log().includes("snapshot/2 was not taken in: wrong_digest"), true);
  assert.equal((await health(isolate)).published.seq, 1);
  assert.equal(await ask(isolate, ada)(), "revoked_subject");
  assert.equal(await ask(isolate, bob)(), "good");

  // The next cron does not build on what was tampered with; the one after it has no need to.
  assert.equal((await isolate.scheduled({ cron: "* * * * *" })).outcome, "exception");
  await cron();
  await eventually(ask(isolate, bob), "revoked_subject");
  assert.equal(await ask(isolate, ada)(), "revoked_subject");
});

test("a store turned back to an older snapshot lets nobody in again", async (t) => {
  const { miniflare, isolates, revoke, cron } = await startService(t);
  const lists = await miniflare.getKVNamespace("LISTS", "one");
  const [isolate] = isolates;
  const token = await world.token({ sub: "ada" });
  await cron();
  await eventually(ask(isolate, token), "good");
  await revoke({ sub: "ada" });
  await cron();
  await eventually(ask(isolate, token), "revoked_subject");

  await lists.put("latest", "1");
  await eventually(lastPollOf(isolate), "rollback");
  assert.equal(await ask(isolate, token)(), "revoked_subject");
  assert.equal((await health(isolate)).published.seq, 2);

  // The older octets under a newer name are no newer.
  await lists.put("snapshot/3", await lists.get("snapshot/1", "arrayBuffer"));
  await lists.put("latest", "3");
  await eventually(async () => (await health(isolate)).lastPoll.have?.seq, 2);
  assert.equal(await ask(isolate, token)(), "revoked_subject");
});

test("without its pointer the list grows stale, and then nobody gets in", async (t) => {
  const settings = { MAX_STALENESS_SECONDS: 2 };
  const { miniflare, isolates, cron } = await startService(t, { settings });
  const lists = await miniflare.getKVNamespace("LISTS", "one");
  const token = await world.token({ sub: "ada" });
  await cron();
  for (const isolate of isolates) await eventually(seqOf(isolate), 1);
  await lists.delete("latest");
  for (const isolate of isolates) {
    await eventually(ask(isolate, token), "stale_list");
    assert.equal((await health(isolate)).lastPoll.code, "not_found");
    const headers = { authorization: `Bearer ${token}` };
    const { status } = await isolate.fetch("http://api.example/", { headers });
    assert.equal(status, 503, "the token may be good");
  }
  await cron();
  for (const isolate of isolates) await eventually(ask(isolate, token), "good");
});

test("only the first list is waited for", async (t) => {
  const { isolates, revoke, cron } = await startService(t, { entry: "held.js" });
  const [isolate] = isolates;
  const control = (path) => isolate.fetch(`http://api.example${path}`);
  const token = await world.token({ sub: "ada" });
  await cron();
  await control("/hold");
  const first = ask(isolate, token)();
  await control("/release");
  assert.equal(await first, "good", "it waited, or there would have been no list");

  await control("/hold");
  await revoke({ sub: "ada" });
  await cron();
  // The store answers nobody, and would for ever; the old list does.
  for (let times = 0; times < 5; times += 1) assert.equal(await ask(isolate, token)(), "good");
  await control("/release");
  await eventually(ask(isolate, token), "revoked_subject");
});
