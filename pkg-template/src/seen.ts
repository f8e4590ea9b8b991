// Tokens that verified before: what lets a verifier skip the signature.
//
// wasm finds a token by its whole text, bounds how many there are, and at every hit judges time,
// policy and lists again. Here is only what the answers are made of. It all belongs to one set of
// keys: with other keys, or in a new instance, it starts empty. Called from within `enter` alone.

import { type Extras, answerOf, freeze, secondsOrNull } from "./answer.js";
import type { CacheStats } from "./policy-types.js";
import type { Body } from "./resident.js";
import type { Verified } from "./types.js";

/**
 * What a decision rests on, in wasm.
 *
 * @internal
 */
export interface Judge {
  verifier: Body<"Verifier">;
  keys: Body<"KeySet">;
  revocations: Body<"Revocations">;
}

/** What the answers of one token share. */
type Seen = Pick<Verified, "claims" | "header"> & { extras: Extras };

/** @internal */
export class SeenTokens {
  #decisions: (Seen | undefined)[] = [];
  #verifier: Body<"Verifier"> | undefined;
  #keys: Body<"KeySet"> | undefined;
  #hits = 0;
  #misses = 0;

  /** The decision on the token in the buffer, if it was seen before and is still good. */
  recall(judge: Judge, length: number, now: number): Verified | undefined {
    this.#belongTo(judge);
    const { verifier, keys, revocations } = judge;
    const place = verifier.find(length);
    const seen = place === undefined ? undefined : this.#decisions[place];
    if (seen !== undefined) {
      const timeLeft = verifier.judgeAgain(place as number, keys, revocations, now);
      if (!Number.isNaN(timeLeft)) {
        this.#hits += 1;
        return answerOf(seen.claims, seen.header, secondsOrNull(timeLeft), seen.extras);
      }
      this.#decisions[place as number] = undefined;
      verifier.forget(place);
    }
    this.#misses += 1;
    return undefined;
  }

  /** Takes in the token in the buffer, which has just been accepted. */
  keep(judge: Judge, length: number, decision: Verified): void {
    // While the host checked a signature, other keys may have taken the place of those it fits.
    if (!this.#belongsTo(judge)) return;
    const { ok, claims, header, kid, expiresIn, ...extras } = decision;
    // What no list could make sure of is asked anew.
    if (Object.hasOwn(extras, "unchecked")) return;
    const { verifier, keys, revocations } = judge;
    const place = verifier.keep(length, keys, revocations);
    if (place === undefined) return;
    // Every later answer shares these: frozen, no caller can change another's.
    freeze(claims);
    freeze(extras.captured);
    this.#decisions[place] = { claims, header, extras };
    for (let gone = verifier.evict(); gone !== undefined; gone = verifier.evict()) {
      this.#decisions[gone] = undefined;
    }
  }

  stats(verifier: Body<"Verifier">): CacheStats {
    const entries = verifier.entries() ?? 0;
    return { hits: this.#hits, misses: this.#misses, entries, bytes: verifier.bytes() ?? 0 };
  }

  #belongsTo({ verifier, keys }: Judge): boolean {
    return this.#verifier === verifier && this.#keys === keys;
  }

  #belongTo(judge: Judge): void {
    if (this.#belongsTo(judge)) return;
    this.#verifier = judge.verifier;
    this.#keys = judge.keys;
    this.#decisions = [];
    judge.verifier.forget();
  }
}
