// Vercel's edge runtime, and Next's: as in workerd the module must be imported, which is said so there.

import module from "../edge_jwt.wasm?module";

import { provide } from "../instance.js";

provide(() => module);

export * from "../index.js";
