// edge-jwt revocations build: rows in, the files of a signed list out.
//
// What can be wrong is found before the rows are read: that may take minutes.

import { type ListPosition, RevocationBuilder } from "../hosts/node.js";
import * as args from "./command.js";
import { type Command, type Given, Misuse, SPANS, known } from "./command.js";
import { KEY_OPTIONS, KID, needSigner } from "./key-file.js";
import { type ListFiles, placeOf, readList } from "./list-files.js";
import { wholeList, writeList } from "./list-files.js";
import { progressOf } from "./progress.js";
import { addRows, rowMisuse } from "./rows.js";
import { lines } from "./speech.js";

/** The command. */
export const BUILD: Command = {
  name: "revocations build",
  summary: "makes a signed list of rows, and the delta from the list before",
  usage: "--issuer I --seq N --exp SPAN --key FILE --out DIR [OPTIONS] ROWS",
  words: {
    ROWS: "a file with an entry on each line as JSON, or with one JSON array of entries; or -",
  },
  options: {
    issuer: { value: "I", help: "who publishes the list, and the issuer of rows that name none" },
    seq: { value: "N", help: "the number of the list (default with --previous: the next)" },
    epoch: { value: "E", help: "to be raised when numbers start anew (default: as before, or 1)" },
    exp: { value: "SPAN", help: `how long the list may be relied on: ${SPANS}` },
    ttl: { value: "SPAN", help: "after how long readers should look for a newer one" },
    partition: { value: "SPAN", help: "to what the ends of entries are rounded up (default 1d)" },
    "max-entries": { value: "N", help: "the most entries of one file (default 4000000)" },
    ...KEY_OPTIONS,
    kid: KID,
    previous: { value: "LIST", help: "the list before, so as to make a delta; may be in --out" },
    "keep-previous": { help: "say again what the list before says; rows come on top" },
    out: { value: "DIR", help: "the folder to put the files in" },
    progress: { help: "tell on standard error how far it is, even if that is no terminal" },
    now: args.NOW,
  },
  notes: [
    'A row is such as {"jti":"...","exp":1790000000}, {"sub":"u1","before":1790000000123} or ' +
      '{"kid":"2025-a"}: exp in seconds, before in milliseconds.',
    "Files: list.jwt and list.bin, delta.jwt and delta.bin, shard-0.bin and so on. The same rows " +
      "at the same --now make the same octets.",
  ],
  async run(given) {
    const now = args.now(given);
    const previous = previousOf(given);
    const place = nextPlace(given, previous && placeOf("--previous", previous));
    const builder = new RevocationBuilder(settingsOf(given, place, now));
    const { keys, ...kid } = needSigner(given);
    const out = args.need(given, "out");
    const before = previous && wholeList(previous);
    if (before !== undefined && args.isOn(given, "keep-previous")) builder.addList(before);
    const rows = await readRows(given, builder);
    const options = { signWith: keys, ...kid, ...known({ previous: before }), now };
    const built = await builder.build(options).catch((error: unknown) => {
      throw rowMisuse(error);
    });
    const files = writeList("--out", out, built);
    return { said: { ...place, rows, files }, text: textOf(place, rows, files) };
  },
};

function previousOf(given: Given): ListFiles | undefined {
  const place = args.text(given, "previous");
  if (place !== undefined) return readList("--previous", place);
  if (!args.isOn(given, "keep-previous")) return undefined;
  throw new Misuse("--keep-previous", "goes with --previous");
}

/** The place of the list in the order of lists: as it is said, and right after the one before. */
function nextPlace(given: Given, before: ListPosition | undefined): ListPosition {
  const [seq, epoch] = [args.whole(given, "seq"), args.whole(given, "epoch")];
  if (before === undefined) {
    if (seq === undefined) throw new Misuse("--seq", "is missing: the number of the list");
    return { epoch: epoch ?? 1, seq };
  }
  const next = { epoch: before.epoch, seq: before.seq + 1 };
  if (epoch !== undefined && epoch !== next.epoch) {
    throw new Misuse("--epoch", `is not ${next.epoch}, that of the list before`);
  }
  if (seq !== undefined && seq !== next.seq) {
    throw new Misuse("--seq", `is not ${next.seq}, which follows the list before`);
  }
  return next;
}

function settingsOf(given: Given, place: ListPosition, now: number) {
  const life = args.span(given, "exp");
  if (life === undefined) throw new Misuse("--exp", "is missing: how long the list is relied on");
  const optional = {
    ttl: args.span(given, "ttl"),
    partition: args.span(given, "partition"),
    maxEntries: args.whole(given, "max-entries"),
  };
  const issuer = args.need(given, "issuer");
  return { issuer, ...place, exp: Math.floor(now) + life, ...known(optional) };
}

async function readRows(given: Given, builder: RevocationBuilder): Promise<number> {
  const progress = progressOf(args.isOn(given, "progress"));
  const rows = await addRows(builder, args.word(given, 0), progress.tell);
  progress.end(rows);
  return rows;
}

function textOf({ epoch, seq }: ListPosition, rows: number, files: Record<string, number>): string {
  const sizes = Object.entries(files).map(([name, bytes]) => [name, `${bytes} bytes`] as const);
  return lines({ list: `epoch ${epoch}, number ${seq}`, rows, ...Object.fromEntries(sizes) });
}
