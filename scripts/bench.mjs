// `npm run bench`: the measurements of benches/ on the package as built.

import { pathToFileURL } from "node:url";

import { build } from "./build.mjs";
import { setUpChromium, setUpNpm } from "./setup.mjs";
import { at, main } from "./steps.mjs";

await main(async () => {
  await build();
  await setUpNpm("benches");
  const library = await import(pathToFileURL(at("target/npm/edge-jwt/lib/hosts/node.js")).href);
  const { benchVerify } = await import("../benches/verify.mjs");
  await benchVerify(library);
  process.env.EDGE_JWT_CHROMIUM = (await setUpChromium()).browser;
  const { benchHosts } = await import("../benches/hosts.mjs");
  await benchHosts(library);
});
