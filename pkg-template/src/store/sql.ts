// SqlStore: a store on SQLite in any of its shapes. Each step that must be atomic is one statement,
// so it is whole whatever else is asked at the time, and whenever the process is killed.

import { readHost } from "../binding.js";
import type { TokenRecord } from "../issue-types.js";
import type { KeyPairRecord } from "../keypairs.js";
import { MIGRATIONS } from "./migrations.js";
import { type DeliveryRow, type EntryRow, FEW, MOST, deliveryRow, entryOf } from "./reading.js";
import { entryRow, pageOf, pairRow, readLimit, readName, readOwner, readPage } from "./reading.js";
import { readSeconds, readSpan, readStatus, readSwap, takenOf, tokenRow } from "./reading.js";
import type { Delivery, PlacedStatus, Store } from "./types.js";

/** What goes into a statement. */
export type SqlValue = string | number | null;

/** A statement, with a question mark for each of its values. */
export interface SqlStatement {
  /** Its text. */
  sql: string;
  /** Its values, in their order. */
  params: SqlValue[];
}

/** The least that a store asks of a database. */
export interface SqlDriver {
  /** The rows that a statement answers, by the names of their columns. */
  all(sql: string, params: SqlValue[]): Promise<Record<string, unknown>[]>;
  /** Runs a statement, and answers how many rows it changed. */
  run(sql: string, params: SqlValue[]): Promise<{ changes: number }>;
  /** Runs statements as one transaction: all of them, or none. */
  batch(statements: SqlStatement[]): Promise<void>;
}

/** The tables whose rows have their time, and the column that says until when. */
const ENDS = {
  jwt_families: "exp",
  jwt_tokens: "exp",
  jwt_revocations: "exp",
  jwt_failures: "exp",
  jwt_deliveries: "until",
  jwt_statuses: "exp",
};

/** A store in SQL tables of its own, whose names begin with `jwt_`. Call `migrate` before its use. */
export class SqlStore<
  T extends TokenRecord = TokenRecord,
  P extends KeyPairRecord = KeyPairRecord,
  D extends Delivery = Delivery,
> implements Store<T, P, D>
{
  readonly #sql: SqlDriver;

  /** Throws a `SetupError` where that is no driver. */
  constructor(driver: SqlDriver) {
    this.#sql = readHost(driver, "driver", ["all", "run", "batch"]);
  }

  /**
   * Brings the tables up to date, and answers how many steps were missing. Each step is applied once
   * and as a whole, even if two call this at one time.
   */
  async migrate(): Promise<number> {
    await this.#sql.run("CREATE TABLE IF NOT EXISTS jwt_migrations (number INTEGER PRIMARY KEY)", []);
    const first = await this.#applied();
    for (let at = first; at < MIGRATIONS.length; at += 1) await this.#apply(at + 1);
    return MIGRATIONS.length - first;
  }

  readonly families: Store["families"] = {
    read: async (family) => {
      const sql = "SELECT text FROM jwt_families WHERE family = ?";
      const row = await this.#first(sql, [readName(family, "family")]);
      return row === null ? null : (row.text as string);
    },
    swap: async (...given) => {
      const { family, from, to, exp } = readSwap(...given);
      const insert = "INSERT INTO jwt_families (family, text, exp) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
      if (from === null) return this.#did(insert, [family, to, exp]);
      const update = "UPDATE jwt_families SET text = ?, exp = ? WHERE family = ? AND text = ?";
      return this.#did(update, [to, exp, family, from]);
    },
  };

  readonly tokens: Store<T>["tokens"] = {
    add: async (record) => {
      const { id, jti, sub, exp, record: text } = tokenRow(record);
      const sql = `INSERT INTO jwt_tokens (id, jti, sub, exp, record) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT DO NOTHING`;
      return this.#did(sql, [id, jti, sub, exp, text]);
    },
    ofSubject: (sub) => {
      const sql = `SELECT record FROM jwt_tokens WHERE sub = ? ORDER BY place DESC LIMIT ${MOST}`;
      return this.#records<T>(sql, () => readName(sub, "sub"));
    },
    byId: async (id) => {
      const sql = "SELECT record FROM jwt_tokens WHERE id = ?";
      return (await this.#records<T>(sql, () => readName(id, "id")))[0] ?? null;
    },
    byJti: async (jti) => {
      const sql = "SELECT record FROM jwt_tokens WHERE jti = ?";
      return (await this.#records<T>(sql, () => readName(jti, "jti")))[0] ?? null;
    },
  };

  readonly pairs: Store<T, P>["pairs"] = {
    ofOwner: (owner) => {
      const sql = "SELECT record FROM jwt_pairs WHERE owner = ? ORDER BY place";
      return this.#records<P>(sql, () => readOwner(owner));
    },
    byKey: async (key) => {
      const sql = "SELECT record FROM jwt_pairs WHERE key = ?";
      return (await this.#records<P>(sql, () => readName(key, "key")))[0] ?? null;
    },
    put: async (record, was) => {
      const { key, owner, record: text } = pairRow(record);
      const insert = "INSERT INTO jwt_pairs (key, owner, record) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
      if (was === null) return this.#did(insert, [key, owner, text]);
      const old = pairRow(was, "was");
      // Or ignore: the new key may be another's.
      const update = `UPDATE OR IGNORE jwt_pairs SET key = ?, owner = ?, record = ?
        WHERE key = ? AND record = ?`;
      return this.#did(update, [key, owner, text, old.key, old.record]);
    },
    remove: async (key) => this.#did("DELETE FROM jwt_pairs WHERE key = ?", [readName(key, "key")]),
  };

  readonly revocations: Store["revocations"] = {
    add: async (entry) => {
      const { kind, value, issuer, before, exp } = entryRow(entry);
      // In SQLite the larger of a number and null is null, which here is the latest.
      const sql = `INSERT INTO jwt_revocations (kind, value, issuer, before, exp) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (kind, value, issuer)
        DO UPDATE SET before = max(before, excluded.before), exp = max(exp, excluded.exp)`;
      await this.#sql.run(sql, [kind, value, issuer, before, exp]);
    },
    remove: async (entry) => {
      const { kind, value, issuer } = entryRow(entry);
      const sql = "DELETE FROM jwt_revocations WHERE kind = ? AND value = ? AND issuer = ?";
      return this.#did(sql, [kind, value, issuer]);
    },
    page: async (from = 0, most = MOST) => {
      const { after, limit } = readPage(from, most);
      const sql = `SELECT place, kind, value, issuer, before, exp FROM jwt_revocations
        WHERE place > ? ORDER BY place LIMIT ?`;
      // One more than asked for, to know whether there is another page.
      const rows = await this.#rows<EntryRow & { place: number }>(sql, [after, limit + 1]);
      const { page, next } = pageOf(rows, limit, ({ place }) => place);
      return { entries: page.map(entryOf), next };
    },
  };

  readonly lists: Store["lists"] = {
    raise: async () => {
      const row = await this.#first("UPDATE jwt_lists SET seq = seq + 1 RETURNING seq", []);
      return row?.seq as number;
    },
    current: async () => {
      const row = await this.#first("SELECT seq FROM jwt_lists", []);
      return row?.seq as number;
    },
  };

  readonly failures: Store["failures"] = {
    count: async (name, now) => {
      const sql = "SELECT failed FROM jwt_failures WHERE name = ? AND exp > ?";
      const row = await this.#first(sql, [readName(name, "name"), readSeconds(now, "now")]);
      return row === null ? 0 : (row.failed as number);
    },
    add: async (given, now, window) => {
      const [name, time] = [readName(given, "name"), readSeconds(now, "now")];
      const sql = `INSERT INTO jwt_failures (name, failed, exp) VALUES (?, 1, ?)
        ON CONFLICT (name) DO UPDATE SET
          failed = CASE WHEN exp > ? THEN failed + 1 ELSE 1 END,
          exp = max(exp, excluded.exp)
        RETURNING failed`;
      const row = await this.#first(sql, [name, time + readSpan(window, "window"), time]);
      return row?.failed as number;
    },
  };

  readonly deliveries: Store<T, P, D>["deliveries"] = {
    add: async (delivery) => {
      const { id, due, until, taken, record } = deliveryRow(delivery);
      const sql = `INSERT INTO jwt_deliveries (id, due, until, taken, record) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT DO NOTHING`;
      return this.#did(sql, [id, due, until, taken, record]);
    },
    take: async (now, lease, most = FEW) => {
      const [time, span] = [readSeconds(now, "now"), readSpan(lease, "lease")];
      const sql = `UPDATE jwt_deliveries SET due = ?, taken = taken + 1 WHERE place IN (
          SELECT place FROM jwt_deliveries WHERE due <= ? AND until > ? ORDER BY due, place LIMIT ?
        ) RETURNING place, due, taken, record`;
      const params = [time + span, time, time, readLimit(most)];
      const rows = await this.#rows<DeliveryRow & { place: number }>(sql, params);
      // Which rows it returns first, SQLite does not say.
      return rows.sort((one, two) => one.place - two.place).map((row) => takenOf<D>(row));
    },
    settle: async (id) =>
      this.#did("DELETE FROM jwt_deliveries WHERE id = ?", [readName(id, "id")]),
    retry: async (id, due) => {
      const sql = "UPDATE jwt_deliveries SET due = ? WHERE id = ?";
      return this.#did(sql, [readSeconds(due, "due"), readName(id, "id")]);
    },
  };

  readonly statuses: Store["statuses"] = {
    allot: async (exp) => {
      const sql = "INSERT INTO jwt_statuses (status, exp) VALUES (?, ?) RETURNING place - 1 AS idx";
      // The `libsql` package takes a null that is the only value for a set of named ones.
      const row = await this.#first(sql, [0, exp === null ? null : readSeconds(exp, "exp")]);
      return row?.idx as number;
    },
    set: async (...given) => {
      const { idx, status } = readStatus(...given);
      return this.#did("UPDATE jwt_statuses SET status = ? WHERE place = ?", [status, idx + 1]);
    },
    page: async (from = -1, most = MOST) => {
      const { after, limit } = readPage(from, most);
      const sql = `SELECT place - 1 AS idx, status FROM jwt_statuses
        WHERE place > ? AND status <> 0 ORDER BY place LIMIT ?`;
      const rows = await this.#rows<PlacedStatus>(sql, [after + 1, limit + 1]);
      const { page, next } = pageOf(rows, limit, ({ idx }) => idx);
      return { statuses: page.map(({ idx, status }) => ({ idx, status })), next };
    },
    size: async () => {
      const row = await this.#first("SELECT coalesce(max(place), 0) AS size FROM jwt_statuses", []);
      return row?.size as number;
    },
  };

  async prune(now: number): Promise<number> {
    const time = readSeconds(now, "now");
    let gone = 0;
    for (const [table, end] of Object.entries(ENDS)) {
      gone += (await this.#sql.run(`DELETE FROM ${table} WHERE ${end} <= ?`, [time])).changes;
    }
    return gone;
  }

  /** The number of the last step that was applied. */
  async #applied(): Promise<number> {
    const row = await this.#first("SELECT coalesce(max(number), 0) AS number FROM jwt_migrations", []);
    return row?.number as number;
  }

  async #apply(number: number): Promise<void> {
    const steps = (MIGRATIONS[number - 1] ?? []).map((sql) => ({ sql, params: [] }));
    // First, so that of two who apply the same step the second stops before it.
    const mark = { sql: "INSERT INTO jwt_migrations (number) VALUES (?)", params: [number] };
    try {
      await this.#sql.batch([mark, ...steps]);
    } catch (error) {
      if ((await this.#applied()) < number) throw error;
    }
  }

  /** Whether a statement changed its one row. */
  async #did(sql: string, params: SqlValue[]): Promise<boolean> {
    return (await this.#sql.run(sql, params)).changes === 1;
  }

  async #first(sql: string, params: SqlValue[]): Promise<Record<string, unknown> | null> {
    return (await this.#sql.all(sql, params))[0] ?? null;
  }

  async #rows<R>(sql: string, params: SqlValue[]): Promise<R[]> {
    return (await this.#sql.all(sql, params)) as R[];
  }

  async #records<R>(sql: string, name: () => string): Promise<R[]> {
    const rows = await this.#sql.all(sql, [name()]);
    return rows.map(({ record }) => JSON.parse(record as string) as R);
  }
}
