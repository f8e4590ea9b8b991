// KeySet: keys come in once, as octets, and live in wasm until freed.

import type * as glue from "./edge_jwt.js";
import { SetupError, setup } from "./errors.js";
import { wasm } from "./instance.js";
import { jsonText, readObject } from "./options.js";
import { Resident } from "./resident.js";
import type { SecretKey } from "./types.js";

/** The keys of one party, each pinned to one algorithm; the newest comes last. */
export class KeySet extends Resident {
  /** Throws a `SetupError` for a key that is not fit for use, or a `kid` that occurs twice. */
  constructor(keys: Iterable<SecretKey>) {
    const list = setup("keys", () => [...keys]);
    const body = new (wasm().KeySet)();
    super(body);
    for (const key of list) addKey(body, key);
  }
}

function addKey(body: glue.KeySet, key: unknown): void {
  const { secret, ...options } = readObject(key, "keys");
  const { octets, encoding } = readSecret(secret);
  const text = jsonText({ ...options, encoding }, "keys");
  setup("keys", () => body.addSecret(text, octets));
}

interface WrittenSecret {
  octets: Uint8Array;
  encoding?: string;
}

/** One of the five forms, as octets; a string is text and nothing is guessed from it. */
function readSecret(secret: unknown): WrittenSecret {
  if (typeof secret === "string") return { octets: utf8(secret) };
  if (secret instanceof Uint8Array) return { octets: secret };
  const [[encoding, written] = [], ...others] = Object.entries(readObject(secret, "secret"));
  if (encoding === undefined || typeof written !== "string" || others.length > 0) {
    throw new SetupError("secret", "is not a string, a Uint8Array or one encoded string");
  }
  return { octets: utf8(written), encoding };
}

function utf8(text: string): Uint8Array {
  // Encoding would turn every lone surrogate into the same three octets.
  if (/\p{Surrogate}/u.test(text)) throw new SetupError("secret", "is not well-formed text");
  return new TextEncoder().encode(text);
}
