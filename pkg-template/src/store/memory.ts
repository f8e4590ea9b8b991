// MemoryStore: a store in the memory of one process, for tests and for trying things out. What it
// keeps is text, so that nobody changes a record but by the store.

import { MemoryFamilies } from "../families.js";
import type { TokenRecord } from "../issue-types.js";
import type { KeyPairRecord } from "../keypairs.js";
import { type EntryRow, MOST, type PairRow, type TokenRow } from "./reading.js";
import { entryOf, entryRow, pairRow, readName, readOwner, readPage } from "./reading.js";
import { readSeconds, readSwap, tokenRow } from "./reading.js";
import type { Store } from "./types.js";

/** A store that is gone when its process ends. */
export class MemoryStore<
  T extends TokenRecord = TokenRecord,
  P extends KeyPairRecord = KeyPairRecord,
> implements Store<T, P>
{
  readonly #families = new MemoryFamilies();
  readonly #tokens = new Map<string, TokenRow>();
  readonly #pairs = new Map<string, PairRow>();
  readonly #entries = new Map<string, EntryRow & { place: number }>();
  #place = 0;
  #number = 0;

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
      const page = rows.slice(0, limit);
      const next = rows.length > limit ? (page.at(-1)?.place ?? null) : null;
      return { entries: page.map(entryOf), next };
    },
  };

  readonly lists: Store["lists"] = {
    raise: async () => (this.#number += 1),
    current: async () => this.#number,
  };

  async prune(now: number): Promise<number> {
    const time = readSeconds(now, "now");
    let gone = this.#families.prune(time);
    for (const rows of [this.#tokens, this.#entries]) {
      for (const [name, { exp }] of rows) {
        if (exp !== null && exp <= time && rows.delete(name)) gone += 1;
      }
    }
    return gone;
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

/** Null is the latest. */
function later(one: number | null, two: number | null): number | null {
  return one === null || two === null ? null : Math.max(one, two);
}
