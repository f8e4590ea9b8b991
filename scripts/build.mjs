// Builds the npm package into target/npm/edge-jwt and packs it: Rust to wasm, wasm to glue,
// TypeScript to JavaScript, and the one wasm file beside them. Run by `npm run build`, and by
// every script that needs the package.

import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

import { checkNode, setUpNpm, setUpRust } from "./setup.mjs";
import { shrink } from "./shrink.mjs";
import { Stop, at, main, run, stepOnce } from "./steps.mjs";

const GLUE = "target/wasm-bindgen";
const FULL_GLUE = "target/wasm-bindgen-full";
const PACKAGE = "target/npm/edge-jwt";

/** What the package has as it stands here: what to read, and what docs/deploy.md has a person copy. */
const AS_IT_IS = [
  ...["README.md", "SECURITY.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE"],
  ...["docs", "examples/token-service"],
];

/** What the wasm is made of. */
export const RUST = ["src", "README.md", "Cargo.toml", "Cargo.lock", "xtask"];

/** Names stay as they are, for those who read a stack trace. */
const STRIPPED = { minifyWhitespace: true, minifySyntax: true, target: "es2022" };

/** Sets up what building needs, builds what has changed, and answers where the tarball is. */
export async function build() {
  checkNode();
  await setUpRust();
  await setUpNpm();

  const made = [`${GLUE}/edge_jwt_bg.wasm`, `${FULL_GLUE}/edge_jwt_bg.wasm`];
  const wasm = { inputs: [...RUST, "scripts/shrink.mjs", "package-lock.json"], outputs: made };
  await stepOnce("wasm", "building the wasm, both builds", "first time about 4 minutes", wasm, () =>
    buildWasm(made),
  );

  const inputs = [GLUE, FULL_GLUE, "scripts/build.mjs", "pkg-template", ...AS_IT_IS];
  const files = { inputs, outputs: [tarballPath()] };
  await stepOnce("package", "building the npm package", "about 5 s", files, buildPackage);
  return at(tarballPath());
}

async function buildWasm(made) {
  run("cargo", ["xtask", "wasm"]);
  for (const path of made) await shrink(at(path));
}

async function buildPackage() {
  checkVersion();
  rmSync(at(PACKAGE), { recursive: true, force: true });
  mkdirSync(at(PACKAGE, "lib"), { recursive: true });
  run("npx", ["tsc", "--project", "pkg-template"]);
  await stripScripts();
  await copyGlue(GLUE, "lib");
  await addFullBuild();
  cpSync(at("pkg-template/package.json"), at(PACKAGE, "package.json"));
  for (const name of AS_IT_IS) cpSync(at(name), at(PACKAGE, name), { recursive: true });
  run("npm", ["pack", "--silent", "--pack-destination", at("target/npm")], { cwd: at(PACKAGE) });
}

/** The wasm of a build, the same inlined for browsers, and the glue that it needs. */
async function copyGlue(glue, lib) {
  const to = (name) => at(PACKAGE, lib, name);
  const wasm = readFileSync(at(glue, "edge_jwt_bg.wasm"));
  writeFileSync(to("edge_jwt.wasm"), wasm);
  writeFileSync(to("edge_jwt.inline.js"), `export const base64="${wasm.toString("base64")}";\n`);
  writeFileSync(to("edge_jwt.js"), await usedGlue(glue));
}

/** The glue without its default export, a loader that the package has no use for. */
async function usedGlue(glue) {
  const { build } = await import("esbuild");
  const stdin = { contents: 'export * from "./edge_jwt.js";', resolveDir: at(glue) };
  const bundle = { bundle: true, format: "esm", legalComments: "none", write: false };
  const { outputFiles } = await build({ stdin, ...bundle, ...STRIPPED });
  return outputFiles[0].text;
}

/**
 * The full build: the same scripts beside the other wasm. The declarations serve both, and what asks
 * for no wasm; there is one command line.
 */
async function addFullBuild() {
  const shared = [".d.ts", "lib/cli", "lib/guard", "lib/store", "lib/widget"];
  const isIn = (path) => !shared.some((end) => path.endsWith(end));
  const filter = (path) => isIn(path) && !path.includes("edge_jwt.");
  cpSync(at(PACKAGE, "lib"), at(PACKAGE, "full"), { recursive: true, filter });
  await copyGlue(FULL_GLUE, "full");
}

/** Takes comments and white space out of the scripts; the declarations keep theirs. */
async function stripScripts() {
  const { transform } = await import("esbuild");
  const names = readdirSync(at(PACKAGE, "lib"), { recursive: true });
  for (const name of names.filter((name) => name.endsWith(".js"))) {
    const path = at(PACKAGE, "lib", name);
    const script = readFileSync(path, "utf8");
    const { code } = await transform(script, STRIPPED);
    writeFileSync(path, code);
  }
}

function checkVersion() {
  const [, crate] = readFileSync(at("Cargo.toml"), "utf8").match(/^version = "(.+)"$/m);
  if (crate !== packageVersion()) {
    throw new Stop(`Cargo.toml says version ${crate}, pkg-template says ${packageVersion()}.`);
  }
}

function packageVersion() {
  return JSON.parse(readFileSync(at("pkg-template/package.json"), "utf8")).version;
}

function tarballPath() {
  return `target/npm/edge-jwt-${packageVersion()}.tgz`;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(async () => console.log(`built ${await build()}`));
}
