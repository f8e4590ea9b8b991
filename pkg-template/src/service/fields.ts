// Reading a request's body: JSON or a form, at most so many octets, into named values.
//
// It is a stranger's: whatever is wrong with it is an answer to send, and never thrown.

import { isRecord } from "../errors.js";
import type { HttpAnswer } from "../http.js";
import { readUpTo } from "../octets.js";
import { oauthError } from "./answers.js";
import type { Fields } from "./types.js";

/** What a body holds, or what to answer. */
export type Read = { ok: true; fields: Fields } | { ok: false; answer: HttpAnswer };

/** Reads the whole body, or as much as there may be. */
export async function readFields(request: Request, most: number): Promise<Read> {
  if (request.body === null) return { ok: true, fields: {} };
  // Whoever sends it may break off.
  const octets = await readUpTo(request.body, most).catch(() => null);
  if (octets === null) return refused(400, "the body cannot be read");
  if (octets === undefined) return refused(413, "the body is too large");
  if (octets.length === 0) return { ok: true, fields: {} };
  const type = request.headers.get("content-type") ?? "";
  const read = READERS.get((type.split(";", 1)[0] ?? "").trim().toLowerCase());
  if (read === undefined) return refused(415, "the body is neither JSON nor a form");
  const fields = await read(octets, type).catch(() => undefined);
  return fields === undefined ? refused(400, "the body cannot be read") : { ok: true, fields };
}

/** Text that is there, not empty, and of a length that a name or a secret may have. */
export function textOf(fields: Fields, name: string, most = 4096): string | null {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (typeof value !== "string" || value === "" || value.length > most) return null;
  return /\p{Surrogate}|\0/u.test(value) ? null : value;
}

function refused(status: number, problem: string): Read {
  return { ok: false, answer: oauthError(status, "invalid_request", problem) };
}

type Reader = (octets: Uint8Array<ArrayBuffer>, type: string) => Promise<Fields | undefined>;

const READERS = new Map<string, Reader>([
  [
    "application/json",
    async (octets) => {
      const value: unknown = JSON.parse(textIn(octets));
      return isRecord(value) ? value : undefined;
    },
  ],
  [
    "application/x-www-form-urlencoded",
    async (octets) => single(new URLSearchParams(textIn(octets))),
  ],
  [
    "multipart/form-data",
    async (octets, type) => {
      const response = new Response(octets, { headers: { "Content-Type": type } });
      return single(await response.formData());
    },
  ],
]);

function textIn(octets: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true }).decode(octets);
}

/** A parameter that is there twice could be read in two ways (RFC 6749 section 3.2). */
function single(pairs: Iterable<[string, unknown]>): Fields | undefined {
  const list = [...pairs];
  const fields = Object.fromEntries(list);
  return Object.keys(fields).length === list.length ? fields : undefined;
}
