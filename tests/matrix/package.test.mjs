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
const pathsOf = (value) => (typeof value === "string" ? [value] : Object.values(value).flatMap(pathsOf));

test("publint finds nothing", () => {
  runIn(folder, tool(".bin/publint"), ["run", "--strict", tarball]);
});

test("no resolution gives wrong types", () => {
  const others = Object.keys(manifest.exports).filter((entry) => !isScript(entry));
  runIn(folder, tool(".bin/attw"), [tarball, "--profile", "esm-only", "--exclude-entrypoints", ...others]);
});

test("every path of the manifest is there", () => {
  const paths = [manifest.exports, manifest.bin, manifest.types].flatMap(pathsOf);
  assert.deepEqual(paths.filter((path) => !existsSync(join(folder, path))), []);
});

test("no wasm file is there twice, and each can be imported", () => {
  const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".wasm"));
  const digestOf = (name) => createHash("sha256").update(readFileSync(join(folder, name))).digest("hex");
  assert.equal(new Set(files.map(digestOf)).size, files.length);
  const exported = pathsOf(manifest.exports).filter((path) => path.endsWith(".wasm"));
  assert.deepEqual(exported.map((path) => join(path)).sort(), files.sort());
});

test("what is inlined is the wasm file of its build", () => {
  for (const build of ["lib", "full"]) {
    const [, base64] = /base64="(.*)"/.exec(readFileSync(join(folder, build, "edge_jwt.inline.js"), "utf8"));
    assert.ok(Buffer.from(base64, "base64").equals(readFileSync(join(folder, build, "edge_jwt.wasm"))));
  }
});
