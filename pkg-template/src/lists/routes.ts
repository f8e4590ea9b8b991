// The routes by which lists are read: `.../latest`, `.../snapshot/7` and `.../delta/7`.
//
// A list is what it is for ever, and may be kept by whoever likes; the pointer only for a moment. Its
// octets are hashes, but whoever has them can try names and addresses until one fits: what is there
// for everybody should hold nothing of kind `sub`, `client` or `tenant`, or be behind a gate.

import { isKnown } from "../http.js";
import type { ListName, ListReader } from "./types.js";

/** How lists are answered. */
export interface AnswerListOptions {
  /** For how many seconds the pointer may be kept. Default 10. */
  maxAge?: number;
  /** Whether shared caches may keep them: not what only some may read. Default "public". */
  cache?: "public" | "private";
}

/** What is answered, to whoever does not have it yet. */
interface Held {
  etag: string;
  /** For how long it may be kept, and on what terms. */
  seconds: string;
  headers: Record<string, string>;
  body: BodyInit;
}

const LIST_PATH = /(?<=\/)(latest|(snapshot|delta)\/[1-9]\d{0,15})$/;

/** The answer to a request for a list; null where the path is none of a list's. */
export async function answerList(
  request: Request,
  lists: ListReader,
  { maxAge = 10, cache = "public" }: AnswerListOptions = {},
): Promise<Response | null> {
  const [path] = new URL(request.url).pathname.match(LIST_PATH) ?? [];
  if (path === undefined) return null;
  if (request.method !== "GET" && request.method !== "HEAD") {
    return new Response(null, { status: 405, headers: { Allow: "GET, HEAD" } });
  }
  const held = path === "latest" ? await pointer(lists, maxAge) : await file(lists, path as ListName);
  if (held === null) {
    return new Response(null, { status: 404, headers: { "Cache-Control": "no-store" } });
  }
  const headers = {
    ...held.headers,
    ETag: held.etag,
    "Cache-Control": `${cache}, max-age=${held.seconds}`,
    "Access-Control-Expose-Headers": "ETag, List-Manifest",
  };
  if (isKnown(request, held.etag)) return new Response(null, { status: 304, headers });
  return new Response(request.method === "HEAD" ? null : held.body, { headers });
}

async function pointer(lists: ListReader, maxAge: number): Promise<Held | null> {
  const seq = await lists.latest();
  if (seq === null) return null;
  const headers = { "Content-Type": "application/json" };
  return { etag: `"${seq}"`, seconds: `${maxAge}`, headers, body: String(seq) };
}

async function file(lists: ListReader, name: ListName): Promise<Held | null> {
  const list = await lists.read(name);
  // What is no signed manifest does not belong into a header.
  if (list === null || !/^[\w-]+\.[\w-]+\.[\w-]+$/.test(list.manifest)) return null;
  const headers = {
    "Content-Type": "application/octet-stream",
    "List-Manifest": list.manifest,
  };
  // The end of the signature: no two lists have the same.
  const etag = `"${list.manifest.slice(-22)}"`;
  return { etag, seconds: "31536000, immutable", headers, body: list.body as BodyInit };
}
