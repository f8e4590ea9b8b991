// The history of issued tokens: rows of the host's in, the page that a stranger asked for out.

import { enter } from "./containment.js";
import { SetupError, setup } from "./errors.js";
import type { Entry } from "./list-types.js";
import { jsonText, readObject, readText, refuseMembers } from "./options.js";
import { readRows } from "./rows.js";

/** What is looked at of a record; whatever else a host keeps in it stays as it is. */
export interface HistoryRecord {
  /** The record's own name, by which `revokeById` finds it. */
  id?: string | number | null;
  /** The `jti` of its token, by which `revokeByJti` finds it. */
  jti?: string | null;
  /** Whose token it is. */
  sub?: string | number | null;
  /** What the token is for. */
  kind?: string | null;
  /** When it was issued, in seconds. */
  iat?: number | null;
  /** When it ends, in seconds. */
  exp?: number | null;
  /** The family of refresh tokens that it is of. */
  family?: string | null;
  /** The client that it was made for. */
  client?: string | null;
  /** The base64url SHA-256 of what was signed of the token. */
  fingerprint?: string | null;
  /** The key that signed it. */
  kid?: string | null;
  /** In milliseconds, or a `Date`. */
  createdAt?: number | string | Date | null;
  /** The token's issuer; entries are about its tokens alone. */
  iss?: string | null;
}

/** What page is asked for: as values, or as the text of a query. Anything else in it is refused. */
export interface HistoryQuery {
  /** Default "createdAt". */
  sortField?: string;
  /** 1, or by default -1: the latest first. */
  direction?: number | string;
  /** From 0. */
  page?: number | string;
  /** 1 to 1000, default 40. */
  limit?: number | string;
}

/** A page, or what is wrong with the query. */
export type History<R> =
  | {
      ok: true;
      /** The `limit` that was asked for. */
      perPage: number;
      /** How many there are on all pages. */
      count: number;
      /** From 0. */
      page: number;
      /** What they are sorted by. */
      sortField: SortField;
      /** 1: the least first; -1: the greatest. */
      direction: 1 | -1;
      /** The records of this page, as they were given. */
      items: R[];
    }
  | { ok: false; code: "invalid_query"; option: string; message: string };

const SORTABLE = [
  ...(["createdAt", "iat", "exp", "jti", "sub", "kind", "id", "family", "client", "kid"] as const),
];

/**
 * What records can be sorted by.
 *
 * @inline
 */
export type SortField = (typeof SORTABLE)[number];

/**
 * Whose records may be seen or revoked: those of a subject, or with null all.
 *
 * @inline
 */
export interface Whose {
  sub: string | null;
}

/** A page of the records that are somebody's. Records without the field that sorts come last. */
export function listHistory<R extends HistoryRecord>(
  records: Iterable<R>,
  query: HistoryQuery | URLSearchParams,
  whose: Whose,
): History<R> {
  const { text, rows } = readRows(records, SORTABLE);
  const asked = jsonText(setup("query", () => membersOf(query)), "query");
  const sub = readWhose(whose);
  const answer = JSON.parse(enter((wasm) => wasm.askRows("history", text, asked, sub)));
  if (!answer.ok) return answer;
  const { places, ...page } = answer as { places: number[] };
  return { ...page, items: places.map((place) => rows[place] as R) } as History<R>;
}

function membersOf(query: HistoryQuery | URLSearchParams): object {
  return query instanceof URLSearchParams ? Object.fromEntries(query) : query;
}

/** The record of a token and the entry that revokes it, or that there is none. */
export type RecordRevoked<R> =
  | { ok: true; record: R; entry: Entry }
  /** `irrevocable_token`: the record has neither a `jti` nor a fingerprint. */
  | { ok: false; code: "not_found" | "irrevocable_token"; message: string };

/** The entry that revokes the token of that `jti`. */
export function revokeByJti<R extends HistoryRecord>(
  records: Iterable<R>,
  jti: string,
  whose: Whose,
): RecordRevoked<R> {
  return revoke(records, "jti", readText(jti, "jti"), whose);
}

/** The entry that revokes the token of the record with that `id`. */
export function revokeById<R extends HistoryRecord>(
  records: Iterable<R>,
  id: string | number,
  whose: Whose,
): RecordRevoked<R> {
  return revoke(records, "id", readText(typeof id === "number" ? `${id}` : id, "id"), whose);
}

const NAMING = ["jti", "id", "sub", "fingerprint", "exp", "iss"];

function revoke<R>(
  records: Iterable<R>,
  member: "jti" | "id",
  name: string,
  whose: Whose,
): RecordRevoked<R> {
  const { text, rows } = readRows(records, NAMING);
  const sub = readWhose(whose);
  const answer = JSON.parse(enter((wasm) => wasm.askRows(member, text, name, sub)));
  if (!answer.ok) return answer;
  return { ok: true, record: rows[answer.place] as R, entry: answer.entry };
}

/** Security hangs on it, so it must be said. */
function readWhose(whose: unknown): string | undefined {
  const { sub, ...rest } = readObject(whose, "options");
  refuseMembers(rest);
  if (sub === undefined) throw new SetupError("sub", "must be said: whose records, or null for all");
  return sub === null ? undefined : readText(sub, "sub");
}
