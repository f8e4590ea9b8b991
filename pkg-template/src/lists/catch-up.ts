// Brings a list up to the newest one that is published: by deltas where only a few are missing, else
// by the snapshot. What the list refuses (a gap, a rollback, octets that nobody signed) leaves it as
// it was.

import type { ListCode, ListPosition, Loaded } from "../list-types.js";
import type { Revocations } from "../revocations.js";
import type { ListName, ListReader } from "./types.js";

/** What became of a list that was taken in; where it was not, its name and why. */
export type CaughtUp =
  | ({ ok: true } & ListPosition)
  | { ok: false; name: string; code: ListCode | "not_found"; message: string };

/** More deltas than this are slower to fetch than one snapshot. */
const FEW = 8;

/**
 * Takes in what is missing up to `latest`. Each list that is refused is told to `tell`: a delta that
 * is missing is no harm where the snapshot is there.
 */
export async function catchUp(
  list: Revocations,
  latest: number,
  from: ListReader,
  tell: (refused: CaughtUp & { ok: false }) => void = () => {},
): Promise<CaughtUp> {
  const take = async (how: "load" | "apply", name: ListName): Promise<CaughtUp> => {
    const outcome = named(name, await takeIn(list, how, await from.read(name)));
    if (!outcome.ok) tell(outcome);
    return outcome;
  };
  const { published } = list.stats();
  if (published?.seq === latest) return { ok: true, epoch: published.epoch, seq: latest };
  const missing = published === null || published.compact ? Infinity : latest - published.seq;
  if (missing > 0 && missing <= FEW) {
    const outcome = await applyDeltas(latest - missing + 1, latest, (name) => take("apply", name));
    if (outcome?.ok) return outcome;
  }
  return take("load", `snapshot/${latest}`);
}

async function applyDeltas(
  first: number,
  last: number,
  apply: (name: ListName) => Promise<CaughtUp>,
): Promise<CaughtUp | undefined> {
  let outcome: CaughtUp | undefined;
  for (let seq = first; seq <= last; seq += 1) {
    outcome = await apply(`delta/${seq}`);
    if (!outcome.ok) break;
  }
  return outcome;
}

async function takeIn(
  list: Revocations,
  how: "load" | "apply",
  file: Awaited<ReturnType<ListReader["read"]>>,
): Promise<Loaded | { ok: false; code: "not_found"; message: string }> {
  if (file === null) return { ok: false, code: "not_found", message: "there is no such list" };
  return list[how](file.manifest, file.body);
}

function named(name: string, outcome: Awaited<ReturnType<typeof takeIn>>): CaughtUp {
  return outcome.ok ? outcome : { ...outcome, name };
}
