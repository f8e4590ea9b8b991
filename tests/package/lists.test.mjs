// `edge-jwt/lists`: one suite of behaviours on every place of lists, KV and R2 in the real workerd
// among them; lists over real HTTP; how a follower asks; and what is left where workers are killed at
// their work.

import assert from "node:assert/strict";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";

import { build } from "esbuild";
import Database from "libsql";

import { startIsolates, startWorker } from "../../scripts/worker.mjs";
import { eventually } from "../examples/world.mjs";
import { seeded } from "../fuzz/random.mjs";
import { installInto } from "./install.mjs";
import { startKillable, until } from "./killable.mjs";
import { runLists, worldOf } from "./lists-suite.mjs";

/** The suite in workerd, each behaviour at a place of its own. */
const SUITE = `
  import * as library from "edge-jwt";
  import * as lists from "edge-jwt/lists";
  import { MemoryStore } from "edge-jwt/store";
  import { runLists, worldOf } from "./lists-suite.mjs";

  let places = 0;
  const MAKERS = {
    "/kv": ({ LISTS }) => lists.kv(LISTS, { prefix: \`\${places += 1}/\` }),
    "/r2": ({ BUCKET }) => lists.r2(BUCKET, { prefix: \`\${places += 1}/\` }),
  };

  export default {
    async fetch(request, env) {
      const world = worldOf({ ...library, MemoryStore }, lists, env.KEYS);
      const { pathname } = new URL(request.url);
      const make = () => MAKERS[pathname](env);
      return Response.json(await runLists(make, world, { swaps: pathname === "/r2" }));
    },
  };
`;

/**
 * A service that publishes, and an API that follows: GET goes to the service, and a step, sent as JSON,
 * to the API or past all routes to the store.
 */
const SERVICE = `
  import { KeySet, Revocations, Verifier } from "edge-jwt";
  import { ListFollower, kv, publishList } from "edge-jwt/lists";
  import { createTokenService, lists, operator, statusLists } from "edge-jwt/service";
  import { SqlStore, d1 } from "edge-jwt/store";

  const ISSUER = "https://me.example";
  let made;

  function makeOf({ DB, LISTS, KEYS, MAY_READ = null }) {
    const store = new SqlStore(d1(DB));
    const signWith = new KeySet([{ jwk: KEYS.listKey }]);
    const to = kv(LISTS);
    const list = new Revocations({ keys: signWith, issuer: ISSUER });
    const follower = new ListFollower({ list, from: to, every: 0.05 });
    const keys = new KeySet([{ jwk: KEYS.tokenKey }]);
    const verifier = new Verifier({ keys, issuer: ISSUER, audience: null });
    verifier.setRevocations(list, { mode: "required", irrevocable: "accept" });
    const signing = { signWith, issuer: ISSUER };
    const mayRead = MAY_READ && (async (request) => request.headers.get("x-reader") === MAY_READ);
    const parts = [
      lists({ ...signing, to, mayRead }),
      statusLists({ ...signing, url: "https://me.example/status", maxAge: 0 }),
      operator({ mayOperate: (request) => request.headers.get("x-operator") === "yes" }),
    ];
    const service = createTokenService({ store, revocations: null, guesses: null, parts });
    const steps = {
      migrate: () => store.migrate(),
      revoke: async (entry) => (await store.revocations.add(entry), entry),
      publish: () => publishList({ store, lists: to, ...signing }),
      allot: () => store.statuses.allot(null),
      set: (...given) => store.statuses.set(...given),
      sql: async (text) => (await DB.prepare(text).run()).success,
      async check(token, ctx) {
        await follower.refresh(ctx);
        return (await verifier.verify(token)).code ?? "good";
      },
      health: () => follower.health(),
    };
    return { service, steps };
  }

  export default {
    async fetch(request, env, ctx) {
      made ??= makeOf(env);
      if (request.method !== "POST" || new URL(request.url).pathname !== "/") return made.service.fetch(request, ctx);
      const [step, ...given] = await request.json();
      return Response.json(await made.steps[step](...given, ctx));
    },
    scheduled: (event, env) => (made ??= makeOf(env)).service.scheduled(),
  };
`;

const folder = installInto("lists", {
  files: ["lists-suite.mjs"],
  texts: { "suite-worker.mjs": SUITE, "service-worker.mjs": SERVICE },
});
const installed = join(folder, "node_modules/edge-jwt");
const load = (path) => import(pathToFileURL(join(installed, path)).href);
const library = await load("lib/hosts/node.js");
const lists = await load("lib/lists/index.js");
const { MemoryStore, SqlStore, sqlite } = await load("lib/store/index.js");
const { ListFollower, httpLists, makeStatusList, memoryLists, statusAt } = lists;
const KEYS = {
  listKey: await library.generateKey("ES256", { kid: "lists" }),
  tokenKey: await library.generateKey("ES256", { kid: "tokens" }),
};
const world = worldOf({ ...library, MemoryStore }, lists, KEYS);

async function reportOn(t, results) {
  assert.ok(results.length > 0);
  for (const { name, error } of results) await t.test(name, () => assert.equal(error, undefined));
}

test("lists in memory", async (t) =>
  reportOn(t, await runLists(memoryLists, world, { swaps: true })));

test("lists in memory, of the full build", async (t) => {
  const full = { ...(await load("full/hosts/node.js")), MemoryStore };
  const fullLists = await load("full/lists/index.js");
  const fullWorld = worldOf(full, fullLists, KEYS);
  await reportOn(t, await runLists(fullLists.memoryLists, fullWorld, { swaps: true }));
});

test("lists in KV and in R2, in workerd", async (t) => {
  const entry = join(folder, "suite-worker.mjs");
  const stores = { kvNamespaces: { LISTS: "lists" }, r2Buckets: { BUCKET: "lists" } };
  const { address, stop } = await startWorker({ entry, bindings: { KEYS }, stores });
  t.after(stop);
  for (const place of ["kv", "r2"]) {
    await t.test(place, async (t) => reportOn(t, await (await fetch(address + place)).json()));
  }
});

test("a bundle of edge-jwt and edge-jwt/lists has one instance of the library", async () => {
  const bundleOf = async (entries) => {
    const contents = entries.map((name) => `export * from "${name}";`).join("\n");
    const options = { bundle: true, format: "esm", conditions: ["browser"], write: false, metafile: true };
    const { metafile } = await build({ stdin: { contents, resolveDir: folder }, ...options });
    return Object.keys(metafile.inputs).filter((path) => path.endsWith("/core.js"));
  };
  assert.equal((await bundleOf(["edge-jwt", "edge-jwt/lists", "edge-jwt/service"])).length, 1);
  assert.equal((await bundleOf(["edge-jwt/full", "edge-jwt/full/lists", "edge-jwt/full/service"])).length, 1);
});

// How a follower asks.

/** A place whose pointer answers when and what the test says. */
function heldPlace() {
  const place = { asked: 0, answer: async () => null, read: async () => null };
  const latest = () => {
    place.asked += 1;
    return place.answer();
  };
  return Object.assign(place, { latest });
}

test("a follower looks once in a while, however many ask, and only the first list is waited for", async () => {
  const store = new MemoryStore();
  const published = memoryLists();
  const place = heldPlace();
  place.read = (name) => published.read(name);
  place.answer = () => published.latest();
  await world.publish(store, published);
  const { follower, verdict } = world.reader(place, { every: 0.05 });
  const ada = await world.token({ sub: "ada" });
  await Promise.all(Array.from({ length: 9 }, () => follower.refresh()));
  assert.equal(await verdict(ada), "good", "all of them have waited for the first list");
  assert.equal(place.asked, 1);

  // A place that answers nobody stops neither the requests nor the next look.
  let release;
  place.answer = () => new Promise((resolve) => { release = resolve; });
  await store.revocations.add({ sub: "ada" });
  await world.publish(store, published);
  for (let looks = 2; looks < 4; looks += 1) {
    await pause(60);
    await Promise.all(Array.from({ length: 9 }, () => follower.refresh()));
    assert.equal(place.asked, looks);
  }
  assert.equal(await verdict(ada), "good");
  release(2);
  await eventually(() => verdict(ada), "revoked_subject");
});

test("whoever finds another's first look without an end does not wait for it for ever", async () => {
  const place = heldPlace();
  place.answer = () => new Promise(() => {});
  const { follower, verdict } = world.reader(place, { every: 30 });
  void follower.refresh();
  await follower.refresh();
  assert.equal(place.asked, 1);
  assert.equal(await verdict(await world.token({})), "not_covered");
  const published = memoryLists();
  await world.publish(new MemoryStore(), published);
  Object.assign(place, { answer: () => published.latest(), read: (name) => published.read(name) });
  await eventually(async () => (await follower.refresh(), verdict(await world.token({}))), "good");
});

test("what goes wrong while looking is told and not thrown", async () => {
  const place = heldPlace();
  const told = [];
  const list = new library.Revocations({ trustUnsigned: true });
  const follower = new ListFollower({ list, from: place, every: 0.001, onError: (refused) => told.push(refused) });
  assert.equal(follower.health().lastPoll, null);
  place.answer = () => Promise.reject(new Error("no way there"));
  await follower.refresh();
  assert.equal(follower.health().lastPoll.code, "unreachable");
  assert.match(follower.health().lastPoll.message, /no way there/);
  place.answer = () => { throw new Error("at once"); };
  await pause(5);
  await follower.refresh();
  assert.match(follower.health().lastPoll.message, /at once/);
  place.answer = async () => 7;
  await pause(5);
  await follower.refresh();
  assert.deepEqual(told.map(({ name, code }) => `${name} ${code}`), ["latest unreachable", "latest unreachable", "snapshot/7 not_found"]);
});

test("whoever is told of it and throws, at once or later, does no harm: where a delta is missing the snapshot comes", async () => {
  const [place, published, store] = [heldPlace(), memoryLists(), new MemoryStore()];
  let told = 0;
  const onError = () => {
    told += 1;
    const error = new Error("the logger is away");
    if (told > 1) return Promise.reject(error);
    throw error;
  };
  const { follower, verdict, catchUp } = world.reader(place, { onError });
  place.answer = () => Promise.reject(new Error("no way there"));
  await follower.refresh();
  assert.equal(follower.health().lastPoll.code, "unreachable");
  place.answer = () => published.latest();
  place.read = async (name) => (name.startsWith("delta/") ? null : published.read(name));
  for (const sub of ["ada", "bob"]) {
    await store.revocations.add({ sub });
    await world.publish(store, published);
    await catchUp();
    assert.equal(await verdict(await world.token({ sub })), "revoked_subject");
  }
  assert.equal(told, 2);
});

// The service and the API, in workerd.

const ISOLATE = { bindings: { KEYS }, d1Databases: { DB: "db" }, kvNamespaces: { LISTS: "lists" } };

/** Isolates over one D1 and one KV. */
async function startService(t, isolates) {
  const miniflare = await startIsolates(join(folder, "service-worker.mjs"), isolates, { log: () => {} });
  t.after(() => miniflare.dispose());
  const started = { address: (await miniflare.ready).href };
  for (const name of Object.keys(isolates)) {
    const worker = await miniflare.getWorker(name);
    const fetchIt = (path, init) => worker.fetch(`http://service.example${path}`, init);
    const ask = async (...step) => {
      const answer = await fetchIt("/", { method: "POST", body: JSON.stringify(step) });
      assert.equal(answer.status, 200, `${step}`);
      return answer.json();
    };
    const cron = async () => assert.equal((await worker.scheduled({ cron: "* * * * *" })).outcome, "ok");
    const operate = async (method, entry) => {
      const headers = { "x-operator": "yes", "content-type": "application/json" };
      const answer = await fetchIt("/operator/revocations", { method, headers, body: JSON.stringify(entry) });
      assert.equal(answer.status, 200);
    };
    started[name] = { ask, cron, operate, fetch: fetchIt };
  }
  await Object.values(started)[1].ask("migrate");
  return started;
}

test("what is thrown out at one isolate is refused at another at its next look, and taken back", async (t) => {
  const { one, two } = await startService(t, { one: ISOLATE, two: ISOLATE });
  const [ada, bob] = [await world.token({ sub: "ada" }), await world.token({ sub: "bob" })];
  assert.equal(await two.ask("check", ada), "not_covered", "before there is any list");
  await one.cron();
  await eventually(() => two.ask("check", ada), "good");
  await one.operate("POST", { sub: "ada" });
  await one.cron();
  await eventually(() => two.ask("check", ada), "revoked_subject");
  assert.equal((await two.ask("health")).published.changes, 1, "it came by a delta");
  assert.equal(await two.ask("check", bob), "good");
  await two.operate("DELETE", { sub: "ada" });
  await two.cron();
  for (const isolate of [one, two]) await eventually(() => isolate.ask("check", ada), "good");
  // Two crons at one time: whichever is later is what both come to.
  await one.operate("POST", { sub: "bob" });
  await Promise.all([one.cron(), two.cron()]);
  await one.cron();
  for (const isolate of [one, two]) await eventually(() => isolate.ask("check", bob), "revoked_subject");
});

test("lists are read over HTTP, each as long as it may be kept", async (t) => {
  const { address, one } = await startService(t, { one: ISOLATE });
  const get = (path, init) => fetch(`${address}revocations/${path}`, init);
  for (const path of ["latest", "snapshot/1", "delta/1"]) {
    const { status, headers } = await get(path);
    assert.deepEqual([status, headers.get("cache-control")], [404, "no-store"], path);
  }
  await one.cron();
  await one.operate("POST", { sub: "ada" });
  await one.cron();

  const pointer = await get("latest");
  assert.equal(await pointer.text(), "2");
  assert.equal(pointer.headers.get("cache-control"), "public, max-age=10");
  for (const path of ["snapshot/1", "snapshot/2", "delta/2"]) {
    const { status, headers } = await get(path);
    assert.equal(status, 200);
    assert.equal(headers.get("cache-control"), "public, max-age=31536000, immutable");
    assert.match(headers.get("list-manifest"), /^ey/);
    assert.match(headers.get("access-control-expose-headers") ?? "ETag, List-Manifest", /List-Manifest/);
  }
  const tags = new Set();
  for (const path of ["latest", "snapshot/1", "snapshot/2", "delta/2"]) {
    const etag = (await get(path)).headers.get("etag");
    tags.add(etag);
    for (const known of [etag, `W/${etag}`, `"x", ${etag}`, "*"]) {
      const { status, headers } = await get(path, { headers: { "if-none-match": known } });
      assert.deepEqual([status, headers.get("etag")], [304, etag], path);
    }
    for (const other of ['"x"', etag.slice(1, -1)]) {
      assert.equal((await get(path, { headers: { "if-none-match": other } })).status, 200);
    }
    const head = await get(path, { method: "HEAD" });
    assert.deepEqual([head.status, head.headers.get("etag"), await head.text()], [200, etag, ""]);
    assert.equal((await get(path, { method: "POST" })).status, 405);
  }
  assert.equal(tags.size, 4);
  for (const path of ["", "latest/", "snapshot/0", "snapshot/01", "snapshot/x", "snapshot/-1", "snapshot/1/2", "other/1"]) {
    assert.equal((await get(path)).status, 404, path);
  }
});

test("where not everybody may read lists, shared caches may not keep them", async (t) => {
  const gated = { ...ISOLATE, bindings: { KEYS, MAY_READ: "gate" } };
  const { address, one } = await startService(t, { one: gated });
  await one.cron();
  for (const path of ["latest", "snapshot/1"]) {
    const url = `${address}revocations/${path}`;
    assert.equal((await fetch(url)).status, 403);
    const { status, headers } = await fetch(url, { headers: { "x-reader": "gate" } });
    assert.deepEqual([status, headers.get("cache-control").split(",")[0]], [200, "private"]);
  }
});

test("a follower elsewhere reads the lists of a service", async (t) => {
  const { address, one } = await startService(t, { one: ISOLATE });
  const ada = await world.token({ sub: "ada" });
  const { follower, catchUp, verdict, refused } = world.reader(httpLists(`${address}revocations/`));
  await catchUp();
  assert.equal(follower.health().lastPoll.code, "not_found");
  await one.cron();
  await catchUp();
  assert.equal(await verdict(ada), "good");
  await one.operate("POST", { sub: "ada" });
  await one.cron();
  await catchUp();
  assert.equal(await verdict(ada), "revoked_subject");
  assert.equal(follower.health().published.changes, 1);
  assert.deepEqual(refused, ["latest not_found"]);
});

test("of a server that answers anything no more is read than may be", async (t) => {
  let answer = () => {};
  const server = createServer((request, response) => answer(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => { server.closeAllConnections(); server.close(); });
  const from = httpLists(`http://127.0.0.1:${server.address().port}`, { maxBytes: 1000, timeout: 300 });
  const answers = (status, body, headers = {}) => {
    answer = (request, response) => response.writeHead(status, headers).end(body);
  };
  answers(200, "7");
  assert.equal(await from.latest(), 7);
  answers(404, "7");
  assert.equal(await from.latest(), null);
  for (const text of ["", "0", "-1", "1.5", "x", "07", "9e9", "7 "]) {
    answers(200, text);
    assert.equal(await from.latest(), null, text);
  }
  answers(200, "1".repeat(17));
  await assert.rejects(from.latest(), /larger than 16/);
  answers(500, "7");
  await assert.rejects(from.latest(), /answered 500/);
  answers(200, "a".repeat(1000), { "list-manifest": "m" });
  assert.deepEqual(await from.read("snapshot/1"), { manifest: "m", body: new TextEncoder().encode("a".repeat(1000)) });
  answers(200, "a".repeat(1001));
  await assert.rejects(from.read("snapshot/1"), /larger than 1000/);
  const cannotEnd = () => { throw new Error("of the stream's own"); };
  const endless = () => new Response(new ReadableStream({ pull: (piece) => piece.enqueue(new Uint8Array(1001)), cancel: cannotEnd }));
  await assert.rejects(httpLists("http://a/", { maxBytes: 1000, fetch: async () => endless() }).read("snapshot/1"), /larger than 1000/);
  // Without an end, and without a word.
  answer = (request, response) => response.writeHead(200).write("a");
  await assert.rejects(from.read("snapshot/1"));
  answer = () => {};
  await assert.rejects(from.latest());
});

// Status lists.

const BASE = "https://me.example/status";

test("a token's place on a status list says what has become of it", async (t) => {
  const { address, one } = await startService(t, { one: ISOLATE });
  const keys = new library.KeySet([{ jwk: KEYS.listKey }]);
  const list = new library.Revocations({ keys, issuer: "https://me.example" });
  const verifier = new library.Verifier({
    keys: new library.KeySet([{ jwk: KEYS.tokenKey }]),
    issuer: "https://me.example",
    audience: null,
  });
  verifier.setRevocations(list, { mode: "if-loaded" });
  const tokens = [];
  for (let place = 0; place < 5; place += 1) {
    tokens.push(await world.token({ status: statusAt(await one.ask("allot"), BASE) }));
  }
  const codes = async () => {
    const answer = await fetch(`${address}status/1`);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get("content-type"), "application/statuslist+jwt");
    assert.deepEqual(await list.loadStatusList(await answer.text()), { ok: true, uri: `${BASE}/1` });
    return Promise.all(tokens.map(async (token) => (await verifier.verify(token)).code ?? "good"));
  };
  const [good, invalid, suspended, unknown] = ["good", "status_invalid", "status_suspended", "status_unknown"];
  assert.deepEqual(await codes(), [good, good, good, good, good]);
  // One bit, then two, four and eight.
  await one.ask("set", 4, 1);
  assert.deepEqual(await codes(), [good, good, good, good, invalid]);
  await one.ask("set", 1, 2);
  assert.deepEqual(await codes(), [good, suspended, good, good, invalid]);
  await one.ask("set", 3, 15);
  assert.deepEqual(await codes(), [good, suspended, good, unknown, invalid]);
  await one.ask("set", 0, 200);
  await one.ask("set", 1, 0);
  assert.deepEqual(await codes(), [unknown, good, good, unknown, invalid]);
  for (const path of ["2", "0", "01", "x", "1/2"]) {
    assert.equal((await fetch(`${address}status/${path}`)).status, 404, path);
  }
});

test("places that do not go on one status list go on the next", async () => {
  const db = new Database(":memory:");
  const store = new SqlStore(sqlite(db));
  await store.migrate();
  const [last, first] = [lists.STATUS_PLACES - 1, lists.STATUS_PLACES];
  db.prepare("INSERT INTO jwt_statuses (place, status) VALUES (?, 1)").run(last + 1);
  assert.equal(await store.statuses.allot(null), first);
  assert.equal(await store.statuses.allot(null), first + 1);
  await store.statuses.set(first + 1, 3);
  assert.deepEqual(statusAt(last, BASE), { status_list: { idx: last, uri: `${BASE}/1` } });
  assert.deepEqual(statusAt(first, BASE), { status_list: { idx: 0, uri: `${BASE}/2` } });
  const keys = new library.KeySet([{ jwk: KEYS.listKey }]);
  const making = { statuses: store.statuses, base: BASE, signWith: keys, issuer: "https://me.example" };
  const list = new library.Revocations({ keys, issuer: "https://me.example" });
  for (const number of [1, 2]) {
    const token = await makeStatusList({ ...making, list: number });
    assert.equal((await list.loadStatusList(token)).ok, true);
  }
  const statusOf = (idx) => list.check({ status: statusAt(idx, BASE) }).status;
  assert.deepEqual([last - 1, last, first, first + 1, first + 2].map(statusOf), ["good", "revoked", "good", "unknown", "good"]);
  assert.equal(await makeStatusList({ ...making, list: 3 }), null);
  assert.equal(await makeStatusList({ ...making, list: 0 }), null);
});

// Workers that are killed.

const SEED = 20261122;

test("a worker killed while it revokes and publishes loses nothing of what it had answered", async (t) => {
  const data = join(folder, "killed");
  rmSync(data, { recursive: true, force: true });
  const entry = join(folder, "service-worker.mjs");
  const random = seeded(SEED);
  let from;
  const place = { latest: () => from.latest(), read: (name) => from.read(name) };
  const old = world.reader(place);
  const [revoked, numbers] = [[], []];
  const isIn = (list) => (jti) => list.check({ jti, iss: "https://me.example" }).status === "revoked";

  for (let round = 0; round < 6; round += 1) {
    const { address, ask, kill } = await startKillable(t, entry, data, { KEYS });
    await ask("migrate");
    from = httpLists(`${address}revocations`);

    const pointer = await from.latest();
    if (round > 0) {
      assert.ok(pointer >= Math.max(...numbers), "a number that was answered is not behind the pointer");
      const fresh = world.reader(place);
      await fresh.catchUp();
      assert.deepEqual(fresh.follower.health().lastPoll, { ok: true, epoch: 1, seq: pointer });
    }
    const { seq } = await ask("publish");
    numbers.push(seq);
    for (const { list, follower, catchUp } of [old, world.reader(place)]) {
      await catchUp();
      assert.deepEqual(follower.health().lastPoll, { ok: true, epoch: 1, seq });
      assert.deepEqual(revoked.filter((jti) => !isIn(list)(jti)), [], "every revocation that was answered is on it");
    }

    let isGone = false;
    const gone = () => isGone;
    let names = 0;
    const revoke = () => ask("revoke", { jti: `${round}.${(names += 1)}` });
    const work = [
      until(gone, revoke, ({ jti }) => revoked.push(jti)),
      until(gone, revoke, ({ jti }) => revoked.push(jti)),
      until(gone, () => ask("publish"), (published) => numbers.push(published.seq)),
      // Goes on by whatever is there in between, and never falls back.
      until(gone, () => old.catchUp().then(() => pause(5)), () => {}),
    ];
    random.start(round);
    await pause(80 + random.below(400));
    isGone = true;
    await kill();
    await Promise.all(work);
  }
  assert.equal(new Set(numbers).size, numbers.length, "no number was given twice");
  assert.ok(numbers.length > 6 && revoked.length > 6);
  t.diagnostic(JSON.stringify({ published: numbers.length, revoked: revoked.length, last: numbers.at(-1) }));
});
