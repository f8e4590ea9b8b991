// The module inlined in a script, for who cannot be given a file.

import { base64 } from "../edge_jwt.inline.js";
import { provide } from "../instance.js";

/** Says that the module is to be had here; it is decoded at the first use. */
export function provideInlined(): void {
  provide(() => Uint8Array.from(atob(base64), (octet) => octet.charCodeAt(0)));
}
