// What throws out miniOrange's tokens (systems.md MO-21): one of them, or a user's.
//
// They name no issuer and, but for refresh tokens, have no name of their own.

import { SetupError } from "../../errors.js";
import type { Decision } from "../../types.js";
import { throwOut } from "../one-token.js";
import type { Site } from "./site.js";

/** All tokens of a user; of other systems too, where those have users of that number. */
export function ofUser(userId: number): { sub: string } {
  if (!Number.isSafeInteger(userId)) throw new SetupError("userId", "is not a whole number");
  return { sub: `${userId}` };
}

/** Throws out a token that is still good. */
export async function revokeToken(site: Site, token: string, now: number): Promise<Decision> {
  const { verifiers } = site;
  const access = await verifiers.access.verify(token, { now });
  const isRefresh = !access.ok && access.code === "wrong_kind";
  const decision = isRefresh ? await verifiers.refresh.verify(token, { now }) : access;
  if (!decision.ok) return decision;
  await throwOut(site.ground, { token, claims: decision.claims, isRefresh }, { ...site, now });
  return decision;
}
