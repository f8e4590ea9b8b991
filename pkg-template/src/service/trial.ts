// What an exchange of a refresh token would come to now. It is made, and nothing of it is kept: so what
// is spent, over or at its end here is that there too.

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

/**
 * Until when a family must be remembered, where that can be told. A token says how long it lives
 * itself, and nothing of the access tokens beside it, which may live longer: so the issuer is asked.
 */
export async function lastEnd(
  issuer: Issuer,
  token: string,
  terms: Omit<Terms, "families">,
): Promise<number | undefined> {
  let end: number | undefined;
  const swap: Families["swap"] = (_family, _from, _to, exp) => {
    end = exp;
    return true;
  };
  await issuer.refresh(token, { ...terms, families: { read: () => null, swap } });
  return end;
}
