// The signed list: made from the rows of the store, kept in KV, and followed by each region.
//
// Lists have names that are never written twice; only the pointer to the newest one changes.

import { RevocationBuilder } from "edge-jwt";

import { catchUp } from "../../examples/catch-up.js";
import { ISSUER } from "./desk.js";
import { note } from "./events.js";

/** After how many seconds a list expires, and is no longer kept. */
const LIFE = 86400;

/** For how long the history shows a token that has expired. */
const SHOWN_AFTER_ITS_END = 3600;

/** Makes and publishes the list of what is thrown out now. */
export async function publish(desk) {
  const { store, lists, listKeys } = desk;
  const now = Math.floor(Date.now() / 1000);
  await store.prune(now - SHOWN_AFTER_ITS_END);
  // Before the rows are read, so that a list of a higher number never knows less.
  const seq = await store.lists.raise();
  const builder = new RevocationBuilder({ issuer: ISSUER, seq, ttl: 60, exp: now + LIFE });
  try {
    for await (const entries of pagesOf(store)) builder.addJson(entries);
    const previous = (await lists.read(`snapshot/${seq - 1}`)) ?? undefined;
    const { delta, shards, ...snapshot } = await builder.build({ signWith: listKeys, previous });
    if (shards) throw new Error("there are more rows than one file of a list can hold");
    await lists.write(`snapshot/${seq}`, snapshot);
    if (delta) await lists.write(`delta/${seq}`, delta);
    await lists.point(seq);
    if (!isSame(snapshot.body, previous?.body)) await note(desk, "list", `published list ${seq}`);
    return seq;
  } finally {
    builder.free();
  }
}

async function* pagesOf({ revocations }) {
  for (let after = 0; after !== null; ) {
    const { entries, next } = await revocations.page(after);
    yield entries;
    after = next;
  }
}

function isSame(one, other) {
  const octets = other && new Uint8Array(other);
  return octets?.length === one.length && octets.every((octet, place) => octet === one[place]);
}

/** A region's way of staying up to date: looks for a newer list every so often, behind requests. */
export class Follower {
  #polledAt = 0;
  #lastPoll = null;

  constructor({ db, region, list, lists, pollSeconds }) {
    Object.assign(this, { db, region, list, lists, pollSeconds });
  }

  /** Looks for a newer list if it is time to; waited for only while there is none at all. */
  async keepFresh(ctx) {
    const isFirst = this.list.stats().published === null;
    if (this.#nextPollIn > 0 && !isFirst) return;
    const polling = this.poll();
    ctx.waitUntil(polling);
    if (isFirst) await polling;
  }

  async poll() {
    this.#polledAt = Date.now();
    const before = this.list.stats();
    try {
      const latest = await this.lists.latest();
      if (!Number.isSafeInteger(latest)) return;
      this.#lastPoll = await catchUp(this.list, latest, this.lists.read);
    } catch (error) {
      this.#lastPoll = { ok: false, code: "unreachable", message: String(error) };
    }
    await this.#tellOf(before);
  }

  /** What to watch: the age of the list, and why the last one was not taken in. */
  status() {
    return {
      ...this.list.stats(),
      pollSeconds: this.pollSeconds,
      nextPollIn: Math.max(0, this.#nextPollIn),
      lastPoll: this.#lastPoll,
    };
  }

  get #nextPollIn() {
    return this.pollSeconds - (Date.now() - this.#polledAt) / 1000;
  }

  /** Lists that say nothing new are not worth a line. */
  async #tellOf(before) {
    if (!this.#lastPoll.ok) return note(this, "list", `kept its list: ${this.#lastPoll.code}`);
    const { entries, published } = this.list.stats();
    const isNews = entries !== before.entries || published.changes > (before.published?.changes ?? 0);
    if (isNews) await note(this, "list", `took in list ${published.seq}`);
  }
}

/** The lists in KV: manifest and octets are written together, as one value. */
export function listsIn(namespace) {
  return {
    latest: () => namespace.get("latest", { type: "json", cacheTtl: 30 }),
    point: (seq) => namespace.put("latest", String(seq)),
    write: (name, { manifest, body }) =>
      namespace.put(name, body, { metadata: { manifest }, expirationTtl: LIFE }),
    async read(name) {
      const { value, metadata } = await namespace.getWithMetadata(name, "arrayBuffer");
      return value && { manifest: metadata?.manifest ?? "", body: new Uint8Array(value) };
    },
  };
}
