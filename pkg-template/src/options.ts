// Reading what callers hand over: each option once, into plain JSON text, before anything
// crosses into wasm. Getters, proxies and strange values do their worst here, as a SetupError.

import { SetupError, setup } from "./errors.js";
import type { At } from "./types.js";

/**
 * The most octets of one thing that cross into wasm: its memory never shrinks again.
 *
 * @internal
 */
export const MAX_TEXT = 1 << 20;

/**
 * The own members of an options object, each read once.
 *
 * @internal
 */
export function readObject(value: unknown, option: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new SetupError(option, "is not an object");
  }
  return setup(option, () => ({ ...value }));
}

/**
 * An object as JSON text. What JSON would drop or bend in silence is an error by name.
 *
 * @internal
 */
export function jsonText(value: unknown, option: string): string {
  const members = readObject(value, option);
  const text = setup(option, () => JSON.stringify(members, refuseWhatJsonBends));
  if (text.length > MAX_TEXT) throw new SetupError(option, "is larger than 1 MiB");
  return text;
}

function refuseWhatJsonBends(name: string, value: unknown): unknown {
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new SetupError(name, "is not a finite number");
  }
  if (NOT_JSON.includes(typeof value)) throw new SetupError(name, `cannot be a ${typeof value}`);
  return value;
}

const NOT_JSON = ["function", "symbol", "bigint"];

/**
 * The time of a call, in seconds.
 *
 * @internal
 */
export function readNow(at: At | undefined): number {
  if (at === undefined) return Date.now() / 1000;
  const { now, ...rest } = readObject(at, "options");
  refuseMembers(rest);
  return now === undefined ? Date.now() / 1000 : checkNow(now);
}

/** @internal */
export function checkNow(now: unknown): number {
  // The largest time that the Rust side can express; the same moment in milliseconds is larger.
  if (typeof now === "number" && Math.abs(now) < 1e11) return now;
  throw new SetupError("now", "is not a time in seconds");
}

/** @internal */
export function refuseMembers(members: Record<string, unknown>): void {
  for (const name of Object.keys(members)) throw new SetupError(name, "is not an option here");
}
