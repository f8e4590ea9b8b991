// Node, and who reads packages as it does: the module is read from the package's own file, at the
// first use.

import { readFileSync } from "node:fs";

import { provide } from "../instance.js";
import { provideNodeCheck } from "./node-check.js";

provide(() => readFileSync(new URL("../edge_jwt.wasm", import.meta.url)));
provideNodeCheck();

export * from "../index.js";
