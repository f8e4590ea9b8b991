// Whose code the package holds: each crate that is linked is named with its licence and its notice,
// and npm is asked for nothing besides.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { Stop, at } from "../../scripts/steps.mjs";
import { licensesOf } from "../../scripts/third-party.mjs";
import { installInto } from "./install.mjs";

const folder = join(installInto("third-party"), "node_modules/edge-jwt");
const [list, ...notices] = readFileSync(join(folder, "THIRD-PARTY-LICENSES.txt"), "utf8").split(/^-{80}$/m);
const titles = [...list.matchAll(/^- (.*): /gm)].map(([, title]) => title);

/** Every crate that edge-jwt cannot be linked without, whatever the features of others: by cargo's graph. */
function cratesNeeded() {
  const args = ["--format-version", "1", "--locked", "--features", "full"];
  const platform = ["--filter-platform", "wasm32-unknown-unknown"];
  const { stdout } = spawnSync("cargo", ["metadata", ...args, ...platform], { cwd: at(), maxBuffer: 1 << 28 });
  const { packages, resolve } = JSON.parse(stdout);
  const crateOf = new Map(packages.map((crate) => [crate.id, crate]));
  const depsOf = new Map(resolve.nodes.map(({ id, deps }) => [id, deps.map(({ pkg }) => pkg)]));
  const isMacro = (id) => crateOf.get(id).targets.some(({ kind }) => kind.includes("proc-macro"));
  const needs = (id, other) =>
    crateOf.get(id).dependencies.some(
      ({ name, kind, optional, target }) =>
        name === crateOf.get(other).name &&
        kind === null &&
        (id === resolve.root || (!optional && target === null)),
    );
  const needed = new Set([resolve.root]);
  for (const id of needed) {
    for (const other of depsOf.get(id)) if (needs(id, other) && !isMacro(other)) needed.add(other);
  }
  needed.delete(resolve.root);
  return [...needed].map((id) => crateOf.get(id));
}

test("every crate that is needed is named", () => {
  const crates = cratesNeeded();
  assert.ok(crates.length > 45, `only ${crates.length} crates`);
  const missing = crates.filter(({ name, version }) => !titles.includes(`${name} ${version}`));
  assert.deepEqual(missing.map(({ name }) => name), []);
});

test("whatever is named has its notice", () => {
  for (const title of titles) {
    const own = notices.filter((notice) => notice.trim().split("\n")[0].split(", ").includes(title));
    assert.ok(own.length > 0, `${title} has no notice`);
    for (const notice of own) assert.match(notice, /permission|redistribution/i, title);
  }
});

test("what is linked is there once, but for what jsonwebtoken is behind with", () => {
  const names = titles.filter((title) => !/Rust's/.test(title)).map((title) => title.split(" ")[0]);
  const twice = names.filter((name, place) => names.indexOf(name) !== place);
  assert.deepEqual(twice.sort(), ["getrandom", "signature"]);
});

test("Rust's own library is named too", () => {
  for (const name of ["Rust's standard library", "dlmalloc", "hashbrown"]) {
    assert.ok(titles.some((title) => title.startsWith(name)), name);
  }
});

test("a licence is taken only where it may be", () => {
  assert.deepEqual(licensesOf("Apache-2.0 OR MIT", "a"), ["MIT"]);
  assert.deepEqual(licensesOf("MIT/Apache-2.0", "a"), ["MIT"]);
  assert.deepEqual(licensesOf("(MIT OR Apache-2.0) AND Unicode-3.0", "a"), ["MIT", "Unicode-3.0"]);
  for (const expression of ["GPL-3.0-only", "MIT AND GPL-3.0-only", "LGPL-2.1 OR MPL-2.0", "", null]) {
    assert.throws(() => licensesOf(expression, "a"), Stop, expression);
  }
});

test("installing the package brings and runs nothing else", () => {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const others = /dependencies|scripts|bundle/i;
  assert.deepEqual(Object.keys(manifest).filter((name) => others.test(name)), []);
});
