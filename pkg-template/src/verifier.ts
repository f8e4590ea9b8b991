// Verifier: one token and one time in, one decision out.
//
// A token is measured before it is copied and written straight into a buffer in wasm, because
// linear memory never shrinks; what comes back is JSON text, because only JSON.parse keeps a
// claim named "__proto__" a claim.

import { enter, refuseFault } from "./containment.js";
import { needsAsync } from "./errors.js";
import { hasWebCrypto } from "./host.js";
import { memoryBuffer } from "./instance.js";
import type { KeySet } from "./keys.js";
import { jsonText, readNow, readObject } from "./options.js";
import { RemoteKeySet } from "./remote.js";
import { Resident, bodyOf } from "./resident.js";
import { Revocations } from "./revocations.js";
import type { At, Claims, Code, Decision, Inspection, Policy, Refusal } from "./types.js";

const encoder = new TextEncoder();

/** A signature for the host, its octets in the token's buffer; the decision holds if it fits. */
interface Question<C> {
  host: { key: number; signed: number; signature: number };
  decision: Decision<C>;
}

/** The largest token that `inspect` looks at, in UTF-16 units. */
const MAX_INSPECTED = 16384;

/** The keys of a verifier: at hand, or at a URL. */
export type Keys = KeySet | RemoteKeySet;

/** Decides on tokens by keys, a policy and, if set, a revocation list. */
export class Verifier extends Resident {
  readonly #keys: Keys;
  readonly #capacity: number;
  #buffer = new Uint8Array();
  #revocations: Revocations;

  /** Throws a `SetupError` that names the option; `issuer` and `audience` must be said. */
  constructor(options: { keys: Keys } & Policy) {
    const { keys, ...policy } = readObject(options, "options");
    if (!RemoteKeySet.is(keys)) bodyOf(keys, "KeySet", "keys");
    const text = jsonText(policy, "options");
    super("Verifier", (wasm) => new wasm.Verifier(text));
    this.#keys = keys as Keys;
    this.#revocations = new Revocations();
    const body = bodyOf(this, "Verifier", "verifier");
    this.#capacity = enter(() => body.tokenCapacity());
  }

  /** Sets the list that every later decision consults; null: none. */
  setRevocations(revocations: Revocations | null): void {
    bodyOf(this, "Verifier", "verifier");
    if (revocations !== null) bodyOf(revocations, "Revocations", "revocations");
    this.#revocations = revocations ?? new Revocations();
  }

  /** Decides on a token. Refusals are data; only misuse of the API rejects. */
  async verify<C = Claims>(token: string, at?: At): Promise<Decision<C>> {
    try {
      Resident.check(this, "Verifier", "verifier");
      return RemoteKeySet.is(this.#keys)
        ? await this.#decideRemotely<C>(token, at, this.#keys)
        : await this.#decide<C>(token, at, this.#keys);
    } catch (error) {
      return refuseFault(error);
    }
  }

  /** As `verify`, at once; a `SetupError` for keys that only the host can use or that are remote. */
  verifySync<C = Claims>(token: string, at?: At): Decision<C> {
    try {
      Resident.check(this, "Verifier", "verifier");
      if (RemoteKeySet.is(this.#keys)) throw needsAsync("verify");
      const answer = this.#ask<C>(token, readNow(at), this.#keys, false);
      if (isQuestion(answer)) throw needsAsync("verify");
      return answer;
    } catch (error) {
      return refuseFault(error);
    }
  }

  /** Header and claims of a token that nobody has vouched for, such as to load the right key. */
  inspect(token: string): Inspection {
    return inspect(token);
  }

  async #decide<C>(token: string, at: At | undefined, keys: KeySet): Promise<Decision<C>> {
    const answer = this.#ask<C>(token, readNow(at), keys, hasWebCrypto());
    if (!isQuestion(answer)) return answer;
    const { key, signed, signature } = answer.host;
    // Copied before anything is awaited: the buffer is the next caller's.
    const buffer = this.#bufferNow();
    const data = buffer.slice(0, signed);
    const received = buffer.slice(signed + 1, signed + 1 + signature);
    let check = keys.check(key);
    if (check instanceof Promise) check = await check;
    try {
      if (await check(received, data)) return answer.decision;
    } catch {
      // What the host cannot check does not fit.
    }
    return refusal("invalid_signature");
  }

  async #decideRemotely<C>(
    token: string,
    at: At | undefined,
    remote: RemoteKeySet,
  ): Promise<Decision<C>> {
    const now = readNow(at);
    const decision = await this.#decide<C>(token, at, await remote.current(now));
    if (decision.ok || decision.code !== "unknown_key") return decision;
    // The key may be new: asked for once more, as often as the cool-down lets.
    return this.#decide<C>(token, at, await remote.refresh(now));
  }

  /** The decision, or what the host must find out before it holds. */
  #ask<C>(
    token: string,
    now: number,
    keys: KeySet,
    preferHost: boolean,
  ): Decision<C> | Question<C> {
    const body = bodyOf(this, "Verifier", "verifier");
    const keysBody = bodyOf(keys, "KeySet", "keys");
    const revocations = bodyOf(this.#revocations, "Revocations", "revocations");
    const length = this.#write(token);
    if (typeof length === "string") return refusal(length);
    const answer = enter(() => body.verify(length, keysBody, revocations, now, preferHost));
    return JSON.parse(answer) as Decision<C> | Question<C>;
  }

  /** Puts the token where wasm reads it: its length there, or why it cannot be one. */
  #write(token: unknown): number | Code {
    const refused = refuseUnreadable(token, this.#capacity - 1);
    if (refused !== undefined) return refused;
    const { read, written } = encoder.encodeInto(token as string, this.#bufferNow());
    return read === (token as string).length ? written : "token_too_large";
  }

  /** The buffer for tokens, which moves with the memory when that grows or is replaced. */
  #bufferNow(): Uint8Array<ArrayBuffer> {
    const memory = memoryBuffer();
    if (this.#buffer.buffer !== memory) {
      const body = bodyOf(this, "Verifier", "verifier");
      this.#buffer = new Uint8Array(memory, enter(() => body.tokenBuffer()), this.#capacity);
    }
    return this.#buffer;
  }
}

/** By its own members alone, whatever stands on `Object.prototype`. */
function isQuestion<C>(answer: Decision<C> | Question<C>): answer is Question<C> {
  return Object.hasOwn(answer, "host");
}

function refusal(code: Code): Refusal {
  return JSON.parse(enter((wasm) => wasm.refusal(code))) as Refusal;
}

/** Header and claims of a token, without any check of who made it. Never throws. */
export function inspect(token: string): Inspection {
  try {
    const refused = refuseUnreadable(token, MAX_INSPECTED);
    if (refused !== undefined) return refusal(refused);
    const octets = encoder.encode(token);
    return JSON.parse(enter((wasm) => wasm.inspect(octets))) as Inspection;
  } catch (error) {
    return refuseFault(error);
  }
}

function refuseUnreadable(token: unknown, maxLength: number): Code | undefined {
  if (token === undefined || token === null || token === "") return "missing_token";
  if (typeof token !== "string") return "malformed_token";
  return token.length > maxLength ? "token_too_large" : undefined;
}
