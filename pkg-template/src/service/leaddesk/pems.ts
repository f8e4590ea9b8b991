// Public keys in PEM by their `kid` (LD-4), as `KeySet.fromPems` reads them.

import { hostAlgorithm } from "../../host.js";
import type { Jwk } from "../../key-types.js";
import type { KeySet } from "../../keys.js";

/** The public keys that are not disabled. */
export async function pemsOf(keys: KeySet): Promise<Record<string, string>> {
  const named = keys.toJwks().keys.map(async (jwk) => [jwk.kid ?? "", await pemOf(jwk)] as const);
  return Object.fromEntries(await Promise.all(named));
}

/** A key as the host writes it (RFC 7468 section 13). */
async function pemOf({ kid, use, alg, ...members }: Jwk): Promise<string> {
  const key = await crypto.subtle.importKey("jwk", members, hostAlgorithm(alg), true, ["verify"]);
  const spki = (await crypto.subtle.exportKey("spki", key)) as ArrayBuffer;
  const lines = btoa(String.fromCharCode(...new Uint8Array(spki))).match(/.{1,64}/g) ?? [];
  return ["-----BEGIN PUBLIC KEY-----", ...lines, "-----END PUBLIC KEY-----", ""].join("\n");
}
