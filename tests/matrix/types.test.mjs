// The types of every entry as TypeScript resolves them, by the compiler of this year and that of last.

import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { manifestIn, project, runIn, tool } from "./cells.mjs";

const COMPILERS = {
  "TypeScript 7": fileURLToPath(new URL("../../node_modules/.bin/tsc", import.meta.url)),
  "TypeScript 5": tool(".bin/tsc"),
};

const RESOLUTIONS = { bundler: "esnext", node16: "node16", nodenext: "nodenext" };

/** What TypeScript has nothing to say of: the wasm files. */
const isScript = (entry) => !entry.endsWith(".wasm");

/** Imports every entry; one whose types were lost would be `any`, or have no names. */
function importsOf({ exports }) {
  const entries = Object.keys(exports).filter(isScript).map((entry) => join("edge-jwt", entry));
  const lines = entries.map((entry, index) => {
    const attributes = entry.endsWith(".json") ? ' with { type: "json" }' : "";
    return `
      import * as entry${index} from ${JSON.stringify(entry)}${attributes};
      export const has${index}: Typed<typeof entry${index}> = true;
    `;
  });
  return `type Typed<T> = 0 extends 1 & T ? never : keyof T extends never ? never : true;${lines.join("")}`;
}

const folder = project("all", {});
const texts = { "imports.mts": importsOf(manifestIn(join(folder, "node_modules/edge-jwt"))) };
project("all", texts);

const STRICT = ["--noEmit", "--strict", "--skipLibCheck", "false", "--resolveJsonModule", "--types", ""];

for (const [name, compiler] of Object.entries(COMPILERS)) {
  for (const [resolution, module] of Object.entries(RESOLUTIONS)) {
    test(`every entry has its types: ${name}, ${resolution} resolution`, () => {
      const modules = ["--module", module, "--moduleResolution", resolution];
      const target = ["--target", "es2022", "--lib", "es2022,dom,dom.iterable"];
      runIn(folder, compiler, [...STRICT, ...modules, ...target, "imports.mts"]);
    });
  }
}
