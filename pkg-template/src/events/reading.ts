// What the adapters share: the members of an event, its time, and the end of an entry.
//
// An event is read once, member by member, its own members alone. What is wrong with it is a
// SetupError that names the member, and never shows what the member held.

import { SetupError, setup } from "../errors.js";
import type { Entry, Selector } from "../list-types.js";
import { readObject, readText } from "../options.js";

/** How long entries are kept. With neither member they are kept until they are taken back. */
export interface Keep {
  /** When an entry may be forgotten, in seconds: the last `exp` of what it throws out. */
  exp?: number;
  /** The longest life of a token, in seconds, from which that follows where `exp` is not said. */
  maxLifetime?: number;
}

/** Whose tokens an event is about, where it does not say so itself. */
export interface Of {
  /** Only tokens of this issuer. Default: any. */
  issuer?: string;
}

/**
 * What `readObject` answers: it inherits nothing, so that a name that is not there is undefined.
 *
 * @internal
 */
export type Members = Record<string, unknown>;

/** @internal */
export function readOptions(options: unknown, names: readonly string[]): Members {
  const members = readObject(options === undefined ? {} : options, "options");
  for (const name of Object.keys(members)) {
    if (!names.includes(name)) throw new SetupError(name, "is not an option here");
  }
  return members;
}

/**
 * A member that is text, and not empty; null is as good as absent.
 *
 * @internal
 */
export function textOf(members: Members, name: string): string | undefined {
  const value = members[name] ?? undefined;
  if (value === undefined) return undefined;
  if (value === "") throw new SetupError(name, "is empty");
  return readText(value, name);
}

/** @internal */
export function neededText(members: Members, name: string): string {
  return textOf(members, name) ?? missing(name);
}

/**
 * A member that is a time or a span in seconds. The same in milliseconds is too large to be one.
 *
 * @internal
 */
export function secondsOf(members: Members, name: string): number | undefined {
  const value = members[name] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value === "number" && value >= 0 && value < 1e11) return value;
  throw new SetupError(name, "is not a number of seconds");
}

/** @internal */
export function neededSeconds(members: Members, name: string): number {
  return secondsOf(members, name) ?? missing(name);
}

/**
 * A list's items, each read once. One may claim to be longer than memory.
 *
 * @internal
 */
export function itemsOf(list: unknown, name: string, most: number): unknown[] {
  return setup(name, () => {
    if (!Array.isArray(list)) throw new SetupError(name, "is not a list");
    const length = Number(list.length);
    if (length > most) throw new SetupError(name, "is too long");
    return Array.from({ length }, (_, at): unknown => list[at]);
  });
}

/** @internal */
export function missing(name: string): never {
  throw new SetupError(name, "is missing");
}

/**
 * The cut-off, in milliseconds, that throws out whatever began before an event of this time.
 *
 * A time in whole seconds says that the event was at some moment of that second, so the whole
 * second is thrown out, and with it whoever signed in anew within it. The other way round, a token
 * stolen just before the event would live on. With a fraction, the time is that moment.
 *
 * @internal
 */
export function cutOff(seconds: number): number {
  return Number.isInteger(seconds) ? (seconds + 1) * 1000 : Math.ceil(seconds * 1000);
}

/**
 * When an entry for what began before a cut-off (in milliseconds) may be forgotten.
 *
 * @internal
 */
export function endOf(keep: Members, before: number): number | undefined {
  const lifetime = secondsOf(keep, "maxLifetime");
  const end = lifetime === undefined ? undefined : Math.ceil(before / 1000) + lifetime;
  return secondsOf(keep, "exp") ?? end;
}

/**
 * An entry in which nothing is undefined.
 *
 * @internal
 */
export function entryOf(
  target: Selector,
  terms: { issuer?: string | undefined; before?: number; exp?: number | undefined },
): Entry {
  const members = Object.entries({ ...target, ...terms });
  return Object.fromEntries(members.filter(([, value]) => value !== undefined)) as Entry;
}

/**
 * Entries for what began before a cut-off, in milliseconds. A session and a single token need none:
 * nothing new begins under their names.
 *
 * @internal
 */
export function entriesBefore(before: number, targets: Selector[], keep: Members): Entry[] {
  const exp = endOf(keep, before);
  return targets.map((target) => {
    const whole = Object.hasOwn(target, "session") || Object.hasOwn(target, "jti");
    return entryOf(target, whole ? { exp } : { before, exp });
  });
}
