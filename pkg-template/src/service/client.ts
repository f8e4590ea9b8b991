// Who a client says it is (RFC 6749 section 2.3): by Basic authentication, or in the body.

import { textOf } from "./fields.js";
import type { Asked } from "./types.js";

/** What a client shows. */
export interface Presented {
  id: string;
  /** Null: none, as of a public client. */
  secret: string | null;
}

/** What a client shows; null where it shows nothing that can be read. */
export function readClient({ request, fields }: Pick<Asked, "request" | "fields">): Presented | "twice" | null {
  const [id, secret] = [textOf(fields, "client_id"), textOf(fields, "client_secret")];
  const header = request.headers.get("authorization");
  if (header === null) return id === null ? null : { id, secret };
  const basic = readBasic(header);
  if (basic === null) return null;
  // RFC 6749 section 2.3: no more than one method; the name alone may be there again.
  return secret !== null || (id !== null && id !== basic.id) ? "twice" : basic;
}

/** RFC 7617, with name and secret written as in a form (RFC 6749 section 2.3.1). */
function readBasic(header: string): Presented | null {
  const [, encoded] = /^Basic +([\w+/]+={0,2})$/i.exec(header) ?? [];
  if (encoded === undefined || encoded.length > 8192) return null;
  try {
    const octets = Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0));
    const text = new TextDecoder("utf-8", { fatal: true }).decode(octets);
    const [, id = "", secret = ""] = /^([^:]+):(.*)$/s.exec(text) ?? [];
    return id === "" ? null : { id: unescaped(id), secret: unescaped(secret) };
  } catch {
    return null;
  }
}

function unescaped(text: string): string {
  return decodeURIComponent(text.replaceAll("+", " "));
}
