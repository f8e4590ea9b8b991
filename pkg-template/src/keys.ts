// KeySet: keys come in once, as octets, and live in wasm until freed. Asymmetric keys are handed to
// the host's crypto.subtle when first used, private ones so that nobody can take them out again.

import type * as glue from "./edge_jwt.js";
import { SetupError, setup } from "./errors.js";
import { type Check, type HandedKey, type Sign, prepareCheck, prepareSign } from "./host.js";
import { wasm } from "./instance.js";
import { MAX_TEXT, jsonText, readObject } from "./options.js";
import { Resident, bodyOf } from "./resident.js";
import type { Algorithm, Jwk, Jwks, KeyInput } from "./types.js";

/** The most keys of a set, as the Rust side has it: refused before the first is read. */
const MAX_KEYS = 256;

/** The keys of one party, each pinned to one algorithm; the newest comes last. */
export class KeySet extends Resident {
  readonly #checks = new Map<number, Check | Promise<Check>>();
  readonly #signs = new Map<number, Promise<Sign>>();

  /** Throws a `SetupError` for a key that is not fit for use, or a `kid` that occurs twice. */
  constructor(keys: Iterable<KeyInput>) {
    const list = setup("keys", () => [...keys]);
    if (list.length > MAX_KEYS) throw new SetupError("keys", "are more than a set may have");
    const body = new (wasm().KeySet)();
    super(body);
    try {
      for (const key of list) addKey(body, key);
    } catch (error) {
      // Nobody will hold this set: what it has read so far is not left to the garbage collector.
      this.free();
      throw error;
    }
  }

  /** The keys of a JWK Set; `alg` is for those that neither say nor imply their own. */
  static fromJwks(jwks: Jwks, { alg }: { alg?: Algorithm } = {}): KeySet {
    const { keys } = readObject(jwks, "jwks");
    if (!Array.isArray(keys)) throw new SetupError("jwks", "has no list of keys");
    const common = alg === undefined ? {} : { alg };
    return new KeySet(keys.map((jwk: Jwk) => (jwk?.alg === undefined ? { ...common, jwk } : { jwk })));
  }

  /** Keys in PEM by their `kid`. */
  static fromPems(pems: Record<string, string>, { alg }: { alg?: Algorithm } = {}): KeySet {
    const common = alg === undefined ? {} : { alg };
    const named = Object.entries(readObject(pems, "pems") as Record<string, string>);
    return new KeySet(named.map(([kid, pem]) => ({ ...common, kid, pem })));
  }

  /** The public keys that are not disabled, to publish. Nothing secret or private is in it. */
  toJwks(): Jwks {
    return JSON.parse(bodyOf<glue.KeySet>(this, KeySet, "keys").publicJwks()) as Jwks;
  }

  /** Releases the keys, those imported into the host as well. */
  override free(): void {
    this.#checks.clear();
    this.#signs.clear();
    super.free();
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
    const body = bodyOf<glue.KeySet>(this, KeySet, "keys");
    return {
      jwk: body.hostJwk(place) as Uint8Array,
      algorithm: body.hostAlgorithm(place) as string,
    };
  }
}

function addKey(body: glue.KeySet, key: unknown): void {
  const { secret, pem, der, jwk, ...terms } = readObject(key, "keys");
  const forms = Object.entries({ secret, pem, der, jwk });
  const [given, ...others] = forms.filter(([, value]) => value !== undefined);
  if (given === undefined || others.length > 0) {
    throw new SetupError("keys", "must each hold one of secret, pem, der and jwk");
  }
  const [form, value] = given as [Form, unknown];
  const { octets, ...written } = readWritten(form, value);
  // A size gate before the copy: wasm's memory never shrinks again.
  if (octets.byteLength > MAX_TEXT) throw new SetupError(form, "is larger than 1 MiB");
  const text = jsonText({ ...terms, form, ...written }, "keys");
  setup("keys", () => body.add(text, octets));
}

type Form = "secret" | "pem" | "der" | "jwk";

interface Written {
  octets: Uint8Array;
  encoding?: string;
}

/** A key's text or octets as octets; nothing is guessed from what they look like. */
function readWritten(form: Form, value: unknown): Written {
  switch (form) {
    case "secret":
      return readSecret(value);
    case "jwk":
      return { octets: utf8(jsonText(value, "jwk"), "jwk") };
    case "pem":
      if (typeof value === "string") return { octets: utf8(value, "pem") };
      throw new SetupError("pem", "is not a string");
    case "der":
      if (value instanceof Uint8Array) return { octets: value };
      throw new SetupError("der", "is not a Uint8Array");
  }
}

/** One of the five forms; a string is text. */
function readSecret(secret: unknown): Written {
  if (typeof secret === "string") return { octets: utf8(secret, "secret") };
  if (secret instanceof Uint8Array) return { octets: secret };
  const [[encoding, written] = [], ...others] = Object.entries(readObject(secret, "secret"));
  if (encoding === undefined || typeof written !== "string" || others.length > 0) {
    throw new SetupError("secret", "is not a string, a Uint8Array or one encoded string");
  }
  return { octets: utf8(written, "secret"), encoding };
}

function utf8(text: string, option: string): Uint8Array {
  // Encoding would turn every lone surrogate into the same three octets.
  if (/\p{Surrogate}/u.test(text)) throw new SetupError(option, "is not well-formed text");
  return new TextEncoder().encode(text);
}
