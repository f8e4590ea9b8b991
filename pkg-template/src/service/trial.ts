// Whether a refresh token would be exchanged now: whoever asks gets the answer of an exchange of which
// nothing is kept, so that what is spent or over here is what is spent or over there.

import type { Families } from "../families.js";
import type { Refreshed } from "../issue-types.js";
import type { Issuer } from "../issuer.js";
import type { Verifier } from "../verifier.js";

/** What an exchange is made with. */
export interface Terms {
  verifier: Verifier;
  families: Families | null;
  now: number;
}

/** Tries an exchange; its new tokens are nobody's. */
export function tryRefresh(issuer: Issuer, token: string, { families, ...terms }: Terms): Promise<Refreshed> {
  const kept = families && { read: (family: string) => families.read(family), swap: () => true };
  return issuer.refresh(token, { ...terms, families: kept });
}
