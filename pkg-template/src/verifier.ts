// Verifier: one token and one time in, one decision out.
//
// A token is measured before it is copied and written straight into a buffer in wasm, because
// linear memory never shrinks; what comes back is JSON text, because only JSON.parse keeps a
// claim named "__proto__" a claim.

import type * as glue from "./edge_jwt.js";
import { needsAsync, setup } from "./errors.js";
import { type Check, hasWebCrypto } from "./host.js";
import { memoryBuffer, wasm } from "./instance.js";
import { KeySet } from "./keys.js";
import { jsonText, readNow, readObject } from "./options.js";
import { RemoteKeySet } from "./remote.js";
import { Resident, bodyOf } from "./resident.js";
import { Revocations } from "./revocations.js";
import type { At, Claims, Code, Decision, Inspection, Policy } from "./types.js";

const encoder = new TextEncoder();

/** A signature that the host must check; the octets stand in the token's buffer. */
interface Question {
  host: { key: number; signed: number; signature: number };
}

/** The largest token that `inspect` looks at, in UTF-16 units. */
const MAX_INSPECTED = 16384;

/** The keys of a verifier: at hand, or at a URL. */
export type Keys = KeySet | RemoteKeySet;

/** Decides on tokens by keys, a policy and, if set, a revocation list. */
export class Verifier extends Resident {
  readonly #keys: Keys;
  readonly #capacity: number;
  #buffer: Uint8Array<ArrayBuffer>;
  #revocations: Revocations;

  /** Throws a `SetupError` that names the option; `issuer` and `audience` must be said. */
  constructor(options: { keys: Keys } & Policy) {
    const { keys, ...policy } = readObject(options, "options");
    if (!(keys instanceof RemoteKeySet)) bodyOf(keys, KeySet, "keys");
    const text = jsonText(policy, "options");
    super(setup("options", () => new (wasm().Verifier)(text)));
    this.#keys = keys as Keys;
    this.#revocations = new Revocations();
    this.#capacity = this.#body.tokenCapacity();
    this.#buffer = this.#viewBuffer();
  }

  /** Sets the list that every later decision consults; null: none. */
  setRevocations(revocations: Revocations | null): void {
    if (revocations !== null) bodyOf(revocations, Revocations, "revocations");
    this.#revocations = revocations ?? new Revocations();
  }

  /** Decides on a token. Refusals are data; only misuse of the API rejects. */
  async verify<C = Claims>(token: string, at?: At): Promise<Decision<C>> {
    const now = readNow(at);
    const remote = this.#keys;
    if (remote instanceof KeySet) return this.#decide<C>(token, now, remote);
    const decision = await this.#decide<C>(token, now, await remote.current(now));
    if (decision.ok || decision.code !== "unknown_key") return decision;
    // The key may be new: asked for once more, as often as the cool-down lets.
    return this.#decide<C>(token, now, await remote.refresh(now));
  }

  /** As `verify`, at once; a `SetupError` for keys that only the host can use or that are remote. */
  verifySync<C = Claims>(token: string, at?: At): Decision<C> {
    if (!(this.#keys instanceof KeySet)) throw needsAsync("verify");
    const answer = this.#ask<C>(token, readNow(at), this.#keys, false);
    if ("host" in answer) throw needsAsync("verify");
    return answer;
  }

  /** Header and claims of a token that nobody has vouched for, such as to load the right key. */
  inspect(token: string): Inspection {
    return inspect(token);
  }

  get #body(): glue.Verifier {
    return bodyOf(this, Verifier, "verifier");
  }

  async #decide<C>(token: string, now: number, keys: KeySet): Promise<Decision<C>> {
    const answer = this.#ask<C>(token, now, keys, hasWebCrypto());
    if (!("host" in answer)) return answer;
    const { key, signed, signature } = answer.host;
    // Copied before anything is awaited: the buffer is the next caller's.
    const data = this.#buffer.slice(0, signed);
    const received = this.#buffer.slice(signed + 1, signed + 1 + signature);
    const check = keys.check(key);
    const valid = await fits(check instanceof Promise ? await check : check, received, data);
    return this.#conclude<C>(token, now, keys, valid);
  }

  /** The decision, or what the host must find out first. */
  #ask<C>(token: string, now: number, keys: KeySet, preferHost: boolean): Decision<C> | Question {
    const keysBody = bodyOf<glue.KeySet>(keys, KeySet, "keys");
    const revocations = this.#revocationsBody;
    const length = this.#write(token);
    if (typeof length === "string") return JSON.parse(wasm().refusal(length)) as Decision<C>;
    const answer = this.#body.verify(length, keysBody, revocations, now, preferHost);
    return JSON.parse(answer) as Decision<C> | Question;
  }

  /** The decision, now that the host has checked the signature of the same token. */
  #conclude<C>(token: string, now: number, keys: KeySet, valid: boolean): Decision<C> {
    const keysBody = bodyOf<glue.KeySet>(keys, KeySet, "keys");
    const revocations = this.#revocationsBody;
    const length = this.#write(token) as number;
    return JSON.parse(this.#body.conclude(length, keysBody, revocations, now, valid)) as Decision<C>;
  }

  get #revocationsBody(): glue.Revocations {
    return bodyOf(this.#revocations, Revocations, "revocations");
  }

  /** Puts the token where wasm reads it: its length there, or why it cannot be one. */
  #write(token: unknown): number | Code {
    const refused = refuseUnreadable(token, this.#capacity - 1);
    if (refused !== undefined) return refused;
    if (this.#buffer.buffer !== memoryBuffer()) this.#buffer = this.#viewBuffer();
    const { read, written } = encoder.encodeInto(token as string, this.#buffer);
    return read === (token as string).length ? written : "token_too_large";
  }

  #viewBuffer(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(memoryBuffer(), this.#body.tokenBuffer(), this.#capacity);
  }
}

/** Whether the host says that a signature fits. What it cannot check does not. */
async function fits(check: Check, ...octets: Parameters<Check>): Promise<boolean> {
  try {
    return await check(...octets);
  } catch {
    return false;
  }
}

/** Header and claims of a token, without any check of who made it. Never throws. */
export function inspect(token: string): Inspection {
  const refused = refuseUnreadable(token, MAX_INSPECTED);
  const text =
    refused === undefined ? wasm().inspect(encoder.encode(token)) : wasm().refusal(refused);
  return JSON.parse(text) as Inspection;
}

function refuseUnreadable(token: unknown, maxLength: number): Code | undefined {
  if (token === undefined || token === null || token === "") return "missing_token";
  if (typeof token !== "string") return "malformed_token";
  return token.length > maxLength ? "token_too_large" : undefined;
}
