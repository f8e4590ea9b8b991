// What a bundler makes for Node: a bundle stands elsewhere than the package, and not every bundler
// takes the file along, so the module is inlined.

import { provideInlined } from "./inlined.js";
import { provideNodeCheck } from "./node-check.js";

provideInlined();
provideNodeCheck();

export * from "../index.js";
