// `npm run size`: what the package weighs, gzipped, and whether that is within its limit.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { build } from "./build.mjs";
import { Stop, at, main } from "./steps.mjs";

const PACKAGE = at("target/npm/edge-jwt");

/** In kilobytes of 1000 bytes: what is, rounded up, so that growth is noticed. The aim is 95, 210 and 12. */
const LIMITS = {
  "the wasm": 166,
  "the wasm of edge-jwt/full": 257,
  "all JavaScript but the inlined wasm, what stands apart and the command line, minified": 23,
  "edge-jwt/events, bundled and minified": 3,
  "edge-jwt/handler, bundled and minified": 2,
  "edge-jwt/hono, bundled and minified": 1,
  "edge-jwt/lists, minified": 5,
  "edge-jwt/service, minified": 19,
  "edge-jwt/store, bundled and minified": 6,
  "edge-jwt/widget, bundled and minified": 6,
  "the command line, for Node alone, minified": 12,
};

await main(async () => {
  await build();
  const apart = /^(events\/|guard\/|lists\/|service\/|store\/|widget\/|cli\/|edge_jwt\.inline\.js$)/;
  const scripts = scriptsWhere((name) => !apart.test(name));
  const weights = {
    "the wasm": gzipped(readFileSync(join(PACKAGE, "lib/edge_jwt.wasm"))),
    "the wasm of edge-jwt/full": gzipped(readFileSync(join(PACKAGE, "full/edge_jwt.wasm"))),
    "all JavaScript but the inlined wasm, what stands apart and the command line, minified":
      gzipped(await minified(scripts)),
    "edge-jwt/events, bundled and minified": gzipped(await bundled("lib/events/index.js")),
    "edge-jwt/handler, bundled and minified": gzipped(await bundled("lib/guard/index.js")),
    "edge-jwt/hono, bundled and minified": gzipped(await bundled("lib/guard/hono.js")),
    "edge-jwt/lists, minified": gzipped(await minified(scriptsWhere((name) => name.startsWith("lists/")))),
    "edge-jwt/service, minified": gzipped(await minified(scriptsWhere((name) => name.startsWith("service/")))),
    "edge-jwt/store, bundled and minified": gzipped(await bundled("lib/store/index.js")),
    "edge-jwt/widget, bundled and minified": gzipped(await bundled("lib/widget/index.js")),
    "the command line, for Node alone, minified":
      gzipped(await minified(scriptsWhere((name) => name.startsWith("cli/")))),
  };
  for (const [name, kilobytes] of Object.entries(weights)) {
    console.log(`${name}: ${kilobytes.toFixed(1)} KB gzipped, at most ${LIMITS[name]}`);
    if (kilobytes > LIMITS[name]) throw new Stop(`${name} is too large`);
  }
});

/** The scripts of lib whose names are such. */
function scriptsWhere(isMeant) {
  return readdirSync(join(PACKAGE, "lib"), { recursive: true })
    .filter((name) => name.endsWith(".js") && isMeant(name))
    .map((name) => readFileSync(join(PACKAGE, "lib", name), "utf8"));
}

/** Scripts as a bundler would make them for a page; the package itself keeps its names. */
async function minified(scripts) {
  const { transform } = await import("esbuild");
  const codes = await Promise.all(scripts.map((script) => transform(script, { minify: true })));
  return codes.map(({ code }) => code).join("");
}

/** One entry with all that it imports. */
async function bundled(entry) {
  const { build } = await import("esbuild");
  const options = { bundle: true, format: "esm", minify: true, write: false };
  const { outputFiles } = await build({ entryPoints: [join(PACKAGE, entry)], ...options });
  return outputFiles[0].text;
}

function gzipped(octets) {
  return gzipSync(octets, { level: 9 }).length / 1000;
}
