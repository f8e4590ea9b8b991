// The demo, made ready and running: the page of www/ with its scripts bundled for the browser, and
// its worker in workerd with the built package, once for each region, over one D1 and one KV.

import { randomBytes } from "node:crypto";
import { cpSync, mkdirSync } from "node:fs";

import { build as bundle } from "esbuild";

import { at } from "./steps.mjs";
import { assetsOf, startIsolates } from "./worker.mjs";

/** Where the built package stands, as a folder of packages. */
const PACKAGES = at("target/npm");

const LIBRARY = at("target/npm/edge-jwt/lib/hosts/node.js");

/** Each is an isolate of its own. */
const REGIONS = ["Helsinki", "Sydney"];

/**
 * Starts the demo on a port (0: any free one); answers its address and how to stop it. A cron
 * publishes every `publishSeconds`; each region looks for a newer list every `pollSeconds`.
 */
export async function startDemo({ port = 0, publishSeconds = 20, pollSeconds = 10 } = {}) {
  await buildPage();
  const bindings = { ...(await makeKeys()), POLL_SECONDS: pollSeconds };
  const miniflare = await startIsolates(at("www/worker.js"), workersOf(bindings), {
    modules: [PACKAGES],
    port,
    log: (piece) => process.stderr.write(piece),
  });
  const cron = await startCron(miniflare, publishSeconds);
  const stop = async () => {
    clearInterval(cron);
    await miniflare.dispose();
  };
  return { address: (await miniflare.ready).href, stop };
}

/** The front stands first, for the first one hears the requests. */
function workersOf(bindings) {
  const stores = { d1Databases: { DB: "demo" }, kvNamespaces: { LISTS: "demo" } };
  const regionOf = (name) => [name.toLowerCase(), { bindings: { ...bindings, REGION: name }, ...stores }];
  const binding = (name) => [name.toUpperCase(), name.toLowerCase()];
  return {
    front: {
      entry: at("www/front.js"),
      serviceBindings: Object.fromEntries(REGIONS.map(binding)),
      assets: assetsOf(at("target/www")),
    },
    ...Object.fromEntries(REGIONS.map(regionOf)),
  };
}

/** Two keys for tokens, so that there is another when one is thrown out; one for lists. */
async function makeKeys() {
  const { generateKey } = await import(LIBRARY);
  const make = (kid) => generateKey("ES256", { kid });
  return {
    TOKEN_KEYS: [await make("tokens-1"), await make("tokens-2")],
    LIST_KEY: await make("lists-1"),
    PAIR_SECRET: randomBytes(32).toString("base64"),
  };
}

/** There is no cron but on the platform; the first list is there before the first request. */
async function startCron(miniflare, seconds) {
  const region = await miniflare.getWorker(REGIONS[0].toLowerCase());
  const publish = () => region.scheduled({ cron: "* * * * *" });
  await publish();
  return setInterval(() => void publish().catch(() => {}), seconds * 1000);
}

async function buildPage() {
  mkdirSync(at("target/www"), { recursive: true });
  cpSync(at("www/index.html"), at("target/www/index.html"));
  await bundle({
    entryPoints: [at("www/page.js"), at("www/style.css")],
    nodePaths: [PACKAGES],
    outdir: at("target/www"),
    bundle: true,
    format: "esm",
    target: "es2022",
    minify: true,
    logLevel: "warning",
  });
}
