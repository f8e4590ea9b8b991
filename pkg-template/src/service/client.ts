// Who a client says it is (RFC 6749 section 2.3): by Basic authentication, or in the body; and Basic
// authentication as it is for everybody else.

import { textOf } from "./fields.js";
import type { Asked } from "./types.js";

/** What a client shows. */
export interface Presented {
  /** Its name, `client_id`. */
  id: string;
  /** Null: none, as of a public client. */
  secret: string | null;
}

/** What a client shows; null where it shows nothing that can be read. */
export function readClient({ request, fields }: Pick<Asked, "request" | "fields">): Presented | "twice" | null {
  const [id, secret] = [textOf(fields, "client_id"), textOf(fields, "client_secret")];
  const header = request.headers.get("authorization");
  if (header === null) return id === null ? null : { id, secret };
  const basic = formDecoded(readBasic(header));
  if (basic === null) return null;
  // RFC 6749 section 2.3: no more than one method; the name alone may be there again.
  return secret !== null || (id !== null && id !== basic.id) ? "twice" : basic;
}

/** Name and password by Basic authentication (RFC 7617); null where it cannot be read. */
export function readBasic(header: string): { id: string; secret: string } | null {
  const [, encoded] = /^Basic +([\w+/]+={0,2})$/i.exec(header) ?? [];
  if (encoded === undefined || encoded.length > 8192) return null;
  try {
    const octets = Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0));
    const text = new TextDecoder("utf-8", { fatal: true }).decode(octets);
    const [, id = "", secret = ""] = /^([^:]+):(.*)$/s.exec(text) ?? [];
    return id === "" ? null : { id, secret };
  } catch {
    return null;
  }
}

/** A client writes both as in a form (RFC 6749 section 2.3.1). */
function formDecoded(basic: Presented | null): Presented | null {
  const decoded = (text: string) => decodeURIComponent(text.replaceAll("+", " "));
  try {
    return basic && { id: decoded(basic.id), secret: basic.secret && decoded(basic.secret) };
  } catch {
    return null;
  }
}
