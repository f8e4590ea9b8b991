// The package as installed, in each runtime that reads it from node_modules, and in a worker as
// wrangler makes it.

import { join } from "node:path";
import { test } from "node:test";

import { at } from "../../scripts/steps.mjs";
import { deployNowhere, startBuilt } from "../../scripts/worker.mjs";
import { PRINT_FOREIGN, assertAnswer, project, runIn, runPackageIn, tool } from "./cells.mjs";

test(`the Node that runs the tests, ${process.version}`, () =>
  runPackageIn("node", process.execPath));

test("Node 22", () => runPackageIn("node-22", tool("node-22/bin/node")));

test("Node, with modules from another realm", () => {
  const folder = project("realm", { "print.mjs": PRINT_FOREIGN });
  assertAnswer(JSON.parse(runIn(folder, process.execPath, ["print.mjs"])));
});

test("Deno, which may read files and nothing else", () => {
  const args = ["run", "--no-remote", "--node-modules-dir=manual", "--allow-read=."];
  const env = { DENO_DIR: at("target/test/matrix-deno-cache"), DENO_NO_UPDATE_CHECK: "1" };
  runPackageIn("deno", tool("@deno/linux-x64-glibc/deno"), args, env);
});

const WORKERS = {
  "a worker as wrangler makes it": `
    import { run } from "./whole.mjs";
    export default { fetch: async () => Response.json(await run()) };
  `,
  "a worker as wrangler makes it, which imports the wasm files itself": `
    import module from "edge-jwt/edge_jwt.wasm";
    import fullModule from "edge-jwt/full/edge_jwt.wasm";
    import { run } from "./given.mjs";
    export default { fetch: async () => Response.json(await run(module, fullModule)) };
  `,
};

for (const [index, [title, worker]] of Object.entries(WORKERS).entries()) {
  test(title, async () => {
    const config = 'name = "matrix"\nmain = "worker.mjs"\ncompatibility_date = "2026-04-01"\n';
    const folder = project(`worker-${index}`, { "worker.mjs": worker, "wrangler.toml": config });
    deployNowhere(folder);
    const { address, stop } = await startBuilt(join(folder, "out"));
    try {
      assertAnswer(await (await fetch(address)).json());
    } finally {
      await stop();
    }
  });
}
