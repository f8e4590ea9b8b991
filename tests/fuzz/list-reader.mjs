// A plain reading of a list's octets, apart from the code under test: what src/revocation/body.rs and
// table.rs say that they are.

const HEAD = 32;
const ROW = 16;

/** Octets of a fingerprint and of a value, by the kind's number (src/revocation/kind.rs). */
const KINDS = { 1: [7, 0], 2: [7, 0], 3: [7, 0], 4: [7, 0], 5: [16, 0], 6: [16, 0], 7: [16, 0] };
const CUT_OFF = [16, 8];

/** Whether octets are a well-formed list of that form, or a shard of so many bits. */
export function plainlyReads(octets, form, bits) {
  const view = Buffer.from(octets);
  if (view.length < HEAD || view.toString("latin1", 0, 4) !== "RVL1") return false;
  if (view[4] !== form || view[5] !== bits || view.readUInt32LE(28) !== 0) return false;
  const count = view.readUInt16LE(6);
  const tables = HEAD + count * ROW;
  if (tables > view.length) return false;
  let [place, before] = [tables, ""];
  for (let row = HEAD; row < tables; row += ROW) {
    const order = orderOf(view, row);
    if (order <= before || view[row + 3] !== 0 || view[row + 2] > 1) return false;
    if (view[row + 2] === 0 && form !== 1) return false;
    place = endOfTable(view, place, view[row], view.readUInt32LE(row + 4), bits);
    before = order;
  }
  return place === view.length;
}

/** By scope and kind, mark and end. */
function orderOf(view, row) {
  const [kind, scope, mark] = view.subarray(row, row + 3);
  const end = view.readBigUInt64LE(row + 8).toString(16).padStart(16, "0");
  return [kind, scope, mark].map((one) => String(one).padStart(3, "0")).join() + end;
}

/** Where a table ends that begins at a place; NaN unless its directory leads through all records. */
function endOfTable(view, place, kind, count, bits) {
  const [print, value] = KINDS[kind] ?? CUT_OFF;
  if (kind < 1 || kind > 11 || count === 0) return NaN;
  const directory = Math.floor(Math.log2(Math.max(count >> 3, 1)));
  const records = place + (2 ** directory + 1) * 4;
  const end = records + count * (print - ((bits + directory) >> 3) + value);
  if (!(end <= view.length)) return NaN;
  const starts = [];
  for (let at = place; at < records; at += 4) starts.push(view.readUInt32LE(at));
  const inOrder = starts.every((start, n) => n === 0 || starts[n - 1] <= start);
  return inOrder && starts[0] === 0 && starts.at(-1) === count ? end : NaN;
}
