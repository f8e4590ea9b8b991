// What goes over HTTP, ready to send: plain data, which each host sends in its own way.

import { SetupError, setup } from "./errors.js";
import { readObject, readText } from "./options.js";

/**
 * An answer ready to send.
 *
 * @inline
 */
export interface HttpAnswer {
  /** The status code. */
  status: number;
  /** The headers, by their names. */
  headers: Record<string, string>;
  /** The body; empty: none. */
  body: string;
}

/** The answer as a `Response`, where the host has those. */
export function toResponse(answer: HttpAnswer): Response {
  return setup("answer", () => {
    const { status, headers, body } = readObject(answer, "answer");
    // Without one a Response would say that all is well.
    if (typeof status !== "number") throw new SetupError("answer.status", "is not a number");
    // Text alone: the host would write out anything else, however long that takes.
    const fields = Object.entries(readObject(headers, "answer.headers")).map(
      ([name, value]): [string, string] => [name, readText(value, "answer.headers")],
    );
    // Some statuses have no body at all, not even an empty one.
    return new Response(readText(body, "answer.body") || null, { status, headers: fields });
  });
}

/**
 * Whether whoever asks has what bears this tag (RFC 9110 section 13.1.2): to compare, a weak one is as
 * good.
 *
 * @internal
 */
export function isKnown(request: Request, etag: string): boolean {
  const tags = (request.headers.get("if-none-match") ?? "").split(",").map((tag) => tag.trim());
  return tags.some((tag) => tag === "*" || tag.replace(/^W\//, "") === etag);
}
