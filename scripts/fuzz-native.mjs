// `npm run fuzz:native -- SECONDS`: each target of fuzz/ for that long (default 20), natively, with
// cargo-fuzz, which is built into target/. Needs a nightly toolchain, and says so where there is
// none. A target that fails leaves its input in target/fuzz/artifacts and ends the script.

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { deflateRawSync } from "node:zlib";

import { TOOLS, setUpNpm, setUpRust, setUpTool } from "./setup.mjs";
import { Stop, at, main, run, step } from "./steps.mjs";

const VERSION = "0.13.2";
const WORK = "target/fuzz";

/** The sanitizer would watch `unsafe` code, of which this crate has none, at half the speed. */
const BUILD = ["--fuzz-dir", "fuzz", "--target-dir", WORK, "--sanitizer", "none"];

/** Names that a search by octets would be long in finding, each with a value of every type. */
const CLAIMS = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "auth_time"];
const MEMBERS = ["alg", "kid", "typ", "crit", "jwk", "b64"];
const SAMPLES = ["", "a", "abcabcabc".repeat(9), "\0".repeat(999)];
const VALUES = ['"a"', "1", "1.5", "1e12", "true", "null", "[]", '["a"]', '["a",1]', '{"a":1}'];

await main(async () => {
  const seconds = Number(process.argv[2] ?? 20);
  if (!(seconds >= 1)) throw new Stop("How many seconds? `npm run fuzz:native -- 20`");
  await setUpRust();
  if (!hasNightly()) {
    console.log("• fuzzing natively: SKIPPED, there is no nightly toolchain (rustup has it)");
    return;
  }
  await setUpNpm();
  await setUpTool("cargo-fuzz", VERSION, "about 1 minute");
  await step("building the fuzz targets", "first time about 2 minutes", () =>
    cargoFuzz(["build", ...BUILD]),
  );
  for (const [target, seeds] of Object.entries(await makeSeeds())) {
    await step(`fuzzing ${target}`, `${seconds} s`, () => fuzz(target, seeds, seconds));
  }
});

function hasNightly() {
  return run("rustup", ["toolchain", "list"], { quiet: true }).includes("nightly-");
}

function fuzz(target, seeds, seconds) {
  const corpus = makeFolder(`${WORK}/corpus/${target}`);
  const artifacts = makeFolder(`${WORK}/artifacts/${target}`);
  for (const seed of seeds) writeFileSync(at(corpus, nameOf(seed)), seed);
  const limits = [`-max_total_time=${seconds}`, "-max_len=4096", "-timeout=5"];
  const options = [...limits, `-artifact_prefix=${at(artifacts)}/`, "-print_final_stats=1"];
  const said = cargoFuzz(["run", ...BUILD, target, corpus, "--", ...options]);
  console.log(`  ${said.match(/number_of_executed_units: (\d+)/)?.[1]} inputs`);
}

/** Runs cargo-fuzz; answers what it says, which is shown only if it fails. */
function cargoFuzz(args) {
  const env = { PATH: `${at(TOOLS, "bin")}:${process.env.PATH}` };
  const script = 'cargo +nightly fuzz "$@" 2>&1';
  return run("sh", ["-c", script, "cargo-fuzz", ...args], { env, quiet: true });
}

/** What each target begins with: those names, and the project's own vectors and keys. */
async function makeSeeds() {
  // Not imported before: its packages may only just have been installed.
  const { readVectors } = await import("../tests/package/vectors.mjs");
  const cases = readVectors().cases.filter(({ token }) => token.length < 4096);
  const texts = (name) => cases.flatMap((described) => described[name] ?? []);
  const header = (name, value) => `{"alg":"HS256","kid":"main","${name}":${value}}`;
  return {
    split: texts("token"),
    header: [...texts("header"), ...each(MEMBERS, header)],
    claims: [...texts("payload"), ...each(CLAIMS, (name, value) => `{"${name}":${value}}`)],
    keys: keySeeds(JSON.parse(readFileSync(at("tests/keys.json"), "utf8"))),
    gate: gateSeeds(),
    lists: [],
    published: publishedSeeds(),
    status: [0, 6, 9].flatMap((level) => SAMPLES.map((text) => deflateRawSync(text, { level }))),
  };
}

function each(names, textOf) {
  return names.flatMap((name) => VALUES.map((value) => textOf(name, value)));
}

/** Requests, as they cross into wasm: an open path with each trick that leads elsewhere. */
function gateSeeds() {
  const tricks = ["", "..", "%2e%2e", "..%20", "..;x", "%2561", "%2f..", "%5c..", "%c0%ae", "é", "?_method=PUT"];
  const urls = tricks.flatMap((trick) => [`/open/${trick}/x`, `/${trick}/open`, `http://h/open/${trick}`]);
  const fields = ["", "authorization:Bearer a.b.c\n", "cookie:a=b; token=a.b.c\n", "x-original-url:/x\n"];
  return [...urls, "/x?token=a.b.c"].flatMap((url) => fields.map((field) => `GET\n${url}\n${field}`));
}

/** Lists, deltas and shards of few records, behind the octet that chooses what they are. */
function publishedSeeds() {
  const records = { jti: { kind: 1, width: 7 }, kid: { kind: 5, width: 16 }, sub: { kind: 8, width: 16 } };
  const section = (name, count, { mark = 1, end = 0 } = {}) => {
    const { kind, width } = records[name];
    const row = Buffer.from([kind, 1, mark, 0, ...numbers(4, count), ...numbers(8, end)]);
    const values = name === "sub" ? Array(count).fill(numbers(8, 1.7e12)).flat() : [];
    const prints = Array.from({ length: count * width }, (_, n) => (n * 37) % 256);
    return { row, table: Buffer.from([...numbers(4, 0), ...numbers(4, count), ...prints, ...values]) };
  };
  const list = (form, bits, ...sections) => {
    const head = [form, bits, ...numbers(2, sections.length), ...numbers(8, 2), ...numbers(8, 1.7e12)];
    const parts = [...sections.map(({ row }) => row), ...sections.map(({ table }) => table)];
    return Buffer.concat([Buffer.from("RVL1"), Buffer.from([...head, ...numbers(8, 86_400)]), ...parts]);
  };
  const end = { end: 1_700_092_800_000 };
  const kinds = [section("jti", 3), section("jti", 2, end), section("kid", 1), section("sub", 2)];
  const back = [section("jti", 1, { mark: 0 }), section("jti", 2), section("sub", 1, { mark: 0 })];
  const snapshots = [list(0, 0), list(0, 0, ...kinds)];
  const seeds = [
    ...snapshots.flatMap((octets) => [[0, octets], [3, octets]]),
    ...[list(1, 0), list(1, 0, ...back), list(1, 0, ...kinds)].map((octets) => [1, octets]),
    [2, list(2, 2)],
    [2, list(2, 2, section("jti", 4), section("jti", 2, end))],
  ];
  return seeds.map(([form, octets]) => Buffer.concat([Buffer.from([form]), octets]));
}

/** A number in so many octets, the least significant first. */
function numbers(length, number) {
  return Array.from({ length }, (_, place) => Math.floor(number / 256 ** place) % 256);
}

/** Each key in each form, behind the three octets that choose its form, algorithm and encoding. */
function keySeeds({ about: _, ...keys }) {
  const algorithms = { rsa: 2, p256: 4, p384: 5, p521: 6, ed25519: 7 };
  return Object.entries(keys).flatMap(([kind, { publicJwk, privateJwk, pem = {} }]) => {
    const alg = algorithms[kind] ?? 0;
    const jwks = [publicJwk, privateJwk].filter(Boolean).map((jwk) => JSON.stringify(jwk));
    const pems = Object.values(pem);
    const ders = pems.map((text) => Buffer.from(text.replace(/-----.*-----|\s/g, ""), "base64"));
    const written = [[1, pems], [2, ders], [3, jwks]];
    return written.flatMap(([form, texts]) =>
      texts.map((text) => Buffer.concat([Buffer.from([form, alg, 0]), Buffer.from(text)])),
    );
  });
}

function makeFolder(folder) {
  mkdirSync(at(folder), { recursive: true });
  return folder;
}

function nameOf(seed) {
  return createHash("sha256").update(seed).digest("hex").slice(0, 16);
}
