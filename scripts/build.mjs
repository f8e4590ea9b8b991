// Builds the npm package into target/npm/edge-jwt and packs it: Rust to wasm, wasm to glue,
// TypeScript to JavaScript, and the one wasm file beside them. Run by `npm run build`, and by
// every script that needs the package.

import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

import { checkNode, setUpNpm, setUpRust } from "./setup.mjs";
import { Stop, at, main, run, stepOnce } from "./steps.mjs";

const GLUE = "target/wasm-bindgen";
const PACKAGE = "target/npm/edge-jwt";

/** Sets up what building needs, builds what has changed, and answers where the tarball is. */
export async function build() {
  checkNode();
  await setUpRust();
  await setUpNpm();

  const rust = ["src", "README.md", "Cargo.toml", "Cargo.lock", "xtask"];
  const wasm = { inputs: rust, outputs: [`${GLUE}/edge_jwt_bg.wasm`, `${GLUE}/edge_jwt.js`] };
  await stepOnce("wasm", "building the wasm", "first time about 2 minutes", wasm, () =>
    run("cargo", ["xtask", "wasm"]),
  );

  const sources = ["pkg-template", "README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE"];
  const files = { inputs: [GLUE, "scripts/build.mjs", ...sources], outputs: [tarballPath()] };
  await stepOnce("package", "building the npm package", "about 5 s", files, buildPackage);
  return at(tarballPath());
}

async function buildPackage() {
  checkVersion();
  rmSync(at(PACKAGE), { recursive: true, force: true });
  mkdirSync(at(PACKAGE, "lib"), { recursive: true });
  run("npx", ["tsc", "--project", "pkg-template"]);
  copyGlue();
  await stripScripts();
  cpSync(at("pkg-template/package.json"), at(PACKAGE, "package.json"));
  for (const name of ["README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE"]) {
    cpSync(at(name), at(PACKAGE, name));
  }
  run("npm", ["pack", "--silent", "--pack-destination", at("target/npm")], { cwd: at(PACKAGE) });
}

function copyGlue() {
  const lib = (name) => at(PACKAGE, "lib", name);
  const wasm = readFileSync(at(GLUE, "edge_jwt_bg.wasm"));
  writeFileSync(lib("edge_jwt.wasm"), wasm);
  writeFileSync(lib("edge_jwt.inline.js"), `export const base64 = "${wasm.toString("base64")}";\n`);
  cpSync(at(GLUE, "edge_jwt.js"), lib("edge_jwt.js"));
}

/** Takes comments and white space out of the scripts; the declarations keep theirs. */
async function stripScripts() {
  const { transform } = await import("esbuild");
  const names = readdirSync(at(PACKAGE, "lib"), { recursive: true });
  for (const name of names.filter((name) => name.endsWith(".js"))) {
    const path = at(PACKAGE, "lib", name);
    const script = readFileSync(path, "utf8");
    const { code } = await transform(script, { minifyWhitespace: true, target: "es2022" });
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
