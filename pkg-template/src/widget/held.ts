// The token that a session holds: what it says of itself, when it ends, when it is to be renewed.
//
// Times are milliseconds by the page's clock. Nothing here asks for the time or for chance.

import { isRecord } from "../errors.js";
import type { Claims } from "../types.js";

/** A token, and what is known of it. */
export interface Held {
  token: string;
  /** When it was asked for. */
  askedAt: number;
  /** When it expires; null: not known. */
  expiresAt: number | null;
  /** Whether that follows from `exp`, so that it hangs on the offset. */
  byClock: boolean;
  /** By how much the server's clock was ahead then. */
  offset: number;
  verified: boolean;
}

/** What can be sent in a header, up to the size that a verifier takes. */
export function isToken(value: unknown): value is string {
  return typeof value === "string" && value.length <= 16384 && /^[!-~]+$/.test(value);
}

/** The claims of a token that nobody has vouched for; null if there are none to be read. */
export function claimsOf(token: string): Claims | null {
  try {
    const base64 = (token.split(".")[1] as string).replaceAll("-", "+").replaceAll("_", "/");
    const octets = Uint8Array.from(atob(base64), (octet) => octet.charCodeAt(0));
    const value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(octets));
    return isRecord(value) ? (value as Claims) : null;
  } catch {
    return null;
  }
}

/**
 * By how much the server's clock is ahead, judged by a token just made: the page's clock is
 * believed unless by it the token came from the future or had expired already.
 */
export function offsetBy({ iat, exp }: Claims, now: number): number {
  if (typeof iat !== "number" || typeof exp !== "number") return 0;
  return iat * 1000 <= now && now < exp * 1000 ? 0 : iat * 1000 - now;
}

/**
 * When to renew: the tab that got the token first, each at a time of its own, and the others only
 * once that one should have.
 */
export function renewalOf(
  { askedAt, expiresAt }: Held,
  { renewAfter, renewBefore }: { renewAfter: number; renewBefore: number },
  by: "here" | "elsewhere",
  chance: number,
): number {
  if (expiresAt === null) return Infinity;
  const life = expiresAt - askedAt;
  const lead = Math.min(Math.max(life * (1 - renewAfter), renewBefore * 1000), life / 2);
  const early = (by === "here" ? lead : lead / 2) * (1 + chance / 2);
  return Math.max(expiresAt - early, askedAt + LEAST_LIFE);
}

/** A server whose tokens live for no time at all is still asked no more often. */
const LEAST_LIFE = 1000;
