// Puts the scripts of a build together in as few files as can be, because a host takes longer to find
// a file than to read it: Node starts 20 ms sooner than with a file for each source.
//
// ground.js has what everybody needs and what needs no wasm, core.js everything else that stands at
// the top of pkg-template/src; beside them there is a file for each entry of the manifest. Each source
// is in one file only, so that a class is one class whichever way it was imported. What acts when it
// is imported must be an entry in hosts/: bundlers leave everything else out where nothing of it is used.

import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

/** Names stay as they are, for those who read a stack trace. */
export const STRIPPED = { minifyWhitespace: true, minifySyntax: true, target: "es2022" };

/** What the entries share that do without wasm. */
const GROUND = ["binding.js", "errors.js", "families.js", "http.js", "octets.js", "options.js", "tell.js"];

/** Made by others, and different in each build. */
const WASM = /^edge_jwt\./;

const INDEX = "index.js";

/** Makes the scripts of a build out of those of TypeScript. */
export async function putTogether({ from, to, entries }) {
  const top = readdirSync(from).filter((name) => name.endsWith(".js") && name !== INDEX && !WASM.test(name));
  const core = top.filter((name) => !GROUND.includes(name));
  const units = { "ground.js": GROUND, "core.js": core };
  for (const [unit, sources] of Object.entries(units)) {
    const contents = sources.map((name) => `export * from "./${name}";`).join("\n");
    const options = { stdin: { contents, resolveDir: from }, outfile: join(from, unit) };
    write(to, from, await bundle(options, { from, units, up: "./", unit }));
  }
  const index = { entryPoints: [join(from, INDEX)], outdir: from };
  write(to, from, await bundle(index, { from, units, up: "./" }));
  const entryPoints = entries.filter((path) => path !== INDEX).map((path) => join(from, path));
  const options = { entryPoints, outdir: from, outbase: from, splitting: true, chunkNames: "shared/[hash]" };
  write(to, from, await bundle(options, { from, units, up: "../" }));
}

async function bundle(options, place) {
  // Not imported before: it may only just have been installed.
  const { build } = await import("esbuild");
  return build({
    ...options,
    ...{ bundle: true, format: "esm", platform: "neutral", write: false, logLevel: "warning" },
    external: ["node:*"],
    plugins: [{ name: "units", setup: (build) => leaveApart(build, place) }],
    ...STRIPPED,
  });
}

/** Leaves what stands in another file where it is. */
function leaveApart(build, { from, units, up, unit }) {
  const fileOf = (path) => {
    const name = relative(from, path);
    if (name === INDEX || WASM.test(name) || name.startsWith("hosts/")) return name;
    return Object.keys(units).find((unit) => units[unit].includes(name));
  };
  build.onResolve({ filter: /^\.\.?\// }, ({ path, importer, resolveDir }) => {
    const file = fileOf(resolve(resolveDir, path));
    const isSame = file === unit || (file?.startsWith("hosts/") && fileOf(importer)?.startsWith("hosts/"));
    return file === undefined || isSame ? undefined : { path: `${up}${file}`, external: true };
  });
}

function write(to, from, { outputFiles }) {
  for (const { path, contents } of outputFiles) {
    const place = join(to, relative(from, path));
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, contents);
  }
}
