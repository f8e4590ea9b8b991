// Node: the module is read from the package's own file, at the first use.

import { readFileSync } from "node:fs";

import { provide } from "../instance.js";

provide(() => readFileSync(new URL("../edge_jwt.wasm", import.meta.url)));

export * from "../index.js";
