// Answers that no vendor has a form for: JSON, and the errors of OAuth (RFC 6749 section 5.2).

import { type HttpAnswer, isKnown } from "../http.js";
import { digestOf } from "./digest.js";

/** An answer of JSON, which nobody is to keep. */
export function json(
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): HttpAnswer {
  const all = { "Content-Type": "application/json", "Cache-Control": "no-store", ...headers };
  return { status, headers: all, body: JSON.stringify(body) };
}

/** What is wrong with a request, by a code of OAuth's. */
export function oauthError(status: number, error: string, problem: string): HttpAnswer {
  return json(status, { error, error_description: problem });
}

/**
 * What all may see and keep for a while: JSON with an ETag of its own, or that it has not changed
 * (RFC 9110 section 13.1.2).
 */
export async function answerCached(
  request: Request,
  body: string,
  seconds: number,
): Promise<HttpAnswer> {
  const etag = `"${await digestOf(body)}"`;
  const headers = { ETag: etag, "Cache-Control": `public, max-age=${seconds}` };
  if (isKnown(request, etag)) return { status: 304, headers, body: "" };
  return { status: 200, headers: { ...headers, "Content-Type": "application/json" }, body };
}
