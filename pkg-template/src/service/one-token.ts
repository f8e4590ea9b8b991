// Throwing out one token that is still good, and of a refresh token all that came of its sign-in.

import { endFamily } from "../families.js";
import type { Issuer } from "../issuer.js";
import type { Entry } from "../list-types.js";
import type { Claims } from "../types.js";
import type { Verifier } from "../verifier.js";
import { fingerprintOf } from "./digest.js";
import { lastEnd } from "./trial.js";
import type { Ground } from "./types.js";

/** A token, and what a verifier has found it to be. */
export interface Shown {
  token: string;
  claims: Claims;
  isRefresh: boolean;
}

/** What its like are made and verified by. */
export interface Makers {
  issuer: Issuer;
  verifiers: Record<"access" | "refresh", Verifier>;
}

/** Throws a token out, by its `jti` or what was signed of it, and if it can be exchanged its family. */
export async function throwOut(
  { store, revoke }: Ground,
  { token, claims, isRefresh }: Shown,
  { issuer: maker, verifiers, now }: Makers & { now: number },
): Promise<void> {
  const { iss: issuer = null, jti, family } = claims;
  const name = jti === undefined ? { token: await fingerprintOf(token) } : { jti };
  const entries: Entry[] = [{ ...name, issuer, ...until(claims.exp) }];
  if (isRefresh && typeof family === "string") {
    const end = await lastEnd(maker, token, { verifier: verifiers.refresh, now });
    // Where the store is asked, at once; where lists are, with the next one.
    await endFamily(store.families, family, end ?? LATEST);
    entries.push({ family, issuer, ...until(end) });
  }
  await revoke(entries);
}

/** As late as a store takes it. */
const LATEST = 99_999_999_999;

function until(exp: number | undefined): { exp?: number } {
  return exp === undefined ? {} : { exp };
}
