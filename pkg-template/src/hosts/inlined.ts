// The module inlined in a script, for who cannot be given a file.

import { base64 } from "../edge_jwt.inline.js";
import { provide } from "../instance.js";

/** Says that the module is to be had here; it is decoded at the first use. */
export function provideInlined(): void {
  provide(decode);
}

function decode(): Uint8Array<ArrayBuffer> {
  const letters = atob(base64);
  const octets = new Uint8Array(letters.length);
  // Letter by letter: `Uint8Array.from` takes ten times as long.
  for (let at = 0; at < letters.length; at += 1) octets[at] = letters.charCodeAt(at);
  return octets;
}
