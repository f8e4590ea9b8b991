// `npm run weigh`: what the wasm of each build weighs, by section, by what it is for, by crate, by our
// own file and by function, into target/weight.md; docs/weight.md says what to make of it. It weighs
// what ships: the same file, shrunk with the names of its functions kept, whose sizes twiggy tells.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { gzipSync } from "node:zlib";

import { MADE, build, unshrunk } from "./build.mjs";
import { TOOLS, setUpTool } from "./setup.mjs";
import { shrink } from "./shrink.mjs";
import { at, main, run, stepOnce } from "./steps.mjs";

const VERSION = "0.8.0";
const REPORT = "target/weight.md";

/** The sections of a wasm file, by their numbers. */
const SECTIONS = [
  ...["custom", "types", "imports", "functions", "tables", "memory", "globals", "exports", "start"],
  ...["elements", "code", "data", "count of data"],
];

/** What code is for, by the file or folder of src/, the class or function exported, or the crate. */
const PURPOSES = {
  "lists: reading, checking, publishing": "revocation revocations revocationbuilder builtlist targetOf listFault",
  "tokens: reading, rules, verifying, the cache":
    "policy demands verify cache jws json json_text claims answer pointer time token_kind verifier inspect refusal",
  "keys: JWK, PEM, DER, algorithms, HMAC":
    "key jwk asn1 numbers curve algorithm mac random keyset hmacHex equal webCrypto octets der const_oid",
  "issuing, refreshing, families": "issue refresh issuer",
  "key pairs, history, webhooks": "keypair keypairs rows askRows history webhook checkSubscriptions",
  "the gate": "gate",
  "vendors' profiles": "profile profiles profileMake profileAnswer checkProfile",
  "RSA, ECDSA, Ed25519":
    "full rsa p256 p384 ecdsa ed25519_dalek curve25519_dalek crypto_bigint elliptic_curve primeorder " +
    "primefield rfc6979 wnaf sec1 signature",
  "SHA-2, MD5": "sha2 digest hmac md5 block_buffer",
  "inflating": "miniz_oxide",
  "base64, serde_json": "base64 base16ct serde_json serde_core",
  "options, errors of misuse": "options error",
  "constants": "(constants)",
};

/** What only says names, and is not in what ships. */
const NAMES = /subsection$|^custom section/;

await main(async () => {
  await build();
  await setUpTool("twiggy", VERSION, "about 1 minute");
  const named = { inputs: [...MADE.map(unshrunk), "scripts/shrink.mjs"], outputs: MADE.map(withNames) };
  await stepOnce("weigh", "shrinking both builds with their names kept", "about 1 minute", named, keepNames);
  const builds = MADE.map((path) => ({ octets: readFileSync(at(path)), items: itemsOf(path) }));
  const report = [
    "The default build, then edge-jwt/full, in octets; in brackets gzipped, each by itself.",
    table("section", builds.map(sectionsIn)),
    table("for", builds.map(({ items }) => sum(items, purposeOf))),
    table("crate", builds.map(({ items }) => sum(items, crateOf))),
    table("file", builds.map(({ items }) => sum(items, fileOf))),
    table("function", builds.map(({ items }) => sum(items, functionOf)), 25),
  ];
  writeFileSync(at(REPORT), `${report.join("\n\n")}\n`);
  console.log(`written: ${REPORT}`);
});

/** Where a wasm file is that is shrunk, but has its names. */
function withNames(path) {
  return `target/weigh/${basename(dirname(path))}.wasm`;
}

async function keepNames() {
  mkdirSync(at("target/weigh"), { recursive: true });
  for (const path of MADE) await shrink(at(unshrunk(path)), at(withNames(path)), { keepsNames: true });
}

/** The parts of a wasm file with their names and sizes. */
function itemsOf(path) {
  const args = ["top", "-n", "1000000", "--format", "json", at(withNames(path))];
  const items = JSON.parse(run(at(TOOLS, "bin/twiggy"), args, { quiet: true }));
  const shipped = items.filter(({ name }) => !NAMES.test(name));
  return shipped.map(({ name, shallow_size: size }) => ({ name: plain(name), size }));
}

/** A name without the marks that keep two of one name apart. */
function plain(name) {
  return name.replaceAll(/\[[0-9a-f]{16}\]/g, "").replace(/::h[0-9a-f]{16}$/, "");
}

function purposeOf(name) {
  const crate = crateOf(name);
  const [, ours] = name.match(/edge_jwt::(\w+)/) ?? name.match(/^([a-zA-Z]+)/) ?? [];
  const word = crate === "edge_jwt" ? ours : crate;
  const purpose = Object.keys(PURPOSES).find((purpose) => PURPOSES[purpose].split(" ").includes(word));
  return purpose ?? "memory, maps, Rust's library, wasm-bindgen";
}

/** Which crate an item is of; in brackets what is of none. */
function crateOf(name) {
  if (/^data/.test(name)) return "(constants)";
  if (/^(export|import|type|elem|table|memory|global)[ [.]|headers$|magic/.test(name)) return "(wasm itself)";
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
  if (!name.includes("::")) return `src/wasm/, exports of ${name.match(/^(\w+)_/)?.[1] ?? "no class"}`;
  const path = name.match(/edge_jwt((?:::[a-z_]\w*)+)/)?.[1].split("::").slice(1) ?? [];
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
  for (const { name, size } of items) {
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

function withGzip(octets) {
  return [octets.length, gzipSync(octets, { level: 9 }).length];
}

/** An unsigned LEB128 number, and where it ends. */
function readNumber(octets, place) {
  let number = 0;
  for (let shift = 0; ; shift += 7, place += 1) {
    number += (octets[place] & 127) * 2 ** shift;
    if (octets[place] < 128) return [number, place + 1];
  }
}

/** A table with a column for each build: the heaviest rows first. */
function table(title, columns, most = 60) {
  const names = [...new Set(columns.flatMap((column) => [...column.keys()]))];
  const weight = (name) => Math.max(...columns.map((column) => [column.get(name) ?? 0].flat()[0]));
  const heaviest = names.sort((a, b) => weight(b) - weight(a)).slice(0, most);
  const rows = heaviest.map((name) => [name, ...columns.map((column) => cell(column.get(name)))]);
  const lines = [[title, "default", "full"], ["---", "--:", "--:"], ...rows];
  return lines.map((line) => `| ${line.join(" | ")} |`).join("\n");
}

function cell(value) {
  const [size, gzipped] = [value ?? ""].flat();
  return gzipped === undefined ? `${size}` : `${size} (${gzipped})`;
}
