// Both builds of the packed package, installed into a project of their own.

import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { installInto } from "../package/install.mjs";

/** Each build's `library`, and `memory`, which answers its linear memory. */
export async function loadBuilds(project) {
  const folder = join(installInto(project), "node_modules/edge-jwt");
  return { lib: await load(join(folder, "lib")), full: await load(join(folder, "full")) };
}

async function load(folder) {
  const from = (path) => import(pathToFileURL(join(folder, path)).href);
  const { memoryBuffer } = await from("instance.js");
  return { library: await from("hosts/node.js"), memory: memoryBuffer };
}
