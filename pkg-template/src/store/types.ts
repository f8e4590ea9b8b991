// What a token service keeps, as interfaces: a host may put them on any database. No code.
//
// A method is one atomic step wherever it says so; whoever asks at the same time, in another isolate
// or after a crash, finds what was before it or what is after it. Times are in seconds.

import type { Families } from "../families.js";
import type { TokenRecord } from "../issue-types.js";
import type { KeyPairRecord } from "../keypairs.js";
import type { Entry, Selector } from "../list-types.js";

/** All that a token service keeps. Records may hold more than ours: it is kept with them. */
export interface Store<
  T extends TokenRecord = TokenRecord,
  P extends KeyPairRecord = KeyPairRecord,
> {
  /** What is known of families of refresh tokens, for `Issuer.refresh`. */
  families: Families;
  tokens: TokenRecords<T>;
  pairs: KeyPairRecords<P>;
  revocations: RevocationEntries;
  lists: ListNumbers;
  /**
   * Forgets families, token records and revocation entries whose `exp` is at `now` or before. It
   * need not be one step, but for each row. Answers how many that were.
   */
  prune(now: number): Promise<number>;
}

/** Records of issued tokens. */
export interface TokenRecords<T extends TokenRecord = TokenRecord> {
  /**
   * Keeps a record, and answers whether it did: not if one is there that has its `id` or its `jti`.
   * One atomic step.
   */
  add(record: T): Promise<boolean>;
  /** The records of a subject, the last added first, at most the newest 10000. */
  ofSubject(sub: string): Promise<T[]>;
  byId(id: string): Promise<T | null>;
  byJti(jti: string): Promise<T | null>;
}

/** Records of key pairs, one for each key. */
export interface KeyPairRecords<P extends KeyPairRecord = KeyPairRecord> {
  /** The pairs of an owner, the first added first. The owner 7 is not the owner "7". */
  ofOwner(owner: number | string): Promise<P[]>;
  byKey(key: string): Promise<P | null>;
  /**
   * Keeps a record in place of `was`, as that was read (null: of nothing), and answers whether it
   * did: not if `was` has been changed or removed meanwhile, and not if its key is another's. So a
   * pair that was removed or deactivated is not brought back by whoever had read it before. The key
   * may change, as by `regenerate`. One atomic step.
   */
  put(record: P, was: P | null): Promise<boolean>;
  /** Removes a pair, and answers whether there was one. One atomic step. */
  remove(key: string): Promise<boolean>;
}

/** What is thrown out: the rows that a `RevocationBuilder` makes its lists from. */
export interface RevocationEntries {
  /**
   * Keeps an entry. Where one about the same target and issuer is there, both become one, with the
   * later `before` and the later `exp`, of which none is the latest. One atomic step.
   */
  add(entry: Entry): Promise<void>;
  /** Takes an entry back, as `unrevoke` does, and answers whether there was one. One atomic step. */
  remove(entry: Selector & { before?: number }): Promise<boolean>;
  /**
   * The next entries after a place (default: from the first), at most so many (default 10000), and
   * the place to go on from, which is null after the last. An entry that is there before the first
   * page is asked for, and is not taken back, is on one of the pages.
   */
  page(after?: number, limit?: number): Promise<EntryPage>;
}

/** A page of entries. */
export interface EntryPage {
  entries: Entry[];
  next: number | null;
}

/** The numbers of published lists. */
export interface ListNumbers {
  /**
   * The next number, from 1. Nobody gets it twice: to raise and to read it is one atomic step. Ask
   * before reading the entries that the list is made of.
   */
  raise(): Promise<number>;
  /** The number raised last, or 0: what is kept by now is in every list of a later number. */
  current(): Promise<number>;
}
