// `edge-jwt/store`: where a token service keeps what it must remember.
//
// Pure TypeScript: no wasm, no clock, no network of its own. Misuse is a SetupError that names the
// option; what a database throws comes out as it is.

export { SetupError } from "../errors.js";
export type { Families } from "../families.js";
export { type D1Like, type D1StatementLike, type DurableStorageLike } from "./drivers.js";
export { type LibsqlLike, type SqliteLike, d1, durable, libsql, sqlite } from "./drivers.js";
export { MemoryStore } from "./memory.js";
export { type SqlDriver, type SqlStatement, SqlStore, type SqlValue } from "./sql.js";
export type * from "./types.js";
