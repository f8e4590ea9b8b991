// Tokens that verified before, by their whole text: what lets a verifier skip the signature.
//
// Only accepted tokens are in it, bounded by number and size; the oldest goes first. At every hit
// wasm judges time, policy and lists again, and a token that is no longer good is forgotten. It
// belongs to one set of keys: with other keys it starts empty.

import type * as glue from "./edge_jwt.js";
import { SetupError } from "./errors.js";
import { readObject, refuseMembers } from "./options.js";
import type { CacheOptions, CacheStats, Verified } from "./types.js";

/** What a hit is judged by. */
export interface Judge {
  verifier: glue.Verifier;
  keys: glue.KeySet;
  revocations: glue.Revocations;
}

interface Kept {
  place: number;
  decision: Verified<unknown>;
}

/** @internal */
export class SeenTokens {
  readonly #maxEntries: number;
  readonly #maxBytes: number;
  readonly #kept = new Map<string, Kept>();
  #verifier: glue.Verifier | undefined;
  #keys: glue.KeySet | undefined;
  #bytes = 0;
  #hits = 0;
  #misses = 0;

  constructor(options: CacheOptions) {
    const { maxEntries, maxBytes, ...rest } = readObject(options, "cache");
    refuseMembers(rest);
    this.#maxEntries = readCount("maxEntries", maxEntries, 1000, 1_000_000);
    this.#maxBytes = readCount("maxBytes", maxBytes, 1 << 20, 1 << 30);
  }

  /** The decision on a token that was seen before and is still good. */
  recall(token: unknown, judge: Judge, now: number): Verified<unknown> | undefined {
    this.#belongTo(judge);
    const kept = this.#kept.get(token as string);
    if (kept === undefined) {
      this.#misses += 1;
      return undefined;
    }
    const { verifier, keys, revocations } = judge;
    const timeLeft = verifier.judgeAgain(kept.place, keys, revocations, now);
    if (Number.isNaN(timeLeft)) {
      this.#misses += 1;
      this.#forget(token as string, kept);
      return undefined;
    }
    this.#hits += 1;
    return copyOf(kept.decision, timeLeft === Infinity ? null : timeLeft);
  }

  /** Takes in an accepted token, kept in wasm at a place. */
  keep(token: string, place: number, decision: Verified<unknown>): void {
    const known = this.#kept.get(token);
    if (known !== undefined) this.#forget(token, known);
    // A copy of its own: what the caller has may be changed by the caller.
    this.#kept.set(token, { place, decision: copyOf(decision, decision.expiresIn) });
    this.#bytes += token.length;
    for (const [oldest, kept] of this.#kept) {
      if (this.#kept.size <= this.#maxEntries && this.#bytes <= this.#maxBytes) break;
      this.#forget(oldest, kept);
    }
  }

  stats(): CacheStats {
    const entries = this.#kept.size;
    return { hits: this.#hits, misses: this.#misses, entries, bytes: this.#bytes };
  }

  #belongTo({ verifier, keys }: Judge): void {
    if (this.#verifier === verifier && this.#keys === keys) return;
    if (this.#verifier === verifier) this.#kept.forEach(({ place }) => verifier.forget(place));
    this.#verifier = verifier;
    this.#keys = keys;
    this.#kept.clear();
    this.#bytes = 0;
  }

  #forget(token: string, { place }: Kept): void {
    this.#kept.delete(token);
    this.#bytes -= token.length;
    this.#verifier?.forget(place);
  }
}

function readCount(option: string, value: unknown, preset: number, most: number): number {
  if (value === undefined) return preset;
  if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most) {
    return value as number;
  }
  throw new SetupError(option, `is not a whole number from 1 to ${most}`);
}

function copyOf(decision: Verified<unknown>, expiresIn: number | null): Verified<unknown> {
  const { ok, claims, header, kid, captured } = decision;
  const copy = { ok, claims: copyJson(claims), header: copyJson(header), kid, expiresIn };
  return captured === undefined ? copy : { ...copy, captured: { ...captured } };
}

/** A JSON value, copied to its depth; a member named `__proto__` stays a member. */
function copyJson<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copyJson) as T;
  if (typeof value !== "object" || value === null) return value;
  const copy = { ...value } as Record<string, unknown>;
  for (const name in copy) {
    const member = copy[name];
    if (typeof member === "object" && member !== null) copy[name] = copyJson(member);
  }
  return copy as T;
}
