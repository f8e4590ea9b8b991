// `npm run bench`: the measurements of benches/ on the package as built, beside other libraries on
// every host. `npm run bench -- HS256 node` measures only what has all these words in its name.
//
// The report is written into target/bench; `--publish` writes it into docs besides.
// `--quick` leaves out the largest lists, `--huge` takes in 10^8 entries besides: some minutes, 4 GB.
// `--passes=N` is for who wants an answer sooner, or surer. To see where time goes in Node:
// `node --cpu-prof --cpu-prof-dir=target scripts/bench.mjs HS256 node`.

import { parseArgs } from "node:util";

import { build } from "./build.mjs";
import { setUpBenches, setUpChromium } from "./setup.mjs";
import { Stop, main } from "./steps.mjs";

await main(async () => {
  const choices = readChoices();
  await build();
  await setUpBenches();
  process.env.EDGE_JWT_CHROMIUM = (await setUpChromium()).browser;
  // Not imported before: its packages may only just have been installed.
  const { report } = await import("../benches/index.mjs");
  const isThere = await report(choices, process.argv.slice(2));
  if (!isThere) throw new Stop("Nothing has all these words in its name.");
});

function readChoices() {
  const { values, positionals } = parseChoices();
  const passes = Number(values.passes);
  if (!Number.isInteger(passes) || passes < 1) throw new Stop("--passes is not a number of passes.");
  if (values.publish && positionals.length > 0) throw new Stop("Only the whole is published.");
  const words = positionals.map((word) => word.toLowerCase());
  return { words, passes, isQuick: values.quick, isHuge: values.huge, isPublished: values.publish };
}

function parseChoices() {
  const flag = { type: "boolean", default: false };
  const options = { quick: flag, huge: flag, publish: flag, passes: { type: "string", default: "15" } };
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    throw new Stop(error.message);
  }
}
