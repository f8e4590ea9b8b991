// The package taken in by each bundler without configuration for it, and by a page without any
// bundler. What is made for a server is run with node_modules taken away: a bundle stands alone.

import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import nodeResolve from "@rollup/plugin-node-resolve";
import { build as esbuild } from "esbuild";
import { rollup } from "rollup";
import { build as vite } from "vite";
import webpack from "webpack";

import { openPage, serveFolder } from "../package/browser.mjs";
import { PRINT, SHOW, assertAnswer, manifestIn, project, runIn } from "./cells.mjs";

const CSP = "script-src 'self' 'wasm-unsafe-eval'";

/** A page that streams the wasm files, whose addresses the bundler tells in its own way. */
const streamed = (addresses) => `
  ${addresses}
  import { run } from "./given.mjs";
  window.answer = await run(fetch(url), fetch(fullUrl));
`;

const BY_IMPORT = (query) => `
  import url from "edge-jwt/edge_jwt.wasm${query}";
  import fullUrl from "edge-jwt/full/edge_jwt.wasm${query}";
`;

const BY_URL = `
  const url = new URL("edge-jwt/edge_jwt.wasm", import.meta.url);
  const fullUrl = new URL("edge-jwt/full/edge_jwt.wasm", import.meta.url);
`;

/** Opens a page for each of these scripts of a folder. */
async function assertPages(folder, ...scripts) {
  const server = await serveFolder(folder);
  try {
    for (const script of scripts) assertAnswer(await openPage(server.page(script, CSP)));
  } finally {
    await server.stop();
  }
}

function assertStandsAlone(folder, script) {
  rmSync(join(folder, "node_modules"), { recursive: true });
  assertAnswer(JSON.parse(runIn(folder, process.execPath, [script])));
}

test("esbuild, for pages", async () => {
  const given = streamed(BY_IMPORT(""));
  const folder = project("esbuild-page", { "page.mjs": SHOW, "given-page.mjs": given });
  await esbuild({
    absWorkingDir: folder,
    entryPoints: ["page.mjs", "given-page.mjs"],
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    loader: { ".wasm": "file" },
    outdir: "out",
  });
  await assertPages(join(folder, "out"), "page.js", "given-page.js");
});

for (const [format, script] of Object.entries({ esm: "out.mjs", cjs: "out.cjs" })) {
  test(`esbuild, for Node, as ${format}`, async () => {
    const folder = project(`esbuild-${format}`, { "print.mjs": PRINT });
    const output = { platform: "node", format, outfile: script };
    const entryPoints = ["print.mjs"];
    await esbuild({ absWorkingDir: folder, entryPoints, bundle: true, minify: true, ...output });
    assertStandsAlone(folder, script);
  });
}

/** Runs webpack in production mode. */
async function pack(folder, entry, options) {
  const output = { path: join(folder, "out") };
  const compiler = webpack({ mode: "production", context: folder, entry, output, ...options });
  const stats = await new Promise((resolve, reject) =>
    compiler.run((error, stats) => (error ? reject(error) : resolve(stats))));
  await new Promise((resolve) => compiler.close(resolve));
  if (stats.hasErrors()) throw new Error(stats.toString("errors-only"));
}

test("webpack in production, for pages", async () => {
  const folder = project("webpack-page", { "page.mjs": SHOW, "given-page.mjs": streamed(BY_URL) });
  await pack(folder, { page: "./page.mjs", given: "./given-page.mjs" });
  await assertPages(join(folder, "out"), "page.js", "given.js");
});

test("webpack in production, for Node", async () => {
  const folder = project("webpack-node", { "print.mjs": PRINT });
  const output = { path: folder, filename: "out.cjs" };
  await pack(folder, "./print.mjs", { target: "node", output });
  assertStandsAlone(folder, "out.cjs");
});

test("Vite, for pages", async () => {
  const html = (script) => `<!doctype html><script type="module" src="/${script}"></script>`;
  const folder = project("vite-page", {
    "page.mjs": SHOW,
    "given-page.mjs": streamed(BY_IMPORT("?url")),
    "page.html": html("page.mjs"),
    "given-page.html": html("given-page.mjs"),
  });
  const input = ["page.html", "given-page.html"].map((name) => join(folder, name));
  // The page itself waits, which not all of Vite's default browsers can.
  const build = { target: "es2022", rollupOptions: { input } };
  await vite({ root: folder, configFile: false, logLevel: "error", build });
  const server = await serveFolder(join(folder, "dist"));
  try {
    for (const page of ["page.html", "given-page.html"]) {
      assertAnswer(await openPage(`${server.origin}/${page}`));
    }
  } finally {
    await server.stop();
  }
});

test("Vite, for a server", async () => {
  const folder = project("vite-server", { "print.mjs": PRINT });
  const options = { configFile: false, logLevel: "error", ssr: { noExternal: true } };
  await vite({ root: folder, ...options, build: { ssr: "print.mjs" } });
  assertStandsAlone(folder, "dist/print.js");
});

test("Rollup, for pages", async () => {
  const folder = project("rollup", { "page.mjs": SHOW });
  const bundle = await rollup({ input: join(folder, "page.mjs"), plugins: [nodeResolve()] });
  await bundle.write({ dir: join(folder, "out"), entryFileNames: "[name].js" });
  await bundle.close();
  await assertPages(join(folder, "out"), "page.js");
});

test("a page with an import map and no bundler", async () => {
  const folder = project("import-map", {
    "page.mjs": SHOW,
    "given-page.mjs": streamed(`
      const url = import.meta.resolve("edge-jwt/edge_jwt.wasm");
      const fullUrl = import.meta.resolve("edge-jwt/full/edge_jwt.wasm");
    `),
  });
  const installed = "node_modules/edge-jwt/";
  const { exports } = manifestIn(join(folder, installed));
  const addressOf = (target) => `/${join(installed, target.default ?? target)}`;
  const imports = Object.fromEntries(
    Object.entries(exports).map(([entry, target]) => [join("edge-jwt", entry), addressOf(target)]),
  );
  const map = JSON.stringify({ imports });
  const html = (script) => `<!doctype html><script type="importmap">${map}</script>
    <script type="module" src="/${script}"></script>`;
  const pages = { "page.html": html("page.mjs"), "given-page.html": html("given-page.mjs") };
  for (const [name, text] of Object.entries(pages)) writeFileSync(join(folder, name), text);
  const server = await serveFolder(folder);
  try {
    for (const page of Object.keys(pages)) assertAnswer(await openPage(`${server.origin}/${page}`));
  } finally {
    await server.stop();
  }
});
