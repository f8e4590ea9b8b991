// `npm run load -- SECONDS RATE`: the gate in workerd under load from a second process, over loopback.
//
// First so many requests a second with tokens of every fate, while a new list is published each
// second and one more token is thrown out by it; then as many as go through, beside the same worker
// without a gate and behind `hono/jwt`.

import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";

import { build } from "./build.mjs";
import { Stop, at, main } from "./steps.mjs";

const ISSUER = "https://me.example";
const SECRET = randomBytes(32).toString("hex");

/** After how many seconds a worker looks for a newer list, and how often one is published. */
const EVERY = 1;

/** Entries of the list besides those that are about tokens of this run. */
const ENTRIES = 10_000;

const PASSES = 5;
const PASS_SECONDS = 5;

const [seconds = 60, rate = 1000] = process.argv.slice(2).map(Number);

await main(async () => {
  await build();
  const library = await importOwn("hosts/node.js");
  const world = await makeWorld({ ...library, ...(await importOwn("lists/index.js")) });
  const { miniflare, ports } = await startWorkers(library, world);
  const client = startClient();
  try {
    await world.publish(await listsIn(miniflare));
    console.log(`${rate} requests a second for ${seconds} s, a new list each second:`);
    await underLoad(client, ports, world, await listsIn(miniflare));
    console.log(`\nas many as go through, medians of ${PASSES} passes of ${PASS_SECONDS} s:`);
    await besideOthers(client, ports, world);
  } finally {
    client.stop();
    await miniflare.dispose();
  }
});

function importOwn(path) {
  return import(pathToFileURL(at("target/npm/edge-jwt/lib", path)).href);
}

/** Tokens, and lists that throw some of them out. */
async function makeWorld({ Issuer, KeySet, generateKey, kv, publishList }) {
  const { MemoryStore } = await importOwn("store/index.js");
  const issuer = new Issuer({ keys: new KeySet([{ alg: "HS256", secret: SECRET }]), issuer: ISSUER });
  const other = new Issuer({ keys: new KeySet([{ alg: "HS256", secret: "x".repeat(32) }]), issuer: ISSUER });
  const listKeys = new KeySet([{ jwk: await generateKey("ES256", { kid: "lists" }) }]);
  const store = new MemoryStore();
  for (let count = 0; count < ENTRIES; count += 1) await store.revocations.add({ jti: randomBytes(16).toString("hex") });
  const issue = (options) => issuer.issueSync({ sub: "user", role: "agent" }, options);
  const revoked = Array.from({ length: 20 }, () => issue());
  for (const { record } of revoked) await store.revocations.add({ jti: record.jti });
  const past = { now: Date.now() / 1000 - 7200 };
  const shown = (count, status, make) => Array.from({ length: count }, () => ({ token: make(), status }));
  const tokens = [
    ...shown(280, 200, () => issue().token),
    ...shown(40, 401, () => issue(past).token),
    ...shown(40, 401, () => other.issueSync({ sub: "user" }).token),
    ...shown(20, 401, () => null),
    ...revoked.map(({ token }) => ({ token, status: 401, revoked: true })),
  ];
  tokens.sort((one, two) => String(one.token).slice(-8).localeCompare(String(two.token).slice(-8)));
  return {
    tokens,
    listJwks: listKeys.toJwks(),
    issue,
    revoke: (jti) => store.revocations.add({ jti }),
    publish: (namespace) => publishList({ store, lists: kv(namespace), signWith: listKeys, issuer: ISSUER }),
  };
}

async function startWorkers(library, { listJwks }) {
  const { startIsolates } = await import("./worker.mjs");
  const bindings = { SECRET, ISSUER, LIST_JWKS: listJwks, EVERY };
  const isolate = (entry) => ({
    entry: at("benches/load", `${entry}-worker.js`),
    bindings,
    kvNamespaces: { LISTS: "lists" },
    unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
  });
  const workers = { gate: isolate("gate"), other: isolate("gate"), plain: isolate("plain"), hono: isolate("hono") };
  const modules = [at("target/npm")];
  const miniflare = await startIsolates(null, workers, { modules, log: (text) => process.stderr.write(text) });
  const ports = {};
  for (const name of Object.keys(workers)) ports[name] = (await miniflare.unsafeGetDirectURL(name)).href;
  return { miniflare, ports };
}

function listsIn(miniflare) {
  return miniflare.getKVNamespace("LISTS", "gate");
}

/** The second process. */
function startClient() {
  const child = spawn(process.execPath, [at("benches/load/client.mjs")], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask(task) {
      child.stdin.write(`${JSON.stringify(task)}\n`);
      return JSON.parse((await lines.next()).value);
    },
    stop: () => child.kill(),
  };
}

async function underLoad(client, { gate, other }, { tokens, ...world }, namespace) {
  const asked = client.ask({ url: gate, seconds, rate, tokens });
  let isOver = false;
  asked.finally(() => (isOver = true));
  const delays = [];
  while (!isOver) {
    const next = pause(1000);
    delays.push(await throwOut(world, namespace, other));
    await next;
  }
  const { sent, wrong, p50, p99, max } = await asked;
  const figures = [p50, p99, max].map((time) => time.toFixed(1)).join(", ");
  console.log(`${sent} sent, ${JSON.stringify(wrong)} answered otherwise than they should`);
  console.log(`milliseconds to an answer, half, 99 in 100, longest: ${figures}`);
  delays.sort((one, two) => one - two);
  const [half, last] = [delays[delays.length >> 1], delays.at(-1)].map((time) => (time / 1000).toFixed(2));
  console.log(`${delays.length} lists; thrown out until refused by another worker: ${half} s, longest ${last} s`);
  if (Object.keys(wrong).length > 0) throw new Stop("The gate answered what it should not.");
}

/** Throws a token out, publishes that, and answers after how many milliseconds another worker knows. */
async function throwOut({ issue, revoke, publish }, namespace, url) {
  const { token, record } = issue();
  const headers = { authorization: `Bearer ${token}` };
  const ask = async () => (await fetch(url, { headers })).status;
  if ((await ask()) !== 200) throw new Stop("A good token was refused.");
  const started = performance.now();
  await revoke(record.jti);
  await publish(namespace);
  while ((await ask()) !== 401) await pause(20);
  return performance.now() - started;
}

async function besideOthers(client, ports, { tokens }) {
  const named = { "without a gate": "plain", "behind hono/jwt": "hono", "behind the gate": "gate" };
  const passes = Object.fromEntries(Object.keys(named).map((name) => [name, []]));
  for (let pass = -1; pass < PASSES; pass += 1) {
    for (const [name, port] of Object.entries(named)) {
      const task = { url: ports[port], seconds: PASS_SECONDS, tokens: tokensFor(port, tokens) };
      const { perSecond, wrong } = await client.ask(task);
      if (Object.keys(wrong).length > 0) throw new Stop(`${name}: ${JSON.stringify(wrong)}`);
      if (pass >= 0) passes[name].push(perSecond);
    }
  }
  const { median } = await import("../benches/report/figures.mjs");
  const gate = median(passes["behind the gate"]);
  for (const [name, rates] of Object.entries(passes)) {
    const middle = median(rates);
    const range = `${Math.min(...rates).toFixed(0)} to ${Math.max(...rates).toFixed(0)}`;
    console.log(`${name}: ${middle.toFixed(0)} a second (${range}); the gate's to it: ${(gate / middle).toFixed(2)}`);
  }
}

/** What each worker makes of the same tokens. */
function tokensFor(worker, tokens) {
  if (worker === "plain") return tokens.map((one) => ({ ...one, status: 200 }));
  return tokens.map((one) => (worker === "hono" && one.revoked ? { ...one, status: 200 } : one));
}
