// How every script runs: named steps that say how long they may take, are skipped when nothing
// they depend on has changed, and end in one clear sentence when something is missing.
// Uses nothing but Node, because it runs before anything is installed.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's root; every command runs there unless told otherwise. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** A path inside the project. */
export const at = (...parts) => join(root, ...parts);

/** Ends the script with one sentence for the person who started it. */
export class Stop extends Error {}

/** Runs a script's main function; prints a `Stop` as one line. */
export async function main(run) {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    console.error(`\n${error.message}`);
    process.exit(1);
  }
}

/** Does a piece of work and says so; `expect` is how long it may take. */
export async function step(title, expect, work) {
  console.log(`• ${title} (${expect})`);
  const started = Date.now();
  await work();
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`  done in ${seconds} s`);
}

/** As `step`, but only if one of the inputs (files or folders) changed or an output is gone. */
export async function stepOnce(name, title, expect, { inputs, outputs = [] }, work) {
  const stamp = at("target/stamps", name);
  const state = fingerprint(inputs);
  const fresh = outputs.every((path) => existsSync(at(path))) && readIfThere(stamp) === state;
  if (fresh) return;
  await step(title, expect, work);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, state);
}

/** Runs a command with its output shown; a failure stops the script. */
export function run(command, args, { cwd = root, env = {}, quiet = false } = {}) {
  const stdio = quiet ? ["ignore", "pipe", "pipe"] : ["ignore", "inherit", "inherit"];
  const options = { cwd, stdio, env: { ...process.env, ...env }, encoding: "utf8", maxBuffer: 1 << 28 };
  const result = spawnSync(command, args, options);
  if (result.error?.code === "ENOENT") throw new Stop(`The command ${command} was not found.`);
  if (result.status !== 0) {
    if (quiet) process.stderr.write(`${result.stdout}${result.stderr}`);
    throw new Stop(`This failed: ${command} ${args.join(" ")}`);
  }
  return result.stdout;
}

/** The first of these commands that is in PATH. */
export function firstCommand(...names) {
  for (const folder of (process.env.PATH ?? "").split(":")) {
    const found = names.map((name) => join(folder, name)).find((path) => existsSync(path));
    if (found !== undefined) return found;
  }
  return undefined;
}

function fingerprint(inputs) {
  const hash = createHash("sha256");
  for (const path of inputs.flatMap((input) => filesIn(at(input)))) {
    hash.update(relative(root, path)).update("\0").update(readFileSync(path)).update("\0");
  }
  return hash.digest("hex");
}

function filesIn(path) {
  if (!statSync(path).isDirectory()) return [path];
  const names = readdirSync(path).filter((name) => name !== "node_modules").sort();
  return names.flatMap((name) => filesIn(join(path, name)));
}

function readIfThere(path) {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}
