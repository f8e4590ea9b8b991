// Bundles a worker as wrangler would and runs it in the real workerd, on this machine alone.

import { basename } from "node:path";

import { build } from "esbuild";
import { Miniflare } from "miniflare";

/** The day whose runtime behaviour workers are run with. */
const COMPATIBILITY_DATE = "2026-04-01";

/**
 * Starts a worker on a port of 127.0.0.1 (0: any free one) and answers its address and how to
 * stop it. `modules` are folders where packages are looked for, beside the entry's own.
 */
export async function startWorker({ entry, modules = [], port = 0, bindings = {}, assets }) {
  const miniflare = new Miniflare({
    modules: await bundle(entry, modules),
    compatibilityDate: COMPATIBILITY_DATE,
    host: "127.0.0.1",
    port,
    bindings,
    // As on the platform: a file of the folder if there is one, else the worker.
    ...(assets && {
      assets: {
        directory: assets,
        binding: "ASSETS",
        routerConfig: { has_user_worker: true },
      },
    }),
    // Nothing is asked of the network: no look-up of request.cf, no reports.
    cf: false,
  });
  try {
    const address = await miniflare.ready;
    return { address: address.href, stop: () => miniflare.dispose() };
  } catch (error) {
    await miniflare.dispose();
    throw error;
  }
}

/** One script, and the wasm files it imports as modules. */
async function bundle(entry, modules) {
  const { outputFiles } = await build({
    entryPoints: [entry],
    nodePaths: modules,
    conditions: ["workerd"],
    bundle: true,
    format: "esm",
    target: "es2022",
    loader: { ".wasm": "copy" },
    outdir: "out",
    write: false,
  });
  const script = outputFiles.find((file) => file.path.endsWith(".js"));
  const wasm = outputFiles.filter((file) => file.path.endsWith(".wasm"));
  return [
    { type: "ESModule", path: "worker.js", contents: script.text },
    ...wasm.map((file) => ({
      type: "CompiledWasm",
      path: basename(file.path),
      contents: file.contents,
    })),
  ];
}
