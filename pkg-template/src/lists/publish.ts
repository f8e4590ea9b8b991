// publishList: from the rows of a store to a list that everybody can read.
//
// Promises: what was in the store before the call is in the list; no number is given twice; the
// pointer moves last, so that whoever reads it finds what it points to, also where this is killed in
// between.

import { readHost } from "../binding.js";
import { RevocationBuilder } from "../builder.js";
import { SetupError } from "../errors.js";
import type { KeySet } from "../keys.js";
import { checkNow, readObject, readText, refuseMembers } from "../options.js";
import type { Store } from "../store/types.js";
import type { ListStore } from "./types.js";

/** What a list is made of, and where it goes. */
export interface PublishOptions {
  /** Where the entries and the numbers of lists are. */
  store: Pick<Store, "revocations" | "lists" | "prune">;
  /** Where lists are published. */
  lists: ListStore;
  /** The private keys of those whom readers believe. */
  signWith: KeySet;
  /** The key of the set. Default: its newest active one. */
  kid?: string;
  /** Whose tokens entries concern that name no issuer; it signs the list. */
  issuer: string;
  /** After how many seconds readers should look for a newer list. Default 60. */
  ttl?: number;
  /** After how many seconds the list must not be relied on any more. Default 86400. */
  life?: number;
  /** The time, in seconds. Default: the host's clock. */
  now?: number;
  /**
   * To be raised when numbers begin anew, as with a database that was lost. Publish at another place
   * then (`prefix`): a list's name is written once. Default 1.
   */
  epoch?: number;
}

/** What was published. */
export interface Publication {
  seq: number;
  entries: number;
  /** The octets of the snapshot. */
  bytes: number;
  /** Whether those who have the list before need but the difference. */
  delta: boolean;
  /** Whether it is the newest: false where a later one was published meanwhile. */
  pointed: boolean;
}

/**
 * Publishes what the store throws out, after what has had its time was forgotten (`Store.prune`). To
 * be called once in a while, such as by a cron; two at one time do no harm.
 */
export async function publishList(options: PublishOptions): Promise<Publication> {
  const { store, lists, signing, now, ...settings } = readPublish(options);
  await store.prune(now);
  // Before the rows are read: who was given a number knows that its list has what was there by then.
  const seq = await store.lists.raise();
  await refuseOldNumber(seq, lists);
  const builder = new RevocationBuilder({ ...settings, seq });
  try {
    const entries = await addEntries(builder, store.revocations);
    const previous = (await lists.read(`snapshot/${seq - 1}`)) ?? undefined;
    const before = previous && { ...previous, body: new Uint8Array(previous.body) };
    const { delta, shards, ...snapshot } = await builder.build({
      ...signing,
      ...(before && { previous: before }),
      now,
    });
    if (shards !== undefined) throw new Error("there are more entries than one file of a list can hold");
    await lists.write(`snapshot/${seq}`, snapshot);
    if (delta !== undefined) await lists.write(`delta/${seq}`, delta);
    const pointed = await lists.point(seq);
    return { seq, entries, bytes: snapshot.body.length, delta: delta !== undefined, pointed };
  } finally {
    builder.free();
  }
}

/** What nobody would ever take in is not published in silence. */
async function refuseOldNumber(seq: number, lists: ListStore): Promise<void> {
  const latest = await lists.latest();
  if (latest === null || latest < seq) return;
  throw new Error(
    `list ${latest} is there before list ${seq}: where numbers began anew, raise epoch and change prefix`,
  );
}

/** Answers how many there are. */
async function addEntries(builder: RevocationBuilder, rows: Store["revocations"]): Promise<number> {
  let count = 0;
  for (let after: number | null = 0; after !== null; ) {
    const { entries, next }: Awaited<ReturnType<typeof rows.page>> = await rows.page(after);
    builder.addJson(entries);
    count += entries.length;
    after = next;
  }
  return count;
}

function readPublish(options: PublishOptions) {
  const members = readObject(options, "options") as unknown as PublishOptions;
  const { store, lists, signWith, kid, issuer, ttl = 60, life = 86_400, now, epoch, ...rest } = members;
  refuseMembers(rest);
  readHost(store, "store", ["prune"]);
  readHost(lists, "lists", ["latest", "read", "write", "point"]);
  if (signWith === undefined) throw new SetupError("signWith", "must be said");
  if (typeof life !== "number" || !(life > 0)) throw new SetupError("life", "is not a number of seconds");
  const time = checkNow(now === undefined ? Date.now() / 1000 : now);
  return {
    ...{ store, lists, issuer: readText(issuer, "issuer"), ttl, now: time },
    signing: { signWith, ...(kid !== undefined && { kid }) },
    exp: Math.floor(time) + life,
    ...(epoch !== undefined && { epoch }),
  };
}
