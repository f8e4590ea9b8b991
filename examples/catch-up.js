// Brings a revocation list up to the newest one that a store holds: by deltas where only a few are
// missing, else by the snapshot. For the examples beside it, and for any other store.
//
// `latest` is the number of the newest list; `read(name)` answers `{ manifest, body }` of "delta/7"
// or "snapshot/7", or null. What the list refuses (a gap, a rollback, octets that nobody signed)
// leaves it as it was; the outcome says why, and so does a line in the log.

/** More deltas than this are slower to fetch than one snapshot. */
const FEW = 8;

export async function catchUp(list, latest, read) {
  const { published } = list.stats();
  if (published?.seq === latest) return { ok: true, epoch: published.epoch, seq: latest };
  const missing = published === null || published.compact ? Infinity : latest - published.seq;
  const isNear = missing > 0 && missing <= FEW;
  const outcome = isNear && (await applyDeltas(list, published.seq + 1, latest, read));
  return outcome.ok ? outcome : take(list, "load", `snapshot/${latest}`, read);
}

async function applyDeltas(list, first, last, read) {
  let outcome;
  for (let seq = first; seq <= last; seq += 1) {
    outcome = await take(list, "apply", `delta/${seq}`, read);
    if (!outcome.ok) break;
  }
  return outcome;
}

async function take(list, how, name, read) {
  const file = await read(name);
  const { manifest, body } = file ?? {};
  const outcome = file ? await list[how](manifest, body) : { ok: false, code: "not_found" };
  if (!outcome.ok) console.warn(`${name} was not taken in: ${outcome.code}`);
  return outcome;
}
