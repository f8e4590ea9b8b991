// A request with the token. It is never sent on by a redirect: whoever answers one could name any
// server, and a header other than `Authorization` would go there too.

import { SessionError } from "./errors.js";
import type { Settings } from "./reading.js";

/** Sends a request of an allowed origin; a redirect is an error unless the caller handles them. */
export async function send(request: Request, token: string, settings: Settings): Promise<Response> {
  const headers = new Headers(request.headers);
  headers.set("authorization", `${settings.scheme} ${token}`);
  const response = await settings.host.fetch(new Request(request, { headers, redirect: "manual" }));
  if (!isRedirect(response) || request.redirect === "manual") return response;
  throw new SessionError("redirected", "the server redirects");
}

/** A browser hides what it is; other hosts do not. */
function isRedirect({ type, status }: Response): boolean {
  return type === "opaqueredirect" || (status >= 300 && status < 400 && status !== 304);
}
