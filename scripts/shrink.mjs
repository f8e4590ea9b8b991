// What makes a wasm smaller after Rust and wasm-bindgen are done with it: binaryen, and leaving out
// the words of panics, which nobody can read: in wasm a panic prints nothing and traps, and so it
// still does. Must not assume that a trap cannot happen.

import { readFileSync, writeFileSync } from "node:fs";

import { at, run } from "./steps.mjs";

/** Ways into a panic, and what only its message is written with (so nothing else may use it). */
const PANIC_ONLY = [
  /\b(core|std)::panicking::/,
  /\b(core::result|core::option)::(unwrap|expect)_failed/,
  /\bcore::(slice|str)::.*_fail$/,
  /\bcore::fmt::builders::/,
  / as core::fmt::Debug>::fmt/,
  / as core::panic::PanicPayload>/,
];

/** What js-sys links for closures and tasks, none of which this module makes. */
const UNUSED = [/^wasm_bindgen::convert::closures::/, /^js_sys::futures::/];

/** Small functions compress better than the same code put into their one caller. */
const SEPARATE = ["--one-caller-inline-max-function-size", "0"];

/** The lowest kilobyte is the end of the stack: who gets there is about to overflow it anyway. */
const LOW_MEMORY = "--low-memory-unused";

/** Shrinks a wasm file that still has its names; they go too, unless they are to be kept. */
export async function shrink(from, to, { keepsNames = false } = {}) {
  writeFileSync(to, await trapAtOnce(readFileSync(from), keepsNames));
  const names = keepsNames ? ["--debuginfo"] : [];
  const flags = ["-Oz", "--converge", LOW_MEMORY, "--strip-target-features", ...SEPARATE, ...names];
  run(at("node_modules/.bin/wasm-opt"), [to, ...flags, "--output", to]);
}

/** Puts a trap in place of each function that only leads to one, or that nothing calls. */
async function trapAtOnce(octets, keepsNames) {
  // Not imported before: it may only just have been installed.
  const { default: binaryen } = await import("binaryen");
  binaryen.setDebugInfo(keepsNames);
  const module = binaryen.readBinary(octets);
  for (let place = 0; place < module.getNumFunctions(); place += 1) {
    const reference = module.getFunctionByIndex(place);
    const { name, module: importedFrom } = binaryen.getFunctionInfo(reference);
    // Names of the standard library's crates have a hash behind them.
    const plain = name.replaceAll(/\[[0-9a-f]+\]/g, "");
    const goes = [...PANIC_ONLY, ...UNUSED].some((pattern) => pattern.test(plain));
    if (goes && importedFrom === "") binaryen.Function(reference).body = module.unreachable();
  }
  return module.emitBinary();
}
