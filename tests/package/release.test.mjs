// How a release comes about: a tag that the project's files agree with, and workflows that may do no
// more than they must, by actions that nobody can exchange.

import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { parse } from "yaml";

import { faultsOf, readVersions } from "../../scripts/release.mjs";
import { at } from "../../scripts/steps.mjs";
import { installInto } from "./install.mjs";

const FOLDER = ".github/workflows";
const texts = readdirSync(at(FOLDER)).map((name) => [name, readFileSync(at(FOLDER, name), "utf8")]);
const workflows = Object.fromEntries(texts.map(([name, text]) => [name, parse(text)]));
const jobs = Object.values(workflows).flatMap((workflow) => Object.values(workflow.jobs));
const steps = jobs.flatMap((job) => job.steps);

const GOOD = {
  crate: "1.2.3",
  npm: "1.2.3",
  changelog: "# Changelog\n\n## 1.2.3 (2026-11-22)\n\n- All of it.\n",
  repository: "git+https://host.example/us/edge-jwt.git",
};

test("a release is one version everywhere", () => {
  assert.deepEqual(faultsOf("v1.2.3", GOOD, GOOD.repository), []);
  assert.deepEqual(faultsOf("v1.2.3", GOOD, undefined), []);
});

test("a release that its files do not agree with is refused", () => {
  const { changelog } = GOOD;
  const wrong = [
    [{ crate: "1.2.2" }, /Cargo\.toml/],
    [{ npm: "1.2.4" }, /package\.json says version/],
    [{ changelog: changelog.replace("2026-11-22", "unreleased") }, /CHANGELOG/],
    [{ changelog: changelog.replace("1.2.3", "1.2.30") }, /CHANGELOG/],
    [{ repository: undefined }, /repository/],
    [{ repository: "git+https://host.example/others/edge-jwt.git" }, /repository/],
  ];
  for (const [change, fault] of wrong) {
    const faults = faultsOf("v1.2.3", { ...GOOD, ...change }, GOOD.repository);
    assert.equal(faults.length, 1, faults.join());
    assert.match(faults[0], fault);
  }
  for (const tag of ["1.2.3", "v1.2.3-rc.1", "v1.2", ""]) {
    assert.notDeepEqual(faultsOf(tag, GOOD, GOOD.repository), [], tag);
  }
});

test("crate and package have one version now", () => {
  const { crate, npm } = readVersions();
  assert.equal(crate, npm);
});

test("a workflow takes each action by the commit of the version beside it", () => {
  const uses = texts.flatMap(([, text]) => text.match(/uses: .*/g));
  assert.equal(uses.length, steps.filter((step) => step.uses).length);
  for (const line of uses) assert.match(line, /^uses: [\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  assert.equal(new Set(uses.map((line) => line.split("@")[0])).size, new Set(uses).size, "one commit each");
});

test("a workflow may read the sources, and one job may name itself to npm", () => {
  for (const { permissions } of Object.values(workflows)) {
    assert.deepEqual({ contents: "read", ...permissions }, { contents: "read" });
  }
  const { build, publish } = workflows["publish.yml"].jobs;
  assert.deepEqual(build.permissions, { contents: "read" });
  assert.deepEqual(publish.permissions, { "id-token": "write" });
  const permitted = jobs.filter((job) => job !== build && job !== publish && job.permissions);
  assert.deepEqual(permitted, []);
});

test("what is published is the very file that was proved, and nothing of the project runs beside it", () => {
  const { build, publish } = workflows["publish.yml"].jobs;
  const runs = (job) => job.steps.flatMap(({ run }) => run ?? []);
  const order = [/release\.mjs "\$GITHUB_REF_NAME"/, /^\.ci\/run$/, /reproduce/, /sha256sum target\/npm/];
  const places = order.map((pattern) => runs(build).findIndex((run) => pattern.test(run)));
  assert.deepEqual(places, places.toSorted((a, b) => a - b));
  assert.ok(!places.includes(-1));
  assert.equal(publish.needs, "build");
  assert.ok(!publish.steps.some(({ uses }) => uses?.includes("checkout")));
  assert.match(runs(publish)[0], /sha256sum --check --strict/);
  assert.match(runs(publish)[1], /^npm publish \.\/edge-jwt-\*\.tgz --provenance --access public$/);
  assert.equal(runs(publish).length, 2);
});

test("the package tells nothing of the folder that it was built in, or of whoever built it", () => {
  const places = [at(), homedir(), process.env.CARGO_HOME].filter((place) => place?.length > 1);
  const folder = installInto("release");
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.parentPath.includes("edge-jwt"))
    .map((entry) => join(entry.parentPath, entry.name));
  assert.ok(paths.length > 100);
  for (const path of paths) {
    const octets = readFileSync(path);
    for (const place of places) assert.ok(!octets.includes(place), `${path} names ${place}`);
  }
});

test("no workflow holds a token, or keeps one for what it runs", () => {
  for (const [name, text] of texts) assert.doesNotMatch(text, /secrets\.|token:(?! write)|_TOKEN/i, name);
  const checkouts = steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"));
  for (const step of checkouts) assert.equal(step.with["persist-credentials"], false);
});

test("every script that a workflow or .ci/run calls is there", () => {
  const { scripts } = JSON.parse(readFileSync(at("package.json"), "utf8"));
  const called = [...steps.map(({ run }) => run ?? ""), readFileSync(at(".ci/run"), "utf8")].join("\n");
  const names = [...called.matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name);
  assert.deepEqual(names.filter((name) => !(name in scripts)), []);
  const files = [...called.matchAll(/(scripts\/[\w-]+\.mjs|\.ci\/run)/g)].map(([name]) => name);
  assert.deepEqual(files.filter((name) => !existsSync(at(name))), []);
});
