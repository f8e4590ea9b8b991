// The types of every entry as TypeScript resolves them; and as a TypeScript of 2024 reads them, which
// has fewer words.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { at } from "../../scripts/steps.mjs";
import { isScript, manifestIn, project, runIn, tool } from "./cells.mjs";

const TYPESCRIPT_7 = at("node_modules/.bin/tsc");
const TYPESCRIPT_5_6 = tool(".bin/tsc");

const CELLS = [
  ["TypeScript 7, bundler resolution", TYPESCRIPT_7, "bundler", "esnext"],
  ["TypeScript 7, node16 resolution", TYPESCRIPT_7, "node16", "node16"],
  ["TypeScript 7, nodenext resolution", TYPESCRIPT_7, "nodenext", "nodenext"],
  ["TypeScript 5.6, bundler resolution", TYPESCRIPT_5_6, "bundler", "esnext"],
];

const TYPED = "type Typed<T> = 0 extends 1 & T ? never : keyof T extends never ? never : true;";

/** Imports every entry; one whose types were lost would be `any`, or have no names. */
function importsOf({ exports }) {
  const entries = Object.keys(exports).filter(isScript).map((entry) => join("edge-jwt", entry));
  const lines = entries.map((entry, index) => `
    import * as entry${index} from ${JSON.stringify(entry)};
    export const has${index}: Typed<typeof entry${index}> = true;
  `);
  return TYPED + lines.join("");
}

const folder = project("all", {});
const manifest = manifestIn(join(folder, "node_modules/edge-jwt"));
writeFileSync(join(folder, "imports.mts"), importsOf(manifest));

/** Nothing is passed over: the package's own declarations are checked too. */
function configOf(resolution, module) {
  const compilerOptions = {
    ...{ module, moduleResolution: resolution, noEmit: true, strict: true, skipLibCheck: false },
    ...{ target: "es2022", lib: ["es2022", "dom", "dom.iterable"], types: [] },
  };
  return JSON.stringify({ compilerOptions, files: ["imports.mts"] });
}

for (const [title, compiler, resolution, module] of CELLS) {
  test(`every entry has its types: ${title}`, () => {
    writeFileSync(join(folder, "tsconfig.json"), configOf(resolution, module));
    runIn(folder, compiler, ["--project", "."]);
  });
}
