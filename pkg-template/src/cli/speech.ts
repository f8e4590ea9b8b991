// How answers and help look to people. What comes from outside is shown so that it can do nothing
// to a terminal: whatever is not a visible character stands as its escape.

import { COMMON, type Command, type Option } from "./command.js";

/** Text of others, on one line. */
export function visible(text: string): string {
  return text.replace(/\p{C}/gu, escaped);
}

/** A value as JSON text, on one line or spread out. */
export function json(value: unknown, indent?: number): string {
  // Line ends are those of the spreading: in strings JSON escapes them itself.
  return JSON.stringify(value, null, indent).replace(/[^\P{C}\n]/gu, escaped);
}

function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, place) => character.charCodeAt(place));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}

/** Lines of a name and a value each; those without a value are left out. */
export function lines(rows: Record<string, string | number | undefined>): string {
  const said = Object.entries(rows).filter(([, value]) => value !== undefined);
  return said.map(([name, value]) => `${name.padEnd(12)} ${visible(String(value))}`).join("\n");
}

/** A time in seconds since 1970, and how far from now it is. */
export function moment(seconds: unknown, now: number): string | undefined {
  if (typeof seconds !== "number") return undefined;
  const time = new Date(seconds * 1000);
  if (Number.isNaN(time.getTime())) return String(seconds);
  const away = Math.round(seconds - now);
  const distance = away < 0 ? `${spanText(-away)} ago` : away > 0 ? `in ${spanText(away)}` : "now";
  return `${time.toISOString()} (${distance})`;
}

/** A span of seconds, in its largest unit that fits. */
export function spanText(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

/** What all commands there are, or those of a group, do. */
export function overview(commands: Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    "edge-jwt: issues, verifies and revokes JSON Web Tokens, offline",
    "",
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    "",
    "edge-jwt COMMAND --help says what a command takes; edge-jwt --version, which version this is.",
    "",
    ...wrap(EXIT_CODES, WIDTH),
  ].join("\n");
}

/** What one command takes. */
export function help({ name, summary, usage, words, options, notes = [] }: Command): string {
  const rows = { ...words, ...mapOptions({ ...options, ...COMMON }) };
  const width = Math.max(...Object.keys(rows).map((row) => row.length));
  const table = Object.entries(rows).flatMap(([row, about]) => {
    const [first = "", ...more] = wrap(about, WIDTH - width - 4);
    const rest = more.map((line) => `${" ".repeat(width + 4)}${line}`);
    return [`  ${row.padEnd(width)}  ${first}`, ...rest];
  });
  const paragraphs = [...notes, EXIT_CODES].flatMap((note) => ["", ...wrap(note, WIDTH)]);
  const call = wrap(`edge-jwt ${name} ${usage}`, WIDTH - 4).join("\n    ");
  return [`edge-jwt ${name}: ${summary}`, "", `  ${call}`, "", ...table, ...paragraphs].join("\n");
}

const WIDTH = 96;

const EXIT_CODES =
  "Exit codes: 0 good; 1 a token or a list was refused, with the decision as JSON on standard " +
  "output; 2 misuse, or a file that cannot be read or written.";

function mapOptions(options: Record<string, Option>): Record<string, string> {
  const rows = Object.entries(options).map(([name, { value, help, isList }]) => {
    const about = isList ? `${help}; may be there several times` : help;
    return [value === undefined ? `--${name}` : `--${name} ${value}`, about];
  });
  return Object.fromEntries(rows) as Record<string, string>;
}

function wrap(text: string, width: number): string[] {
  const rows: string[] = [];
  let row = "";
  for (const word of text.split(" ")) {
    const isFull = row.length + 1 + word.length > width;
    if (row !== "" && isFull) rows.push(row);
    row = row === "" || isFull ? word : `${row} ${word}`;
  }
  return [...rows, row];
}
