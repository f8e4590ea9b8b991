// Reading what callers hand over: each option once, into plain JSON text, before anything
// crosses into wasm. Getters, proxies and strange values do their worst here, as a SetupError.

import { SetupError, isObject, setup } from "./errors.js";
import type { At } from "./types.js";

/**
 * The most octets of one thing that cross into wasm: its memory never shrinks again.
 *
 * @internal
 */
export const MAX_TEXT = 1 << 20;

/**
 * The own members of an options object, each read once. What it inherits, and what somebody
 * planted on `Object.prototype`, is not among them.
 *
 * @internal
 */
export function readObject(value: unknown, option: string): Record<string, unknown> {
  return setup(option, () => {
    const isList = Array.isArray(value) || ArrayBuffer.isView(value);
    // Set afterwards, which costs a quarter of `__proto__: null` in the literal.
    if (isObject(value) && !isList) return Object.setPrototypeOf({ ...value }, null);
    throw new SetupError(option, "is not an object");
  });
}

/**
 * The members of a list, read one after the other, so that a list without end or with holes ends at
 * its first wrong member.
 *
 * @internal
 */
export function readEach<T>(
  list: unknown,
  option: string,
  most: number,
  read: (member: unknown) => T,
): T[] {
  const members: T[] = [];
  setup(option, () => {
    for (const member of list as Iterable<unknown>) {
      if (members.length === most) throw new SetupError(option, `are more than the ${most} there may be`);
      members.push(read(member));
    }
  });
  return members;
}

/**
 * An object as JSON text. What JSON would drop or bend in silence is an error by name.
 *
 * @internal
 */
export function jsonText(value: unknown, option: string): string {
  const members = readObject(value, option);
  // Asking about each value as it is written takes longer than all the writing.
  if (Object.values(members).every(isPlain)) return limited(JSON.stringify(members), option);
  let left = MAX_TEXT;
  const read = (name: string, value: unknown): unknown => {
    // Before the text is there: a list can be longer than any text, and hold itself many times.
    left -= 1;
    if (left < 0) throw tooLarge(option);
    return refuseWhatJsonBends(name, value);
  };
  const text: unknown = setup(option, () => JSON.stringify(members, read));
  // A toJSON of its own may have made it anything.
  if (typeof text !== "string") throw new SetupError(option, "is not an object");
  return limited(text, option);
}

/** Whether JSON says a value as it is, and nobody else has a say in it. */
function isPlain(value: unknown): boolean {
  return typeof value === "string" || typeof value === "boolean" || value === null || Number.isFinite(value);
}

function refuseWhatJsonBends(name: string, value: unknown): unknown {
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new SetupError(name, "is not a finite number");
  }
  if (NOT_JSON.includes(typeof value)) throw new SetupError(name, `cannot be a ${typeof value}`);
  if (ArrayBuffer.isView(value)) throw new SetupError(name, "cannot be octets");
  return value;
}

const NOT_JSON = ["function", "symbol", "bigint"];

/**
 * Text that may cross into wasm as it is.
 *
 * @internal
 */
export function readText(value: unknown, option: string): string {
  if (typeof value !== "string") throw new SetupError(option, "is not a string");
  // Encoding would turn every lone surrogate into the same three octets.
  if (/\p{Surrogate}/u.test(value)) throw new SetupError(option, "is not well-formed text");
  return limited(value, option);
}

/**
 * A copy of octets, which nobody can change between one look at them and the next.
 *
 * @internal
 */
export function readOctets(value: unknown, option: string): Uint8Array {
  return setup(option, () => {
    if (!isOctets(value)) throw new SetupError(option, "is not a Uint8Array");
    if (!(value.buffer instanceof ArrayBuffer)) {
      throw new SetupError(option, "is in memory that others may write to");
    }
    return limited(new Uint8Array(value), option);
  });
}

/**
 * Octets that stay the caller's own: there may be many, and their digest is known.
 *
 * @internal
 */
export function refOctets(value: unknown, option: string): Uint8Array {
  return setup(option, () => {
    const octets = value instanceof ArrayBuffer ? new Uint8Array(value) : value;
    if (!isOctets(octets) || !(octets.buffer instanceof ArrayBuffer)) {
      throw new SetupError(option, "is neither a Uint8Array nor an ArrayBuffer");
    }
    // A view of our own: what its length says is true, and what was detached fails here.
    return new Uint8Array(octets.buffer, octets.byteOffset, octets.length);
  });
}

/**
 * Whether a value is such an array: a proxy of one is no view of anything.
 *
 * @internal
 */
export function isOctets(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value) && value instanceof Uint8Array;
}

function limited<T extends { length: number }>(value: T, option: string): T {
  if (value.length > MAX_TEXT) throw tooLarge(option);
  return value;
}

function tooLarge(option: string): SetupError {
  return new SetupError(option, "is larger than 1 MiB");
}

/**
 * The time of a call, in seconds.
 *
 * @internal
 */
export function readNow(at: At | undefined): number {
  if (at === undefined) return checkNow(Date.now() / 1000);
  const { now, ...rest } = readObject(at, "options");
  refuseMembers(rest);
  return checkNow(now === undefined ? Date.now() / 1000 : now);
}

/** @internal */
export function checkNow(now: unknown, option = "now"): number {
  // The largest time that the Rust side can express; the same moment in milliseconds is larger.
  if (typeof now === "number" && Math.abs(now) < 1e11) return now;
  throw new SetupError(option, "is not a time in seconds");
}

/** @internal */
export function refuseMembers(members: Record<string, unknown>): void {
  for (const name of Object.keys(members)) throw new SetupError(name, "is not an option here");
}
