// What changed from one list to another, in numbers.
//
// The delta that a builder makes of the two says it: applied to the older, its changes are counted.
// A list's own delta would not do, for there may be none, or lists in between.

import { type BuiltLists, type PublishedList } from "../hosts/node.js";
import { RevocationBuilder, Revocations } from "../hosts/node.js";
import { known } from "./command.js";
import { type ListFiles, wholeList } from "./list-files.js";

/** The most entries of a list. */
const MOST = 2 ** 27;

/** A time after which nothing is asked for. */
const LAST = 1e10;

/** Counts, by the delta that a builder makes of lists that say the same as these two. */
export async function changesBetween(older: ListFiles, newer: ListFiles) {
  const before = await saidAgain(older, 0);
  const after = await saidAgain(newer, 1, before);
  const list = await open(before);
  const [had, has] = [list.stats(0).entries, (await open(after)).stats(0).entries];
  const { manifest, body } = after.delta as { manifest: string; body: Uint8Array };
  await list.apply(manifest, body, { now: 0 });
  const { entries, published } = list.stats(0);
  const said = entries - had;
  const removed = (published?.changes ?? 0) - said;
  const added = has - had + removed;
  return { before: had, after: has, added, removed, changed: said - added };
}

/** At the beginning of time nothing has expired, so that nothing goes. */
function saidAgain(files: ListFiles, seq: number, previous?: BuiltLists): Promise<BuiltLists> {
  // Shorter than any partition of a list: no two ends become one.
  const settings = { issuer: "", seq, exp: LAST, partition: 60, maxEntries: MOST };
  const builder = new RevocationBuilder(settings);
  builder.addList(wholeList(files));
  return builder.build({ now: 0, ...known({ previous }) });
}

async function open({ manifest, body }: PublishedList): Promise<Revocations> {
  const list = new Revocations({ trustUnsigned: true, maxBytes: 2 ** 30, maxEntries: MOST });
  await list.load(manifest, body, { now: 0 });
  return list;
}
