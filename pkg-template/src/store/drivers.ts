// Drivers: a SqlStore's few words in those of each database. What is asked of a database is written
// out, so none of them is a dependency.

import { readHost } from "../binding.js";
import type { SqlDriver, SqlValue } from "./sql.js";

/** What is asked of a D1 binding. */
export interface D1Like {
  /** A statement of this SQL. */
  prepare(sql: string): D1StatementLike;
  /** Runs statements as one transaction. */
  batch(statements: D1StatementLike[]): Promise<unknown>;
}

/** What is asked of its statements. */
export interface D1StatementLike {
  /** The statement with these values. */
  bind(...values: unknown[]): D1StatementLike;
  /** Runs it, and answers its rows. */
  all(): Promise<{ results: unknown[] }>;
  /** Runs it, and answers how many rows it changed. */
  run(): Promise<{ meta: { changes?: number } }>;
}

/** Cloudflare's D1. */
export function d1(db: D1Like): SqlDriver {
  readHost(db, "db", ["prepare", "batch"]);
  const bound = (sql: string, params: SqlValue[]) => db.prepare(sql).bind(...params);
  return {
    all: async (sql, params) => (await bound(sql, params).all()).results as Record<string, unknown>[],
    run: async (sql, params) => ({ changes: (await bound(sql, params).run()).meta.changes ?? 0 }),
    batch: async (statements) => {
      await db.batch(statements.map(({ sql, params }) => bound(sql, params)));
    },
  };
}

/** What is asked of a client of `@libsql/client`. */
export interface LibsqlLike {
  /** Runs a statement. */
  execute(statement: { sql: string; args: SqlValue[] }): Promise<{
    rows: ArrayLike<unknown>;
    rowsAffected: number;
  }>;
  /** Runs statements as one transaction. */
  batch(statements: { sql: string; args: SqlValue[] }[], mode: "write"): Promise<unknown>;
}

/** libSQL, such as Turso, by `@libsql/client`. */
export function libsql(client: LibsqlLike): SqlDriver {
  readHost(client, "client", ["execute", "batch"]);
  const execute = (sql: string, args: SqlValue[]) => client.execute({ sql, args });
  return {
    all: async (sql, params) =>
      Array.from((await execute(sql, params)).rows) as Record<string, unknown>[],
    run: async (sql, params) => ({ changes: (await execute(sql, params)).rowsAffected }),
    batch: async (statements) => {
      const given = statements.map(({ sql, params }) => ({ sql, args: params }));
      await client.batch(given, "write");
    },
  };
}

/** What is asked of a synchronous database. */
export interface SqliteLike {
  /** A statement of this SQL. */
  prepare(sql: string): {
    all(...values: SqlValue[]): unknown[];
    run(...values: SqlValue[]): { changes: number | bigint };
  };
  /** Runs SQL without values. */
  exec(sql: string): unknown;
}

/**
 * SQLite in the process, by better-sqlite3, `node:sqlite` or `libsql`. Where several processes open
 * one file, let it wait for the others (`busy_timeout`).
 */
export function sqlite(db: SqliteLike): SqlDriver {
  readHost(db, "db", ["prepare", "exec"]);
  return {
    all: async (sql, params) => db.prepare(sql).all(...params) as Record<string, unknown>[],
    run: async (sql, params) => ({ changes: Number(db.prepare(sql).run(...params).changes) }),
    // Nothing else runs in between: no step of it waits.
    batch: async (statements) => {
      db.exec("BEGIN IMMEDIATE");
      try {
        for (const { sql, params } of statements) db.prepare(sql).run(...params);
        db.exec("COMMIT");
      } catch (error) {
        rollBack(db);
        throw error;
      }
    },
  };
}

/** SQLite may have done so itself; what went wrong before is what the caller is told. */
function rollBack(db: SqliteLike): void {
  try {
    db.exec("ROLLBACK");
  } catch {}
}

/** What is asked of the storage of a Durable Object that keeps SQLite. */
export interface DurableStorageLike {
  /** Runs a statement. */
  sql: { exec(sql: string, ...values: SqlValue[]): { toArray(): unknown[] } };
  /** Runs a step as one transaction. */
  transactionSync<T>(step: () => T): T;
}

/** SQLite in a Durable Object of Cloudflare's: `durable(ctx.storage)`, in the object itself. */
export function durable(storage: DurableStorageLike): SqlDriver {
  readHost(storage, "storage", ["transactionSync"]);
  const rows = (sql: string, params: SqlValue[]) =>
    storage.sql.exec(sql, ...params).toArray() as Record<string, unknown>[];
  return {
    all: async (sql, params) => rows(sql, params),
    // The cursor counts rows of indexes too. Nothing else runs in between: no step of it waits.
    run: async (sql, params) => {
      rows(sql, params);
      return { changes: Number(rows("SELECT changes() AS changes", [])[0]?.changes) };
    },
    batch: async (statements) => {
      storage.transactionSync(() => statements.forEach(({ sql, params }) => rows(sql, params)));
    },
  };
}
