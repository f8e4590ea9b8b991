// `wasm-pack test` in Node and in headless Chrome, for whoever works that way; CI runs it so that
// it keeps working. wasm-pack is built into target/; what it wants in PATH besides is the xtask.

import { chmodSync, mkdirSync, writeFileSync } from "node:fs";

import { TOOLS, setUpChromium, setUpRust, setUpTool } from "./setup.mjs";
import { at, main, run, step } from "./steps.mjs";

const VERSION = "0.15.1";

await main(async () => {
  await setUpRust();
  const { driver } = await setUpChromium();
  await setUpTool("wasm-pack", VERSION, "about 5 minutes");
  putXtaskInTools();

  const env = { PATH: `${at(TOOLS, "bin")}:${process.env.PATH}` };
  const test = (args) => run("wasm-pack", ["test", "--mode", "no-install", ...args], { env });
  await step("wasm-pack test --node", "about 20 s", () => test(["--node"]));
  await step("wasm-pack test --headless --chrome", "about 20 s", () =>
    test(["--headless", "--chrome", "--chromedriver", driver]),
  );
});

/** The commands that wasm-pack calls, as names for tasks of the xtask. */
function putXtaskInTools() {
  run("cargo", ["build", "--quiet", "--package", "xtask"]);
  const tasks = { "wasm-bindgen": "wasm-bindgen", "wasm-bindgen-test-runner": "run-tests" };
  mkdirSync(at(TOOLS, "bin"), { recursive: true });
  for (const [name, task] of Object.entries(tasks)) {
    const path = at(TOOLS, "bin", name);
    writeFileSync(path, `#!/bin/sh\nexec '${at("target/debug/xtask")}' ${task} "$@"\n`);
    chmodSync(path, 0o755);
  }
}
