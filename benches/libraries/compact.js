// A token taken apart and put together, as a floor is given it: octets, and nothing else to do.

import { withRegistered } from "./shape.js";

const encoder = new TextEncoder();

/** The octets that are signed, and the signature's. */
export function takeApart(token) {
  const dot = token.lastIndexOf(".");
  return { data: encoder.encode(token.slice(0, dot)), signature: octetsOf(token.slice(dot + 1)) };
}

/** The octets to sign for such claims. */
export function toSign(claims, { alg, kid }, policy) {
  const parts = [{ alg, typ: "JWT", kid }, withRegistered(claims, policy)];
  return encoder.encode(parts.map((part) => base64url(JSON.stringify(part))).join("."));
}

function octetsOf(text) {
  const base64 = text.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(base64), (octet) => octet.charCodeAt(0));
}

function base64url(ascii) {
  return btoa(ascii).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
