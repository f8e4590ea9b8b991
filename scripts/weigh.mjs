// `npm run weigh`: what the wasm of each build weighs, by section, by crate, by our own file and by
// function, into target/weight.md; docs/weight.md says what to make of it. It weighs what ships: the
// same file, shrunk with the names of its functions kept, of which twiggy tells the sizes.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { gzipSync } from "node:zlib";

import { MADE, build, unshrunk } from "./build.mjs";
import { TOOLS, setUpTool } from "./setup.mjs";
import { shrink } from "./shrink.mjs";
import { at, main, run, step } from "./steps.mjs";

const VERSION = "0.8.0";
const REPORT = "target/weight.md";

const SECTIONS = { 0: "custom", 1: "types", 2: "imports", 3: "functions", 4: "tables", 5: "memory", 6: "globals" };
Object.assign(SECTIONS, { 7: "exports", 9: "elements", 10: "code", 11: "data", 12: "data count" });

/** What only says names, and is not in what ships. */
const NAMES = /subsection$|^custom section/;

await main(async () => {
  await build();
  await setUpTool("twiggy", VERSION, "about 1 minute");
  const builds = [];
  await step("weighing both builds", "about 2 minutes", async () => {
    for (const path of MADE) builds.push({ octets: readFileSync(at(path)), items: await itemsOf(path) });
  });
  const report = [
    "The default build, then edge-jwt/full, in octets; in brackets gzipped, each by itself.",
    table("section", builds.map(sectionsIn)),
    table("crate", builds.map(({ items }) => sum(items, crateOf))),
    table("file", builds.map(({ items }) => sum(items, fileOf))),
    table("function", builds.map(({ items }) => sum(items, functionOf)), 30),
  ];
  writeFileSync(at(REPORT), `${report.join("\n\n")}\n`);
  console.log(`written: ${REPORT}`);
});

/** The parts of a wasm file with their names and sizes. */
async function itemsOf(path) {
  const named = at("target/weigh", basename(dirname(path)), "edge_jwt.wasm");
  mkdirSync(dirname(named), { recursive: true });
  await shrink(at(unshrunk(path)), named, { keepsNames: true });
  const args = ["top", "-n", "1000000", "--format", "json", named];
  const items = JSON.parse(run(at(TOOLS, "bin/twiggy"), args, { quiet: true }));
  return items.filter(({ name }) => !NAMES.test(name)).map(({ name, ...item }) => ({ ...item, name: plain(name) }));
}

/** A name without the marks that keep two of one name apart. */
function plain(name) {
  return name.replaceAll(/\[[0-9a-f]{16}\]/g, "").replace(/::h[0-9a-f]{16}$/, "");
}

/** What part of the standard tools or which crate an item is of. */
function crateOf(name) {
  if (/^data\[/.test(name)) return "(constants)";
  if (/^(export|import|type|elem|table|memory|global) ?["[.]|^import |headers$|magic/.test(name)) return "(wasm itself)";
  if (/^code\[/.test(name)) return "(code without a name)";
  const crates = [...name.matchAll(/(?<![\w:])([a-z_]\w*)::/g)].map(([, crate]) => crate);
  if (crates.length === 0) return ofNoPath(name);
  // What drops a value is of the type's crate, not of core.
  const isDrop = name.startsWith("core::ptr::drop_in_place");
  const outside = crates.find((crate) => !["core", "alloc", "std"].includes(crate));
  return (isDrop && outside) || crates[0];
}

/** Exports, and what compilers put in. */
function ofNoPath(name) {
  if (/^__(wbindgen|wbg|externref)|shim$/.test(name)) return "wasm_bindgen";
  return /^(mem\w+|__\w+)$/.test(name) ? "compiler_builtins" : "edge_jwt";
}

/** The file of src/ that an item is of; nothing for others' items. */
function fileOf(name) {
  if (crateOf(name) !== "edge_jwt") return undefined;
  const path = name.match(/edge_jwt((?:::[a-z_]\w*)+)/)?.[1].split("::").slice(1) ?? ["wasm"];
  for (let length = path.length; length > 0; length -= 1) {
    const file = path.slice(0, length).join("/");
    if (existsSync(at(`src/${file}.rs`))) return `src/${file}.rs`;
    if (existsSync(at(`src/${file}`))) return `src/${file}/`;
  }
  return "src/";
}

function functionOf(name) {
  return crateOf(name).startsWith("(") ? undefined : `\`${name}\``;
}

/** The sizes of items by a name for some of them. */
function sum(items, nameOf) {
  const sums = new Map();
  for (const { name, shallow_size: size } of items) {
    const group = nameOf(name);
    if (group !== undefined) sums.set(group, (sums.get(group) ?? 0) + size);
  }
  return sums;
}

/** The sections of a wasm file: octets, and gzipped. */
function sectionsIn({ octets }) {
  const sections = new Map([["all", withGzip(octets)]]);
  for (let place = 8; place < octets.length; ) {
    const [size, start] = readNumber(octets, place + 1);
    const name = SECTIONS[octets[place]];
    place = start + size;
    sections.set(name, withGzip(octets.subarray(start, place)));
  }
  return sections;
}

const withGzip = (octets) => [octets.length, gzipSync(octets, { level: 9 }).length];

/** An unsigned LEB128 number, and where it ends. */
function readNumber(octets, place) {
  let number = 0;
  for (let shift = 0; ; shift += 7, place += 1) {
    number += (octets[place] & 127) * 2 ** shift;
    if (octets[place] < 128) return [number, place + 1];
  }
}

/** A table of the heaviest rows of several builds, by the first of them. */
function table(title, columns, most = 60) {
  const heavy = (name) => Math.max(...columns.map((column) => [column.get(name) ?? 0].flat()[0]));
  const names = [...new Set(columns.flatMap((column) => [...column.keys()]))];
  const rows = names.sort((a, b) => heavy(b) - heavy(a)).slice(0, most).map((name) => [name, ...columns.map((column) => cell(column.get(name)))]);
  return [[title, "default", "full"], ["---", "--:", "--:"], ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

function cell(value) {
  if (value === undefined) return "";
  const [size, gzipped] = [value].flat();
  return gzipped === undefined ? `${size}` : `${size} (${gzipped})`;
}
