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
  D extends Delivery = Delivery,
> {
  /** What is known of families of refresh tokens, for `Issuer.refresh`. */
  families: Families;
  /** Records of issued tokens. */
  tokens: TokenRecords<T>;
  /** Key pairs, such as application passwords. */
  pairs: KeyPairRecords<P>;
  /** What is thrown out. */
  revocations: RevocationEntries;
  /** The numbers of published lists. */
  lists: ListNumbers;
  /** Who failed of late, and how often. */
  failures: FailureCounts;
  /** Events that are to be sent. */
  deliveries: Deliveries<D>;
  /** Places of status lists. */
  statuses: Statuses;
  /**
   * Forgets what has had its time at `now`: families, token records, revocation entries and statuses
   * by their `exp`, failures by their window, deliveries by their `until`. It need not be one step,
   * but for each row. Answers how many that were. A verifier whose clock may be behind takes tokens up
   * to ten minutes longer: say a `now` of before that. The service's own goes a day back.
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
  /** The record of that `id`; null where there is none. */
  byId(id: string): Promise<T | null>;
  /** The record of the token of that `jti`; null where there is none. */
  byJti(jti: string): Promise<T | null>;
}

/** Records of key pairs, one for each key. */
export interface KeyPairRecords<P extends KeyPairRecord = KeyPairRecord> {
  /** The pairs of an owner, the first added first. The owner 7 is not the owner "7". */
  ofOwner(owner: number | string): Promise<P[]>;
  /** The pair of that key; null where there is none. */
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
  /** The entries. */
  entries: Entry[];
  /** The place to go on from; null: these were the last. */
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

/** How often a name failed of late, such as an address that tries passwords. */
export interface FailureCounts {
  /** How many failures of a name count at `now`. */
  count(name: string, now: number): Promise<number>;
  /**
   * Adds a failure. All of a name's count until `window` seconds have passed without another one, and
   * then none of them. Answers how many count now. One atomic step.
   */
  add(name: string, now: number, window: number): Promise<number>;
}

/** An event that is to be sent. What else it holds is kept with it. */
export interface Delivery {
  /** Its own name, which the receiver may know it again by. */
  id: string;
  /** Whom it is for. */
  app: string;
  /** Where it goes. */
  url: string;
  /** What is sent. */
  body: string;
  /** Not before this time, in seconds. */
  due: number;
  /** Not from this time on, in seconds. */
  until: number;
}

/** A delivery that was taken: `due` says when it is another's, unless it is settled or put off. */
export type TakenDelivery<D extends Delivery = Delivery> = D & {
  /** How often it has been taken, this time among them. */
  taken: number;
};

/** Events that are to be sent, each at least once. */
export interface Deliveries<D extends Delivery = Delivery> {
  /** Keeps a delivery, and answers whether it did: not if one of its `id` is there. One atomic step. */
  add(delivery: D): Promise<boolean>;
  /**
   * Takes the deliveries that are due at `now`, those that have waited longest, at most so many
   * (default 100), and answers them in the order of their adding. They are due again after `lease`
   * seconds, and nobody else gets them before: long enough to send them all. One atomic step.
   */
  take(now: number, lease: number, limit?: number): Promise<TakenDelivery<D>[]>;
  /** Forgets one that has been sent, or given up; answers whether it was there. One atomic step. */
  settle(id: string): Promise<boolean>;
  /** Puts one off until `due`, and answers whether it is there. One atomic step. */
  retry(id: string, due: number): Promise<boolean>;
}

/** What a status list says of one place. */
export interface PlacedStatus {
  /** The place, from 0. */
  idx: number;
  /** From 0 to 255, as in OAuth Token Status List: 0 valid, 1 invalid, 2 suspended. */
  status: number;
}

/** The places of status lists, which tokens refer to by their number. */
export interface Statuses {
  /**
   * The next place, from 0; its status is 0. Nobody gets it twice, even once it was forgotten. `exp`
   * is the token's own (null: it has none). One atomic step.
   */
  allot(exp: number | null): Promise<number>;
  /** Sets a status, and answers whether that place is there. One atomic step. */
  set(idx: number, status: number): Promise<boolean>;
  /**
   * The statuses that are not 0, at the next places after one (default: from the first), at most so
   * many (default 10000), and the place to go on from, which is null after the last.
   */
  page(after?: number, limit?: number): Promise<StatusPage>;
  /** One more than the last place that is not forgotten; 0 where there is none. */
  size(): Promise<number>;
}

/** A page of statuses, in the order of their places. */
export interface StatusPage {
  /** Those that are not 0. */
  statuses: PlacedStatus[];
  /** The place to go on from; null: these were the last. */
  next: number | null;
}
