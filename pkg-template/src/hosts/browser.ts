// Browsers and bundlers: the module is inlined, so that no configuration is needed anywhere.

import { provideInlined } from "./inlined.js";

provideInlined();

export * from "../index.js";
