// Who signs a list, and for how long it is good.

import { SetupError } from "../errors.js";
import type { KeySet } from "../keys.js";
import { checkNow, readText, refuseMembers } from "../options.js";

/** Who signs a list, and for how long it is good. */
export interface ListSigning {
  /** The private keys of those whom readers believe. */
  signWith: KeySet;
  /** The key of the set. Default: its newest active one. */
  kid?: string;
  /** Who signs; tokens that entries concern are this issuer's, unless an entry names another. */
  issuer: string;
  /** After how many seconds readers should look for a newer list. Default 60. */
  ttl?: number;
  /** After how many seconds the list must not be relied on any more. Default 86400. */
  life?: number;
  /** The time, in seconds. Default: the host's clock. */
  now?: number;
}

/** The options of that, and no others. */
export function readSigning(given: ListSigning) {
  const { signWith, kid, issuer, ttl = 60, life = 86_400, now = Date.now() / 1000, ...rest } = given;
  refuseMembers(rest);
  if (signWith === undefined) throw new SetupError("signWith", "must be said");
  for (const [option, span] of Object.entries({ ttl, life })) {
    if (typeof span !== "number" || !(span > 0)) {
      throw new SetupError(option, "is not a number of seconds");
    }
  }
  const keys = { signWith, ...(kid !== undefined && { kid }) };
  return { keys, issuer: readText(issuer, "issuer"), ttl, life, now: checkNow(now) };
}
