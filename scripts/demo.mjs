// The demo, made ready and running: the page of www/ with its script bundled for the browser,
// and its worker in workerd with the built package.

import { randomBytes } from "node:crypto";
import { cpSync, mkdirSync } from "node:fs";

import { build as bundle } from "esbuild";

import { at } from "./steps.mjs";
import { startWorker } from "./worker.mjs";

/** Where the built package stands, as a folder of packages. */
const PACKAGES = at("target/npm");

/** Starts the demo on a port (0: any free one); answers its address and how to stop it. */
export async function startDemo({ port = 0 } = {}) {
  await buildPage();
  return startWorker({
    entry: at("www/worker.js"),
    modules: [PACKAGES],
    port,
    assets: at("target/www"),
    bindings: { SECRET: randomBytes(32).toString("base64") },
  });
}

async function buildPage() {
  mkdirSync(at("target/www"), { recursive: true });
  for (const name of ["index.html", "style.css"]) cpSync(at("www", name), at("target/www", name));
  await bundle({
    entryPoints: [at("www/page.js")],
    nodePaths: [PACKAGES],
    outdir: at("target/www"),
    bundle: true,
    format: "esm",
    target: "es2022",
    minify: true,
    logLevel: "warning",
  });
}
