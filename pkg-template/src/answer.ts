// The answer for an accepted token, put together from what wasm says of it.

import type { Verified } from "./types.js";

/** What only some answers show. */
export type Extras = Pick<Verified, "captured" | "unchecked">;

/**
 * The answer for an accepted token. Made in one piece, because assigning members would call what
 * others may have planted on Object.prototype.
 *
 * @internal
 */
export function answerOf(
  claims: Verified["claims"],
  header: Verified["header"],
  expiresIn: number | null,
  extras?: Extras,
): Verified {
  const { kid = null } = header;
  return extras === undefined
    ? { ok: true, claims, header, kid, expiresIn }
    : { ok: true, claims, header, kid, expiresIn, ...extras };
}

/**
 * What is left of a life, as an answer says it; for wasm no end is infinity.
 *
 * @internal
 */
export function secondsOrNull(seconds: number): number | null {
  return seconds === Infinity ? null : seconds;
}

/**
 * Freezes a JSON value to its depth.
 *
 * @internal
 */
export function freeze<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  Object.values(value).forEach(freeze);
  return Object.freeze(value);
}
