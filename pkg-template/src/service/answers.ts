// Answers that no vendor has a form for: JSON, and the errors of OAuth (RFC 6749 section 5.2).

import type { HttpAnswer } from "../http.js";

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
