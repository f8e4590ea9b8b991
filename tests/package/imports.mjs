// What a module of the package loads.

import { readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";

/** The files under `lib` that an entry of it imports, itself among them, in order of their names. */
export function importsOf(lib, entry) {
  const seen = new Set();
  const follow = (path) => {
    if (seen.has(path)) return;
    seen.add(path);
    const imports = readFileSync(path, "utf8").matchAll(/(?:from|import)\s*"(\.[^"]+)"/g);
    for (const [, name] of imports) follow(resolve(path, "..", name));
  };
  follow(join(lib, entry));
  return [...seen].map((path) => relative(lib, path)).sort();
}
