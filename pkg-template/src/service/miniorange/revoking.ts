// What throws out miniOrange's tokens (systems.md MO-21): one of them, or a user's.
//
// They name no issuer and, but for refresh tokens, have no name of their own.

import { SetupError } from "../../errors.js";
import { endFamily } from "../../families.js";
import type { Entry } from "../../list-types.js";
import type { Claims, Decision } from "../../types.js";
import { fingerprintOf } from "../digest.js";
import { lastEnd } from "../lives.js";
import type { Site } from "./site.js";

/** All tokens of a user; of other systems too, where those have users of that number. */
export function ofUser(userId: number): { sub: string } {
  if (!Number.isSafeInteger(userId)) throw new SetupError("userId", "is not a whole number");
  return { sub: `${userId}` };
}

/** Throws out a token that is still good. */
export async function revokeToken(site: Site, token: string, now: number): Promise<Decision> {
  const { ground, verifiers } = site;
  const access = await verifiers.access.verify(token, { now });
  const isRefresh = !access.ok && access.code === "wrong_kind";
  const decision = isRefresh ? await verifiers.refresh.verify(token, { now }) : access;
  if (!decision.ok) return decision;
  const { claims } = decision;
  const entries = [await entryOf(token, claims)];
  if (isRefresh && typeof claims.family === "string") {
    const { family } = claims;
    const exp = lastEnd(claims, now);
    // Where the store is asked, at once; where lists are, with the next one.
    await endFamily(ground.store.families, family, exp);
    entries.push({ family, exp });
  }
  await ground.revoke(entries);
  return decision;
}

async function entryOf(token: string, { jti, exp }: Claims): Promise<Entry> {
  const name = jti === undefined ? { token: await fingerprintOf(token) } : { jti };
  return { ...name, ...(exp !== undefined && { exp }) };
}
