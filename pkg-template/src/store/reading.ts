// What callers hand to a store, read and checked: the same for every store, so that all of them keep
// and refuse the same. Names, times and records in; text and numbers that any database keeps out.

import { SetupError } from "../errors.js";
import type { Families } from "../families.js";
import type { Entry, SelectorName } from "../list-types.js";
import { jsonText, readObject, readText, refuseMembers } from "../options.js";
import type { Delivery, PlacedStatus, TakenDelivery } from "./types.js";

/** The most token records of one subject, and rows of one page. */
export const MOST = 10_000;

/** How many deliveries are taken at once unless it is said. */
export const FEW = 100;

/**
 * A name to look things up by. Databases differ in what they make of a zero octet within.
 *
 * @internal
 */
export function readName(name: unknown, option: string): string {
  const text = readText(name, option);
  if (text.includes("\0")) throw new SetupError(option, "holds a zero octet");
  return text;
}

/** @internal */
export function readSeconds(time: unknown, option: string): number {
  // The same moment in milliseconds is larger.
  if (typeof time === "number" && Math.abs(time) < 1e11) return time;
  throw new SetupError(option, "is not a time in seconds");
}

/**
 * A step of a family, as `Families.swap` is given it.
 *
 * @internal
 */
export function readSwap(
  ...[family, from, to, exp]: Parameters<Families["swap"]>
): { family: string; from: string | null; to: string; exp: number } {
  return {
    family: readName(family, "family"),
    from: from === null ? null : readName(from, "from"),
    to: readName(to, "to"),
    exp: readSeconds(exp, "exp"),
  };
}

/** @internal */
export interface TokenRow {
  id: string;
  jti: string | null;
  sub: string | null;
  exp: number | null;
  record: string;
}

/** @internal */
export function tokenRow(record: unknown): TokenRow {
  const members = readObject(record, "record");
  const { id, jti = null, sub = null, exp = null } = members;
  return {
    id: readName(id, "id"),
    jti: jti === null ? null : readName(jti, "jti"),
    sub: sub === null ? null : readName(sub, "sub"),
    exp: exp === null ? null : readSeconds(exp, "exp"),
    record: jsonText(members, "record"),
  };
}

/** @internal */
export interface PairRow {
  key: string;
  owner: string;
  record: string;
}

/** @internal */
export function pairRow(record: unknown, option = "record"): PairRow {
  const members = readObject(record, option);
  // In one order, because the text is compared: whoever puts a record together anew keeps its place.
  const sorted = Object.entries(members).sort(([one], [two]) => (one < two ? -1 : 1));
  return {
    key: readName(members.key, "key"),
    owner: readOwner(members.owner),
    record: jsonText(Object.fromEntries(sorted), option),
  };
}

/**
 * An owner as text that tells numbers from strings.
 *
 * @internal
 */
export function readOwner(owner: unknown): string {
  if (Number.isSafeInteger(owner)) return String(owner);
  return JSON.stringify(readName(owner, "owner"));
}

/**
 * The row that an entry is kept in: what it is about, and how far it reaches.
 *
 * @internal
 */
export interface EntryRow {
  kind: string;
  value: string;
  /** As JSON; empty: not said. */
  issuer: string;
  before: number | null;
  exp: number | null;
}

const KINDS: readonly SelectorName[] = [
  ...(["jti", "token", "session", "family", "kid", "key"] as const),
  ...(["client", "sub", "tenant", "all"] as const),
];

/** What can be thrown out up to a time. */
const CUT_OFF: readonly string[] = ["client", "sub", "tenant", "all"];

/** A client that is thrown out whole: apart from its cut-off, so that lifting one leaves the other. */
const SUSPENSION = "suspension";

/** @internal */
export function entryRow(entry: unknown): EntryRow {
  const { issuer, before = null, exp = null, ...rest } = readObject(entry, "entry");
  const said = KINDS.filter((kind) => rest[kind] !== undefined);
  const [kind] = said;
  if (kind === undefined || said.length > 1) {
    throw new SetupError("entry", "names not just one of what can be thrown out");
  }
  const { [kind]: value, ...unknown } = rest;
  refuseMembers(unknown);
  const cutOff = before === null ? null : readMilliseconds(before, kind);
  return {
    kind: kind === "client" && cutOff === null ? SUSPENSION : kind,
    value: readValue(kind, value),
    issuer: issuer === undefined ? "" : JSON.stringify(issuer === null ? null : readName(issuer, "issuer")),
    before: cutOff,
    exp: exp === null ? null : readSeconds(exp, "exp"),
  };
}

/** @internal */
export function entryOf({ kind, value, issuer, before, exp }: EntryRow): Entry {
  return {
    [kind === SUSPENSION ? "client" : kind]: kind === "all" ? true : value,
    ...(issuer !== "" && { issuer: JSON.parse(issuer) }),
    ...(before !== null && { before }),
    ...(exp !== null && { exp }),
  } as Entry;
}

function readValue(kind: SelectorName, value: unknown): string {
  if (kind === "all") {
    if (value === true) return "";
    throw new SetupError("all", "is not true");
  }
  const text = readName(value, kind);
  // A whole token would be kept where others can read it; 32 octets leave the last letter two bits.
  if (kind === "token" && !/^[\w-]{42}[AEIMQUYcgkosw048]$/.test(text)) {
    throw new SetupError("token", "is not the base64url of a SHA-256: a store keeps no tokens");
  }
  return text;
}

function readMilliseconds(time: unknown, kind: string): number {
  if (!CUT_OFF.includes(kind)) {
    throw new SetupError("before", "goes with sub, client, tenant and all only");
  }
  // 10^11 ms is the year 1973: less is a time in seconds.
  if (typeof time === "number" && time >= 1e11 && time < 1e14) return time;
  throw new SetupError("before", "is not a time in milliseconds");
}

/** @internal */
export function readPage(after: unknown, limit: unknown): { after: number; limit: number } {
  if (!Number.isSafeInteger(after)) throw new SetupError("after", "is not a place");
  return { after: after as number, limit: readLimit(limit) };
}

/** @internal */
export function readLimit(limit: unknown): number {
  const isLimit = Number.isSafeInteger(limit) && (limit as number) >= 1 && (limit as number) <= MOST;
  if (!isLimit) throw new SetupError("limit", `is not a whole number from 1 to ${MOST}`);
  return limit as number;
}

/**
 * A page, of rows that were asked for with one more than the limit, and the place to go on from.
 *
 * @internal
 */
export function pageOf<R>(
  rows: R[],
  limit: number,
  placeOf: (row: R) => number,
): { page: R[]; next: number | null } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { page, next: rows.length > limit && last !== undefined ? placeOf(last) : null };
}

/** @internal */
export function readSpan(span: unknown, option: string): number {
  if (readSeconds(span, option) > 0) return span as number;
  throw new SetupError(option, "is not a number of seconds above 0");
}

/**
 * The row that a delivery is kept in; its times stand beside its text, for they change.
 *
 * @internal
 */
export interface DeliveryRow {
  id: string;
  due: number;
  until: number;
  taken: number;
  record: string;
}

/** @internal */
export function deliveryRow(delivery: unknown): DeliveryRow {
  const { due, ...rest } = readObject(delivery, "delivery");
  for (const name of ["app", "url", "body"]) readText(rest[name], name);
  return {
    id: readName(rest.id, "id"),
    due: readSeconds(due, "due"),
    until: readSeconds(rest.until, "until"),
    taken: 0,
    record: jsonText(rest, "delivery"),
  };
}

/** @internal */
export function takenOf<D extends Delivery>({ record, due, taken }: DeliveryRow): TakenDelivery<D> {
  return { ...(JSON.parse(record) as D), due, taken };
}

/** @internal */
export function readStatus(idx: unknown, status: unknown): PlacedStatus {
  if (!Number.isSafeInteger(idx) || (idx as number) < 0) throw new SetupError("idx", "is not a place");
  const isOctet = Number.isInteger(status) && (status as number) >= 0 && (status as number) <= 255;
  if (!isOctet) throw new SetupError("status", "is not a whole number from 0 to 255");
  return { idx: idx as number, status: status as number };
}
