// How long tokens live, as far as answers and entries need to know.

import type { Issued } from "../issue-types.js";
import type { Claims } from "../types.js";

/** The seconds from a token's making to its end, where it has both. */
export function lifeOf({ record: { exp, iat } }: Issued): number | undefined {
  return exp === null || iat === null ? undefined : exp - iat;
}

/**
 * When the last token of a refresh token's family ends, where that can be told: the newest one has
 * been made by now.
 */
export function lastEnd({ exp, iat }: Claims, now: number): number | undefined {
  return exp === undefined || iat === undefined ? undefined : Math.ceil(now) + (exp - iat);
}
