// Digests of texts, as names for them.

import { toBase64url } from "../host.js";

/** The base64url SHA-256 of a text. */
export async function digestOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return toBase64url(new Uint8Array(digest));
}

/** What records and entries know a token by that has no `jti`: the digest of what was signed of it. */
export function fingerprintOf(token: string): Promise<string> {
  return digestOf(token.slice(0, token.lastIndexOf(".")));
}
