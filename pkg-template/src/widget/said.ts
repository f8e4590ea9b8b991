// What one tab says to the others, and to itself through storage: whose session it is, and its
// token. What comes in may be of an older page, or anything.

import { isObject } from "../errors.js";
import { type Held, isToken } from "./held.js";
import type { SessionState } from "./types.js";

/** Whose session it is, since when, and its token. */
export interface Said {
  state: SessionState;
  /** When it was signed in or out, or begun anew after that; 0: never yet. */
  since: number;
  held: Held | null;
}

/** Whether one is to take the place of the other: the later sign-in or sign-out, then token. */
export function isNewer(one: Said, other: Said): boolean {
  if (one.since !== other.since) return one.since > other.since;
  return (one.held?.askedAt ?? 0) > (other.held?.askedAt ?? 0);
}

/** A message, unless it is none. */
export function readSaid(message: unknown): Said | undefined {
  try {
    return read(message as Record<string, unknown>);
  } catch {
    return undefined;
  }
}

function read({ state, since, held }: Record<string, unknown>): Said | undefined {
  const fits = state === "signedOut" ? held === null : isHeld(held);
  const isState = ["anonymous", "signedIn", "signedOut"].includes(state as string);
  return fits && isState && Number.isFinite(since) ? ({ state, since, held } as Said) : undefined;
}

function isHeld(held: unknown): held is Held {
  if (!isObject(held)) return false;
  const { token, askedAt, expiresAt, offset } = held as Held;
  const times = expiresAt === null ? [askedAt, offset] : [askedAt, offset, expiresAt];
  return isToken(token) && times.every(Number.isFinite);
}
