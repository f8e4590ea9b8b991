// Builds the npm package into target/npm/edge-jwt and packs it: Rust to wasm, wasm to glue,
// TypeScript to JavaScript, and the one wasm file beside them. Run by `npm run build`, and by
// every script that needs the package.

import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

import { STRIPPED, putTogether } from "./put-together.mjs";
import { readVersions } from "./release.mjs";
import { checkNode, setUpNpm, setUpRust } from "./setup.mjs";
import { shrink } from "./shrink.mjs";
import { Stop, at, main, run, stepOnce } from "./steps.mjs";
import { thirdParty } from "./third-party.mjs";

const GLUE = "target/wasm-bindgen";
const FULL_GLUE = "target/wasm-bindgen-full";
const PACKAGE = "target/npm/edge-jwt";

/** The wasm of each build. */
export const MADE = [GLUE, FULL_GLUE].map((glue) => `${glue}/edge_jwt_bg.wasm`);

/** Where a wasm is kept as it was before it was shrunk, with the names of its functions. */
export const unshrunk = (path) => path.replace("_bg.wasm", "_named.wasm");

/** What the package has as it stands here: what to read, and what docs/deploy.md has a person copy. */
const AS_IT_IS = [
  ...["README.md", "SECURITY.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE"],
  ...["docs", "examples/token-service"],
];

/** What the wasm is made of. */
export const RUST = ["src", "README.md", ".cargo", "Cargo.toml", "Cargo.lock", "xtask"];

/** Where TypeScript puts its scripts, before they are put together. */
const SCRIPTS = "target/npm/scripts";

/** Sets up what building needs, builds what has changed, and answers where the tarball is. */
export async function build() {
  checkNode();
  await setUpRust();
  await setUpNpm();

  const outputs = [...MADE, ...MADE.map(unshrunk)];
  const wasm = { inputs: [...RUST, "scripts/shrink.mjs", "package-lock.json"], outputs };
  await stepOnce("wasm", "building the wasm, both builds", "first time about 4 minutes", wasm, buildWasm);

  const scripts = ["build", "put-together", "third-party"].map((name) => `scripts/${name}.mjs`);
  const inputs = [GLUE, FULL_GLUE, ...scripts, "Cargo.lock", "pkg-template", ...AS_IT_IS];
  const files = { inputs, outputs: [tarballPath()] };
  await stepOnce("package", "building the npm package", "about 5 s", files, buildPackage);
  return at(tarballPath());
}

async function buildWasm() {
  run("cargo", ["xtask", "wasm"]);
  for (const path of MADE) {
    cpSync(at(path), at(unshrunk(path)));
    await shrink(at(unshrunk(path)), at(path));
  }
}

async function buildPackage() {
  checkVersion();
  for (const folder of [PACKAGE, SCRIPTS]) rmSync(at(folder), { recursive: true, force: true });
  run("npx", ["tsc", "--project", "pkg-template"]);
  await buildHalf("lib", GLUE);
  await buildHalf("full", FULL_GLUE);
  copyDeclarations();
  cpSync(at("pkg-template/package.json"), at(PACKAGE, "package.json"));
  for (const name of AS_IT_IS) cpSync(at(name), at(PACKAGE, name), { recursive: true });
  writeFileSync(at(PACKAGE, "THIRD-PARTY-LICENSES.txt"), thirdParty());
  run("npm", ["pack", "--silent", "--pack-destination", at("target/npm")], { cwd: at(PACKAGE) });
}

/** One of the two builds: its wasm, and the scripts around it. */
async function buildHalf(lib, glue) {
  mkdirSync(at(PACKAGE, lib), { recursive: true });
  await copyGlue(glue, lib);
  await putTogether({ from: at(SCRIPTS), to: at(PACKAGE, lib), entries: entriesOf(lib) });
}

/** What can be imported from a build, or run, by the package's manifest. */
function entriesOf(lib) {
  const { exports, bin } = JSON.parse(readFileSync(at("pkg-template/package.json"), "utf8"));
  const paths = pathsOf([exports, bin]).map((path) => path.replace("./", ""));
  const own = paths.filter((path) => path.startsWith(`${lib}/`) && path.endsWith(".js"));
  return [...new Set(own)].map((path) => path.slice(lib.length + 1));
}

function pathsOf(target) {
  return typeof target === "string" ? [target] : Object.values(target).flatMap(pathsOf);
}

/** The declarations serve both builds. */
function copyDeclarations() {
  const names = readdirSync(at(SCRIPTS), { recursive: true });
  for (const name of names.filter((name) => name.endsWith(".d.ts"))) {
    cpSync(at(SCRIPTS, name), at(PACKAGE, "lib", name));
  }
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

function checkVersion() {
  const { crate, npm } = readVersions();
  if (crate !== npm) throw new Stop(`Cargo.toml says version ${crate}, pkg-template says ${npm}.`);
}

function tarballPath() {
  return `target/npm/edge-jwt-${readVersions().npm}.tgz`;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(async () => console.log(`built ${await build()}`));
}
