// publishList: from the rows of a store to a list that everybody can read.
//
// Promises: what was in the store before the call is in the list; no number is given twice; the
// pointer moves last, so that whoever reads it finds what it points to, also where this is killed in
// between.

import { readHost } from "../binding.js";
import { type BuildOptions, RevocationBuilder } from "../builder.js";
import { readObject } from "../options.js";
import { TOLERANCE } from "../said.js";
import type { Store } from "../store/types.js";
import { type ListSigning, readSigning } from "./signing.js";
import type { ListStore } from "./types.js";

/** What a list is made of, and where it goes. */
export interface PublishOptions extends ListSigning {
  /** Where the entries and the numbers of lists are. */
  store: Pick<Store, "revocations" | "lists">;
  /** Where lists are published. */
  lists: ListStore;
  /**
   * To be raised when numbers begin anew, as with a database that was lost. Publish at another place
   * then (`prefix`): a list's name is written once. Default 1.
   */
  epoch?: number;
  /**
   * To how many seconds the ends of entries are rounded up; longer for ends that lie years apart.
   * Default 86400.
   */
  partition?: number;
}

/** What was published. */
export interface Publication {
  /** The number of the list. */
  seq: number;
  /** How many entries are on it. */
  entries: number;
  /** The octets of the snapshot. */
  bytes: number;
  /** Whether those who have the list before need but the difference. */
  delta: boolean;
  /** Whether it is the newest: false where a later one was published meanwhile. */
  pointed: boolean;
}

/**
 * Publishes what the store throws out, but for entries that have had their time. To be called once in
 * a while, such as by a cron; two at one time do no harm.
 */
export async function publishList(options: PublishOptions): Promise<Publication> {
  const { store, lists, keys, now, settings } = readPublish(options);
  // Before the rows are read: who was given a number knows that its list has what was there by then.
  const seq = await store.lists.raise();
  await refuseOldNumber(seq, lists, store);
  const builder = new RevocationBuilder({ ...settings, seq });
  try {
    const entries = await addEntries(builder, store.revocations, now);
    const previous = await listBefore(seq, lists);
    const { delta, shards, ...snapshot } = await builder.build({ ...keys, ...previous, now });
    if (shards !== undefined) throw new Error("there are more entries than one file can hold");
    await lists.write(`snapshot/${seq}`, snapshot);
    if (delta !== undefined) await lists.write(`delta/${seq}`, delta);
    const pointed = await lists.point(seq);
    return { seq, entries, bytes: snapshot.body.length, delta: delta !== undefined, pointed };
  } finally {
    builder.free();
  }
}

/** What nobody would ever take in is not published in silence. */
async function refuseOldNumber(
  seq: number,
  lists: ListStore,
  store: PublishOptions["store"],
): Promise<void> {
  const latest = await lists.latest();
  if (latest === null || latest < seq) return;
  const isOvertaken = latest > seq && latest <= (await store.lists.current());
  if (isOvertaken) return;
  const remedy = "where numbers began anew, raise epoch and change prefix";
  throw new Error(`list ${latest} is there before list ${seq}: ${remedy}`);
}

/** To make a delta of; it is missing where its publisher was stopped. */
async function listBefore(seq: number, lists: ListStore): Promise<Pick<BuildOptions, "previous">> {
  const file = await lists.read(`snapshot/${seq - 1}`);
  return file === null ? {} : { previous: { ...file, body: new Uint8Array(file.body) } };
}

/** Answers how many there are. */
async function addEntries(
  builder: RevocationBuilder,
  rows: Store["revocations"],
  now: number,
): Promise<number> {
  let count = 0;
  for (let after: number | null = 0; after !== null; ) {
    const { entries, next }: Awaited<ReturnType<typeof rows.page>> = await rows.page(after);
    const live = entries.filter(({ exp }) => exp === undefined || exp + TOLERANCE > now);
    builder.addJson(live);
    count += live.length;
    after = next;
  }
  return count;
}

function readPublish(options: PublishOptions) {
  const members = readObject(options, "options") as unknown as PublishOptions;
  const { store, lists, epoch, partition, ...rest } = members;
  readHost(store?.revocations, "store", ["page"]);
  readHost(store.lists, "store", ["raise", "current"]);
  readHost(lists, "lists", ["latest", "read", "write", "point"]);
  const { keys, issuer, ttl, life, now } = readSigning(rest);
  const exp = Math.floor(now) + life;
  const own = { ...(epoch !== undefined && { epoch }), ...(partition !== undefined && { partition }) };
  const settings = { issuer, ttl, exp, ...own };
  return { store, lists, keys, now, settings };
}
