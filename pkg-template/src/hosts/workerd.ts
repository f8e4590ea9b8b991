// Cloudflare Workers: the module must be imported; compiling from bytes is forbidden there.

import module from "../edge_jwt.wasm";

import { provide } from "../instance.js";

provide(() => module);

export * from "../index.js";
