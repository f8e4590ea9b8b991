// `npm run size`: what the package weighs, gzipped, and whether that is within its limit.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { build } from "./build.mjs";
import { Stop, at, main } from "./steps.mjs";

const PACKAGE = at("target/npm/edge-jwt");

/** In kilobytes of 1000 bytes: what is, rounded up, so that growth is noticed. The aim is 95, 210 and 12. */
const LIMITS = {
  "the wasm": 162.5,
  "the wasm of edge-jwt/full": 253,
  "all JavaScript of edge-jwt": 20.5,
  "of that what who only verifies gets from a bundler": 12.5,
  "edge-jwt/events": 3,
  "edge-jwt/handler": 2,
  "edge-jwt/hono": 1,
  "edge-jwt/lists, beside edge-jwt": 5,
  "edge-jwt/service, beside edge-jwt": 19.6,
  "edge-jwt/store": 6,
  "edge-jwt/widget": 6,
  "the command line, for Node alone, beside edge-jwt": 12,
};

/** What an entry has in common with `edge-jwt`. */
const COMMON = ["*/core.js", "*/ground.js", "*/hosts/node.js", "node:*"];

await main(async () => {
  await build();
  const weights = {
    "the wasm": readFileSync(join(PACKAGE, "lib/edge_jwt.wasm")),
    "the wasm of edge-jwt/full": readFileSync(join(PACKAGE, "full/edge_jwt.wasm")),
    "all JavaScript of edge-jwt": await bundled('export * from "./lib/index.js"'),
    "of that what who only verifies gets from a bundler":
      await bundled('export { KeySet, Verifier } from "./lib/index.js"'),
    "edge-jwt/events": await bundled('export * from "./lib/events/index.js"'),
    "edge-jwt/handler": await bundled('export * from "./lib/guard/index.js"'),
    "edge-jwt/hono": await bundled('export * from "./lib/guard/hono.js"'),
    "edge-jwt/lists, beside edge-jwt": await bundled('export * from "./lib/lists/index.js"', COMMON),
    "edge-jwt/service, beside edge-jwt": await bundled('export * from "./lib/service/index.js"', COMMON),
    "edge-jwt/store": await bundled('export * from "./lib/store/index.js"'),
    "edge-jwt/widget": await bundled('export * from "./lib/widget/index.js"'),
    "the command line, for Node alone, beside edge-jwt": await bundled('import "./lib/cli/main.js"', COMMON),
  };
  for (const [name, octets] of Object.entries(weights)) {
    const kilobytes = gzipSync(octets, { level: 9 }).length / 1000;
    console.log(`${name}: ${kilobytes.toFixed(1)} KB gzipped, at most ${LIMITS[name]}`);
    if (kilobytes > LIMITS[name]) throw new Stop(`${name} is too large`);
  }
});

/** What a bundler makes of an import for a page, minified; the package itself keeps its names. */
async function bundled(contents, external = []) {
  const { build } = await import("esbuild");
  // What is outside may do more than is said there.
  const ignoreAnnotations = external.length > 0;
  const options = { bundle: true, format: "esm", minify: true, write: false, external, ignoreAnnotations };
  const { outputFiles } = await build({ stdin: { contents, resolveDir: PACKAGE }, ...options });
  return outputFiles[0].contents;
}
