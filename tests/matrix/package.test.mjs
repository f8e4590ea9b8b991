// The tarball itself: nothing that a linter of packages finds, every path there, no wasm file twice.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { isScript, manifestIn, project, runIn, tool } from "./cells.mjs";

const tarball = process.env.EDGE_JWT_TARBALL;
const folder = join(project("tarball", {}), "node_modules/edge-jwt");
const manifest = manifestIn(folder);

/** Every path that a value of the manifest leads to, by whatever conditions. */
function pathsOf(value) {
  return typeof value === "string" ? [value] : Object.values(value).flatMap(pathsOf);
}

const octetsOf = (name) => readFileSync(join(folder, name));
const digestOf = (name) => createHash("sha256").update(octetsOf(name)).digest("hex");

test("publint finds nothing", () => {
  runIn(folder, tool(".bin/publint"), ["run", "--strict", tarball]);
});

test("no resolution gives wrong types", () => {
  const others = Object.keys(manifest.exports).filter((entry) => !isScript(entry));
  const args = ["--profile", "esm-only", "--exclude-entrypoints", ...others];
  runIn(folder, tool(".bin/attw"), [tarball, ...args]);
});

test("every path of the manifest is there", () => {
  const paths = [manifest.exports, manifest.bin, manifest.types].flatMap(pathsOf);
  assert.deepEqual(paths.filter((path) => !existsSync(join(folder, path))), []);
});

test("no wasm file is there twice, and each can be imported", () => {
  const isWasm = (name) => name.endsWith(".wasm");
  const files = readdirSync(folder, { recursive: true }).filter(isWasm);
  assert.equal(new Set(files.map(digestOf)).size, files.length);
  const exported = pathsOf(manifest.exports).filter(isWasm);
  assert.deepEqual(exported.map((path) => join(path)).sort(), files.sort());
});

test("what is inlined is the wasm file of its build", () => {
  for (const build of ["lib", "full"]) {
    const [, base64] = /base64="(.*)"/.exec(octetsOf(`${build}/edge_jwt.inline.js`).toString());
    assert.ok(Buffer.from(base64, "base64").equals(octetsOf(`${build}/edge_jwt.wasm`)));
  }
});
