// A new process of Node for each start, which tells its own time.

import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { at } from "../../scripts/steps.mjs";

const run = promisify(execFile);

export function openNode() {
  return {
    async start(file, job) {
      const args = [at("benches/startup/process.mjs"), file, JSON.stringify(job)];
      const { stdout } = await run(process.execPath, args);
      return Number(stdout);
    },
    async stop() {},
  };
}
