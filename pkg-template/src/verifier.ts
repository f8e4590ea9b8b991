// Verifier: one token and one time in, one decision out.
//
// A token is measured before it is copied and written straight into a buffer in wasm, because
// linear memory never shrinks; what comes back is JSON text, because only JSON.parse keeps a
// claim named "__proto__" a claim.

import type * as glue from "./edge_jwt.js";
import { setup } from "./errors.js";
import { memoryBuffer, wasm } from "./instance.js";
import { KeySet } from "./keys.js";
import { jsonText, readNow, readObject } from "./options.js";
import { Resident, bodyOf } from "./resident.js";
import { Revocations } from "./revocations.js";
import type { At, Claims, Code, Decision, Inspection, Policy } from "./types.js";

const encoder = new TextEncoder();

/** The largest token that `inspect` looks at, in UTF-16 units. */
const MAX_INSPECTED = 16384;

/** Decides on tokens by keys, a policy and, if set, a revocation list. */
export class Verifier extends Resident {
  readonly #keys: KeySet;
  readonly #capacity: number;
  #buffer: Uint8Array;
  #revocations: Revocations;

  /** Throws a `SetupError` that names the option; `issuer` and `audience` must be said. */
  constructor(options: { keys: KeySet } & Policy) {
    const { keys, ...policy } = readObject(options, "options");
    bodyOf(keys, KeySet, "keys");
    const text = jsonText(policy, "options");
    super(setup("options", () => new (wasm().Verifier)(text)));
    this.#keys = keys as KeySet;
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
    return this.verifySync<C>(token, at);
  }

  /** As `verify`, at once. */
  verifySync<C = Claims>(token: string, at?: At): Decision<C> {
    const now = readNow(at);
    const body = this.#body;
    const keys = bodyOf<glue.KeySet>(this.#keys, KeySet, "keys");
    const revocations = bodyOf<glue.Revocations>(this.#revocations, Revocations, "revocations");
    const length = this.#write(token);
    const text =
      typeof length === "number"
        ? body.verify(length, keys, revocations, now)
        : wasm().refusal(length);
    return JSON.parse(text) as Decision<C>;
  }

  /** Header and claims of a token that nobody has vouched for, such as to load the right key. */
  inspect(token: string): Inspection {
    return inspect(token);
  }

  get #body(): glue.Verifier {
    return bodyOf(this, Verifier, "verifier");
  }

  /** Puts the token where wasm reads it: its length there, or why it cannot be one. */
  #write(token: unknown): number | Code {
    const refused = refuseUnreadable(token, this.#capacity - 1);
    if (refused !== undefined) return refused;
    if (this.#buffer.buffer !== memoryBuffer()) this.#buffer = this.#viewBuffer();
    const { read, written } = encoder.encodeInto(token as string, this.#buffer);
    return read === (token as string).length ? written : "token_too_large";
  }

  #viewBuffer(): Uint8Array {
    return new Uint8Array(memoryBuffer(), this.#body.tokenBuffer(), this.#capacity);
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
