// Published lists, deltas, shards and status lists, mutated with and without the publisher's key. Of
// each must hold: no failure, no exception but a `SetupError`, an answer with a known code,
// acceptance only of what was published or what a plain reading agrees with; and whatever is refused,
// the list at hand says what it said before.

import { createHash } from "node:crypto";
import { deflateSync, inflateSync } from "node:zlib";

import { MEMBERS, mutateOctets } from "./list-mutations.mjs";
import { plainlyReads } from "./list-reader.mjs";
import { member, mutate, mutateContent, withJson } from "./mutations.mjs";
import { base64url, signed } from "./sign.mjs";

const NOW = 1700000000;
const DAY = 86_400;

const SECRET = Buffer.from("the secret of a publisher, which nobody else has");
const KEY = { kid: "main", alg: "HS256", secret: SECRET };
const ISSUER = "me";

/** The most octets of a list, of a manifest, and of an inflated status list. */
const MAX = 1 << 16;

/** A status list that is larger than it may be, packed. */
const TOO_MUCH = deflateSync(Buffer.alloc(MAX + 1));

/** Why a list may be refused, beside the codes of tokens. */
const FAULTS = [
  "malformed_list", "list_too_large", "wrong_digest", "expired_list", "rollback", "fork", "gap",
  "wrong_base", "unknown_shard",
];

const TYPES = {
  load: "revocation-list+jwt",
  apply: "revocation-delta+jwt",
  loadStatusList: "statuslist+jwt",
};

const STATUSES = ["good", "revoked", "suspended", "not_covered", "stale", "unknown"];

/** What is tried with lists, in one build. */
export async function listTrial(library, { codes }) {
  const world = await worldOf(library);
  const known = new Set([...codes, ...FAULTS]);
  return {
    warmUp: () => takeLargest(world),
    make: (random) => MAKERS[random.pick(WAYS)](random, world),
    judge: (made, row) => judge(world, known, made, row),
    control: () => refusesControl(world),
  };
}

async function worldOf(library) {
  const keys = new library.KeySet([KEY]);
  const world = { library, keys, others: [] };
  const old = await build(world, 5, entries(0, 60));
  const next = await build(world, 6, entries(20, 70), { previous: old });
  const large = await build(world, 6, entries(0, 1500));
  const sharded = await build(world, 6, entries(0, 60), { maxEntries: 16 });
  const statuses = [1, 2, 4, 8].map((bits) => statusList(bits, 400));
  const lists = [old, next, next, large, sharded];
  const octets = [...lists.map(({ body }) => body), next.delta.body, ...sharded.shards].map((file) => Buffer.from(file));
  return {
    ...world,
    old,
    sharded,
    deltas: [next.delta],
    lists,
    statuses,
    others: octets,
    manifests: [...lists, next.delta].map(({ manifest }) => manifest),
    honest: new Map([
      ...[...lists, next.delta].map(({ manifest, body }) => [manifest, digestOf(body)]),
      ...statuses.map((token) => [token, undefined]),
    ]),
  };
}

function entries(from, to) {
  const one = (n) => ({ jti: `t${n}`, ...(n % 3 > 0 && { exp: NOW + (n % 3) * DAY }) });
  return [
    ...Array.from({ length: to - from }, (_, n) => one(from + n)),
    { session: `s${from}` },
    { kid: "stolen" },
    { key: "k1" },
    { sub: "u1" },
    { sub: `u${from}`, before: 1_600_000_000_000 + from },
    { client: "c1" },
    { client: "c2", before: 1_600_000_000_000 },
    { tenant: "n1", issuer: null },
  ];
}

async function build({ library, keys }, seq, entries, { previous, maxEntries } = {}) {
  const settings = { issuer: ISSUER, seq, exp: NOW + DAY, ...(maxEntries && { maxEntries }) };
  const builder = new library.RevocationBuilder(settings);
  builder.addJson(entries);
  const built = await builder.build({ signWith: keys, now: NOW, ...(previous && { previous }) });
  builder.free();
  return built;
}

function statusList(bits, entries) {
  const octets = Buffer.from(Array.from({ length: (entries * bits) / 8 }, (_, n) => (n * 37) % 256));
  return signedStatus(bits, deflateSync(octets));
}

function signedStatus(bits, packed) {
  const list = { bits, lst: base64url(packed) };
  return signedClaims("loadStatusList", { iss: ISSUER, sub: "u", iat: NOW - 1, status_list: list });
}

function signedClaims(way, claims) {
  const header = JSON.stringify({ alg: "HS256", typ: TYPES[way], kid: "main" });
  return signed("HS256", SECRET, header, JSON.stringify(claims));
}

/** A list that has taken in what was published, and what it says. */
async function atHand({ library, keys }, { manifest, body, shards = [] }) {
  const limits = { maxBytes: MAX, maxStatusBytes: MAX };
  const list = new library.Revocations({ keys, issuer: ISSUER, ...limits });
  const outcomes = [await list.load(manifest, body, { now: NOW })];
  for (const [place, octets] of shards) outcomes.push(await list.loadShard(place, octets));
  const verifier = new library.Verifier({ keys, issuer: ISSUER, audience: null });
  verifier.setRevocations(list);
  const held = { list, verifier, isThere: outcomes.every(({ ok }) => ok), have: outcomes[0] };
  return { ...held, said: answersOf(held) };
}

function letGo({ list, verifier }) {
  verifier.free();
  list.free();
}

/** Tokens that some list says something of, and such that none does. */
const TOKENS = [
  { jti: "t1" },
  { jti: "t65", sid: "s0" },
  { jti: "t1400", sub: "u1" },
  { jti: "good", sub: "u20", azp: "c2" },
  { jti: "good", azp: "c1", tid: "n1" },
  { status: { status_list: { uri: "u", idx: 5 } } },
].map((claims) => ({ iss: ISSUER, iat: NOW - 10, exp: NOW + 60, ...claims }));

const SIGNED_TOKENS = TOKENS.slice(0, 2).map((claims) =>
  signed("HS256", SECRET, '{"alg":"HS256","kid":"main"}', JSON.stringify(claims)),
);

function answersOf({ list, verifier }) {
  const checks = TOKENS.map((claims) => list.check(claims, { kid: "main" }, NOW));
  if (checks.some(({ status }) => !STATUSES.includes(status))) throw new Error("no status");
  const decisions = SIGNED_TOKENS.map((token) => verifier.verifySync(token, { now: NOW }).code);
  const needed = SIGNED_TOKENS.map((token) => list.neededShards(token));
  return JSON.stringify([checks, decisions, needed, list.stats(NOW)]);
}

/** How lists are made, by the call that takes them in. */
const MAKERS = {
  load: (random, world) => makeList("load", random, world, random.pick(world.lists)),
  apply: (random, world) => makeList("apply", random, world, random.pick(world.deltas)),
  loadShard: (random, world) => {
    const place = random.below(world.sharded.shards.length);
    const { octets, names } = mutateOctets(random, world.sharded.shards[place], world.others);
    return { way: "loadShard", place, octets, isSigned: true, names: ["a shard", ...names] };
  },
  loadStatusList: (random, world) => makeStatusList(random, world),
  addList: (random, world) => {
    const { octets, names } = mutateOctets(random, random.pick(world.others), world.others);
    return { way: "addList", octets, names: ["for a builder", ...names] };
  },
};

/** The ways, the most usual ones more often. */
const WAYS = ["load", "load", "load", "apply", "apply", "loadShard", "loadStatusList", "addList"];

function makeList(way, random, world, { manifest, body }) {
  const { octets, names } = mutateOctets(random, body, world.others);
  switch (random.below(5)) {
    case 0:
      return { way, ...mutateText(random, manifest, world.manifests), octets: body };
    case 1:
      return { way, ...mutateSigned(random, way, manifest), octets: body };
    case 2:
      return { way, manifest, octets, names: ["another digest", ...names] };
    default:
      return { way, manifest: fitting(random, way, manifest, octets), octets, isSigned: true, names };
  }
}

function mutateText(random, manifest, manifests) {
  const { text, names } = mutate(random, [manifest, manifest, ...manifests]);
  return { manifest: text.slice(0, MAX), names };
}

/** Other claims or another header, signed by the publisher. */
function mutateSigned(random, way, manifest) {
  if (random.below(2) === 0) {
    const { header, payload, names } = mutateContent(random, [manifest]);
    return { manifest: signed("HS256", SECRET, header, payload), isSigned: true, names };
  }
  const [header, payload] = withJson(manifest, 1, member(random, MEMBERS)).split(".");
  const parts = [header, payload].map((part) => Buffer.from(part, "base64url"));
  return { manifest: signed("HS256", SECRET, ...parts), isSigned: true, names: ["another member"] };
}

/** The manifest for these octets, and mostly of the number that they say is theirs. */
function fitting(random, way, manifest, octets) {
  const claims = claimsOf(manifest);
  const seq = octets.length < 16 ? 0 : Number(octets.readBigUInt64LE(8));
  const body = { sha256: digestOf(octets), len: octets.length };
  const isWhole = way === "load" && claims.shards === undefined;
  return signedClaims(way, {
    ...claims,
    ...(random.below(4) > 0 && Number.isSafeInteger(seq) && { seq }),
    body,
    ...(isWhole && { state: body.sha256 }),
  });
}

function makeStatusList(random, { statuses }) {
  const token = random.pick(statuses);
  const { status_list: list } = claimsOf(token);
  switch (random.below(3)) {
    case 0:
      return { way: "loadStatusList", ...mutateText(random, token, statuses) };
    case 1:
      return { way: "loadStatusList", ...mutateSigned(random, "loadStatusList", token) };
    default: {
      const packed = Buffer.from(list.lst, "base64url");
      const { octets, names } = mutateOctets(random, packed, [packed, TOO_MUCH]);
      const bits = random.pick([1, 2, 4, 8]);
      return { way: "loadStatusList", manifest: signedStatus(bits, octets), isSigned: true, names };
    }
  }
}

/** What is wrong with what became of a list, if anything is. */
async function judge(world, known, made, row) {
  const held = await listFor(world, made);
  const outcome = await attempt(world, held, made);
  const problem = held.isThere ? judgeOutcome(world, known, held, made, outcome, row) : "no list is at hand";
  const isAsBefore = problem === undefined && outcome.ok !== true && made.way !== "loadShard";
  if (isAsBefore) return undefined;
  letGo(held);
  if (held === world.whole) world.whole = undefined;
  return problem;
}

/** The list that is to take it in: the one of before, unless it has changed, or must fit a shard. */
async function listFor(world, { way, place, octets }) {
  if (way !== "loadShard") return (world.whole ??= await atHand(world, world.old));
  const { manifest, body, shards } = world.sharded;
  const digests = shards.map((shard, n) => createHash("sha256").update(n === place ? octets : shard).digest());
  const claims = claimsOf(manifest);
  const named = { ...claims.shards, sha256: base64url(Buffer.concat(digests)) };
  const other = (place + 1) % shards.length;
  return atHand(world, {
    manifest: signedClaims("load", { ...claims, shards: named }),
    body,
    shards: [[other, shards[other]]],
  });
}

async function attempt({ library }, { list }, { way, manifest, octets, place }) {
  try {
    switch (way) {
      case "loadShard":
        return await list.loadShard(place, octets);
      case "loadStatusList":
        return await list.loadStatusList(manifest, { now: NOW });
      case "addList":
        return await rebuild(library, octets);
      default:
        return await list[way](manifest, viewOf(octets), { now: NOW });
    }
  } catch (error) {
    return { error };
  }
}

/** The octets behind others, as a reader may find them in a larger file. */
function viewOf(octets) {
  const whole = new Uint8Array(octets.length + 8);
  whole.set(octets, 5);
  return whole.subarray(5, 5 + octets.length);
}

async function rebuild(library, octets) {
  const builder = new library.RevocationBuilder({ issuer: ISSUER, seq: 7, exp: NOW + DAY });
  try {
    builder.addList({ body: octets });
    const { body } = await builder.build({ now: NOW });
    return { ok: plainlyReads(body, 0, 0) ? true : "no list was made" };
  } finally {
    builder.free();
  }
}

function judgeOutcome(world, known, held, made, { ok, code, have, error }, row) {
  const isMisuse = error instanceof world.library.SetupError && error.code !== "internal_error";
  if (error !== undefined && !isMisuse) return `${error.name} was thrown`;
  if (ok === true) return judgeAccepted(world, held, made, row);
  if (!isMisuse && (ok !== false || !known.has(code))) return "the answer is none";
  if (!isMisuse && have?.seq !== held.have.seq) return "it is not said which list is at hand";
  if (answersOf(held) !== held.said) return "the answers of the list at hand changed";
  const name = isMisuse ? "SetupError" : code;
  row.codes[name] = (row.codes[name] ?? 0) + 1;
  return undefined;
}

function judgeAccepted(world, held, made, row) {
  const isHonest = isAsPublished(world, made);
  if (!isHonest && !mayLoad(made)) return "it was accepted";
  row[isHonest ? "honest" : "signedAnew"] += 1;
  // Whatever it says, it says it, and can be worked with.
  const { list } = held;
  answersOf(held);
  list.compact();
  list.prune(NOW + DAY);
  answersOf(held);
  return undefined;
}

function isAsPublished({ honest }, { manifest, octets }) {
  return honest.has(manifest) && honest.get(manifest) === (octets && digestOf(octets));
}

/** Whether a plain reading of what was signed agrees that it may be taken in. */
function mayLoad({ way, manifest, octets, place, isSigned }) {
  if (way === "addList") return plainlyReads(octets, 0, 0);
  if (way === "loadShard") return plainlyReads(octets, 2, 2, place);
  const [header, claims] = manifest.split(".").slice(0, 2).map((part) => JSON.parse(Buffer.from(part, "base64url")));
  const isFit = isSigned && header.alg === "HS256" && !("crit" in header) && claims.iss === ISSUER;
  const isType = header.typ.toLowerCase().replace(/^application\//, "") === TYPES[way];
  if (!isFit || !isType) return false;
  if (way === "loadStatusList") return inflates(claims.status_list);
  const { sha256, len } = claims.body;
  const isThem = sha256 === digestOf(octets) && len === octets.length && claims.exp > NOW;
  return isThem && plainlyReads(octets, way === "load" ? 0 : 1, 0);
}

function inflates({ bits, lst }) {
  return [1, 2, 4, 8].includes(bits) && inflateSync(Buffer.from(lst, "base64url")).length <= MAX;
}

function claimsOf(manifest) {
  return JSON.parse(Buffer.from(manifest.split(".")[1], "base64url"));
}

function digestOf(octets) {
  return createHash("sha256").update(octets).digest("base64url");
}

async function refusesControl(world) {
  const held = await atHand(world, world.old);
  const { ok } = await held.list.apply(world.deltas[0].manifest, world.deltas[0].body, { now: NOW });
  letGo(held);
  return held.isThere && ok ? undefined : "the control list was refused";
}

/** What takes most memory: the largest list, manifest and status list. */
async function takeLargest(world) {
  const largest = await build(world, 9, entries(0, 8000));
  const status = signedStatus(8, deflateSync(Buffer.alloc(MAX, "some octets ")));
  const bomb = signedStatus(8, deflateSync(Buffer.alloc(1 << 20)));
  const held = await atHand(world, world.old);
  await held.list.load(largest.manifest, largest.body, { now: NOW });
  for (const token of [status, bomb]) await held.list.loadStatusList(token, { now: NOW });
  for (const fill of ["[],", "{},", "0,", '"\\n",']) {
    const claims = `{"exp":${NOW + 60},"a":[${fill.repeat(MAX / 2 / fill.length)}0]}`;
    const header = `{"alg":"HS256","typ":"${TYPES.load}","kid":"main"}`;
    await held.list.load(signed("HS256", SECRET, header, claims), largest.body, { now: NOW });
  }
  await rebuild(world.library, largest.body);
  letGo(held);
}
