// One process: `node --expose-gc process.mjs FILE`, given a job, tells what a library takes of memory.

import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";

import { linearMemory } from "../measuring.mjs";

const [file] = process.argv.slice(2);
const { alg, jwk, policy, tokens } = JSON.parse(await text(process.stdin));

const nothing = await taken();
const { default: library } = await import(`../libraries/${file}.js`);
const linear = file === "edge-jwt" ? await linearMemory() : undefined;
const octets = () => linear?.().byteLength ?? null;

await verifyAll(await library.verifier(alg, jwk, policy));
const one = { ...(await taken()), linear: octets() };

const cached = await library.cached?.(alg, jwk, policy, tokens.length);
if (cached !== undefined) await verifyAll(cached);
const all = { ...(await taken()), linear: octets() };

// What is kept must be kept until it has been measured.
if (cached !== undefined) await verifyAll(cached);

const isCached = cached !== undefined;
console.log(
  JSON.stringify({
    resident: one.resident - nothing.resident,
    heap: one.heap - nothing.heap,
    linear: one.linear,
    cachedHeap: isCached ? all.heap - one.heap : null,
    cachedLinear: isCached && linear !== undefined ? all.linear - one.linear : null,
  }),
);

async function verifyAll(verify) {
  for (const token of tokens) {
    if (!library.accepted(await verify(token))) throw new Error("a good token was refused");
  }
}

/** What is in use once garbage is gone; what was freed on other threads takes a while. */
async function taken() {
  for (let n = 0; n < 3; n += 1) {
    globalThis.gc();
    await setTimeout(50);
  }
  const { rss, heapUsed } = process.memoryUsage();
  return { resident: rss, heap: heapUsed };
}
