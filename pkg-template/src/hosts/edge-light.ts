// Vercel's edge runtime, and Next's: as in workerd the module must be imported; it is asked for so.

import module from "../edge_jwt.wasm?module";

import { provide } from "../instance.js";

provide(() => module);

export * from "../index.js";
