// The cells for which there is no room in every `npm test`, 630 MB of packages: Node 24, Bun, and
// Next with a route for each of its runtimes. Run by `npm run matrix:large`.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";

import { at, root } from "../../../scripts/steps.mjs";
import { assertAnswer, project, runIn, runPackageIn } from "../cells.mjs";

const installed = (path) => at("tests/matrix/large/node_modules", path);

test("Node 24", () => runPackageIn("node-24", installed("node-24/bin/node")));

test("Bun", () => {
  const bun = installed("@oven/bun-linux-x64-baseline/bin/bun");
  runPackageIn("bun", bun, ["--no-install"], { DO_NOT_TRACK: "1" });
});

const NEXT = installed("next/dist/bin/next");

const QUIET = { NEXT_TELEMETRY_DISABLED: "1", NEXT_IGNORE_INCORRECT_LOCKFILE: "1", CI: "1" };

const routeFor = (runtime) => `
  import { run } from "../../whole.mjs";
  export const runtime = "${runtime}";
  export const dynamic = "force-dynamic";
  export const GET = async () => Response.json(await run());
`;

/** Next's packages are beside the tests; they must lie within what it takes for the whole project. */
const CONFIG = `
  const root = ${JSON.stringify(root)};
  export default { turbopack: { root }, outputFileTracingRoot: root };
`;

/** `next start`, once it listens. */
async function startNext(folder) {
  const args = [NEXT, "start", "--hostname", "127.0.0.1", "--port", "0"];
  const options = { cwd: folder, env: { ...process.env, ...QUIET }, detached: true };
  const child = spawn(process.execPath, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (piece) => (said += piece));
  const stop = async () => {
    const gone = once(child, "exit");
    process.kill(-child.pid, "SIGTERM");
    await gone;
  };
  for (let waited = 0; waited < 600; waited += 1) {
    const [, address] = /Local: +(http:\S+)/.exec(said) ?? [];
    if (address !== undefined && said.includes("Ready")) return { address, stop };
    if (child.exitCode !== null) break;
    await pause(100);
  }
  throw new Error(`next start does not listen:\n${said}`);
}

test("Next, in routes of its edge runtime and of Node's", async () => {
  const folder = project("next", {
    "next.config.mjs": CONFIG,
    "app/layout.js": "export default ({ children }) => <html><body>{children}</body></html>;",
    "app/edge/route.js": routeFor("edge"),
    "app/node/route.js": routeFor("nodejs"),
  });
  for (const name of ["next", "react", "react-dom"]) {
    symlinkSync(installed(name), join(folder, "node_modules", name));
  }
  runIn(folder, process.execPath, [NEXT, "build"], QUIET);
  // Vercel compiles no octets: what stands here is what it is given to import.
  const made = readFileSync(join(folder, ".next/server/middleware-manifest.json"), "utf8");
  assert.equal(JSON.parse(made).functions["/edge/route"].wasm.length, 2);
  const { address, stop } = await startNext(folder);
  try {
    for (const route of ["edge", "node"]) {
      assertAnswer(await (await fetch(new URL(route, address))).json());
    }
  } finally {
    await stop();
  }
});
