// `npm run bench`: the measurements of benches/ on the package as built.

import { pathToFileURL } from "node:url";

import { build } from "./build.mjs";
import { setUpChromium, setUpNpm } from "./setup.mjs";
import { at, main } from "./steps.mjs";

await main(async () => {
  await build();
  await setUpNpm("benches");
  process.env.EDGE_JWT_CHROMIUM = (await setUpChromium()).browser;
  // Not imported before: their packages may only just have been installed.
  const { benchFull } = await import("../benches/full.mjs");
  const { benchHosts } = await import("../benches/hosts.mjs");
  const { benchLimits } = await import("../benches/limits.mjs");
  const { benchSeen, benchVerify } = await import("../benches/verify.mjs");
  const library = await importBuild("lib");
  await benchVerify(library);
  await benchSeen(library);
  benchLimits(library);
  await benchFull(await importBuild("full"));
  await benchHosts(library);
});

function importBuild(folder) {
  return import(pathToFileURL(at(`target/npm/edge-jwt/${folder}/hosts/node.js`)).href);
}
