// MemoryStore: a store in the memory of one process, for tests and for trying things out. What it
// keeps is text, so that nobody changes a record but by the store.

import { MemoryFamilies } from "../families.js";
import type { TokenRecord } from "../issue-types.js";
import type { KeyPairRecord } from "../keypairs.js";
import type { DeliveryRow, EntryRow, PairRow, TokenRow } from "./reading.js";
import { FEW, MOST, deliveryRow, entryOf, entryRow, pageOf, pairRow, readLimit } from "./reading.js";
import { readName, readOwner, readPage, readSeconds, readSpan, readSwap } from "./reading.js";
import { readStatus, takenOf, tokenRow } from "./reading.js";
import type { Delivery, PlacedStatus, Store } from "./types.js";

/** A store that is gone when its process ends. */
export class MemoryStore<
  T extends TokenRecord = TokenRecord,
  P extends KeyPairRecord = KeyPairRecord,
  D extends Delivery = Delivery,
> implements Store<T, P, D>
{
  readonly #families = new MemoryFamilies();
  readonly #tokens = new Map<string, TokenRow>();
  readonly #pairs = new Map<string, PairRow>();
  readonly #entries = new Map<string, EntryRow & { place: number }>();
  readonly #failures = new Map<string, { failed: number; exp: number }>();
  readonly #deliveries = new Map<string, DeliveryRow>();
  readonly #statuses = new Map<number, PlacedStatus & { exp: number | null }>();
  #place = 0;
  #number = 0;
  #size = 0;

  readonly families: Store["families"] = {
    read: async (family) => this.#families.read(readName(family, "family")),
    swap: async (...given) => {
      const { family, from, to, exp } = readSwap(...given);
      return this.#families.swap(family, from, to, exp);
    },
  };

  readonly tokens: Store<T>["tokens"] = {
    add: async (record) => {
      const row = tokenRow(record);
      const isTaken = row.jti !== null && this.#token("jti", row.jti) !== null;
      if (isTaken || this.#tokens.has(row.id)) return false;
      this.#tokens.set(row.id, row);
      return true;
    },
    ofSubject: async (sub) => {
      const name = readName(sub, "sub");
      const rows = [...this.#tokens.values()].filter((row) => row.sub === name);
      return rows.reverse().slice(0, MOST).map((row) => JSON.parse(row.record));
    },
    byId: async (id) => this.#token("id", readName(id, "id")),
    byJti: async (jti) => this.#token("jti", readName(jti, "jti")),
  };

  readonly pairs: Store<T, P>["pairs"] = {
    ofOwner: async (owner) => {
      const name = readOwner(owner);
      const rows = [...this.#pairs.values()].filter((row) => row.owner === name);
      return rows.map((row) => JSON.parse(row.record));
    },
    byKey: async (key) => {
      const row = this.#pairs.get(readName(key, "key"));
      return row === undefined ? null : JSON.parse(row.record);
    },
    put: async (record, was) => {
      const row = pairRow(record);
      const old = was === null ? null : pairRow(was, "was");
      if (old !== null && this.#pairs.get(old.key)?.record !== old.record) return false;
      if (row.key !== old?.key && this.#pairs.has(row.key)) return false;
      this.#replace(old, row);
      return true;
    },
    remove: async (key) => this.#pairs.delete(readName(key, "key")),
  };

  readonly revocations: Store["revocations"] = {
    add: async (entry) => {
      const row = entryRow(entry);
      const kept = this.#entries.get(nameOf(row));
      if (kept === undefined) {
        this.#place += 1;
        this.#entries.set(nameOf(row), { ...row, place: this.#place });
      } else {
        kept.before = later(kept.before, row.before);
        kept.exp = later(kept.exp, row.exp);
      }
    },
    remove: async (entry) => this.#entries.delete(nameOf(entryRow(entry))),
    page: async (from = 0, most = MOST) => {
      const { after, limit } = readPage(from, most);
      const rows = [...this.#entries.values()].filter(({ place }) => place > after);
      const { page, next } = pageOf(rows, limit, ({ place }) => place);
      return { entries: page.map(entryOf), next };
    },
  };

  readonly lists: Store["lists"] = {
    raise: async () => (this.#number += 1),
    current: async () => this.#number,
  };

  readonly failures: Store["failures"] = {
    count: async (name, now) => this.#failed(readName(name, "name"), readSeconds(now, "now")),
    add: async (given, now, window) => {
      const [name, time] = [readName(given, "name"), readSeconds(now, "now")];
      const [failed, end] = [this.#failed(name, time) + 1, time + readSpan(window, "window")];
      this.#failures.set(name, { failed, exp: Math.max(this.#failures.get(name)?.exp ?? end, end) });
      return failed;
    },
  };

  readonly deliveries: Store<T, P, D>["deliveries"] = {
    add: async (delivery) => {
      const row = deliveryRow(delivery);
      if (this.#deliveries.has(row.id)) return false;
      this.#deliveries.set(row.id, row);
      return true;
    },
    take: async (now, lease, most = FEW) => {
      const [time, span] = [readSeconds(now, "now"), readSpan(lease, "lease")];
      const limit = readLimit(most);
      const due = [...this.#deliveries.values()].filter((row) => row.due <= time && row.until > time);
      const longest = new Set(due.sort((one, two) => one.due - two.due).slice(0, limit));
      for (const row of longest) Object.assign(row, { due: time + span, taken: row.taken + 1 });
      const rows = [...this.#deliveries.values()].filter((row) => longest.has(row));
      return rows.map((row) => takenOf<D>(row));
    },
    settle: async (id) => this.#deliveries.delete(readName(id, "id")),
    retry: async (id, due) => {
      const [row, time] = [this.#deliveries.get(readName(id, "id")), readSeconds(due, "due")];
      if (row !== undefined) row.due = time;
      return row !== undefined;
    },
  };

  readonly statuses: Store["statuses"] = {
    allot: async (exp) => {
      const time = exp === null ? null : readSeconds(exp, "exp");
      const idx = this.#size;
      this.#statuses.set(idx, { idx, status: 0, exp: time });
      this.#size += 1;
      return idx;
    },
    set: async (...given) => {
      const { idx, status } = readStatus(...given);
      const row = this.#statuses.get(idx);
      if (row !== undefined) row.status = status;
      return row !== undefined;
    },
    page: async (from = -1, most = MOST) => {
      const { after, limit } = readPage(from, most);
      const rows = [...this.#statuses.values()].filter((row) => row.idx > after && row.status !== 0);
      const { page, next } = pageOf(rows, limit, ({ idx }) => idx);
      return { statuses: page.map(({ idx, status }) => ({ idx, status })), next };
    },
    size: async () => ([...this.#statuses.keys()].at(-1) ?? -1) + 1,
  };

  async prune(now: number): Promise<number> {
    const time = readSeconds(now, "now");
    const isOver = ({ exp }: { exp: number | null }) => exp !== null && exp <= time;
    return (
      this.#families.prune(time) +
      forget(this.#tokens, isOver) +
      forget(this.#entries, isOver) +
      forget(this.#failures, isOver) +
      forget(this.#deliveries, ({ until }) => until <= time) +
      forget(this.#statuses, isOver)
    );
  }

  #failed(name: string, now: number): number {
    const row = this.#failures.get(name);
    return row === undefined || row.exp <= now ? 0 : row.failed;
  }

  #token(by: "id" | "jti", name: string): T | null {
    for (const row of this.#tokens.values()) if (row[by] === name) return JSON.parse(row.record);
    return null;
  }

  /** A pair keeps its place in the order, whatever its key. */
  #replace(old: PairRow | null, row: PairRow): void {
    if (old === null || old.key === row.key) {
      this.#pairs.set(row.key, row);
      return;
    }
    const all = [...this.#pairs.values()];
    this.#pairs.clear();
    for (const one of all) {
      const kept = one.key === old.key ? row : one;
      this.#pairs.set(kept.key, kept);
    }
  }
}

function nameOf({ kind, value, issuer }: EntryRow): string {
  return JSON.stringify([kind, value, issuer]);
}

/** Forgets the rows that are such, and says how many. */
function forget<K, R>(rows: Map<K, R>, isSuch: (row: R) => boolean): number {
  const before = rows.size;
  for (const [name, row] of rows) if (isSuch(row)) rows.delete(name);
  return before - rows.size;
}

/** Null is the latest. */
function later(one: number | null, two: number | null): number | null {
  return one === null || two === null ? null : Math.max(one, two);
}
