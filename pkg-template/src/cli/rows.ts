// Rows for a list: octets of a file or of standard input, into a builder as they come. What is read
// is never there as a whole, for there may be millions of rows.
//
// An array is made into lines as it streams by. Only what stands between its entries is looked at
// here; whether one is an entry is for the builder to say.

import { type RevocationBuilder, SetupError } from "../hosts/node.js";
import { Misuse } from "./command.js";
import { octetsOf } from "./files.js";

/** Adds all rows, tells after each piece how many there were so far, and answers their number. */
export async function addRows(
  builder: RevocationBuilder,
  path: string,
  tell: (rows: number) => void,
): Promise<number> {
  let array: ArrayLines | undefined;
  let [isBegun, rows, last] = [false, 0, LINE_END];
  try {
    for await (const piece of octetsOf("ROWS", path)) {
      if (!isBegun) {
        const first = piece.find((octet) => !isWhite(octet));
        isBegun = first !== undefined;
        array = first === BEGIN_ARRAY ? arrayLines() : undefined;
      }
      const lines = array?.lines(piece) ?? piece;
      builder.addNdjson(lines);
      rows += linesIn(lines);
      last = lines.at(-1) ?? last;
      tell(rows);
    }
    array?.end();
    builder.endNdjson();
    return last === LINE_END ? rows : rows + 1;
  } catch (error) {
    throw rowMisuse(error, array === undefined ? "line" : "entry");
  }
}

/** What a builder says against rows, as misuse that tells where. */
export function rowMisuse(error: unknown, unit = "line"): unknown {
  if (!(error instanceof SetupError)) return error;
  const { option, message } = error;
  if (option === "lines") return new Misuse("ROWS", message.replace(/^lines: line/, unit));
  return option === "exp" ? new Misuse("ROWS", message) : error;
}

function linesIn(octets: Uint8Array): number {
  let count = 0;
  let at = octets.indexOf(LINE_END);
  while (at >= 0) [count, at] = [count + 1, octets.indexOf(LINE_END, at + 1)];
  return count;
}

const octet = (character: string): number => character.charCodeAt(0);

const [BEGIN_ARRAY, END_ARRAY, BEGIN_OBJECT, END_OBJECT] = [..."[]{}"].map(octet) as Four;
const [COMMA, QUOTE, ESCAPE, SPACE] = [...',"\\ '].map(octet) as Four;
const [LINE_END, RETURN, TAB] = [..."\n\r\t"].map(octet) as Four;

type Four = [number, number, number, number];

function isWhite(octet: number): boolean {
  return octet === SPACE || octet === LINE_END || octet === RETURN || octet === TAB;
}

/** A JSON array as lines, piece by piece; `end` follows the last. */
interface ArrayLines {
  lines(piece: Uint8Array): Uint8Array;
  end(): void;
}

/** Where in an array a piece ended. */
type Place =
  | "array"
  | "entry or end"
  | "entry"
  | "comma or end"
  | "object"
  | "string"
  | "escape"
  | "over";

function arrayLines(): ArrayLines {
  let place: Place = "array";
  let depth = 0;
  let entries = 0;

  /** What stands for an octet in the lines; nothing for what stands between entries. */
  const next = (octet: number): number | undefined => {
    switch (place) {
      case "escape":
        place = "string";
        return octet;
      case "string":
        if (octet === QUOTE) place = "object";
        if (octet === ESCAPE) place = "escape";
        return octet;
      case "object":
        return inside(octet);
      default:
        return isWhite(octet) ? undefined : between(octet);
    }
  };

  const inside = (octet: number): number => {
    if (octet === QUOTE) place = "string";
    if (octet === BEGIN_OBJECT || octet === BEGIN_ARRAY) depth += 1;
    if (octet === END_OBJECT || octet === END_ARRAY) depth -= 1;
    if (depth === 0) place = "comma or end";
    // An entry is spread over lines where people read it.
    return octet === LINE_END || octet === RETURN ? SPACE : octet;
  };

  const between = (octet: number): number | undefined => {
    if (place === "array") {
      place = "entry or end";
      return undefined;
    }
    if (octet === BEGIN_OBJECT && (place === "entry" || place === "entry or end")) {
      [place, depth, entries] = ["object", 1, entries + 1];
      return octet;
    }
    if (octet === COMMA && place === "comma or end") {
      place = "entry";
      return LINE_END;
    }
    if (octet === END_ARRAY && (place === "comma or end" || place === "entry or end")) {
      const isEmpty = place === "entry or end";
      place = "over";
      return isEmpty ? undefined : LINE_END;
    }
    throw new Misuse("ROWS", `are no array of objects: wrong after entry ${entries}`);
  };

  return {
    lines(piece) {
      const lines = new Uint8Array(piece.length);
      let length = 0;
      for (const octet of piece) {
        const stands = next(octet);
        if (stands === undefined) continue;
        lines[length] = stands;
        length += 1;
      }
      return lines.subarray(0, length);
    },
    end() {
      if (place === "over") return;
      throw new Misuse("ROWS", `are no whole array: it ends in entry ${entries}`);
    },
  };
}
