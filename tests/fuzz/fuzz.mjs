// Mutated tokens and lists against the packed package. What must hold of each stands in tokens.mjs and
// lists.mjs. Of the whole: the instance is never replaced, an honest control is accepted throughout,
// and linear memory stays as it was after the warm-up.

import { readFileSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { listTrial } from "./lists.mjs";
import { seeded } from "./random.mjs";
import { tokenTrial } from "./tokens.mjs";

/** What is tried: tokens of an algorithm, or lists, in a build, with their share of the cases. */
export const FAMILIES = {
  HS256: { alg: "HS256", build: "lib", share: 1 },
  HS384: { alg: "HS384", build: "lib", share: 0.1 },
  HS512: { alg: "HS512", build: "lib", share: 0.1 },
  "full/HS256": { alg: "HS256", build: "full", share: 0.1 },
  "full/RS256": { alg: "RS256", build: "full", share: 0.1 },
  "full/PS256": { alg: "PS256", build: "full", share: 0.1 },
  "full/ES256": { alg: "ES256", build: "full", share: 0.1 },
  "full/EdDSA": { alg: "EdDSA", build: "full", share: 0.1 },
  // A millisecond for each that comes as far as its signature.
  "full/ES384": { alg: "ES384", build: "full", share: 0.01 },
  // Checked by the host.
  RS256: { alg: "RS256", build: "lib", share: 0.01 },
  PS256: { alg: "PS256", build: "lib", share: 0.01 },
  ES256: { alg: "ES256", build: "lib", share: 0.01 },
  ES384: { alg: "ES384", build: "lib", share: 0.01 },
  ES512: { alg: "ES512", build: "lib", share: 0.01 },
  EdDSA: { alg: "EdDSA", build: "lib", share: 0.01 },
  lists: { build: "lib", share: 0.05 },
};

const VECTORS = new URL("../vectors.json", import.meta.url);

/** Every code there is: each has its vector. */
const CODES = new Set(JSON.parse(readFileSync(VECTORS, "utf8")).cases.flatMap(({ code }) => code ?? []));

/** How often the control token is asked for and the memory measured. */
const INTERVAL = 1000;

/** After how many cases, and tokens as large as may be, linear memory must have its size. */
const WARM_UP = 5_000;

/** By how much the process may grow, in octets, before it is looked at what of that is alive. */
const GROWTH_TO_LOOK_AT = 256 << 20;

/** How much JavaScript may be alive, in octets: some ten million are, in any run. */
const MAX_LIVE = 64 << 20;

/** What was found, and how to find it again. Nothing of the token and no secret is in it. */
export class Failure extends Error {
  constructor(problem, family, seed, n, names) {
    const again = `npm run fuzz -- 1 ${seed} ${family} ${n}`;
    super(`${family}, seed ${seed}, case ${n} (${names.join(", ")}): ${problem}; again: ${again}`);
  }
}

/** Tries `count` cases of a family from `first` on; answers its figures, or throws a `Failure`. */
export async function fuzz({ builds, family, seed, count, first = 0 }) {
  const { alg, build } = FAMILIES[family];
  const { library, memory, generation } = builds[build];
  const trial = await (alg ? tokenTrial : listTrial)(library, { alg, build, codes: CODES });
  const random = seeded(seed);
  const row = { family, cases: count, honest: 0, signedAnew: 0, codes: {} };
  const [started, instance] = [Date.now(), generation()];
  let warm;
  await trial.warmUp();
  for (let n = first; n < first + count; n += 1) {
    random.start(n);
    const { names, ...made } = trial.make(random);
    let problem = await trial.judge(made, row);
    if (generation() !== instance) problem = "the instance was replaced";
    if (n % INTERVAL === 0) {
      problem ??= await trial.control();
      // What V8 collects is given back when the event loop turns, which awaiting alone does not do.
      await setImmediate();
      if (n - first >= WARM_UP) warm ??= sizes(memory);
      problem ??= warm && growth(warm, memory);
    }
    if (problem) throw new Failure(problem, family, seed, n, names);
  }
  return { ...row, ...sizes(memory), seconds: (Date.now() - started) / 1000 };
}

function sizes(memory) {
  return { linear: memory().byteLength, rss: process.memoryUsage().rss };
}

function growth(warm, memory) {
  const { linear, rss } = sizes(memory);
  if (linear !== warm.linear) return `linear memory went from ${warm.linear} to ${linear} octets`;
  // Most of what a process grows by is garbage that V8 has not collected, or not given back.
  if (rss - warm.rss <= GROWTH_TO_LOOK_AT) return undefined;
  const live = liveOctets();
  return live > MAX_LIVE ? `${live} octets of JavaScript are alive` : undefined;
}

function liveOctets() {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
