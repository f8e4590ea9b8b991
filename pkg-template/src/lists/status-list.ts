// Status lists out of a store (OAuth Token Status List): a token names its place on one, and the list
// says what has become of it. A list has the same length whatever is on it, so that it tells nobody
// how many tokens there are, and whoever fetches it not whose status they want to know.

import { readHost } from "../binding.js";
import { SetupError } from "../errors.js";
import { toBase64url } from "../host.js";
import { Issuer } from "../issuer.js";
import { readObject, readText } from "../options.js";
import type { PlacedStatus, Statuses } from "../store/types.js";
import { type ListSigning, readSigning } from "./signing.js";

/** How many places a list has. */
export const STATUS_PLACES = 1 << 17;

/** What a status list is made of. */
export interface StatusListMaking extends ListSigning {
  /** Where the statuses are. */
  statuses: Pick<Statuses, "page" | "size">;
  /** The address of the lists, such as "https://me.example/status" for ".../status/1". */
  base: string;
  /** Which of them, from 1. */
  list: number;
}

/** What the `status` of a token says whose place `Statuses.allot` gave. */
export function statusAt(idx: number, base: string): { status_list: { idx: number; uri: string } } {
  if (!Number.isSafeInteger(idx) || idx < 0) throw new SetupError("idx", "is not a place");
  const list = Math.floor(idx / STATUS_PLACES) + 1;
  return { status_list: { idx: idx % STATUS_PLACES, uri: uriOf(base, list) } };
}

/** A status list as a signed token; null where there is none of that number. */
export async function makeStatusList(options: StatusListMaking): Promise<string | null> {
  const { statuses, base, list, keys, issuer: iss, ttl, life, now } = readMaking(options);
  const first = (list - 1) * STATUS_PLACES;
  if (list < 1 || (list > 1 && first >= (await statuses.size()))) return null;
  const set = await statusesFrom(statuses, first);
  const claims = { sub: uriOf(base, list), ttl, status_list: await packed(set, first) };
  const { signWith, ...kid } = keys;
  const issuer = new Issuer({ keys: signWith, issuer: iss, ...kid });
  try {
    return (await issuer.issue(claims, { typ: "statuslist+jwt", jti: null, ttl: life, now })).token;
  } finally {
    issuer.free();
  }
}

function uriOf(base: string, list: number): string {
  return `${readText(base, "base")}/${list}`;
}

/** The statuses of one list that are not 0. */
async function statusesFrom(rows: Pick<Statuses, "page">, first: number): Promise<PlacedStatus[]> {
  const set: PlacedStatus[] = [];
  const end = first + STATUS_PLACES;
  for (let after: number | null = first - 1; after !== null && after < end; ) {
    const { statuses, next }: Awaited<ReturnType<typeof rows.page>> = await rows.page(after);
    set.push(...statuses.filter(({ idx }) => idx < end));
    after = next;
  }
  return set;
}

/** With as few bits as hold the largest; the least significant bits of an octet go first. */
async function packed(set: PlacedStatus[], first: number): Promise<{ bits: number; lst: string }> {
  const largest = set.reduce((most, { status }) => Math.max(most, status), 0);
  const bits = [1, 2, 4, 8].find((bits) => largest < 1 << bits) ?? 8;
  const each = 8 / bits;
  const octets = new Uint8Array(STATUS_PLACES / each);
  for (const { idx, status } of set) {
    const place = idx - first;
    const at = Math.floor(place / each);
    octets[at] = (octets[at] ?? 0) | (status << (bits * (place % each)));
  }
  return { bits, lst: base64urlOf(await deflated(octets)) };
}

/** In the zlib format (RFC 1950), which hosts call "deflate". */
async function deflated(octets: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([octets]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Piece by piece: each character is an argument of a call. Three octets are four characters. */
function base64urlOf(octets: Uint8Array): string {
  let text = "";
  for (let start = 0; start < octets.length; start += PIECE) {
    text += toBase64url(octets.subarray(start, start + PIECE));
  }
  return text;
}

const PIECE = 3 << 12;

function readMaking(options: StatusListMaking) {
  const members = readObject(options, "options") as unknown as StatusListMaking;
  const { statuses, base, list, ...rest } = members;
  readHost(statuses, "statuses", ["page", "size"]);
  if (!Number.isSafeInteger(list)) throw new SetupError("list", "is not a number of a list");
  return { statuses, base, list, ...readSigning(rest) };
}
