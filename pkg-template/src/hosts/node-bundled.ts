// What a bundler makes for Node: a bundle stands elsewhere than the package, and not every bundler
// takes the file along, so the module is inlined.

import "./node-check.js";

export * from "./browser.js";
