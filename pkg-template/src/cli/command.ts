// What a command is, and how its arguments are read.
//
// A command says of itself what it takes, so that its help cannot tell anything else. Messages name
// options and never repeat a value: it may be a token, or a secret in the wrong place.

import { parseArgs } from "node:util";

/** One thing that can be done on the command line. */
export interface Command {
  /** As it is called: "revocations build". */
  name: string;
  /** What it does, in one line. */
  summary: string;
  /** What stands behind its name in a call. */
  usage: string;
  /** The words that it takes, in their order. */
  words: Record<string, string>;
  options: Record<string, Option>;
  /** What else is to be known, by paragraph. */
  notes?: string[];
  run(given: Given): Promise<Answer>;
}

/** An option with a value, or, where that has no name, one that is there or not. */
export interface Option {
  value?: string;
  help: string;
  /** It may be there several times. */
  isList?: true;
}

/** What a call holds. */
export interface Given {
  values: ReadonlyMap<string, string[]>;
  words: string[];
}

/** What a command answers: for programs, and for people; or that a token or a list is refused. */
export type Answer = { said: unknown; text: string } | Refused;

/** A refusal: the decision itself, and one line about it. */
export interface Refused {
  refused: object;
  line: string;
}

/** Whether that is so, of an answer or of a step towards one. */
export function isRefused(value: object): value is Refused {
  return Object.hasOwn(value, "refused");
}

/** The command line was misused, or something that it names cannot be read or written. */
export class Misuse extends Error {
  constructor(
    readonly what: string,
    readonly problem: string,
  ) {
    super(`${what}: ${problem}`);
  }
}

/** The options that every command has. */
export const COMMON: Record<string, Option> = {
  json: { help: "answer with one line of JSON" },
  help: { help: "say what this command takes" },
};

/** The arguments behind a command's name; what is not there, or there twice, is misuse. */
export function readArguments(command: Command, args: string[]): Given {
  const options = { ...command.options, ...COMMON };
  const values = new Map<string, string[]>();
  const words: string[] = [];
  for (const token of tokensOf(options, args)) {
    if (token.kind === "positional") words.push(token.value);
    if (token.kind !== "option") continue;
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (option === undefined) throw new Misuse(token.rawName, "is no option of this command");
    const known = values.get(token.name) ?? [];
    if (known.length > 0 && !option.isList) throw new Misuse(token.rawName, "is there twice");
    values.set(token.name, [...known, valueOf(option, token)]);
  }
  return { values, words };
}

/** Refuses words that a command does not take, and asks for those that it lacks. */
export function checkWords(command: Command, { words }: Given): void {
  const names = Object.keys(command.words);
  const missing = names[words.length];
  if (missing !== undefined) throw new Misuse(missing, "is missing");
  if (words.length > names.length) throw new Misuse("arguments", "are too many for this command");
}

function tokensOf(options: Record<string, Option>, args: string[]) {
  const types = Object.entries(options).map(([name, { value }]) => {
    return [name, { type: value === undefined ? "boolean" : "string" } as const] as const;
  });
  const known = { ...Object.fromEntries(types), help: { type: "boolean", short: "h" } as const };
  // Not strict: its messages would repeat what was given.
  const reading = { args, options: known, strict: false, allowPositionals: true, tokens: true };
  return parseArgs(reading as typeof reading & { tokens: true }).tokens;
}

type OptionToken = Extract<ReturnType<typeof tokensOf>[number], { kind: "option" }>;

function valueOf(option: Option, { rawName, value, inlineValue }: OptionToken): string {
  if (option.value === undefined) {
    if (value !== undefined) throw new Misuse(rawName, "takes no value");
    return "";
  }
  // What looks like the next option is not this one's value, unless it is tied on by "=".
  const isNext = value !== undefined && !inlineValue && /^-./.test(value);
  if (value === undefined || value === "" || isNext) throw new Misuse(rawName, "needs a value");
  return value;
}

/** Whether an option is there. */
export function isOn({ values }: Given, name: string): boolean {
  return values.has(name);
}

/** The value of an option. */
export function text({ values }: Given, name: string): string | undefined {
  return values.get(name)?.[0];
}

/** The value of an option that must be there. */
export function need(given: Given, name: string): string {
  const value = text(given, name);
  if (value === undefined) throw new Misuse(`--${name}`, "is missing");
  return value;
}

/** The values of an option that may be there several times; one alone as it is. */
export function oneOrMore({ values }: Given, name: string): string | string[] | undefined {
  const all = values.get(name);
  return all?.length === 1 ? all[0] : all;
}

/** The same for one that must be there, and where "any" says that nothing is asked for. */
export function needOrAny(given: Given, name: string): string | string[] | null {
  const values = oneOrMore(given, name);
  if (values === undefined) throw new Misuse(`--${name}`, "is missing: say a value, or any");
  return values === "any" ? null : values;
}

/** A word by its place; `checkWords` has seen to it that it is there. */
export function word({ words }: Given, place: number): string {
  return words[place] ?? "";
}

/** A whole number. */
export function whole(given: Given, name: string): number | undefined {
  const value = text(given, name);
  if (value === undefined) return undefined;
  if (!/^\d{1,15}$/.test(value)) throw new Misuse(`--${name}`, "is not a whole number");
  return Number(value);
}

/** How a span of time can be written. */
export const SPANS = "seconds, or 15m, 12h, 30d";

const UNITS: Record<string, number> = { "": 1, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** A span of time, in seconds. */
export function span(given: Given, name: string): number | undefined {
  const value = text(given, name);
  if (value === undefined) return undefined;
  const [, count, unit = ""] = value.match(/^(\d{1,10})([smhdw]?)$/) ?? [];
  if (count === undefined) {
    throw new Misuse(`--${name}`, `is no span of time: ${SPANS}`);
  }
  return Number(count) * (UNITS[unit] ?? 1);
}

/** The time of the call, in seconds: as it is said, or the host's. */
export function now(given: Given): number {
  return whole(given, "now") ?? Date.now() / 1000;
}

/** The members of an object that are there: what options are there, for the library to see. */
export function known<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const there = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(there) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

/** The option for `now`. */
export const NOW: Option = {
  value: "TIME",
  help: "take this for the present: seconds since 1970 (default: the clock)",
};
