// Mutated tokens against the packed package. Of every token must hold: no exception, an answer with
// a known code, and acceptance only of the very text of an honest token. Of the whole: the control
// token is accepted throughout, and linear memory stays as it was after the warm-up.

import { readFileSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { mutate, mutateContent } from "./mutations.mjs";
import { seeded } from "./random.mjs";
import { signed } from "./sign.mjs";
import { NOW, mayPass, worldOf } from "./world.mjs";

/** What is tried: an algorithm in a build, with its share of the tokens. */
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
  const { library, memory } = builds[build];
  const world = worldOf(library, alg, build === "full" || alg.startsWith("HS"));
  const random = seeded(seed);
  const row = { family, tokens: count, honest: 0, signedAnew: 0, codes: {} };
  const started = Date.now();
  let warm;
  for (const token of world.largest) await world.decide(token);
  for (let n = first; n < first + count; n += 1) {
    random.start(n);
    const { names, ...made } = make(random, world);
    let problem = await judge(library, world, made, row);
    if (n % INTERVAL === 0) {
      problem ??= await refusesControl(world);
      // What V8 collects is given back when the event loop turns, which awaiting alone does not do.
      await setImmediate();
      if (n - first >= WARM_UP) warm ??= sizes(memory);
      problem ??= warm && growth(warm, memory);
    }
    if (problem) throw new Failure(problem, family, seed, n, names);
  }
  return { ...row, ...sizes(memory), seconds: (Date.now() - started) / 1000 };
}

function make(random, { alg, key, bases }) {
  // Only who holds the key reaches what lies behind the signature.
  if (key === undefined || random.below(8) > 0) return mutate(random, bases);
  const { header, payload, names } = mutateContent(random, bases);
  return { text: signed(alg, key, header, payload), names, isSigned: true };
}

/** What is wrong with the answers to a text, if anything is. */
async function judge(library, { alg, decide, honest }, { text, isSigned }, row) {
  let decision;
  try {
    decision = decide(text);
    if (decision instanceof Promise) decision = await decision;
    library.inspect(text);
  } catch (error) {
    return `${error.name} was thrown`;
  }
  const { ok, code } = decision;
  if (ok === true && honest.has(text)) {
    row.honest += 1;
  } else if (ok === true) {
    if (!isSigned || !mayPass(alg, text)) return "it was accepted";
    row.signedAnew += 1;
  } else if (ok === false && CODES.has(code)) {
    row.codes[code] = (row.codes[code] ?? 0) + 1;
  } else {
    return "the answer is none";
  }
  return undefined;
}

async function refusesControl({ decide, control }) {
  return (await decide(control)).ok === true ? undefined : "the control token was refused";
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
