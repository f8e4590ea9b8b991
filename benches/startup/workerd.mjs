// A new isolate for each start, in a workerd that runs: made by a worker that loads workers. Timed from
// outside, from the request to the verdict; what a worker takes that does nothing is taken off.

import { at } from "../../scripts/steps.mjs";
import { bundle, startIsolates } from "../../scripts/worker.mjs";
import { writeEntries } from "./entries.mjs";

const ENTRY = `export default {
  async fetch(request) {
    await firstVerdict(library, await request.json());
    return new Response("ok");
  },
};`;

const NOTHING = { js: 'export default { fetch: () => new Response("ok") };', wasm: {} };

export async function openWorkerd(files) {
  const entries = writeEntries(at("target/bench/startup-workerd"), files, ENTRY);
  const isolate = { starter: { workerLoaders: { LOADER: {} } } };
  const miniflare = await startIsolates(at("benches/startup/starter.js"), isolate, { log: console.error });
  const address = await miniflare.ready;
  const ask = async (path, body) => {
    const response = await fetch(new URL(path, address), { method: "POST", body: JSON.stringify(body) });
    const text = await response.text();
    if (text !== "ok") throw new Error(`in workerd: ${text}`);
  };
  await ask("/keep?file=nothing", NOTHING);
  for (const [n, file] of files.entries()) await ask(`/keep?file=${file}`, await partsOf(entries[n]));
  let starts = 0;
  const timeOf = async (file, job) => {
    const started = performance.now();
    await ask(`/start?file=${file}&isolate=${(starts += 1)}`, job);
    return performance.now() - started;
  };
  return {
    async start(file, job) {
      const nothing = await timeOf("nothing", job);
      return (await timeOf(file, job)) - nothing;
    },
    stop: () => miniflare.dispose(),
  };
}

/** The script, and wasm files by path. */
async function partsOf(entry) {
  const [script, ...wasm] = await bundle(entry, [at("benches/node_modules")]);
  const files = wasm.map(({ path, contents }) => [`./${path}`, Buffer.from(contents).toString("base64")]);
  return { js: Buffer.from(script.contents).toString(), wasm: Object.fromEntries(files) };
}
