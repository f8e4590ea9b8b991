// A clock for what is measured once, and what garbage does to memory and to time.

import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { at } from "../scripts/steps.mjs";

/** Milliseconds of work that is done at once. */
export function timed(work) {
  const started = performance.now();
  work();
  return performance.now() - started;
}

/** Milliseconds of work that ends later. */
export async function timeOf(work) {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** Octets of JavaScript's heap that are in use. */
export function heapUsed() {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

/** Nobody pays for the garbage of another: what of it is freed on other threads takes a while. */
export async function settle() {
  collectGarbage();
  await setTimeout(300);
}

function collectGarbage() {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
}

/** What answers the linear memory of the default build; it moves when it grows. */
export async function linearMemory() {
  const { memoryBuffer } = await import(pathToFileURL(at("target/npm/edge-jwt/lib/core.js")));
  return memoryBuffer;
}
