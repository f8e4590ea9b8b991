// The guides of docs/, each followed literally from an empty folder to a running thing.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

import { chat } from "./chat-widget.mjs";
import { follow } from "./guide.mjs";
import { blocksOf, unmarkedIn } from "./page.mjs";

const docs = new URL("../../docs/", import.meta.url);
const pages = readdirSync(docs).filter((name) => name.endsWith(".md") && name !== "README.md");
const textOf = (name) => readFileSync(new URL(name, docs), "utf8");

/** What a guide has a person do in a browser, after all that stands in it. */
const IN_A_BROWSER = { "chat-widget.md": chat };

/** Pages that are followed: not those that only have a file for another test. */
const isGuide = (name) => blocksOf(textOf(name)).some(({ mark }) => mark === "runs");

for (const name of pages.filter(isGuide)) {
  test(`docs/${name}, followed literally, does what it says`, async (t) => {
    const guide = await follow(t, name);
    await IN_A_BROWSER[name]?.(t, guide);
  });
}

test("nothing but commands and data stands in a guide without being run", () => {
  for (const name of pages) {
    for (const language of unmarkedIn(textOf(name))) assert.match(language, /^(sh|json|text)$/, name);
  }
});

test("the table of contents has every page of docs/, and no other", () => {
  const listed = [...textOf("README.md").matchAll(/\]\(([\w-]+\.md)\)/g)].map(([, name]) => name);
  assert.deepEqual(listed.sort(), pages.sort());
});
