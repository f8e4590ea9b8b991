// What goes over HTTP, ready to send: plain data, which each host sends in its own way.

import { SetupError, setup } from "./errors.js";

/** An answer ready to send. */
export interface HttpAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** The answer as a `Response`, where the host has those. */
export function toResponse(answer: HttpAnswer): Response {
  return setup("answer", () => {
    const { status, headers, body } = answer;
    // Without one a Response would say that all is well.
    if (typeof status !== "number") throw new SetupError("answer.status", "is not a number");
    return new Response(body, { status, headers });
  });
}
