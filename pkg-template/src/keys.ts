// KeySet: keys come in once, as octets, and live until freed: in wasm, and in a copy of what was
// given, so that they can be made anew. Asymmetric keys are handed to the host's crypto.subtle
// when first used, private ones so that nobody can take them out again.

import { enter } from "./containment.js";
import { SetupError, setup } from "./errors.js";
import { type Check, type HandedKey, type Sign, prepareCheck, prepareSign } from "./host.js";
import type { Algorithm, Jwk, Jwks, KeyInput } from "./key-types.js";
import { isOctets, jsonText, readEach, readObject, readOctets } from "./options.js";
import { readText, refuseMembers } from "./options.js";
import { Resident, bodyOf } from "./resident.js";

/** The most keys of a set, as the Rust side has it: refused before the first crosses into wasm. */
const MAX_KEYS = 256;

/** The keys of one party, each pinned to one algorithm; the newest comes last. */
export class KeySet extends Resident {
  readonly #given: Given[];
  readonly #checks = new Map<number, Check | Promise<Check>>();
  readonly #signs = new Map<number, Promise<Sign>>();

  /**
   * Throws a `SetupError` for a key that is not fit for use (RFC 7518 sections 3 and 6: too short, off
   * its curve, for another algorithm), a `kid` that occurs twice, and more than 256 keys.
   */
  constructor(keys: Iterable<KeyInput>) {
    const given = readKeys(keys);
    super("KeySet", (wasm) => {
      const body = new wasm.KeySet();
      try {
        for (const { text, octets } of given) body.add(text, octets);
      } catch (error) {
        // What it has read so far is not left to the garbage collector.
        body.free();
        throw error;
      }
      return body;
    });
    this.#given = given;
  }

  /** The keys of a JWK Set; `alg` is for those that neither say nor imply their own. */
  static fromJwks(jwks: Jwks, options: { alg?: Algorithm } = {}): KeySet {
    const { keys } = readObject(jwks, "jwks");
    const common = readCommon(options);
    if (!setup("jwks", () => Array.isArray(keys))) throw new SetupError("jwks", "has no list of keys");
    const list = readEach(keys, "jwks", MAX_KEYS, (jwk) => readObject(jwk, "jwk") as Jwk);
    return new KeySet(list.map((jwk) => (jwk.alg === undefined ? { ...common, jwk } : { jwk })));
  }

  /** Keys in PEM by their `kid`. */
  static fromPems(pems: Record<string, string>, options: { alg?: Algorithm } = {}): KeySet {
    const common = readCommon(options);
    const named = Object.entries(readObject(pems, "pems") as Record<string, string>);
    return new KeySet(named.map(([kid, pem]) => ({ ...common, kid, pem })));
  }

  /** The public keys that are not disabled, to publish. Nothing secret or private is in it. */
  toJwks(): Jwks {
    const body = bodyOf(this, "KeySet", "keys");
    return JSON.parse(enter(() => body.publicJwks())) as Jwks;
  }

  /** Wipes and releases the keys, and releases those imported into the host as well. */
  override free(): void {
    Resident.check(this, "KeySet", "keys");
    super.free();
    for (const { octets } of this.#given.splice(0)) octets.fill(0);
    this.#checks.clear();
    this.#signs.clear();
  }

  /**
   * The host's check by the key at a place, made ready once; at hand from the second call on.
   *
   * @internal
   */
  check(place: number): Check | Promise<Check> {
    const known = this.#checks.get(place);
    if (known !== undefined) return known;
    const check = prepareCheck(this.#handOver(place));
    this.#checks.set(place, check);
    check.then((ready) => this.#checks.set(place, ready)).catch(() => this.#checks.delete(place));
    return check;
  }

  /**
   * The host's signing by the key at a place, made ready once.
   *
   * @internal
   */
  sign(place: number): Promise<Sign> {
    const sign = this.#signs.get(place) ?? prepareSign(this.#handOver(place));
    this.#signs.set(place, sign);
    sign.catch(() => this.#signs.delete(place));
    return sign;
  }

  #handOver(place: number): HandedKey {
    const body = bodyOf(this, "KeySet", "keys");
    return enter(() => ({
      jwk: body.hostJwk(place) as Uint8Array,
      algorithm: body.hostAlgorithm(place) as string,
    }));
  }
}

/** A key as it crosses into wasm. */
interface Given {
  text: string;
  octets: Uint8Array;
}

function readKeys(keys: unknown): Given[] {
  return readEach(keys, "keys", MAX_KEYS, readKey);
}

function readCommon(options: unknown): { alg?: Algorithm } {
  const { alg, ...rest } = readObject(options, "options");
  refuseMembers(rest);
  return alg === undefined ? {} : { alg: alg as Algorithm };
}

function readKey(key: unknown): Given {
  const { secret, pem, der, jwk, ...terms } = readObject(key, "keys");
  const forms = Object.entries({ secret, pem, der, jwk });
  const [given, ...others] = forms.filter(([, value]) => value !== undefined);
  if (given === undefined || others.length > 0) {
    throw new SetupError("keys", "must each hold one of secret, pem, der and jwk");
  }
  const [form, value] = given as [Form, unknown];
  const { octets, ...written } = readWritten(form, value);
  return { octets, text: jsonText({ ...terms, form, ...written }, "keys") };
}

type Form = "secret" | "pem" | "der" | "jwk";

/** @internal */
export interface Written {
  octets: Uint8Array;
  encoding?: string;
}

/** A key's text or octets as octets of our own; nothing is guessed from what they look like. */
function readWritten(form: Form, value: unknown): Written {
  switch (form) {
    case "secret":
      return readSecret(value);
    case "jwk":
      return { octets: utf8(jsonText(value, "jwk"), "jwk") };
    case "pem":
      return { octets: utf8(value, "pem") };
    case "der":
      return { octets: readOctets(value, "der") };
  }
}

/**
 * One of the five forms; a string is text.
 *
 * @internal
 */
export function readSecret(secret: unknown): Written {
  if (typeof secret === "string") return { octets: utf8(secret, "secret") };
  if (isOctets(secret)) return { octets: readOctets(secret, "secret") };
  const [[encoding, written] = [], ...others] = Object.entries(readObject(secret, "secret"));
  if (encoding === undefined || typeof written !== "string" || others.length > 0) {
    throw new SetupError("secret", "is not a string, a Uint8Array or one encoded string");
  }
  return { octets: utf8(written, "secret"), encoding };
}

/** @internal */
export function utf8(text: unknown, option: string): Uint8Array {
  return new TextEncoder().encode(readText(text, option));
}
