// What makes a wasm smaller after Rust and wasm-bindgen are done with it: 4 % by binaryen, another
// 3 % by leaving out the words of panics. No one can read them: in wasm a panic prints nothing and
// traps, and so it still does. Nothing else of what the module answers may change.

import { readFileSync, writeFileSync } from "node:fs";

import { at, run } from "./steps.mjs";

/** Ways into a panic, and what only its message is written with. Hashes of crates are left out. */
const PANIC_ONLY = [
  /\b(core|std)::panicking::/,
  /\b(core::result|core::option)::(unwrap|expect)_failed/,
  /\bcore::(slice|str)::.*_fail$/,
  /\bcore::fmt::builders::/,
  / as core::fmt::Debug>::fmt/,
  / as core::panic::PanicPayload>/,
];

/** Shrinks a wasm file that still has its names; they go too. */
export async function shrink(path) {
  writeFileSync(path, await withoutPanicTexts(readFileSync(path)));
  const smaller = ["-Oz", "--converge", "--low-memory-unused", "--strip-target-features"];
  run(at("node_modules/.bin/wasm-opt"), [path, ...smaller, "--output", path]);
}

async function withoutPanicTexts(octets) {
  // Not imported before: it may only just have been installed.
  const { default: binaryen } = await import("binaryen");
  const module = binaryen.readBinary(octets);
  for (let place = 0; place < module.getNumFunctions(); place += 1) {
    const reference = module.getFunctionByIndex(place);
    const { name, module: host } = binaryen.getFunctionInfo(reference);
    const plain = name.replaceAll(/\[[0-9a-f]+\]/g, "");
    if (host === "" && PANIC_ONLY.some((pattern) => pattern.test(plain))) {
      binaryen.Function(reference).body = module.unreachable();
    }
  }
  return module.emitBinary();
}
