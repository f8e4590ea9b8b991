// The packed tarball, installed into an empty folder and driven on every host by one suite.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";

import { startWorker } from "../../scripts/worker.mjs";
import { openPage, serveFolder } from "./browser.mjs";
import { installInto } from "./install.mjs";
import { makeByJose, readVectors } from "./vectors.mjs";

const vectors = { ...readVectors(), byJose: await makeByJose() };

/** The builds of the package: how each is imported, and where its browser entry stands. */
const BUILDS = {
  default: { name: "edge-jwt", folder: "lib" },
  full: { name: "edge-jwt/full", folder: "full" },
};

/** A project that exports `results()`: the suite, run with the package as imported there. */
function project(name, build, entry, pathOf = (build) => BUILDS[build].name) {
  const run = `
    import * as library from ${JSON.stringify(pathOf(build))};
    import * as other from ${JSON.stringify(pathOf(build === "full" ? "default" : "full"))};
    import { runHostile } from "./hostile.mjs";
    import { runSuite } from "./suite.mjs";
    const vectors = ${JSON.stringify({ ...vectors, build })};
    export const results = async () =>
      [...(await runSuite(library, vectors)), ...(await runHostile(library, other))];
  `;
  const files = ["check.mjs", "suite.mjs", "refresh.mjs", "hostile.mjs"];
  return installInto(`${name}-${build}`, { files, texts: { "run.mjs": run, ...entry } });
}

async function reportOn(t, results) {
  assert.ok(results.length > 0);
  for (const { name, error } of results) await t.test(name, () => assert.equal(error, undefined));
}

for (const [build, { folder: lib }] of Object.entries(BUILDS)) {
  test(`${build} build in Node`, async (t) => {
    const main = 'import { results } from "./run.mjs"; console.log(JSON.stringify(await results()));';
    const cwd = project("node", build, { "main.mjs": main });
    const { stdout, stderr } = spawnSync("node", ["main.mjs"], { cwd, encoding: "utf8" });
    assert.equal(stderr, "");
    await reportOn(t, JSON.parse(stdout));
  });

  test(`${build} build in workerd`, async (t) => {
    const worker = `
      import { results } from "./run.mjs";
      export default { fetch: async () => Response.json(await results()) };
    `;
    const folder = project("workerd", build, { "worker.mjs": worker });
    const { address, stop } = await startWorker({ entry: join(folder, "worker.mjs") });
    try {
      await reportOn(t, await (await fetch(address)).json());
    } finally {
      await stop();
    }
  });

  test(`${build} build in Chromium`, async (t) => {
    const inlinedOf = (build) => `/node_modules/edge-jwt/${BUILDS[build].folder}/hosts/browser.js`;
    const inlined = inlinedOf(build);
    const slim = `
      import { init, KeySet, SetupError } from "/node_modules/edge-jwt/${lib}/index.js";
      let before;
      try { new KeySet([]); } catch (error) { before = error instanceof SetupError && error.code; }
      await init(fetch("/node_modules/edge-jwt/missing.wasm")).catch(() => {});
      await init(fetch("/node_modules/edge-jwt/${lib}/edge_jwt.wasm"));
      new KeySet([]);
      window.answer = before;
    `;
    const blocked = `
      import { KeySet } from "${inlined}";
      try { new KeySet([]); } catch (error) { window.answer = error.code; }
    `;
    const page = 'import { results } from "./run.mjs"; window.answer = await results();';
    const entry = { "page.mjs": page, "slim.mjs": slim, "blocked.mjs": blocked };
    const server = await serveFolder(project("chromium", build, entry, inlinedOf));
    const answer = (script, csp) => openPage(server.page(script, csp));
    const wasmAllowed = "script-src 'self' 'wasm-unsafe-eval'";
    try {
      await reportOn(t, await answer("page.mjs", wasmAllowed));
      await t.test("the slim entry waits for its module, and can be tried again", async () =>
        assert.equal(await answer("slim.mjs", wasmAllowed), "not_initialized"));
      await t.test("a CSP without wasm-unsafe-eval gets a coded error", async () =>
        assert.equal(await answer("blocked.mjs", "script-src 'self'"), "wasm_blocked"));
    } finally {
      await server.stop();
    }
  });
}
