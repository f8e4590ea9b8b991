// KeyPairs: a key and a secret that a person keeps for a program, such as an application password.
//
// The secret is shown once; a record holds a hash of it, under a secret of the host's. Records are
// the host's rows: every call answers with what they are to become, and with the revocation entries
// that follow.

import { enter } from "./containment.js";
import type { Secret } from "./key-types.js";
import { readSecret, utf8 } from "./keys.js";
import type { Entry, Selector } from "./list-types.js";
import { checkNow, jsonText, readNow, readObject, readText, refuseMembers } from "./options.js";
import { type Body, Resident, bodyOf } from "./resident.js";
import { readMembers, readRows } from "./rows.js";
import type { At, Duration } from "./types.js";

/** Key pairs of one host. */
export interface KeyPairOptions {
  /** Under which the secrets of pairs are hashed: at least 32 octets, kept apart from the records. */
  secret: Secret;
  /**
   * How tokens name the pair that they were made with: as a credential (`data.user.api_key`), whose
   * key changes when it is regenerated; or as their issuer or client, whose key stays.
   */
  tokensNameIt: "key" | "client";
  /** The `iss` of those tokens; entries are about its tokens alone. Default: any. */
  issuer?: string | null;
  /**
   * The longest life of such a token, after which the entry of a pair that is gone may be forgotten.
   * Default: never.
   */
  tokenTtl?: Duration;
}

/** What is kept of a pair. Times are in whole seconds. */
export interface KeyPairRecord {
  /**
   * The public half, by which a pair is found: letters and digits, behind the number of the owner.
   */
  key: string;
  /** Whose pair it is, in the host's own terms. */
  owner: number | string;
  /** What the owner calls it. */
  name: string;
  /** HMAC-SHA-256 of the secret, bound to the key. */
  hash: string;
  /** When it was made. */
  created: number;
  /** When it was last right; null: never. */
  lastUsed: number | null;
  /** From where that was, as the host said; null: it did not. */
  lastIp: string | null;
  /** `deactivated`: refused until it is reactivated. */
  state: "active" | "deactivated";
}

/** What somebody says their pair is. */
export interface Credentials {
  /** The public half; of more than 1024 characters it is wrong. */
  key: string;
  /** The secret half; likewise. */
  secret: string;
}

/** Whether a pair is right, and its record as it is then to be kept. */
export type KeyPairDecision<R> = { ok: true; record: R } | KeyPairRefusal;

/**
 * Why a pair is refused; of `deactivated` only somebody hears who knows the secret.
 *
 * @inline
 */
export interface KeyPairRefusal {
  /** It is not right. */
  ok: false;
  /** Why. */
  code: "invalid_credentials" | "deactivated";
  /** One plain sentence for a log. */
  message: string;
}

/** A record as it is then to be kept, and what to do to the revocation list. */
export interface KeyPairChange<R> {
  /** The record as it is then to be kept. */
  record: R;
  /** To add. */
  entries: Entry[];
  /** To take back. */
  unrevoke: Selector[];
}

/** The members of a record that are looked at. */
const MEMBERS = ["key", "owner", "hash", "created", "state"];

/** The longest key or secret that is looked at, in characters. */
const MAX_GIVEN = 1024;

/** Makes and checks key pairs. */
export class KeyPairs extends Resident {
  readonly #secret: Uint8Array;

  /** Throws a `SetupError` that names the option. */
  constructor(options: KeyPairOptions) {
    const { secret, encoding, ...settings } = readObject(options, "options");
    // It is said with the secret.
    if (encoding !== undefined) refuseMembers({ encoding });
    const { octets, ...written } = readSecret(secret);
    const text = jsonText({ ...settings, ...written }, "options");
    super("KeyPairs", (wasm) => new wasm.KeyPairs(text, octets));
    this.#secret = octets;
  }

  /**
   * A new pair. Where the owner is a number, the key begins with it. The secret is nowhere but in
   * this answer.
   */
  create(options: { owner: number | string; name: string } & At): {
    secret: string;
    record: KeyPairRecord;
  } {
    const { now = Date.now() / 1000, ...pair } = readObject(options, "options");
    const { answer, secret } = make(this, "create", jsonText(pair, "options"), checkNow(now));
    return { secret, record: answer as KeyPairRecord };
  }

  /**
   * Whether a pair is right, by the record that the host has for its key, or null. A wrong secret
   * takes as long as an unknown key; so should the host's own look-up.
   */
  verify<R extends Pick<KeyPairRecord, "key" | "hash">>(
    given: Credentials,
    record: R | null | undefined,
    options: { ip?: string | null } & At = {},
  ): KeyPairDecision<R> {
    const { key, secret } = readObject(given, "given");
    const { ip, ...at } = readObject(options, "options");
    const now = readNow(at);
    const from = ip === undefined || ip === null ? undefined : readText(ip, "ip");
    const row = record === null || record === undefined ? undefined : readMembers(record, MEMBERS);
    const text = jsonText({ key: readGiven(key), ip: from, record: row?.own }, "options");
    const octets = new TextEncoder().encode(readGiven(secret));
    const body = bodyOfPairs(this);
    const answer = JSON.parse(enter(() => body.verify(text, octets, now)));
    return answer.ok ? { ok: true, record: { ...row?.members, ...answer.changes } } : answer;
  }

  /** Records without their hashes, newest first. */
  list<R extends KeyPairRecord>(records: Iterable<R>): Omit<R, "hash">[] {
    const { text, members } = readRows(records, MEMBERS);
    bodyOfPairs(this);
    const places: number[] = JSON.parse(enter((wasm) => wasm.askRows("list", text, "")));
    return places.map((place) => {
      const { hash, ...shown } = members[place] as R;
      return shown;
    });
  }

  /** Removes the pair of that key; with an owner, only if it is theirs. */
  revoke<R extends KeyPairRecord>(
    records: Iterable<R>,
    key: string,
    options: { owner?: number | string } & At = {},
  ): { records: R[]; removed: number; entries: Entry[] } {
    const { owner, ...at } = readObject(options, "options");
    return remove(this, records, { key: readText(key, "key"), owner }, at);
  }

  /** Removes all pairs of an owner, as when their password has changed. */
  revokeAll<R extends KeyPairRecord>(
    records: Iterable<R>,
    owner: number | string,
    at: At = {},
  ): { records: R[]; removed: number; entries: Entry[] } {
    return remove(this, records, { owner: owner ?? null }, at);
  }

  /** A new secret in place of the old one, and a new key where tokens name the pair by it. */
  regenerate<R extends KeyPairRecord>(record: R, at?: At): KeyPairChange<R> & { secret: string } {
    const now = readNow(at);
    const { own, members } = readMembers(record, MEMBERS);
    const { answer, secret } = make(this, "regenerate", jsonText({ record: own }, "record"), now);
    return { secret, ...changed<R>(members, answer) };
  }

  /** Refuses a pair until it is reactivated. */
  deactivate<R extends KeyPairRecord>(record: R): KeyPairChange<R> {
    return put(this, "deactivate", record);
  }

  /** Takes a pair in again, and with it those of its tokens that have not expired. */
  reactivate<R extends KeyPairRecord>(record: R): KeyPairChange<R> {
    return put(this, "reactivate", record);
  }

  /**
   * For bringing pairs over from WordPress: whether a secret fits a hash that its `wp_hash` made
   * (HMAC-MD5 in hex) with the site's salt; and if so the hash to keep instead, which is bound to
   * the key.
   */
  verifyWordPressHash(old: { key: string; salt: string; secret: string; hash: string }):
    | { ok: true; hash: string }
    | KeyPairRefusal {
    const { key, salt, secret, hash, ...rest } = readObject(old, "options");
    refuseMembers(rest);
    const [name, kept, salted] = [readText(key, "key"), readText(hash, "hash"), utf8(salt, "salt")];
    const octets = new TextEncoder().encode(readGiven(secret));
    const body = bodyOfPairs(this);
    const made = enter(() => body.importHash(name, salted, octets, kept));
    const message = "the secret does not fit the hash";
    return made === undefined
      ? { ok: false, code: "invalid_credentials", message }
      : { ok: true, hash: made };
  }

  /** Wipes and releases the secret. */
  override free(): void {
    Resident.check(this, "KeyPairs", "pairs");
    super.free();
    this.#secret.fill(0);
  }
}

/** What a stranger gave; what no pair has is as good as nothing. */
function readGiven(given: unknown): string {
  const isText = typeof given === "string" && given.length <= MAX_GIVEN;
  return isText && !/\p{Surrogate}/u.test(given) ? given : "";
}

/** The answer to a change that makes a secret, and the secret, of which nothing stays in wasm. */
function make(
  pairs: KeyPairs,
  change: "create" | "regenerate",
  text: string,
  now: number,
): { answer: unknown; secret: string } {
  const body = bodyOfPairs(pairs);
  const [answer, octets] = enter(() => [body.change(change, text, "", now), body.takeSecret()] as const);
  return { answer: JSON.parse(answer), secret: new TextDecoder().decode(octets) };
}

function changed<R>(members: object, answer: unknown): KeyPairChange<R> {
  const { changes, entries, unrevoke } = answer as KeyPairChange<R> & { changes: object };
  return { record: { ...members, ...changes } as R, entries, unrevoke };
}

function put<R>(pairs: KeyPairs, change: "deactivate" | "reactivate", record: R): KeyPairChange<R> {
  const { own, members } = readMembers(record, MEMBERS);
  const text = jsonText({ record: own }, "record");
  const body = bodyOfPairs(pairs);
  return changed(members, JSON.parse(enter(() => body.change(change, text, "", 0))));
}

function remove<R>(
  pairs: KeyPairs,
  records: Iterable<R>,
  meant: { key?: string; owner?: unknown },
  at: unknown,
): { records: R[]; removed: number; entries: Entry[] } {
  const now = readNow(at as At);
  const { text, rows } = readRows(records, MEMBERS);
  const which = jsonText(meant, "options");
  const body = bodyOfPairs(pairs);
  const { removed, entries } = JSON.parse(enter(() => body.change("remove", which, text, now)));
  const gone = new Set<number>(removed);
  return { records: rows.filter((_, place) => !gone.has(place)), removed: gone.size, entries };
}

function bodyOfPairs(pairs: KeyPairs): Body<"KeyPairs"> {
  return bodyOf(pairs, "KeyPairs", "pairs");
}
