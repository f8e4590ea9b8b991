// What others wrote and the wasm holds: each crate that is linked into it and Rust's own library, with
// the licence taken and its notice, word for word as it stands in the crate's own folder. The build
// puts it into the package. Must not guess: a crate without a licence that may be taken, or without
// its text, stops the build.

import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";

import { Stop, run } from "./steps.mjs";

const WASM = "wasm32-unknown-unknown";

/** The licences that may be taken, the first of them where a crate leaves the choice, and the files of their texts. */
const LICENSES = {
  MIT: /^LICENSE-MIT(\.md|\.txt)?$/i,
  "BSD-3-Clause": /^LICENSE-BSD$/i,
  "Unicode-3.0": /^LICENSE-UNICODE$/i,
};

/** What Rust's own library is made of, in wasm, beside what its project wrote. */
const IN_STANDARD_LIBRARY = ["cfg-if", "dlmalloc", "hashbrown"];

const PREFACE = `edge-jwt is under MIT OR Apache-2.0: see LICENSE-MIT and LICENSE-APACHE. Its wasm files hold code of
others too. Here is each part, the licence it is used under, and its notice.`;

/** The text of the file. */
export function thirdParty() {
  const parts = [...linkedCrates(), ...standardLibrary()];
  const list = parts.map(({ title, licenses, only = "" }) => `- ${title}: ${licenses.join(" AND ")}${only}`);
  const notices = byText(parts).map(([text, titles]) => `${titles.join(", ")}\n\n${text}`);
  return [`${PREFACE}\n\n${list.join("\n")}`, ...notices].join(`\n\n${"-".repeat(80)}\n\n`) + "\n";
}

/** Every crate that the wasm of either build is linked from: none that only builds or tests it. */
function linkedCrates() {
  const inDefault = cratesLinked("");
  const inFull = cratesLinked("full");
  const args = ["--format-version", "1", "--locked", "--features", "full", "--filter-platform", WASM];
  const { packages } = JSON.parse(run("cargo", ["metadata", ...args], { quiet: true }));
  const linked = packages.filter((crate) => crate.source !== null && inFull.has(nameOf(crate)));
  return linked.map((crate) => {
    const licenses = licensesOf(crate.license, crate.name);
    const texts = licenses.map((license) => textOf(crate, license));
    const only = inDefault.has(nameOf(crate)) ? "" : ", in edge-jwt/full alone";
    return { title: `${crate.name} ${crate.version}`, licenses, only, texts };
  });
}

/** The crates of a build, as cargo tells them apart. */
function cratesLinked(features) {
  const edges = ["--edges", "normal,no-proc-macro", "--prefix", "none", "--format", "{p}"];
  const args = ["tree", "--locked", "--features", features, "--target", WASM, ...edges];
  const lines = run("cargo", args, { quiet: true }).split("\n");
  return new Set(lines.map((line) => line.split(" ").slice(0, 2).join(" ")));
}

const nameOf = ({ name, version }) => `${name} v${version}`;

/** The licences to be kept, of an expression such as `(MIT OR Apache-2.0) AND Unicode-3.0`. */
export function licensesOf(expression, name) {
  return (expression ?? "").split(" AND ").map((choice) => {
    const offered = choice.replaceAll(/[()]/g, "").split(/ OR |\//);
    const taken = Object.keys(LICENSES).find((license) => offered.includes(license));
    if (taken === undefined) throw new Stop(`${name} has no licence that may be taken: ${expression}`);
    return taken;
  });
}

/** The text of a licence in a crate's folder: in the file of its name, else in the only one. */
function textOf({ name, manifest_path }, license) {
  const folder = dirname(manifest_path);
  const files = readdirSync(folder);
  const file = files.find((file) => LICENSES[license].test(file)) ?? files.find((file) => file === "LICENSE");
  if (file === undefined) throw new Stop(`${name} is without the text of ${license}`);
  return readFileSync(join(folder, file), "utf8");
}

/** Rust's own library, by the document that comes with every toolchain. */
function standardLibrary() {
  const folder = join(run("rustc", ["--print", "sysroot"], { quiet: true }).trim(), "share/doc/rust");
  const document = readFileSync(join(folder, "COPYRIGHT-library.html"), "utf8");
  const license = (name) => readFileSync(join(folder, "licenses", `${name}.txt`), "utf8");
  const own = license("MIT").replace(/Copyright .*/, "Copyright (c) The Rust Project Developers");
  const texts = [own, license("Unicode-3.0")];
  const itself = { title: "Rust's standard library", licenses: ["MIT", "Unicode-3.0"], texts };
  return [itself, ...IN_STANDARD_LIBRARY.map((name) => partOfLibrary(document, name))];
}

/** A crate's name, version and MIT licence out of that document. */
function partOfLibrary(document, name) {
  const [, version, rest] = document.match(new RegExp(`<h3>📦 ${name}-([\\d.]+)</h3>([^]*?)(<h3>|$)`)) ?? [];
  const [, text] = rest?.match(/<code>LICENSE-MIT<\/code><\/summary>\s*<pre>([^]*?)<\/pre>/) ?? [];
  if (text === undefined) throw new Stop(`Rust's own document has no MIT licence of ${name}`);
  const plain = text.replaceAll("&#34;", '"').replaceAll("&#60;", "<").replaceAll("&#62;", ">");
  return { title: `${name} ${version} (of Rust's standard library)`, licenses: ["MIT"], texts: [plain] };
}

/** Each text once, with all that it is the notice of. */
function byText(parts) {
  const titles = new Map();
  for (const { title, texts } of parts) {
    for (const text of texts.map((text) => text.replaceAll("\r", "").trim())) {
      titles.set(text, [...(titles.get(text) ?? []), title]);
    }
  }
  return [...titles];
}
