// Lists beyond a limit, and lists behind other octets, in Node, workerd and Chromium.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";

import { startWorker } from "../../scripts/worker.mjs";
import { openPage, serveFolder } from "./browser.mjs";
import { installInto } from "./install.mjs";

const FILES = ["check.mjs", "list-limits.mjs", "refresh.mjs", "suite.mjs"];
const LIB = "/node_modules/edge-jwt/lib";

/** A project that exports `results()`: the checks, over the package as imported there. */
function project(name, library, entry) {
  const run = `
    import * as library from ${JSON.stringify(library)};
    import { memoryBuffer } from ".${LIB}/core.js";
    import { LIST_CHECKS } from "./list-limits.mjs";
    import { runChecks } from "./suite.mjs";
    export const results = () =>
      runChecks(LIST_CHECKS, library, () => memoryBuffer().byteLength);
  `;
  return installInto(`list-limits-${name}`, { files: FILES, texts: { "run.mjs": run, ...entry } });
}

async function reportOn(t, results) {
  assert.ok(results.length > 0);
  for (const { name, error } of results) await t.test(name, () => assert.equal(error, undefined));
}

test("lists in Node", async (t) => {
  const main = 'import { results } from "./run.mjs"; console.log(JSON.stringify(await results()));';
  const cwd = project("node", "edge-jwt", { "main.mjs": main });
  const { stdout, stderr } = spawnSync("node", ["main.mjs"], { cwd, encoding: "utf8" });
  assert.equal(stderr, "");
  await reportOn(t, JSON.parse(stdout));
});

test("lists in workerd", async (t) => {
  const worker = `
    import { results } from "./run.mjs";
    export default { fetch: async () => Response.json(await results()) };
  `;
  const folder = project("workerd", "edge-jwt", { "worker.mjs": worker });
  const { address, stop } = await startWorker({ entry: join(folder, "worker.mjs") });
  try {
    await reportOn(t, await (await fetch(address)).json());
  } finally {
    await stop();
  }
});

test("lists in Chromium", async (t) => {
  const page = 'import { results } from "./run.mjs"; window.answer = await results();';
  const server = await serveFolder(project("chromium", `${LIB}/hosts/browser.js`, { "page.mjs": page }));
  try {
    const csp = "script-src 'self' 'wasm-unsafe-eval'";
    await reportOn(t, await openPage(server.page("page.mjs", csp)));
  } finally {
    await server.stop();
  }
});
