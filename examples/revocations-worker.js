// A Cloudflare worker that keeps thrown-out tokens out, everywhere, within a minute.
//
// A cron builds the signed list from the rows of D1 (revocations.sql) and writes it to KV, or to R2;
// each isolate looks for a newer one every POLL_SECONDS and decides offline. No request waits for
// that, but for an isolate's first one. If lists stop coming, nobody gets in any more
// MAX_STALENESS_SECONDS after the last one was signed: that is how long a store that holds lists
// back can keep a revoked token alive.
//
// Bindings: DB (D1), and LISTS (KV, values up to 25 MiB) or BUCKET (R2). LIST_KEY, a secret, is the
// private JWK that signs lists (ES256); LIST_JWKS and TOKEN_JWKS are the public keys of lists and of
// tokens. Set a cron of one minute.
//
// Isolates take lists of 4 million rows. To build one takes more memory than to use it: up to about
// a million rows a cron has room for; build larger lists in Node and write them under these names.

import { KeySet, RevocationBuilder, Revocations, Verifier } from "edge-jwt";

import { catchUp } from "./catch-up.js";

const ISSUER = "https://me.example";
const AUDIENCE = "api";

/** After how many seconds a list expires, and is no longer kept. */
const LIFE = 86400;

/** Rows read at once. */
const PAGE = 10_000;

export default {
  scheduled: (event, env) => publish(env),

  async fetch(request, env, ctx) {
    guard ??= guardOf(env);
    await keepFresh(guard, env, ctx);
    if (new URL(request.url).pathname === "/health") return Response.json(healthOf(guard));
    const [, token] = request.headers.get("authorization")?.match(/^Bearer (.+)$/i) ?? [];
    const decision = await guard.verifier.verify(token);
    if (!decision.ok) return refuse(decision);
    return Response.json({ hello: decision.claims.sub });
  },
};

// The cron: from rows to a list.

async function publish(env) {
  const store = storeOf(env);
  // Raised in the statement that reads it, and before the rows are read: no number is given twice,
  // not even to two crons at once.
  const raise = "UPDATE revocation_list SET seq = seq + 1 RETURNING seq";
  const { seq } = await env.DB.prepare(raise).first();
  const now = Math.floor(Date.now() / 1000);
  const builder = new RevocationBuilder({ issuer: ISSUER, seq, ttl: 60, exp: now + LIFE });
  try {
    for await (const rows of pagesOf(env.DB, now)) builder.addJson(rows.map(entryOf));
    const signWith = new KeySet([{ jwk: JSON.parse(env.LIST_KEY) }]);
    const previous = (await store.read(`snapshot/${seq - 1}`)) ?? undefined;
    const { delta, shards, ...snapshot } = await builder.build({ signWith, previous });
    if (shards) throw new Error("there are more rows than one file of a list can hold");
    await store.write(`snapshot/${seq}`, snapshot);
    if (delta) await store.write(`delta/${seq}`, delta);
    // Last, so that whoever reads the pointer finds what it points to.
    await store.point(seq);
  } finally {
    builder.free();
  }
}

async function* pagesOf(db, now) {
  await db.prepare("DELETE FROM revocations WHERE exp <= ?").bind(now).run();
  const page = db.prepare("SELECT rowid, * FROM revocations WHERE rowid > ? ORDER BY rowid LIMIT ?");
  for (let last = 0; last !== undefined; ) {
    const { results } = await page.bind(last, PAGE).all();
    yield results;
    last = results.at(-1)?.rowid;
  }
}

function entryOf({ kind, value, before, exp }) {
  return { [kind]: value, before, exp };
}

// The isolates: a list that is renewed behind the requests.

/** Made at the first request: at the top of a module a worker has neither clock nor randomness. */
let guard;

function guardOf({ LIST_JWKS, TOKEN_JWKS, MAX_STALENESS_SECONDS: maxStaleness = 600 }) {
  const list = new Revocations({ keys: KeySet.fromJwks(LIST_JWKS), issuer: ISSUER, maxStaleness });
  const keys = KeySet.fromJwks(TOKEN_JWKS);
  const verifier = new Verifier({ keys, issuer: ISSUER, audience: AUDIENCE });
  verifier.setRevocations(list, { mode: "required", irrevocable: "refuse" });
  return { list, verifier, polledAt: 0, polling: undefined, lastPoll: undefined };
}

/** Looks for a newer list, if it is time to; to be waited for only while there is none at all. */
async function keepFresh(guard, env, ctx) {
  const isFirst = guard.list.stats().published === null;
  const pause = isFirst ? 1000 : 1000 * (env.POLL_SECONDS ?? 30);
  // By the clock, not by whether the last one ended: one that hangs does not stop the next.
  if (Date.now() - guard.polledAt >= pause) {
    guard.polledAt = Date.now();
    guard.polling = poll(guard, storeOf(env));
    ctx.waitUntil(guard.polling);
  }
  if (isFirst) await guard.polling;
}

async function poll(guard, store) {
  try {
    const latest = await store.latest();
    const found = Number.isSafeInteger(latest);
    guard.lastPoll = found
      ? await catchUp(guard.list, latest, store.read)
      : { ok: false, code: "not_found", message: "there is no pointer to the newest list" };
  } catch (error) {
    guard.lastPoll = { ok: false, code: "unreachable", message: String(error) };
  }
  if (!guard.lastPoll.ok) console.error("no newer list:", JSON.stringify(guard.lastPoll));
}

/** What to watch: the age of the list, and why the last one was not taken in. */
function healthOf({ list, lastPoll }) {
  return { ...list.stats(), lastPoll };
}

/** Where it is the list that is missing, the token may be good: to come again, not to sign in. */
function refuse({ code, message }) {
  const isOurs = ["not_covered", "stale_list", "internal_error"].includes(code);
  const headers = isOurs ? { "retry-after": "5" } : { "www-authenticate": "Bearer" };
  return Response.json({ code, message }, { status: isOurs ? 503 : 401, headers });
}

// The stores. Lists have names that are never written twice; only the pointer changes. Manifest and
// octets are written together, as one value.

function storeOf({ LISTS, BUCKET }) {
  return BUCKET === undefined ? inKv(LISTS) : inR2(BUCKET);
}

function inKv(namespace) {
  return {
    latest: () => namespace.get("latest", { type: "json", cacheTtl: 30 }),
    point: (seq) => namespace.put("latest", String(seq)),
    write: (name, { manifest, body }) =>
      namespace.put(name, body, { metadata: { manifest }, expirationTtl: LIFE }),
    async read(name) {
      const { value, metadata } = await namespace.getWithMetadata(name, "arrayBuffer");
      return value && { manifest: metadata?.manifest ?? "", body: value };
    },
  };
}

/** Give the bucket a lifecycle rule that deletes objects after a day or two. */
function inR2(bucket) {
  return {
    latest: async () => (await bucket.get("latest"))?.json(),
    point: (seq) => bucket.put("latest", String(seq)),
    write: (name, { manifest, body }) => bucket.put(name, body, { customMetadata: { manifest } }),
    async read(name) {
      const object = await bucket.get(name);
      const manifest = object?.customMetadata.manifest ?? "";
      return object && { manifest, body: await object.arrayBuffer() };
    },
  };
}
