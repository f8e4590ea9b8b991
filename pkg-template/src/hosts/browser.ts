// Browsers and bundlers: the module is inlined, so that no configuration is needed anywhere.

import { provide } from "../instance.js";
import { base64 } from "../edge_jwt.inline.js";

provide(() => Uint8Array.from(atob(base64), (octet) => octet.charCodeAt(0)));

export * from "../index.js";
