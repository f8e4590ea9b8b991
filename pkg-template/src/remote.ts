// RemoteKeySet: public keys that live at a URL, as a JWKS (RFC 7517 section 5) or as PEM.
//
// Promises: one fetch at a time and none within the cool-down, so that tokens with made-up kids
// cannot drive it; a failed fetch never takes the place of good keys; no secret comes in from the
// network. Must not follow a redirect, nor repeat in a message what the server wrote.

import { SetupError, isInternal, isObject, setup } from "./errors.js";
import { hostAlgorithm } from "./host.js";
import { ready } from "./instance.js";
import type { Algorithm } from "./key-types.js";
import type { KeySet } from "./keys.js";
import { checkNow, readObject, refuseMembers } from "./options.js";
import { Failure, download, readKeySet } from "./remote-body.js";

/** How a `RemoteKeySet` fetches and keeps its keys. */
export interface RemoteKeySetOptions {
  /** The algorithm of keys that do not name their own: all in PEM, and a JWK without `alg`. */
  alg?: Algorithm;
  /** What fetches. Default: the host's `fetch`, looked up at each fetch. */
  fetch?: typeof fetch;
  /** How long fetched keys are fresh, in seconds; never less than `coolDown`. Default 600. */
  maxAge?: number;
  /** Seconds from the start of one fetch to the next, even if it failed. Default 30. */
  coolDown?: number;
  /** How long keys serve that are no longer fresh, while fetching fails; seconds. Default 86400. */
  keepOnFailure?: number;
  /** The longest that one fetch with its body may take, in milliseconds. Default 5000. */
  timeout?: number;
  /** The largest body, in bytes after decompression. Default 262144. */
  maxBytes?: number;
  /** Headers of each request. */
  headers?: Record<string, string>;
}

/** What a `RemoteKeySet` holds, and how its fetches went. */
export interface RemoteKeySetStats {
  /** When the keys at hand were fetched, in seconds; null: there are none. */
  fetchedAt: number | null;
  /** How old they are, in seconds. */
  age: number | null;
  /** How many fetches began. */
  fetches: number;
  /** How many of them failed. */
  failures: number;
  /** Why the newest fetch failed; null if it did not. Holds nothing that the server wrote. */
  lastFailure: string | null;
}

/** The keys of a party that publishes them, fetched when they are needed. */
export class RemoteKeySet {
  readonly #url: string;
  readonly #settings: Settings;
  #held: Held | undefined;
  #flight: Flight | undefined;
  #triedAt: number | undefined;
  #fetches = 0;
  #failures = 0;
  #lastFailure: string | null = null;
  #freed = false;

  /**
   * Fetches nothing yet. Throws a `SetupError` that names the option; `url` must be https, or
   * http to this very machine.
   */
  constructor(url: string | URL, options: RemoteKeySetOptions = {}) {
    this.#url = readUrl(url);
    this.#settings = readSettings(options);
  }

  /**
   * The keys at `now` (seconds): fetched unless there are fresh ones, and the last good ones if
   * that fails. Rejects with the code `keys_unavailable` if none may serve.
   *
   * Ask for each token and keep no answer: it stays as it is when the keys change.
   */
  async current(now: number = Date.now() / 1000): Promise<KeySet> {
    RemoteKeySet.#refuseFreed(this);
    return this.#youngerThan(this.#settings.freshFor, checkNow(now)) ?? this.#newest(now);
  }

  /**
   * For a caller who met an unknown key: as `current`, but fetches even if the keys are fresh,
   * except within the cool-down.
   */
  async refresh(now: number = Date.now() / 1000): Promise<KeySet> {
    RemoteKeySet.#refuseFreed(this);
    return this.#newest(checkNow(now));
  }

  /** What is held at `now` (seconds), and how fetching went. */
  stats(now: number = Date.now() / 1000): RemoteKeySetStats {
    RemoteKeySet.check(this);
    const fetchedAt = this.#held?.fetchedAt ?? null;
    return {
      fetchedAt,
      age: fetchedAt === null ? null : checkNow(now) - fetchedAt,
      fetches: this.#fetches,
      failures: this.#failures,
      lastFailure: this.#lastFailure,
    };
  }

  /** Releases the keys at hand, for everyone who got them; using the object is then misuse. */
  free(): void {
    RemoteKeySet.check(this);
    this.#freed = true;
    this.#held?.keys.free();
    this.#held = undefined;
  }

  async #newest(now: number): Promise<KeySet> {
    // A package without its wasm is misuse: said before the fetch, not taken for a failed one.
    ready();
    const flight = this.#flightAt(now);
    if (flight === undefined) return this.#kept(now);
    try {
      const keys = await within(flight.endsBy - performance.now(), flight.keys);
      RemoteKeySet.#refuseFreed(this);
      return keys;
    } catch {
      return this.#kept(now);
    }
  }

  /** The keys at hand for want of newer ones. */
  #kept(now: number): KeySet {
    RemoteKeySet.#refuseFreed(this);
    const { freshFor, keepOnFailure } = this.#settings;
    const keys = this.#youngerThan(freshFor + keepOnFailure, now);
    if (keys !== undefined) return keys;
    const why = this.#lastFailure ?? "a fetch never ended";
    throw new SetupError("url", `no keys could be had: ${why}`, "keys_unavailable");
  }

  #youngerThan(seconds: number, now: number): KeySet | undefined {
    return isWithin(seconds, this.#held?.fetchedAt, now) ? this.#held?.keys : undefined;
  }

  /** The fetch to wait for: the one under way, else a new one, but none within the cool-down. */
  #flightAt(now: number): Flight | undefined {
    if (this.#flight === undefined) {
      const cooling = isWithin(this.#settings.coolDown, this.#triedAt, now);
      return cooling ? undefined : this.#begin(now);
    }
    // On Cloudflare a fetch dies without a word with the request that began it. It must not take
    // later requests with it, and says nothing about the server, so there is no cool-down.
    return performance.now() < this.#flight.endsBy ? this.#flight : this.#begin(now);
  }

  #begin(now: number): Flight {
    this.#triedAt = now;
    this.#fetches += 1;
    const number = this.#fetches;
    const endsBy = performance.now() + this.#settings.timeout + GRACE;
    this.#flight = { number, endsBy, keys: this.#fetch(number, now) };
    return this.#flight;
  }

  async #fetch(number: number, now: number): Promise<KeySet> {
    try {
      const text = await this.#download();
      const keys = orAgain(() => readKeySet(text, this.#settings.alg));
      this.#settle(number, null, { keys, fetchedAt: now });
      return keys;
    } catch (error) {
      this.#failures += 1;
      this.#settle(number, problemOf(error), this.#held);
      throw error;
    }
  }

  /** Takes in how a fetch ended, unless it was given up for dead and a newer one has begun. */
  #settle(number: number, failure: string | null, held: Held | undefined): void {
    if (number !== this.#fetches) return;
    this.#flight = undefined;
    this.#lastFailure = failure;
    // What was held before is left to the garbage collector, which releases its wasm body too: a
    // caller may be halfway through a verification with it.
    this.#held = held;
    if (this.#freed) this.free();
  }

  async #download(): Promise<string> {
    const { headers, timeout } = this.#settings;
    const controller = new AbortController();
    // "error" would say it better than "manual", but Cloudflare does not have it.
    const init: RequestInit = { headers, redirect: "manual", signal: controller.signal };
    try {
      return await within(timeout, download(this.#url, init, this.#settings));
    } finally {
      controller.abort();
    }
  }

  /** @internal */
  static is(value: unknown): value is RemoteKeySet {
    return isObject(value) && #url in value;
  }

  /** @internal */
  static check(value: unknown): void {
    if (!RemoteKeySet.is(value)) throw new SetupError("keys", "is not a RemoteKeySet");
  }

  static #refuseFreed(remote: RemoteKeySet): void {
    RemoteKeySet.check(remote);
    if (remote.#freed) throw new SetupError("keys", "has been freed");
  }
}

interface Settings {
  alg: Algorithm | undefined;
  fetch: typeof fetch;
  headers: Record<string, string>;
  /** No less than the cool-down: what may not be fetched anew is not stale. */
  freshFor: number;
  coolDown: number;
  keepOnFailure: number;
  timeout: number;
  maxBytes: number;
}

interface Held {
  keys: KeySet;
  fetchedAt: number;
}

/** A fetch that has begun; `endsBy` is by the host's monotonic clock. */
interface Flight {
  number: number;
  endsBy: number;
  keys: Promise<KeySet>;
}

/** Milliseconds past its timeout after which a fetch that has not ended counts as dead. */
const GRACE = 1000;

/** What the timers of all hosts can count to; a larger number would mean at once. */
const MAX_TIMEOUT = 2 ** 31 - 1 - GRACE;

/** A fault of this library says nothing about what was fetched, which is read once more. */
function orAgain<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!isInternal(error)) throw error;
    return read();
  }
}

function problemOf(error: unknown): string {
  return error instanceof Failure ? error.message : "the request failed";
}

/** Whether two times are that close. A clock set back must not make keys young for ever. */
function isWithin(seconds: number, then: number | undefined, now: number): boolean {
  return then !== undefined && Math.abs(now - then) < seconds;
}

/** What a step makes, if it is not late; whether the step heeds an abort does not matter. */
async function within<T>(milliseconds: number, step: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Failure("the request took too long")), milliseconds);
  });
  try {
    return await Promise.race([step, late]);
  } finally {
    clearTimeout(timer);
  }
}

// Options

const LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"];

function readUrl(given: unknown): string {
  const url = setup("url", () => new URL(String(given)));
  const local = url.protocol === "http:" && LOCAL_HOSTS.includes(url.hostname);
  if (url.protocol !== "https:" && !local) throw new SetupError("url", "is not https");
  if (url.username !== "" || url.password !== "") {
    throw new SetupError("url", "holds credentials; use headers");
  }
  return url.href;
}

function readSettings(options: unknown): Settings {
  const { alg, fetch, headers, ...others } = readObject(options, "options");
  const { maxAge, coolDown, keepOnFailure, timeout, maxBytes, ...rest } = others;
  refuseMembers(rest);
  const cool = readNumber("coolDown", coolDown, 30);
  return {
    alg: readAlg(alg),
    fetch: readFetch(fetch),
    headers: readHeaders(headers),
    freshFor: Math.max(cool, readNumber("maxAge", maxAge, 600)),
    coolDown: cool,
    keepOnFailure: readNumber("keepOnFailure", keepOnFailure, 86400),
    timeout: readNumber("timeout", timeout, 5000, MAX_TIMEOUT),
    maxBytes: readNumber("maxBytes", maxBytes, 262144),
  };
}

function readNumber(
  option: string,
  value: unknown,
  preset: number,
  max = Number.MAX_VALUE,
): number {
  if (value === undefined) return preset;
  if (typeof value === "number" && value >= 0 && value <= max) return value;
  throw new SetupError(option, "is not a number in range");
}

function readAlg(alg: unknown): Algorithm | undefined {
  if (alg === undefined) return undefined;
  if (hostAlgorithm(alg).name === "HMAC") throw new SetupError("alg", "is not an algorithm of public keys");
  return alg as Algorithm;
}

function readFetch(given: unknown): typeof fetch {
  // Called on the global object, because browsers and workers refuse any other `this`.
  if (given === undefined) return (input, init) => globalThis.fetch(input, init);
  if (typeof given === "function") return given as typeof fetch;
  throw new SetupError("fetch", "is not a function");
}

function readHeaders(given: unknown): Record<string, string> {
  if (given === undefined) return {};
  const headers = { ...readObject(given, "headers") } as Record<string, string>;
  const strings = Object.values(headers).every((value) => typeof value === "string");
  if (!strings) throw new SetupError("headers", "must hold strings");
  setup("headers", () => new Headers(headers));
  return headers;
}
