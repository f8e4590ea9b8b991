// `edge-jwt/store`: one suite of behaviours on every store, D1 in the real workerd among them; what
// two isolates do at one time; and what is left where a worker is killed at its work.

import assert from "node:assert/strict";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";

import { createClient } from "@libsql/client";
import Database from "libsql";

import { startIsolates, startWorker } from "../../scripts/worker.mjs";
import { importsOf } from "./imports.mjs";
import { installInto } from "./install.mjs";
import { startKillable, until } from "./killable.mjs";
import { runStore } from "./store-suite.mjs";

/** The suite in workerd, each behaviour on tables made anew. */
const SUITE = `
  import * as library from "edge-jwt";
  import { SqlStore, d1 } from "edge-jwt/store";
  import { runStore } from "./store-suite.mjs";

  const TABLES = [
    ...["families", "tokens", "pairs", "revocations", "lists", "failures", "deliveries", "statuses"],
    "migrations",
  ];

  export default {
    async fetch(request, { DB }) {
      return Response.json(await runStore(async () => {
        for (const table of TABLES) await DB.prepare("DROP TABLE IF EXISTS jwt_" + table).run();
        const store = new SqlStore(d1(DB));
        await store.migrate();
        return store;
      }, library));
    },
  };
`;

/** The suite in a Durable Object, each behaviour on storage made anew. */
const DURABLE = `
  import { DurableObject } from "cloudflare:workers";

  import * as library from "edge-jwt";
  import { SqlStore, durable } from "edge-jwt/store";
  import { runStore } from "./store-suite.mjs";

  export class Keeper extends DurableObject {
    async fetch() {
      const { storage } = this.ctx;
      return Response.json(await runStore(async () => {
        await storage.deleteAll();
        const store = new SqlStore(durable(storage));
        await store.migrate();
        return store;
      }, library));
    }
  }

  export default {
    fetch: (request, { KEEPER }) => KEEPER.get(KEEPER.idFromName("one")).fetch(request),
  };
`;

/** One step of a store at each path, for two isolates to take at one time. */
const STEPS = `
  import { SqlStore, d1 } from "edge-jwt/store";

  export default {
    async fetch(request, { DB }) {
      const store = new SqlStore(d1(DB));
      const [step, ...given] = await request.json();
      const { families, pairs, lists } = store;
      const steps = {
        migrate: () => store.migrate(),
        swap: () => families.swap(...given),
        read: () => families.read(...given),
        put: () => pairs.put(...given),
        raise: () => lists.raise(),
      };
      return Response.json(await steps[step]());
    },
  };
`;

/** A token service, as far as a store goes: what it answers has been kept. */
const SERVICE = `
  import { Issuer, KeySet, Verifier } from "edge-jwt";
  import { SqlStore, d1 } from "edge-jwt/store";

  const SECRET = "s".repeat(32);
  const steps = {
    migrate: (store) => store.migrate(),
    async signIn({ tokens }, sub) {
      const { refresh } = await serviceOf().issuer.issuePair({ sub });
      await tokens.add(refresh.record);
      return refresh;
    },
    async refresh({ families, tokens }, token) {
      const { issuer, verifier } = serviceOf();
      const { ok, code, refresh } = await issuer.refresh(token, { verifier, families });
      if (ok) await tokens.add(refresh.record);
      return { ok, code, ...refresh };
    },
    raise: ({ lists }) => lists.raise(),
    async revoke({ revocations }, jti) {
      await revocations.add({ jti });
      return jti;
    },
    entries: async ({ revocations }) => (await revocations.page()).entries,
    tokens: ({ tokens }, sub) => tokens.ofSubject(sub),
    read: ({ families }, family) => families.read(family),
  };

  function serviceOf() {
    const keys = new KeySet([{ kid: "main", alg: "HS256", secret: SECRET }]);
    // Longer than the test: an answer that was lost is asked for again however slow the machine is.
    const issuer = new Issuer({ keys, refreshGrace: "1h" });
    return { issuer, verifier: new Verifier({ keys, issuer: null, audience: null, kind: "refresh" }) };
  }

  export default {
    async fetch(request, { DB }) {
      const [step, ...given] = await request.json();
      return Response.json(await steps[step](new SqlStore(d1(DB)), ...given));
    },
  };
`;

const folder = installInto("store", {
  files: ["store-suite.mjs"],
  texts: {
    ...{ "suite-worker.mjs": SUITE, "durable-worker.mjs": DURABLE },
    ...{ "steps-worker.mjs": STEPS, "service-worker.mjs": SERVICE },
  },
});
const lib = join(folder, "node_modules/edge-jwt/lib");
const load = (path) => import(pathToFileURL(join(lib, path)).href);
const library = await load("hosts/node.js");
const { MemoryStore, SqlStore, d1, libsql, sqlite } = await load("store/index.js");
// Not in every Node.
const { DatabaseSync } = await import("node:sqlite").catch(() => ({}));

/** What each step of a migration does. */
const MIGRATIONS = await migrationsOf(sqlite(new Database(":memory:")));

async function migrationsOf(driver) {
  const steps = [];
  const batch = (statements) => {
    steps.push(statements.map(({ sql }) => sql).filter((sql) => !sql.startsWith("INSERT INTO jwt_migrations")));
    return driver.batch(statements);
  };
  await new SqlStore({ ...driver, batch }).migrate();
  return steps;
}

/** A database file that is not there yet. */
let files = 0;
function newFile() {
  const data = join(folder, "data");
  if (files === 0) rmSync(data, { recursive: true, force: true });
  mkdirSync(data, { recursive: true });
  files += 1;
  return join(data, `${files}.sqlite`);
}

async function migrated(driver) {
  const store = new SqlStore(driver);
  await store.migrate();
  return store;
}

/** Stores in Node. `libsql` has the synchronous interface of better-sqlite3. */
const STORES = {
  "in memory": async () => new MemoryStore(),
  "in a file, synchronous as better-sqlite3": () => migrated(sqlite(new Database(newFile()))),
  "in a file, by a libSQL client": () => migrated(libsql(createClient({ url: `file:${newFile()}` }))),
  ...(DatabaseSync && { "in node:sqlite": () => migrated(sqlite(new DatabaseSync(newFile()))) }),
};

async function reportOn(t, results) {
  assert.ok(results.length > 0);
  for (const { name, error } of results) await t.test(name, () => assert.equal(error, undefined));
}

for (const [name, makeStore] of Object.entries(STORES)) {
  test(`a store ${name}`, async (t) => reportOn(t, await runStore(makeStore, library)));
}

test("a store in D1, in workerd", async (t) => {
  const entry = join(folder, "suite-worker.mjs");
  const { address, stop } = await startWorker({ entry, stores: { d1Databases: { DB: "suite" } } });
  try {
    await reportOn(t, await (await fetch(address)).json());
  } finally {
    await stop();
  }
});

test("a store in a Durable Object, in workerd", async (t) => {
  const entry = join(folder, "durable-worker.mjs");
  const stores = { durableObjects: { KEEPER: { className: "Keeper", useSQLite: true } } };
  const { address, stop } = await startWorker({ entry, stores });
  try {
    await reportOn(t, await (await fetch(address)).json());
  } finally {
    await stop();
  }
});

/** Two isolates over one D1: a step taken by both several times at once. */
async function twoIsolates(t) {
  const isolate = { d1Databases: { DB: "shared" } };
  const isolates = { one: isolate, two: isolate };
  const miniflare = await startIsolates(join(folder, "steps-worker.mjs"), isolates, { log: () => {} });
  t.after(() => miniflare.dispose());
  const workers = [await miniflare.getWorker("one"), await miniflare.getWorker("two")];
  const take = async (place, ...step) => {
    const answer = await workers[place % 2].fetch("http://store/", { method: "POST", body: JSON.stringify(step) });
    const text = await answer.text();
    assert.equal(answer.status, 200, `${step}: ${text}`);
    return JSON.parse(text);
  };
  const atOnce = (stepOf) => Promise.all(Array.from({ length: 8 }, (_, place) => take(place, ...stepOf(place))));
  return { take, atOnce, db: await miniflare.getD1Database("DB", "one") };
}

test("of what two isolates do at one time, one of each kind is done", async (t) => {
  const { take, atOnce, db } = await twoIsolates(t);
  const missing = await atOnce(() => ["migrate"]);
  assert.ok(missing.includes(2), "somebody found the tables missing");
  const { results } = await db.prepare("SELECT number FROM jwt_migrations").all();
  assert.deepEqual(results, [{ number: 1 }, { number: 2 }], "each step was applied once");
  assert.equal(await take(0, "migrate"), 0);

  let from = null;
  let was = null;
  const pair = { key: "k", owner: 7, name: "app", hash: "h", created: 1, lastIp: null, state: "active" };
  for (let round = 0; round < 6; round += 1) {
    const swapped = await atOnce((place) => ["swap", "f", from, `${round}.${place}`, 2000]);
    assert.equal(swapped.filter(Boolean).length, 1);
    from = await take(round, "read", "f");
    assert.equal(from, `${round}.${swapped.indexOf(true)}`);

    const put = await atOnce((place) => ["put", { ...pair, lastUsed: 10 * round + place }, was]);
    assert.equal(put.filter(Boolean).length, 1);
    was = { ...pair, lastUsed: 10 * round + put.indexOf(true) };
  }
  const numbers = [...(await atOnce(() => ["raise"])), ...(await atOnce(() => ["raise"]))];
  assert.deepEqual(numbers.sort((one, two) => one - two), Array.from({ length: 16 }, (_, place) => place + 1));
});

test("a worker that is killed at its work leaves whole what it had answered", async (t) => {
  const data = join(folder, "killed");
  rmSync(data, { recursive: true, force: true });
  const entry = join(folder, "service-worker.mjs");
  const first = await startKillable(t, entry, data);
  // In the middle of its migration, or before, or after.
  const migrating = first.ask("migrate").catch(() => {});
  await first.kill();
  await migrating;

  const families = [];
  const [numbers, revoked] = [[], []];
  const counts = { exchanged: 0, askedAgain: 0 };
  for (let round = 0; round < 4; round += 1) {
    const { ask, kill } = await startKillable(t, entry, data);
    await ask("migrate");

    const entries = new Set((await ask("entries")).map(({ jti }) => jti));
    for (const jti of revoked) assert.ok(entries.has(jti), "every revocation that was answered is there");
    for (const one of families) {
      const known = JSON.parse((await ask("read", one.record.family)) ?? "null");
      const isAhead = known !== null && known.current !== one.record.jti;
      if (isAhead) counts.askedAgain += 1;
      const kept = (await ask("tokens", one.record.sub)).map(({ jti }) => jti);
      assert.ok(kept.includes(one.record.jti), "every record that was answered is there");
      const next = await ask("refresh", one.token);
      assert.equal(next.ok, true, `whoever holds the last token goes on: ${next.code}`);
      Object.assign(one, next);
    }
    while (families.length < 3) families.push(await ask("signIn", `user ${families.length}`));

    let isGone = false;
    const gone = () => isGone;
    const work = [
      ...families.map((one) => until(gone, () => ask("refresh", one.token), (next) => {
        assert.equal(next.ok, true, next.code);
        counts.exchanged += 1;
        Object.assign(one, next);
      })),
      until(gone, () => ask("raise"), (number) => numbers.push(number)),
      until(gone, () => ask("revoke", `${round}.${revoked.length}`), (jti) => revoked.push(jti)),
    ];
    await pause(300 + 70 * round);
    isGone = true;
    await kill();
    await Promise.all(work);
  }
  assert.equal(new Set(numbers).size, numbers.length, "no number was given twice");
  assert.ok(counts.exchanged > 0 && numbers.length > 0 && revoked.length > 0);
  t.diagnostic(JSON.stringify({ ...counts, numbers: numbers.length, revoked: revoked.length }));
});

test("a migration that fails leaves no table of its own, and the next one does it all", async () => {
  const db = new Database(newFile());
  db.exec("CREATE TABLE jwt_lists (seq INTEGER NOT NULL)");
  const store = new SqlStore(sqlite(db));
  await assert.rejects(store.migrate(), /jwt_lists/);
  const tables = () => db.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'jwt%' ORDER BY name").all();
  assert.deepEqual(tables().map(({ name }) => name), ["jwt_lists", "jwt_migrations"]);
  db.exec("DROP TABLE jwt_lists");
  assert.equal(await store.migrate(), MIGRATIONS.length);
  assert.equal(await store.migrate(), 0);
  assert.equal(await store.lists.raise(), 1);
});

test("tables of an earlier version take the missing steps, and keep what they hold", async () => {
  for (let done = 1; done < MIGRATIONS.length; done += 1) {
    const db = new Database(newFile());
    db.exec("CREATE TABLE jwt_migrations (number INTEGER PRIMARY KEY)");
    for (let number = 1; number <= done; number += 1) {
      for (const statement of MIGRATIONS[number - 1]) db.exec(statement);
      db.prepare("INSERT INTO jwt_migrations (number) VALUES (?)").run(number);
    }
    const store = new SqlStore(sqlite(db));
    await store.families.swap("f", null, "a", 2000);
    assert.equal(await store.migrate(), MIGRATIONS.length - done);
    assert.equal(await store.families.read("f"), "a");
    assert.equal(await store.failures.add("::1", 1000, 60), 1);
  }
});

test("a database that was forgotten is found before its first use", () => {
  for (const nothing of [undefined, null, {}, "file:x", { prepare: 5, exec: 5, execute: 5, batch: 5 }]) {
    assert.throws(() => d1(nothing), { name: "SetupError", option: "db" });
    assert.throws(() => sqlite(nothing), { name: "SetupError", option: "db" });
    assert.throws(() => libsql(nothing), { name: "SetupError", option: "client" });
    assert.throws(() => new SqlStore(nothing), { name: "SetupError", option: "driver" });
  }
});

test("what a database throws comes out as it is", async () => {
  const failure = new Error("the disk is full");
  const fail = () => Promise.reject(failure);
  const store = new SqlStore({ all: fail, run: fail, batch: fail });
  for (const step of [
    () => store.migrate(),
    () => store.families.read("f"),
    () => store.families.swap("f", null, "a", 2000),
    () => store.tokens.byId("a"),
    () => store.lists.raise(),
    () => store.prune(1),
  ]) {
    await assert.rejects(step, failure);
  }
});

test("a store has no wasm, and nothing that asks for it", () => {
  assert.deepEqual(importsOf(lib, "store/index.js"), ["ground.js", "store/index.js"]);
});
