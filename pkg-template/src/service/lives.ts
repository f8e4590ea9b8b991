// How long tokens live, as far as answers need to know.

import type { Issued } from "../issue-types.js";

/** The seconds from a token's making to its end, where it has both. */
export function lifeOf({ record: { exp, iat } }: Issued): number | undefined {
  return exp === null || iat === null ? undefined : exp - iat;
}
