// Both builds of the packed package, installed into a project of their own.

import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { installInto } from "../package/install.mjs";

/**
 * Each build's `library`; `memory`, which answers its linear memory; and `generation`, how many
 * instances it has had to discard.
 */
export async function loadBuilds(project) {
  const folder = join(installInto(project), "node_modules/edge-jwt");
  return { lib: await load(join(folder, "lib")), full: await load(join(folder, "full")) };
}

async function load(folder) {
  const from = (path) => import(pathToFileURL(join(folder, path)).href);
  const core = await from("core.js");
  const generation = () => core.generation;
  return { library: await from("hosts/node.js"), memory: core.memoryBuffer, generation };
}
