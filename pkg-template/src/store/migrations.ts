// The tables of a SqlStore, as numbered steps. A step that has been published is never changed: what
// comes later is a step of its own.

/** Each step's statements; the first step is number 1. */
export const MIGRATIONS: readonly (readonly string[])[] = [
  [
    `CREATE TABLE jwt_families (
       family TEXT PRIMARY KEY,
       text TEXT NOT NULL,
       exp INTEGER NOT NULL
     )`,
    "CREATE INDEX jwt_families_exp ON jwt_families (exp)",

    `CREATE TABLE jwt_tokens (
       place INTEGER PRIMARY KEY AUTOINCREMENT,
       id TEXT NOT NULL UNIQUE,
       jti TEXT UNIQUE,
       sub TEXT,
       exp INTEGER,
       record TEXT NOT NULL
     )`,
    "CREATE INDEX jwt_tokens_sub ON jwt_tokens (sub, place)",
    "CREATE INDEX jwt_tokens_exp ON jwt_tokens (exp)",

    `CREATE TABLE jwt_pairs (
       place INTEGER PRIMARY KEY AUTOINCREMENT,
       key TEXT NOT NULL UNIQUE,
       owner TEXT NOT NULL,
       record TEXT NOT NULL
     )`,
    "CREATE INDEX jwt_pairs_owner ON jwt_pairs (owner, place)",

    `CREATE TABLE jwt_revocations (
       place INTEGER PRIMARY KEY AUTOINCREMENT,
       kind TEXT NOT NULL,
       value TEXT NOT NULL,
       issuer TEXT NOT NULL,
       before INTEGER,
       exp INTEGER,
       UNIQUE (kind, value, issuer)
     )`,
    "CREATE INDEX jwt_revocations_exp ON jwt_revocations (exp)",

    "CREATE TABLE jwt_lists (seq INTEGER NOT NULL)",
    "INSERT INTO jwt_lists (seq) VALUES (0)",
  ],
  [
    `CREATE TABLE jwt_failures (
       name TEXT PRIMARY KEY,
       failed INTEGER NOT NULL,
       exp INTEGER NOT NULL
     )`,
    "CREATE INDEX jwt_failures_exp ON jwt_failures (exp)",

    `CREATE TABLE jwt_deliveries (
       place INTEGER PRIMARY KEY AUTOINCREMENT,
       id TEXT NOT NULL UNIQUE,
       due INTEGER NOT NULL,
       until INTEGER NOT NULL,
       taken INTEGER NOT NULL,
       record TEXT NOT NULL
     )`,
    "CREATE INDEX jwt_deliveries_due ON jwt_deliveries (due, place)",
    "CREATE INDEX jwt_deliveries_until ON jwt_deliveries (until)",

    `CREATE TABLE jwt_statuses (
       place INTEGER PRIMARY KEY AUTOINCREMENT,
       status INTEGER NOT NULL,
       exp INTEGER
     )`,
    "CREATE INDEX jwt_statuses_set ON jwt_statuses (place) WHERE status <> 0",
    "CREATE INDEX jwt_statuses_exp ON jwt_statuses (exp)",
  ],
];
