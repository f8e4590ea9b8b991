// Secrets that must be had again are kept sealed: AES-256-GCM under the host's key, each with its own
// random nonce, and bound to what it is of, so that nobody who writes to the table can swap them.

import { SetupError } from "../../errors.js";
import { fromBase64url, toBase64url } from "../../host.js";
import { readOctets } from "../../options.js";

/** Seals texts. */
export interface Seal {
  /** The text, sealed for one purpose. */
  close(text: string, purpose: string): Promise<string>;
  /** The text again. Rejects where it was sealed for another purpose, or by another key. */
  open(sealed: string, purpose: string): Promise<string>;
}

/** NIST SP 800-38D section 8.2.2. */
const NONCE = 12;

/** Seals under these 32 octets. */
export function sealOf(octets: unknown): Seal {
  const raw = readOctets(octets, "seal");
  if (raw.length !== 32) throw new SetupError("seal", "is not 32 octets");
  // Not the promise is kept: in a worker, what one request waits for may never end for another.
  let key: CryptoKey | undefined;
  const keyOf = async () => (key ??= await importKey(raw));
  const terms = (iv: BufferSource, purpose: string) => ({
    ...{ name: "AES-GCM", iv },
    additionalData: new TextEncoder().encode(purpose),
  });
  return {
    async close(text, purpose) {
      const nonce = crypto.getRandomValues(new Uint8Array(NONCE));
      const octets = new TextEncoder().encode(text);
      const sealed = await crypto.subtle.encrypt(terms(nonce, purpose), await keyOf(), octets);
      return toBase64url(Uint8Array.of(...nonce, ...new Uint8Array(sealed)));
    },
    async open(text, purpose) {
      const all = Uint8Array.from(fromBase64url(text));
      const [nonce, sealed] = [all.subarray(0, NONCE), all.subarray(NONCE)];
      const octets = await crypto.subtle.decrypt(terms(nonce, purpose), await keyOf(), sealed);
      return new TextDecoder().decode(octets);
    },
  };
}

function importKey(raw: Uint8Array): Promise<CryptoKey> {
  const octets = raw as BufferSource;
  return crypto.subtle.importKey("raw", octets, "AES-GCM", false, ["encrypt", "decrypt"]);
}
