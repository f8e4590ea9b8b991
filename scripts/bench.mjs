// `npm run bench`: the measurements of benches/ on the package as built. `npm run bench -- --quick`
// leaves out the largest lists, and `--huge` takes in 10^8 entries besides: some minutes, 4 GB.

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
  const { benchGate } = await import("../benches/gate.mjs");
  const { benchHosts } = await import("../benches/hosts.mjs");
  const { benchLimits } = await import("../benches/limits.mjs");
  const { benchRevocations } = await import("../benches/revocations.mjs");
  const { benchSeen, benchVerify } = await import("../benches/verify.mjs");
  const library = await importBuild("lib");
  await benchVerify(library);
  await benchSeen(library);
  benchGate(library);
  benchLimits(library);
  const full = await importBuild("full");
  await benchRevocations({ library, publisher: full, memory: await importMemory(), ...flags() });
  await benchFull(full);
  await benchHosts(library);
});

function flags() {
  const [isQuick, isHuge] = ["--quick", "--huge"].map((flag) => process.argv.includes(flag));
  return { isQuick, isHuge };
}

function importBuild(folder) {
  return importOwn(`${folder}/hosts/node.js`);
}

/** What answers the linear memory of the default build. */
async function importMemory() {
  return (await importOwn("lib/core.js")).memoryBuffer;
}

function importOwn(path) {
  return import(pathToFileURL(at("target/npm/edge-jwt", path)).href);
}
