// Bundles workers as wrangler would and runs them in the real workerd, on this machine alone.

import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";

import { build } from "esbuild";
import { Miniflare } from "miniflare";

import { at } from "./steps.mjs";

export const WRANGLER = at("node_modules/.bin/wrangler");

/** The day whose runtime behaviour workers are run with. */
const COMPATIBILITY_DATE = "2026-04-01";

/**
 * Starts a worker on a port of 127.0.0.1 (0: any free one) and answers its address and how to
 * stop it. `modules` are folders where packages are looked for, beside the entry's own; `stores` are
 * in Miniflare's terms.
 */
export async function startWorker({ entry, modules = [], port = 0, bindings = {}, stores }) {
  const { miniflare, address } = await start({
    ...(await workerOf(entry, modules)),
    port,
    bindings,
    ...stores,
  });
  return { address, stop: () => miniflare.dispose() };
}

/**
 * Starts workers by name, each an isolate of its own, with its own bindings and stores in Miniflare's
 * terms; stores of one name are one store. All are the worker of `entry`, but those that have an
 * `entry` of their own; requests go to the first one. `log` is told each piece of what they write to
 * their consoles. Answers the Miniflare.
 */
export async function startIsolates(entry, isolates, { log, modules, port = 0 }) {
  const bundles = new Map();
  const bundleOf = (path) => {
    if (!bundles.has(path)) bundles.set(path, workerOf(path, modules));
    return bundles.get(path);
  };
  const workers = Object.entries(isolates).map(async ([name, { entry: own, ...options }]) => ({
    name,
    ...(await bundleOf(own ?? entry)),
    ...options,
  }));
  const handleRuntimeStdio = (...streams) => {
    for (const stream of streams) stream.on("data", (piece) => log(piece.toString()));
  };
  const { miniflare } = await start({ workers: await Promise.all(workers), port, handleRuntimeStdio });
  return miniflare;
}

/** Starts what wrangler has built into a folder, a script and wasm files; answers as `startWorker`. */
export async function startBuilt(folder) {
  const names = readdirSync(folder);
  const filesOf = (end) => names
    .filter((name) => name.endsWith(end))
    .map((path) => ({ path, contents: readFileSync(join(folder, path)) }));
  const [script] = filesOf(".js");
  const modules = modulesOf(script, filesOf(".wasm"));
  const { miniflare, address } = await start({ modules, compatibilityDate: COMPATIBILITY_DATE });
  return { address, stop: () => miniflare.dispose() };
}

/** A folder's files, in Miniflare's terms: as on the platform a file if there is one, else the worker. */
export function assetsOf(directory) {
  return { directory, binding: "ASSETS", routerConfig: { has_user_worker: true } };
}

async function start(options) {
  // Nothing is asked of the network: no look-up of request.cf, no reports.
  const miniflare = new Miniflare({ host: "127.0.0.1", cf: false, ...options });
  try {
    const address = await miniflare.ready;
    return { miniflare, address: address.href };
  } catch (error) {
    await miniflare.dispose();
    throw error;
  }
}

async function workerOf(entry, modules = []) {
  return { modules: await bundle(entry, modules), compatibilityDate: COMPATIBILITY_DATE };
}

/** One script, and the wasm files it imports as modules. */
export async function bundle(entry, modules) {
  const { outputFiles } = await build({
    entryPoints: [entry],
    nodePaths: modules,
    conditions: ["workerd"],
    external: ["cloudflare:*"],
    bundle: true,
    format: "esm",
    target: "es2022",
    loader: { ".wasm": "copy" },
    outdir: "out",
    write: false,
  });
  const script = outputFiles.find((file) => file.path.endsWith(".js"));
  return modulesOf(script, outputFiles.filter((file) => file.path.endsWith(".wasm")));
}

/** A script and the wasm files beside it, in Miniflare's terms. */
function modulesOf(script, wasm) {
  return [
    { type: "ESModule", path: "worker.js", contents: script.contents },
    ...wasm.map(({ path, contents }) => ({ type: "CompiledWasm", path: basename(path), contents })),
  ];
}

/** Has wrangler build what stands in a folder, and deploy it nowhere; answers what it says. */
export function deployNowhere(folder) {
  const options = { cwd: folder, env: quietIn(folder), encoding: "utf8" };
  const { status, stdout, stderr } = spawnSync(WRANGLER, ["deploy", "--dry-run", "--outdir", "out"], options);
  if (status !== 0) throw new Error(stdout + stderr);
  return stdout;
}

/**
 * The environment of wrangler itself: it asks nothing of the network, and writes nothing outside of
 * this folder.
 */
export function quietIn(folder) {
  const silence = { CI: "true", NO_COLOR: "1", WRANGLER_SEND_METRICS: "false" };
  const offline = { CLOUDFLARE_CF_FETCH_ENABLED: "false" };
  return { ...process.env, ...silence, ...offline, XDG_CONFIG_HOME: join(folder, "config") };
}
