// workerd, as Cloudflare runs it. Its clock stands still while a request is served, so a pass is one
// request over what an earlier one made ready, timed from outside; what a request takes that does
// nothing is taken off.

import { createRequire } from "node:module";

import { at } from "../../scripts/steps.mjs";
import { startWorker } from "../../scripts/worker.mjs";
import { median } from "../report/figures.mjs";

export async function openWorkerd() {
  const { address, stop } = await startWorker({ entry: at("benches/hosts/worker.js") });
  const ask = async (...call) => {
    const response = await fetch(address, { method: "POST", body: JSON.stringify(call) });
    const { answer, error } = await response.json();
    if (error !== undefined) throw new Error(`in workerd: ${error}`);
    return answer;
  };
  const timeOf = async (...call) => {
    const started = performance.now();
    const answer = await ask(...call);
    return { answer, taken: performance.now() - started };
  };
  const idle = [];
  for (let n = 0; n < 100; n += 1) idle.push((await timeOf("nothing")).taken);
  const idleTime = median(idle.slice(50));
  return {
    version: createRequire(import.meta.url)("workerd").version,
    open: (work, alg) => ask("open", work, alg),
    async time(name) {
      await ask("ready", name);
      const { answer: calls, taken } = await timeOf("pass", name);
      return (1000 * (taken - idleTime)) / calls;
    },
    stop,
  };
}
