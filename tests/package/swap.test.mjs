// Lists exchanged under load, in Node and in workerd.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

import { startWorker } from "../../scripts/worker.mjs";
import { installInto } from "./install.mjs";
import { runSwaps } from "./swap.mjs";

const WORKER = `
  import * as library from "edge-jwt";
  import { runSwaps } from "./swap.mjs";
  const answer = async () => {
    try {
      return { counts: await runSwaps(library) };
    } catch (error) {
      return { error: String(error) };
    }
  };
  export default { fetch: async () => Response.json(await answer()) };
`;

const folder = installInto("swap", {
  files: ["check.mjs", "swap.mjs"],
  texts: { "worker.mjs": WORKER },
});

test("in Node every decision is by the list before or by the one after", async (t) => {
  const entry = join(folder, "node_modules/edge-jwt/lib/hosts/node.js");
  t.diagnostic(JSON.stringify(await runSwaps(await import(pathToFileURL(entry).href))));
});

test("in workerd every decision is by the list before or by the one after", async (t) => {
  const { address, stop } = await startWorker({ entry: join(folder, "worker.mjs") });
  try {
    const { error, counts } = await (await fetch(address)).json();
    assert.equal(error, undefined);
    t.diagnostic(JSON.stringify(counts));
  } finally {
    await stop();
  }
});
