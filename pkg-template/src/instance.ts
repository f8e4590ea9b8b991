// The one WebAssembly instance: how it is made, and made anew when it cannot be trusted any more.
//
// A host entry provides the module; nothing is compiled before the first use, and a load that
// failed can be tried again. What calls into the instance does so through containment.ts.

import * as glue from "./edge_jwt.js";
import { SetupError, internalError } from "./errors.js";

/** Where a module comes from when the caller brings it. */
export type ModuleSource = WebAssembly.Module | BufferSource | Response;

let provideModule: (() => ModuleSource) | undefined;
let memory: WebAssembly.Memory | undefined;
let sound = true;

/**
 * How many instances have been discarded. What was made in an older one is gone with it.
 *
 * @internal
 */
export let generation = 0;

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
  instantiate(await compile(source ?? provided()));
}

/** As `init`, at once. A browser may refuse to compile this way on its main thread. */
export function initSync(source: WebAssembly.Module | BufferSource): void {
  if (memory !== undefined) return;
  instantiate(compileSync(source));
}

/**
 * Sees to it that there is a sound instance, made at the first call.
 *
 * @internal
 */
export function ready(): void {
  if (memory === undefined) initSync(provided() as WebAssembly.Module | BufferSource);
  if (!sound) renew();
}

/**
 * The instance's memory as it is now; it moves when it grows.
 *
 * @internal
 */
export function memoryBuffer(): ArrayBuffer {
  ready();
  return (memory as WebAssembly.Memory).buffer;
}

/**
 * Octets of the instance's memory. A view dies when memory grows, which leaves it without length,
 * or when the instance is replaced: `isStale` says whether to ask for a new one.
 *
 * @internal
 */
export function viewOf(pointer: number, length?: number): View {
  return { octets: new Uint8Array(memoryBuffer(), pointer, length), generation };
}

/** @internal */
export interface View {
  readonly octets: Uint8Array<ArrayBuffer>;
  readonly generation: number;
}

/** @internal */
export function isStale(view: View): boolean {
  // Asking memory for its buffer takes several times as long.
  return view.octets.length === 0 || view.generation !== generation;
}

const decoder = new TextDecoder();
let whole: View | undefined;

/**
 * Text that stands in the instance's memory.
 *
 * @internal
 */
export function textAt(pointer: number, length: number): string {
  if (whole === undefined || isStale(whole)) whole = viewOf(0);
  return decoder.decode(whole.octets.subarray(pointer, pointer + length));
}

/**
 * Throws the instance away, and what is in its memory with it.
 *
 * @internal
 */
export function discard(): void {
  generation += 1;
  sound = false;
  try {
    new Uint8Array((memory as WebAssembly.Memory).buffer).fill(0);
    renew();
  } catch {
    // With the stack or the memory exhausted a new instance must wait for the next call.
  }
}

function renew(): void {
  try {
    glue.__wbg_reset_state();
    memory = currentMemory();
    sound = true;
  } catch (error) {
    throw internalError(error);
  }
}

function instantiate(module: WebAssembly.Module): void {
  // Once the glue has taken in a foreign module it keeps it for good.
  if (!isOwn(module)) throw notOwn();
  try {
    adopt(module);
    glue.initSync({ module });
    memory = currentMemory();
  } catch (error) {
    throw error instanceof WebAssembly.LinkError ? notOwn() : internalError(error);
  }
}

/**
 * Gives a module of another realm, as sandboxes hand it over, the class of this one: the glue would
 * take it for octets.
 */
function adopt(module: WebAssembly.Module): void {
  if (module instanceof WebAssembly.Module) return;
  Object.setPrototypeOf(module, WebAssembly.Module.prototype);
}

function isOwn(module: WebAssembly.Module): boolean {
  return WebAssembly.Module.exports(module).some(({ name }) => name === "verifier_verify");
}

function notOwn(): SetupError {
  return new SetupError("source", "is not the module of this package");
}

/** The glue does not say what a reset made, but answers with what it has when asked again. */
function currentMemory(): WebAssembly.Memory {
  return glue.initSync(undefined as never).memory;
}

function provided(): ModuleSource {
  if (provideModule === undefined) {
    throw new SetupError("init", "call init() or initSync() first", "not_initialized");
  }
  return provideModule();
}

async function compile(source: ModuleSource | Promise<ModuleSource>): Promise<WebAssembly.Module> {
  const given = await had(source);
  if (isModule(given)) return given as WebAssembly.Module;
  try {
    return await WebAssembly.compile(given as BufferSource);
  } catch (error) {
    throw notCompiled(error);
  }
}

/** A module or octets. What fails on the way says nothing of what the host lets run. */
async function had(
  source: ModuleSource | Promise<ModuleSource>,
): Promise<Exclude<ModuleSource, Response>> {
  try {
    const given = await source;
    if (!(given instanceof Response)) return given;
    if (given.ok) return await given.arrayBuffer();
    throw new Error(`the server answered ${given.status}`);
  } catch (cause) {
    throw new SetupError("source", "could not be had", "wasm_unavailable", { cause });
  }
}

function compileSync(source: WebAssembly.Module | BufferSource): WebAssembly.Module {
  try {
    return isModule(source) ? source : new WebAssembly.Module(source as BufferSource);
  } catch (error) {
    throw notCompiled(error);
  }
}

/** By what it can do: a proxy of a module passes for an instance of the class. */
function isModule(source: Exclude<ModuleSource, Response>): boolean {
  try {
    return Array.isArray(WebAssembly.Module.exports(source as WebAssembly.Module));
  } catch {
    return false;
  }
}

function notCompiled(cause: unknown): SetupError {
  const needs = "a page's CSP needs 'wasm-unsafe-eval', and an old host may lack SIMD";
  const problem = `the host did not compile WebAssembly (${needs})`;
  return new SetupError("wasm", problem, "wasm_blocked", { cause });
}
