// What a fresh machine lacks: the wasm target, the npm packages, cargo's tools, a browser. Only rustup and
// Node must be there before; everything is checked first and nothing is done twice.

import { rmSync, symlinkSync } from "node:fs";

import { Stop, at, firstCommand, run, step, stepOnce } from "./steps.mjs";

const WASM_TARGET = "wasm32-unknown-unknown";

/** Node itself, which cannot be installed from here. */
export function checkNode() {
  const [major] = process.versions.node.split(".").map(Number);
  if (major < 20) throw new Stop(`Node 20 or later is needed; this is ${process.version}.`);
}

/** Rust with the wasm target. */
export async function setUpRust() {
  if (firstCommand("cargo") === undefined || firstCommand("rustup") === undefined) {
    throw new Stop("Rust is missing: install rustup (its own site says how), then run this again.");
  }
  const targets = run("rustup", ["target", "list", "--installed"], { quiet: true });
  if (targets.split("\n").includes(WASM_TARGET)) return;
  await step(`adding Rust's ${WASM_TARGET} target`, "about 5 s", () =>
    run("rustup", ["target", "add", WASM_TARGET]),
  );
}

/** The npm packages of the project's root, or of one of its folders. */
export async function setUpNpm(folder = ".") {
  const name = folder === "." ? "npm" : `npm-${folder.replaceAll("/", "-")}`;
  const files = {
    inputs: [`${folder}/package.json`, `${folder}/package-lock.json`],
    outputs: [`${folder}/node_modules`],
  };
  // No package needs its install script here, so none is run.
  await stepOnce(name, `installing npm packages in ${folder}`, "about 15 s", files, () =>
    run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: folder }),
  );
}

/** The packages that the benches measure, and among them this one as built. */
export async function setUpBenches() {
  await setUpNpm("benches");
  const link = at("benches/node_modules/edge-jwt");
  rmSync(link, { force: true });
  symlinkSync(at("target/npm/edge-jwt"), link);
}

/** Where cargo's tools are built to; their commands are in its folder bin. */
export const TOOLS = "target/tools";

/**
 * One of cargo's tools, from its sources and with the versions that it was released with. Not
 * optimised, which would take three times as long as the tool then saves.
 */
export async function setUpTool(name, version, expect) {
  const tool = { inputs: [], outputs: [`${TOOLS}/bin/${name}`] };
  const args = ["--version", version, "--locked", "--force", "--debug", "--root", TOOLS];
  const env = { CARGO_PROFILE_DEV_DEBUG: "0" };
  await stepOnce(`${name}-${version}`, `building ${name}`, expect, tool, () =>
    run("cargo", ["install", name, ...args], { env }),
  );
}

/** Chromium and its driver; answers where they are. */
export async function setUpChromium() {
  if (findChromium() === undefined) await installChromium();
  return findChromium();
}

function findChromium() {
  const browser = firstCommand("chromium", "chromium-browser", "google-chrome");
  const driver = firstCommand("chromedriver");
  return browser && driver ? { browser, driver } : undefined;
}

async function installChromium() {
  if (process.getuid?.() !== 0 || firstCommand("apt-get") === undefined) {
    throw new Stop("Chromium is missing: install the packages chromium and chromium-driver.");
  }
  await step("installing Chromium and its driver with apt", "about 2 minutes", () => {
    const env = { DEBIAN_FRONTEND: "noninteractive" };
    run("apt-get", ["update", "-q"], { env, quiet: true });
    const packages = ["chromium", "chromium-driver", "fonts-dejavu-core"];
    const install = ["install", "-y", "-q", "--no-install-recommends", ...packages];
    run("apt-get", install, { env, quiet: true });
  });
}
