// A list as one value: its manifest in the first line, its octets after it. In one value, so that
// nobody reads the one without the other, and because metadata has little room: an RSA signature of
// 4096 bits would fill that of KV.

import { joined } from "../octets.js";
import type { ListFile } from "./types.js";

const LINE_FEED = 10;

/** @internal */
export function valueOf({ manifest, body }: ListFile): Uint8Array<ArrayBuffer> {
  return joined([new TextEncoder().encode(`${manifest}\n`), new Uint8Array(body)]);
}

/**
 * What is no list has a manifest that nobody signed: whoever takes it in finds that out.
 *
 * @internal
 */
export function fileIn(value: ArrayBuffer): ListFile {
  const octets = new Uint8Array(value);
  const end = octets.indexOf(LINE_FEED);
  const manifest = new TextDecoder().decode(octets.subarray(0, Math.max(end, 0)));
  return { manifest, body: octets.subarray(end + 1) };
}

/**
 * The number that a pointer holds; null where it holds none.
 *
 * @internal
 */
export function seqIn(text: string | null | undefined): number | null {
  return text && /^[1-9]\d{0,15}$/.test(text) ? Number(text) : null;
}
