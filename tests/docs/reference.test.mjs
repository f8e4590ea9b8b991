// docs/reference is what is made of the package today, comments and all.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { makeReference } from "../../scripts/reference/make.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));

function pagesOf(folder) {
  const names = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".md")).sort();
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

test("the reference is that of the package; `npm run reference` makes it anew", async () => {
  const made = join(root, "target/reference");
  await makeReference(made);
  const [now, written] = [pagesOf(made), pagesOf(join(root, "docs/reference"))];
  assert.deepEqual(Object.keys(written), Object.keys(now));
  for (const name of Object.keys(now)) assert.ok(written[name] === now[name], `${name} is old`);
});
