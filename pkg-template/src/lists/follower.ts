// ListFollower: a list that is renewed behind the requests.
//
// Promises: it looks for a newer list once in a while however many ask, no request waits for that but
// while there is no list at all, and it never throws: what went wrong is in `health`. It has no timer
// of its own: in a worker nothing goes on between requests.

import { readHost } from "../binding.js";
import { SetupError } from "../errors.js";
import type { ListStats } from "../list-types.js";
import { readObject, refuseMembers } from "../options.js";
import type { Revocations } from "../revocations.js";
import { tell } from "../tell.js";
import { type CaughtUp, catchUp } from "./catch-up.js";
import type { ListReader } from "./types.js";

/** What a list follows. */
export interface FollowerOptions {
  /** The list to keep up to date, with the keys of those who may publish. */
  list: Revocations;
  /** Where lists are published. */
  from: ListReader;
  /** After how many seconds to look for a newer list. Default 30. */
  every?: number;
  /** Is told of each list that was not taken in, and why. */
  onError?: Tell;
}

/** @inline */
type Tell = (refused: Polled & { ok: false }) => void;

/** What a worker's host hands over with a request. */
export interface PollHost {
  /** Lets the worker live until this is done, behind the answer. */
  waitUntil(promise: Promise<unknown>): void;
}

/** What became of a look for a newer list. */
export type Polled =
  | CaughtUp
  | { ok: false; name: "latest"; code: "not_found" | "unreachable"; message: string };

/** How a list fares. */
export interface ListHealth extends ListStats {
  /** What became of the last look for a newer list; null before the first. */
  lastPoll: Polled | null;
}

/** While there is no list at all: after how many seconds to look again, or to wait no more. */
const FIRST = 1;

/** Keeps a list up to date, by being asked at each request. */
export class ListFollower {
  readonly #list: Revocations;
  readonly #from: ListReader;
  readonly #every: number;
  readonly #onError: Tell;
  #isThere = false;
  #lookedAt = -Infinity;
  #look: Promise<void> = Promise.resolve();
  #lastPoll: Polled | null = null;

  /** Looks for nothing yet. Throws a `SetupError` that names the option. */
  constructor(options: FollowerOptions) {
    const { list, from, every = 30, onError = () => {}, ...rest } = readObject(options, "options");
    refuseMembers(rest);
    if (typeof every !== "number" || !(every > 0)) {
      throw new SetupError("every", "is not a number of seconds");
    }
    if (typeof onError !== "function") throw new SetupError("onError", "is not a function");
    this.#list = readHost(list as Revocations, "list", ["load", "apply", "stats"]);
    this.#from = readHost(from as ListReader, "from", ["latest", "read"]);
    this.#every = every;
    this.#onError = onError as Tell;
  }

  /**
   * Looks for a newer list, if it is time to. Waits only while there is none at all; else it is done
   * behind the request, as `host.waitUntil` lets it be.
   */
  async refresh(host?: PollHost): Promise<void> {
    // Most requests end here: what a list is like is not asked of wasm for each of them.
    if (this.#isThere && seconds() - this.#lookedAt < this.#every) return;
    const isFirst = this.#list.stats().published === null;
    const pause = isFirst ? Math.min(FIRST, this.#every) : this.#every;
    // By the clock, not by whether the last one ended: one that hangs does not stop the next.
    const isTime = seconds() - this.#lookedAt >= pause;
    if (isTime) this.#begin(host);
    if (isFirst) await (isTime ? this.#look : within(FIRST, this.#look));
  }

  /** How the list fares at `now` (seconds): its age, and why a newer one was not taken in. */
  health(now?: number): ListHealth {
    return { ...this.#list.stats(now), lastPoll: this.#lastPoll };
  }

  #begin(host: PollHost | undefined): void {
    this.#lookedAt = seconds();
    this.#look = this.#poll();
    host?.waitUntil(this.#look);
  }

  async #poll(): Promise<void> {
    try {
      const latest = await this.#from.latest();
      if (latest === null) this.#fail("not_found", "there is no pointer to the newest list");
      else this.#lastPoll = await catchUp(this.#list, latest, this.#from, (refused) => this.#tell(refused));
      this.#isThere = this.#list.stats().published !== null;
    } catch (error) {
      this.#fail("unreachable", String(error));
    }
  }

  #fail(code: "not_found" | "unreachable", message: string): void {
    const outcome = { ok: false, name: "latest", code, message } as const;
    this.#lastPoll = outcome;
    this.#tell(outcome);
  }

  /** What went wrong is in `health` all the same. */
  #tell(refused: Polled & { ok: false }): void {
    tell(this.#onError, refused);
  }
}

/** Of a clock that nobody sets back. */
function seconds(): number {
  return performance.now() / 1000;
}

/**
 * Another request's look, but for so long only: in a worker what a request has begun ends with it,
 * and whoever waits for that would wait for ever.
 */
async function within(limit: number, look: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, 1000 * limit);
  });
  await Promise.race([look, patience]);
  clearTimeout(timer);
}
