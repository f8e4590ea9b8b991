// The manner of every cell: a project with the packed tarball installed in it as a user would, the
// same program for each entry of the package, and what the program must say on every host.
//
// A cell is one test; one whose tool does not run fails. large/ has those whose tools take much room.
// There are none for Vercel and Deno Deploy, which cannot be had here: Next's own edge runtime and
// Deno stand in for them.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { at } from "../../scripts/steps.mjs";
import { installInto } from "../package/install.mjs";

const program = readFileSync(new URL("program.mjs", import.meta.url), "utf8");

/** Where a tool of the matrix stands. */
export const tool = (path) => at("tests/matrix/node_modules", path);

const LIFE = {
  issued: "welcome, ada",
  forged: "invalid_signature",
  revoked: "revoked_token",
  spared: "welcome, bob",
};
const ANSWER = { HS256: LIFE, ES256: LIFE };

/** Fails unless both builds said what they should. */
export function assertAnswer(answer) {
  assert.deepEqual(answer, { default: ANSWER, full: ANSWER });
}

const using = (entry) => program.replace('"edge-jwt"', JSON.stringify(entry));

const PROGRAMS = {
  "default.mjs": using("edge-jwt"),
  "full.mjs": using("edge-jwt/full"),
  "slim.mjs": using("edge-jwt/slim"),
  "full-slim.mjs": using("edge-jwt/full/slim"),
  // The entries that bring their module.
  "whole.mjs": `
    import { tryOut as tryDefault } from "./default.mjs";
    import { tryOut as tryFull } from "./full.mjs";
    export const run = async () => ({ default: await tryDefault(), full: await tryFull() });
  `,
  // Those that are given it. In a realm of their own, because a build has but one module.
  "given.mjs": `
    import { tryOut as tryDefault } from "./slim.mjs";
    import { tryOut as tryFull } from "./full-slim.mjs";
    export const run = async (module, fullModule) => ({
      default: await tryDefault(module),
      full: await tryFull(fullModule),
    });
  `,
};

/** The package as npm installs it, once for each file of tests. */
const name = `matrix-${basename(process.argv[1], ".test.mjs")}`;
const installed = installInto(name, { texts: PROGRAMS });

/** Makes a cell's project; answers its folder. */
export function project(cell, texts) {
  // Beside it and not within, where packages would be found one folder up.
  const folder = `${installed}-${cell}`;
  rmSync(folder, { recursive: true, force: true });
  cpSync(installed, folder, { recursive: true });
  for (const [name, text] of Object.entries(texts)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** A script that prints what `run` says; in a bundle of CommonJS it must do without `await`. */
export const PRINT = `
  import { run } from "./whole.mjs";
  run().then((answer) => console.log(JSON.stringify(answer)));
`;

/** The same for the slim entries, where packages are files. */
export const PRINT_GIVEN = `
  import { readFile } from "node:fs/promises";
  import { run } from "./given.mjs";
  const moduleOf = (name) => readFile(new URL(import.meta.resolve(name)));
  const modules = ["edge-jwt/edge_jwt.wasm", "edge-jwt/full/edge_jwt.wasm"].map(moduleOf);
  console.log(JSON.stringify(await run(...(await Promise.all(modules)))));
`;

/** The same with modules that were compiled in another realm, as in the sandboxes of frameworks. */
export const PRINT_FOREIGN = `
  import { readFileSync } from "node:fs";
  import { runInNewContext } from "node:vm";
  import { run } from "./given.mjs";
  const moduleOf = (name) => {
    const octets = readFileSync(new URL(import.meta.resolve(name)));
    return runInNewContext("new WebAssembly.Module(octets)", { octets });
  };
  const modules = ["edge-jwt/edge_jwt.wasm", "edge-jwt/full/edge_jwt.wasm"].map(moduleOf);
  console.log(JSON.stringify(await run(...modules)));
`;

/** A page's script that leaves in window.answer what `run` says. */
export const SHOW = `
  import { run } from "./whole.mjs";
  window.answer = await run();
`;

/** Runs a command in a folder to its good end; answers what it printed. */
export function runIn(cwd, command, args, env = {}) {
  const options = { cwd, encoding: "utf8", env: { ...process.env, ...env } };
  const { status, stdout, stderr, error } = spawnSync(command, args, options);
  assert.equal(error, undefined);
  assert.equal(status, 0, `${command} ${args.join(" ")}\n${stdout}${stderr}`);
  return stdout;
}

/** A runtime that reads packages from node_modules, with every entry of the package. */
export function runPackageIn(cell, command, args = [], env = {}) {
  const folder = project(cell, { "print.mjs": PRINT, "given-print.mjs": PRINT_GIVEN });
  for (const script of ["print.mjs", "given-print.mjs"]) {
    assertAnswer(JSON.parse(runIn(folder, command, [...args, script], env)));
  }
}

/** The manifest of a package in a folder. */
export function manifestIn(folder) {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}

/** Whether an entry of the package is a script, and no wasm file or manifest. */
export const isScript = (entry) => !/\.(wasm|json)$/.test(entry);
