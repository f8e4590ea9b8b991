// Published revocation lists beside a JavaScript Set of the same UUIDs, in one process: octets, what
// loading takes, and what a look-up adds to `verify`.
//
// Lists are made by the full build, which has a memory of its own, so that linear memory shows what
// loading takes. Passes of everything that is compared are interleaved and use strings that nobody
// has seen before; what counts is the median. A difference stands beside its noise: that of two
// verifiers which have no list at all.

import { randomUUID } from "node:crypto";
import { freemem } from "node:os";
import { setTimeout } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { median } from "./report/figures.mjs";

/** How many entries, and how many passes of loading them; a Set of ten million takes long. */
const SIZES = { 1000: 25, 10_000: 25, 1_000_000: 9, 10_000_000: 3 };

/** The largest, and what must be free for it: its UUIDs stand in JavaScript three times. */
const LARGE = { entries: 10_000_000, octets: 8e9 };

/** What was asked for, by the number of entries. */
const DEMANDS = {
  1_000_000: { octets: 5.5, load: 10, times: 50, lookup: 0.3 },
  10_000_000: { octets: 5.6, load: 100 },
};

/** The entries of a shard where 10^8 stand in 256 of them, and how many such shards are tried. */
const SHARD = { entries: 390_625, tried: 4, all: 256 };

/** Passes are short, so that few of them are interrupted, and each takes other tokens. */
const LOOKUPS = { passes: 1500, warmUp: 200, tokens: 100 };
const TOKENS = 20_000;

/** How many rows go to the builder at once. */
const PIECE = 5000;

const ISSUER = "https://issuer.example";
const SECRET = new Uint8Array(32).fill(7);
const KEY = { kid: "bench", alg: "HS256", secret: SECRET };
const LIMITS = { maxBytes: 1 << 30, maxEntries: 1 << 27 };

/** Times lists of all sizes; `memory` answers the library's linear memory. */
export async function benchRevocations({ library, publisher, memory, isQuick, isHuge }) {
  const sizes = Object.keys(SIZES).map(Number).filter((entries) => mayTry(entries, isQuick));
  const rows = [];
  for (const entries of sizes) rows.push(await benchSize({ library, publisher, memory }, entries));
  printSizes(rows);
  printLoads(rows);
  printLookups(rows);
  printDemands(rows);
  await benchShards({ library, publisher }, isHuge ? SHARD.all : SHARD.tried);
}

function mayTry(entries, isQuick) {
  if (entries < LARGE.entries) return true;
  const isRoom = freemem() > LARGE.octets;
  if (!isRoom) console.log(`\n${entries} entries: left out, too little memory is free`);
  return isRoom && !isQuick;
}

async function benchSize({ library, publisher, memory }, entries) {
  const made = await makeList(publisher, entries, { maxEntries: 1 << 27 });
  const loads = await timeLoads(library, memory, made, SIZES[entries]);
  const lookups = await timeLookups(library, made);
  return { entries, ...made, ...loads, ...lookups };
}

/** The list of so many UUIDs: its files, a sample of the UUIDs, all as JSON, and the times it took. */
async function makeList({ KeySet, RevocationBuilder }, entries, settings) {
  const exp = Math.floor(Date.now() / 1000) + 86_400;
  const builder = new RevocationBuilder({ issuer: ISSUER, seq: 1, exp, ...settings });
  const [sample, pieces] = [[], []];
  let adding = 0;
  for (let done = 0; done < entries; done += PIECE) {
    const ids = Array.from({ length: Math.min(PIECE, entries - done) }, () => randomUUID());
    const rows = Buffer.from(ids.map((id) => `{"jti":"${id}","exp":${exp}}\n`).join(""));
    adding += timed(() => builder.addNdjson(rows));
    // Spread over the whole, so that a look-up meets what no cache holds.
    const share = Math.ceil((TOKENS * PIECE) / entries);
    sample.push(...ids.slice(0, share));
    pieces.push(Buffer.from(ids.map((id) => `"${id}"`).join()));
  }
  const started = performance.now();
  const built = await builder.build({ signWith: new KeySet([KEY]) });
  const building = performance.now() - started;
  builder.free();
  return { ...built, json: () => jsonOf(pieces), sample: sample.slice(0, TOKENS), adding, building };
}

/** An array of strings, as a host would keep it. */
function jsonOf(pieces) {
  return `[${pieces.map((piece) => piece.toString("latin1")).join()}]`;
}

/** Milliseconds of each way to take the list in, and what is taken of memory. */
async function timeLoads(library, memory, { manifest, body, json, sample }, passes) {
  const times = { load: [], withoutHost: [], digest: [], parse: [] };
  const ids = json();
  const found = { linear: [memory().byteLength] };
  for (let pass = 0; pass < passes; pass += 1) {
    await settle();
    times.load.push(await timeLoad(library, manifest, body));
    if (pass === 0) found.linear.push(memory().byteLength);
    times.withoutHost.push(await withoutCrypto(() => timeLoad(library, manifest, body)));
    times.digest.push(await timeOf(() => crypto.subtle.digest("SHA-256", body)));
    const heap = pass === 0 ? heapUsed() : 0;
    let set;
    times.parse.push(timed(() => (set = new Set(JSON.parse(ids)))));
    if (!set.has(sample[0])) throw new Error("the set lacks an id");
    if (pass === 0) found.heap = heapUsed() - heap;
    set = undefined;
  }
  found.linear.push(memory().byteLength);
  return { times, jsonOctets: ids.length, ...found };
}

async function timeLoad(library, manifest, body) {
  const list = openList(library);
  const time = await timeOf(async () => {
    if (!(await list.load(manifest, body)).ok) throw new Error("the list was refused");
  });
  list.free();
  return time;
}

function openList({ KeySet, Revocations }, limits = LIMITS) {
  return new Revocations({ keys: new KeySet([KEY]), issuer: ISSUER, ...limits });
}

/** As on a page on plain http, which has no crypto.subtle: the digest is computed in wasm. */
async function withoutCrypto(run) {
  const own = Object.getOwnPropertyDescriptor(globalThis, "crypto");
  Object.defineProperty(globalThis, "crypto", { value: undefined, configurable: true });
  try {
    return await run();
  } finally {
    Object.defineProperty(globalThis, "crypto", own);
  }
}

/** Microseconds of a verification beside no list, and nanoseconds of a look-up in the Set. */
async function timeLookups(library, { manifest, body, json, sample }) {
  const list = openList(library);
  await list.load(manifest, body);
  const set = new Set(JSON.parse(json()));
  const listed = issueTokens(library, sample);
  const fresh = issueTokens(library, sample.map(() => randomUUID()));
  const [none, again, withList] = [openVerifier(library), openVerifier(library), openVerifier(library)];
  withList.setRevocations(list);
  const inSet = ({ claims }) => (set.has(claims.jti) ? "revoked_token" : undefined);
  const withSet = openVerifier(library, { customCheck: inSet });
  const figures = timePasses({
    none: [none, fresh, undefined],
    again: [again, fresh, undefined],
    miss: [withList, fresh, undefined],
    hit: [withList, listed, "revoked_token"],
    setMiss: [withSet, fresh, undefined],
    setHit: [withSet, listed, "revoked_token"],
  });
  const has = { hit: timeHas(set, sample, true), miss: timeHas(set, sample.map(() => randomUUID()), false) };
  for (const resident of [none, again, withList, withSet, list]) resident.free();
  return { figures, has };
}

function issueTokens({ Issuer, KeySet }, ids) {
  const issuer = new Issuer({ keys: new KeySet([KEY]), issuer: ISSUER });
  const claims = { sub: "a subject of usual length", scope: "chat:read chat:write" };
  return ids.map((jti) => Buffer.from(issuer.issueSync(claims, { jti }).token));
}

function openVerifier({ KeySet, Verifier }, options = {}) {
  return new Verifier({ keys: new KeySet([KEY]), issuer: ISSUER, audience: null, ...options });
}

/** Microseconds a token, one figure a pass. */
function timePasses(contenders) {
  const figures = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
  for (let pass = -LOOKUPS.warmUp; pass < LOOKUPS.passes; pass += 1) {
    for (const [name, [verifier, tokens, code]] of Object.entries(contenders)) {
      const fresh = freshOf(tokens, pass + LOOKUPS.warmUp);
      const time = timed(() => {
        for (const token of fresh) {
          if (verifier.verifySync(token).code !== code) throw new Error("the answer is wrong");
        }
      });
      if (pass >= 0) figures[name].push((1000 * time) / fresh.length);
    }
  }
  return figures;
}

/** The strings of a pass, as nobody has seen them before. */
function freshOf(octets, pass) {
  const start = (pass * LOOKUPS.tokens) % octets.length;
  return octets.slice(start, start + LOOKUPS.tokens).map((one) => one.toString("latin1"));
}

/** Nanoseconds of `Set.has`, with strings that have not been hashed. */
function timeHas(set, ids, expected) {
  const octets = ids.map((id) => Buffer.from(id));
  const times = Array.from({ length: LOOKUPS.passes }, (_, pass) => {
    const fresh = freshOf(octets, pass);
    const time = timed(() => {
      for (const id of fresh) if (set.has(id) !== expected) throw new Error("the answer is wrong");
    });
    return (1e6 * time) / fresh.length;
  });
  return median(times);
}

/** Shards of the size that they have where 10^8 entries stand in 256 of them. */
async function benchShards({ library, publisher }, count) {
  const entries = count * SHARD.entries;
  const made = await makeList(publisher, entries, { maxEntries: SHARD.entries });
  const list = openList(library, {});
  const opening = await timeOf(() => list.load(made.manifest, made.body));
  const verifier = openVerifier(library);
  verifier.setRevocations(list, { mode: "required", irrevocable: "refuse" });
  const tokens = groupByShard(list, issueTokens(library, made.sample).map(String));
  const figures = { opening: [opening], loading: [], lookup: [], octets: [] };
  for (const [place, shard] of made.shards.entries()) {
    figures.loading.push(await timeOf(() => list.loadShard(place, shard)));
    figures.lookup.push(timeRevoked(verifier, tokens.get(place) ?? []));
    figures.octets.push(shard.length);
  }
  printShards(entries, made, figures);
  for (const resident of [verifier, list]) resident.free();
}

/** The tokens by the shard that they need. */
function groupByShard(list, tokens) {
  const groups = new Map();
  for (const token of tokens) {
    const [place] = list.neededShards(token);
    groups.set(place, [...(groups.get(place) ?? []), token]);
  }
  return groups;
}

/** Microseconds for a token that the shard throws out, all of them seen once. */
function timeRevoked(verifier, tokens) {
  const time = timed(() => {
    for (const token of tokens) {
      if (verifier.verifySync(token).code !== "revoked_token") throw new Error("the answer is wrong");
    }
  });
  return (1000 * time) / tokens.length;
}

function timed(work) {
  const started = performance.now();
  work();
  return performance.now() - started;
}

async function timeOf(work) {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

function heapUsed() {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

/** Nobody pays for the garbage of another: what of it is freed on other threads takes a while. */
async function settle() {
  collectGarbage();
  await setTimeout(300);
}

function collectGarbage() {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
}

function printSizes(rows) {
  printRows(
    "entries | octets an entry | Set: of heap | JSON: octets an entry | rows a second | build, ms",
    rows.map(({ entries, body, heap, jsonOctets, adding, building }) => [
      entries,
      (body.length / entries).toFixed(2),
      (heap / entries).toFixed(0),
      (jsonOctets / entries).toFixed(0),
      Math.round(entries / ((adding + building) / 1000)),
      building.toFixed(1),
    ]),
  );
}

function printLoads(rows) {
  printRows(
    "entries | load, ms | of that the host's digest | load without it, ms | " +
      "JSON.parse into a Set, ms | times faster | linear memory before, after, after all, KiB",
    rows.map(({ entries, times: { load, digest, withoutHost, parse }, linear }) => [
      entries,
      ...[load, digest, withoutHost, parse].map((times) => withSpread(times)),
      Math.round(median(parse) / median(load)),
      linear.map((octets) => octets >> 10).join(", "),
    ]),
  );
}

function printLookups(rows) {
  console.log(`\nBeside no list, µs a token: the median (and the middle half) of ${LOOKUPS.passes} differences,`);
  console.log("each of one pass (a token that is thrown out is answered without its claims)");
  printRows(
    "entries | no list, µs | noise | list: miss | hit | Set in customCheck: miss | hit | " +
      "Set.has alone, ns: miss, hit",
    rows.map(({ entries, figures: { none, ...others }, has }) => [
      entries,
      withQuartiles(none),
      ...Object.values(others).map((times) => withQuartiles(differences(times, none))),
      `${has.miss.toFixed(0)}, ${has.hit.toFixed(0)}`,
    ]),
  );
}

function differences(times, none) {
  return times.map((time, pass) => time - none[pass]);
}

function printDemands(rows) {
  printRows(
    "entries | octets an entry, at most | load, ms, at most | times faster, at least | look-up, µs, at most",
    rows.filter(({ entries }) => entries in DEMANDS).map(({ entries, body, times, figures }) => {
      const { octets, load, times: factor, lookup } = DEMANDS[entries];
      const loading = median(times.load);
      const added = median(differences(figures.miss, figures.none));
      return [
        entries,
        verdict(body.length / entries, octets, 2),
        verdict(loading, load, 1),
        factor === undefined ? "" : verdict(-median(times.parse) / loading, -factor, 0),
        lookup === undefined ? "" : verdict(added, lookup, 2),
      ];
    }),
  );
}

/** What was found, of what may be at most; of what must be at least, both are negative. */
function verdict(found, most, digits) {
  const isMet = found <= most ? "met" : "MISSED";
  return `${Math.abs(found).toFixed(digits)} of ${Math.abs(most)}: ${isMet}`;
}

function printShards(entries, { manifest, body, shards }, { opening, loading, lookup, octets }) {
  const each = octets.reduce((sum, length) => sum + length) / shards.length;
  console.log(`\n${entries} entries in ${shards.length} shards, each loaded and looked up in`);
  printRows("what | median, fastest to slowest", [
    ["octets of a shard", withSpread(octets, 0)],
    ["octets an entry", ((each * shards.length) / entries).toFixed(2)],
    ["octets of the manifest, and of the list beside its shards", `${manifest.length}, ${body.length}`],
    ["loading that list, ms", withSpread(opening)],
    ["loading a shard, ms", withSpread(loading)],
    ["verify, thrown out by a shard, µs", withSpread(lookup)],
  ]);
  if (shards.length === SHARD.all) return;
  const whole = ((each * SHARD.all) / 1e6).toFixed(0);
  const manifestOctets = manifest.length + Math.ceil((SHARD.all - shards.length) * 32 * (4 / 3) ** 2);
  console.log("\nComputed, not run (`npm run bench -- --huge` runs it):");
  console.log(`${SHARD.all * SHARD.entries} entries in ${SHARD.all} such shards: ${whole} MB in all,`);
  console.log(`a manifest of about ${manifestOctets} octets; a shard costs what it costs above`);
}

function withSpread(times, digits = 2) {
  const [middle, least, most] = [median(times), Math.min(...times), Math.max(...times)];
  return `${middle.toFixed(digits)} (${least.toFixed(digits)} to ${most.toFixed(digits)})`;
}

/** Of many short passes some were interrupted: the middle half of them tells the spread. */
function withQuartiles(times) {
  const sorted = times.toSorted((one, other) => one - other);
  const [first, middle, third] = [1, 2, 3].map((n) => sorted[Math.floor((n * sorted.length) / 4)]);
  return `${middle.toFixed(2)} (${first.toFixed(2)} to ${third.toFixed(2)})`;
}

function printRows(head, rows) {
  console.log(`\n| ${head} |`);
  console.log(`|${"---|".repeat(head.split(" | ").length)}`);
  for (const cells of rows) console.log(`| ${cells.join(" | ")} |`);
}
