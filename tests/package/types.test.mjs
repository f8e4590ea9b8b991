// The package's types as a user's compiler sees them, in both ways of resolving modules: what
// should compile does, and each line that should not is an error.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { test } from "node:test";

import { installInto } from "./install.mjs";

const tsc = fileURLToPath(new URL("../../node_modules/.bin/tsc", import.meta.url));
const folder = installInto("types", { files: ["types/compiles.ts", "types/fails.ts"] });

function compile(file, module, moduleResolution) {
  const strict = ["--noEmit", "--strict", "--exactOptionalPropertyTypes", "--target", "es2022"];
  const lib = ["--lib", "es2022,dom", "--types", ""];
  const modules = ["--module", module, "--moduleResolution", moduleResolution];
  const { status, stdout } = spawnSync(tsc, [...strict, ...lib, ...modules, file], {
    cwd: folder,
    encoding: "utf8",
  });
  return { status, stdout };
}

for (const [module, resolution] of [["nodenext", "nodenext"], ["esnext", "bundler"]]) {
  test(`right use compiles, with ${resolution} resolution`, () => {
    const { status, stdout } = compile("compiles.ts", module, resolution);
    assert.equal(status, 0, stdout);
  });

  // Each wrong line stands under @ts-expect-error, which is itself an error if the line is right.
  test(`wrong use does not, with ${resolution} resolution`, () => {
    const { status, stdout } = compile("fails.ts", module, resolution);
    assert.equal(status, 0, stdout);
  });
}
