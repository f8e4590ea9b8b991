// Every relative link of the pages that the package has leads to something that it has too.

import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";

import { anchorsOf, withoutBlocks } from "../../scripts/reference/anchors.mjs";
import { installInto } from "../package/install.mjs";

const folder = join(installInto("links"), "node_modules/edge-jwt");
const pages = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".md"));
const textOf = (path) => readFileSync(path, "utf8");

test("the README, docs/ and what they are about are in the package", () => {
  for (const name of ["README.md", "SECURITY.md", "CHANGELOG.md", "docs/README.md"]) {
    assert.ok(pages.includes(name), name);
  }
});

test("every relative link leads to a page and a heading that is there", () => {
  let seen = 0;
  for (const page of pages) {
    const path = join(folder, page);
    const links = withoutBlocks(textOf(path)).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g);
    for (const [, to, anchor] of links) {
      const target = to === "" ? path : join(dirname(path), to);
      assert.ok(existsSync(target), `${page} links to ${to}`);
      const isThere = anchor === undefined || anchorsOf(textOf(target)).has(anchor);
      assert.ok(isThere, `${page} links to ${to}#${anchor}`);
      seen += 1;
    }
  }
  assert.ok(seen > 100, "there are links");
});
