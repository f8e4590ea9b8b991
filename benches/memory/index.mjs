// What a library takes of memory in Node: beside a process that has nothing but Node.

import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { at } from "../../scripts/steps.mjs";
import { median } from "../report/figures.mjs";
import { POLICY, freshStrings, makeKey, makeTokens } from "../works/tokens.js";

const FILES = [
  "edge-jwt",
  "edge-jwt-full",
  "fast-jwt",
  "jsonwebtoken",
  "node-rs-jsonwebtoken",
  "jose",
  "hono",
  "cloudflare-worker-jwt",
];

/** Tokens that are verified, and remembered where a library does so. */
const TOKENS = 1000;

const PASSES = 3;

const run = promisify(execFile);

export async function measureMemory() {
  const jwk = await makeKey("HS256");
  const tokens = freshStrings(await makeTokens(jwk, TOKENS));
  const job = { alg: "HS256", jwk, policy: POLICY, tokens };
  const rows = [];
  for (const file of FILES) rows.push(await rowOf(file, job));
  const octets = tokens.reduce((sum, token) => sum + token.length, 0);
  return [
    {
      name: "Memory in Node",
      notes: [
        `A process each, medians of ${PASSES}: what is there beyond Node alone once ${TOKENS} HS256 tokens`,
        `have been verified and garbage was collected, and what the same tokens (${Math.round(octets / 1000)} KB`,
        "of text) add where they are remembered. Linear memory is in the resident set as far as touched.",
      ],
      head: [
        "",
        "resident, MB",
        "heap, KB",
        "linear memory, KB",
        `${TOKENS} tokens remembered: heap, KB`,
        "the same: linear, KB",
      ],
      rows,
    },
  ];
}

async function rowOf(file, job) {
  const { default: library } = await import(`../libraries/${file}.js`);
  const taken = [];
  for (let pass = 0; pass < PASSES; pass += 1) taken.push(await takeMemory(file, job));
  const middle = (part, unit) => {
    const figures = taken.map((one) => one[part]);
    return figures.includes(null) ? "" : (median(figures) / unit).toFixed(unit === 1e6 ? 1 : 0);
  };
  return [
    library.name,
    middle("resident", 1e6),
    ...["heap", "linear", "cachedHeap", "cachedLinear"].map((part) => middle(part, 1000)),
  ];
}

function takeMemory(file, job) {
  const child = run(process.execPath, ["--expose-gc", at("benches/memory/process.mjs"), file]);
  child.child.stdin.end(JSON.stringify(job));
  return child.then(({ stdout }) => JSON.parse(stdout));
}
