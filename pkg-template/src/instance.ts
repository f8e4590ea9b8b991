// The one WebAssembly instance: how it is made, and the gate to everything it exports.
//
// A host entry provides the module; nothing is compiled before the first use, and a load that
// failed can be tried again.

import * as glue from "./edge_jwt.js";
import { SetupError } from "./errors.js";

/** Where a module comes from when the caller brings it. */
export type ModuleSource = WebAssembly.Module | BufferSource | Response;

let provideModule: (() => ModuleSource) | undefined;
let memory: WebAssembly.Memory | undefined;

/**
 * Says where the host's module comes from.
 *
 * @internal
 */
export function provide(source: () => ModuleSource): void {
  provideModule = source;
}

/** Makes the module ready with what the caller brings, or with what the host entry provides. */
export async function init(source?: ModuleSource | Promise<ModuleSource>): Promise<void> {
  if (memory !== undefined) return;
  const given = await (source ?? provided());
  const module = given instanceof WebAssembly.Module ? given : await compile(given);
  initSync(module);
}

/** As `init`, at once. A browser may refuse to compile this way on its main thread. */
export function initSync(source: WebAssembly.Module | BufferSource): void {
  if (memory !== undefined) return;
  const module = unblocked(() =>
    source instanceof WebAssembly.Module ? source : new WebAssembly.Module(source),
  );
  memory = glue.initSync({ module }).memory;
}

/**
 * The exports of the instance, made at the first call.
 *
 * @internal
 */
export function wasm(): typeof glue {
  if (memory === undefined) initSync(provided() as WebAssembly.Module | BufferSource);
  return glue;
}

/**
 * The instance's memory as it is now; it moves when it grows.
 *
 * @internal
 */
export function memoryBuffer(): ArrayBuffer {
  wasm();
  return (memory as WebAssembly.Memory).buffer;
}

const decoder = new TextDecoder();
let octets = new Uint8Array();

/**
 * Text that stands in the instance's memory.
 *
 * @internal
 */
export function readText(pointer: number, length: number): string {
  const buffer = memoryBuffer();
  if (octets.buffer !== buffer) octets = new Uint8Array(buffer);
  return decoder.decode(octets.subarray(pointer, pointer + length));
}

function provided(): ModuleSource {
  if (provideModule === undefined) {
    throw new SetupError("init", "call init() or initSync() first", "not_initialized");
  }
  return provideModule();
}

async function compile(source: BufferSource | Response): Promise<WebAssembly.Module> {
  const bytes = source instanceof Response ? await source.arrayBuffer() : source;
  try {
    return await WebAssembly.compile(bytes);
  } catch (error) {
    throw compileError(error);
  }
}

function unblocked<T>(step: () => T): T {
  try {
    return step();
  } catch (error) {
    throw compileError(error);
  }
}

function compileError(error: unknown): SetupError {
  const blocked = new SetupError(
    "wasm",
    "the host did not compile WebAssembly (a page's CSP needs 'wasm-unsafe-eval')",
    "wasm_blocked",
  );
  blocked.cause = error;
  return blocked;
}
