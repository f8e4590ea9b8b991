// Rows of a host's tables. Only our own members of them cross into wasm, as JSON text, one row a
// line; what comes back are places and changes. So a row is the host's own object in the end, and
// whatever else it holds is neither looked at nor bent.

import { SetupError, setup } from "./errors.js";
import { jsonText, readObject } from "./options.js";

/** The most characters of all rows of a call: wasm's memory never shrinks. */
const MAX_TEXT = 1 << 23;

/**
 * The members of a row, each read once, and those of them that are ours.
 *
 * @internal
 */
export function readMembers(row: unknown, names: readonly string[]): { members: object; own: object } {
  const members = readObject(row, "record");
  const ours = names.filter((name) => name in members).map((name) => [name, members[name]]);
  return { members, own: Object.fromEntries(ours) };
}

/**
 * Rows as they cross, as they were given, and their members.
 *
 * @internal
 */
export function readRows<R>(
  records: Iterable<R>,
  names: readonly string[],
): { text: string; rows: R[]; members: object[] } {
  const texts: string[] = [];
  const rows: R[] = [];
  const all: object[] = [];
  let left = MAX_TEXT;
  setup("records", () => {
    for (const record of records) {
      const { members, own } = readMembers(record, names);
      const text = jsonText(own, "records");
      left -= text.length + 1;
      if (left < 0) throw new SetupError("records", "are larger than 8 MiB");
      texts.push(text);
      rows.push(record);
      all.push(members);
    }
  });
  return { text: texts.join("\n"), rows, members: all };
}
