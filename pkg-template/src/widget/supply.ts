// Asking a supplier for a token: in time, read, placed in time, and verified where that is wanted.

import { SessionError } from "./errors.js";
import { type Held, claimsOf, offsetBy } from "./held.js";
import { type Answer, type Settings, readSupplied } from "./reading.js";
import type { TokenRequest, TokenSupplier } from "./types.js";
import type { Verification } from "./verification.js";

/** Who is asked, of what, and by which clock; `offset` is what the server's is ahead by, so far. */
export interface Question {
  supplier: TokenSupplier;
  request: Omit<TokenRequest, "signal">;
  settings: Settings;
  verification: Verification;
  offset: number;
}

/** What the supplier hands over; rejects when it is late, or once the signal aborts. */
export async function supplied(question: Question, signal: AbortSignal): Promise<Held> {
  const { host, timeout } = question.settings;
  const control = new AbortController();
  let timer: unknown;
  const late = new Promise<never>((_, reject) => {
    const end = () => reject(new SessionError("timeout", "the supplier took too long"));
    timer = host.setTimeout(end, timeout * 1000);
    signal.addEventListener("abort", end);
  });
  try {
    return await Promise.race([asked(question, control.signal), late]);
  } finally {
    host.clearTimeout(timer);
    control.abort();
  }
}

async function asked(question: Question, signal: AbortSignal): Promise<Held> {
  const { supplier, request, settings, verification } = question;
  const askedAt = settings.host.now();
  const answer = await readSupplied(await supplier({ ...request, signal }));
  const now = settings.host.now();
  const offset = offsetOf(answer, now, question.offset);
  const expiresAt = endOf(answer, askedAt, offset);
  if (expiresAt !== null && expiresAt <= now) {
    throw new SessionError("bad_answer", "the supplier answered an expired token");
  }
  const { token, expiresIn } = answer;
  const verified = await verification.check(token, (now + offset) / 1000);
  return { token, askedAt, expiresAt, byClock: expiresIn === null, offset, verified };
}

function offsetOf({ token, serverTime }: Answer, now: number, known: number): number {
  if (serverTime !== null) return serverTime - now;
  return known + offsetBy(claimsOf(token) ?? {}, now + known);
}

/** A span needs no clock but the page's; `exp` is by the server's. */
function endOf({ token, expiresIn }: Answer, askedAt: number, offset: number): number | null {
  if (expiresIn !== null) return askedAt + expiresIn * 1000;
  const exp = claimsOf(token)?.exp;
  return typeof exp === "number" ? exp * 1000 - offset : null;
}
