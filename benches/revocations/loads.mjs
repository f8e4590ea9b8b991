// What loading a list takes, beside the same UUIDs as JSON in a Set, in time and in memory.

import { heapUsed, settle, timeOf, timed } from "../measuring.mjs";
import { openList } from "./lists.mjs";

/** Milliseconds of each way to take the list in, and what is taken of memory. */
export async function timeLoads(library, memory, { manifest, body, json, sample }, passes) {
  const times = { load: [], withoutHost: [], digest: [], parse: [] };
  const ids = json();
  const found = { linear: [memory().byteLength] };
  for (let pass = 0; pass < passes; pass += 1) {
    await settle();
    times.load.push(await timeLoad(library, manifest, body));
    if (pass === 0) found.linear.push(memory().byteLength);
    times.withoutHost.push(await withoutCrypto(() => timeLoad(library, manifest, body)));
    times.digest.push(await timeOf(() => crypto.subtle.digest("SHA-256", body)));
    const heap = pass === 0 ? heapUsed() : 0;
    let set;
    times.parse.push(timed(() => (set = new Set(JSON.parse(ids)))));
    if (!set.has(sample[0])) throw new Error("the set lacks an id");
    if (pass === 0) found.heap = heapUsed() - heap;
    set = undefined;
  }
  found.linear.push(memory().byteLength);
  return { times, jsonOctets: ids.length, ...found };
}

async function timeLoad(library, manifest, body) {
  const list = openList(library);
  const time = await timeOf(async () => {
    if (!(await list.load(manifest, body)).ok) throw new Error("the list was refused");
  });
  list.free();
  return time;
}

/** As on a page on plain http, which has no crypto.subtle: the digest is computed in wasm. */
async function withoutCrypto(run) {
  const own = Object.getOwnPropertyDescriptor(globalThis, "crypto");
  Object.defineProperty(globalThis, "crypto", { value: undefined, configurable: true });
  try {
    return await run();
  } finally {
    Object.defineProperty(globalThis, "crypto", own);
  }
}
