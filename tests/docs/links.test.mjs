// Every relative link of the pages that the package has leads to something that it has too.

import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";

import { installInto } from "../package/install.mjs";

const folder = join(installInto("links"), "node_modules/edge-jwt");
const pages = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".md"));

/** A page without its blocks, in which a bracket is no link. */
const textOf = (path) => readFileSync(path, "utf8").replace(/^```[^]*?^```$/gm, "");

/** The names by which a page's headings and anchors are linked to; the second of one name has a number. */
function anchorsOf(path) {
  const text = textOf(path);
  const anchors = new Set([...text.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id));
  const times = new Map();
  for (const [, heading] of text.matchAll(/^#+ (.+)$/gm)) {
    const name = heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-");
    const before = times.get(name) ?? 0;
    times.set(name, before + 1);
    anchors.add(before === 0 ? name : `${name}-${before}`);
  }
  return anchors;
}

test("the README, docs/ and what they are about are in the package", () => {
  for (const name of ["README.md", "SECURITY.md", "CHANGELOG.md", "docs/README.md"]) {
    assert.ok(pages.includes(name), name);
  }
});

test("every relative link leads to a page and a heading that is there", () => {
  let seen = 0;
  for (const page of pages) {
    const path = join(folder, page);
    for (const [, to, anchor] of textOf(path).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)) {
      const target = to === "" ? path : join(dirname(path), to);
      assert.ok(existsSync(target), `${page} links to ${to}`);
      if (anchor !== undefined && statSync(target).isFile()) {
        assert.ok(anchorsOf(target).has(anchor), `${page} links to ${to}#${anchor}`);
      }
      seen += 1;
    }
  }
  assert.ok(seen > 100, "there are links");
});
