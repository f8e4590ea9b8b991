// `npm run bench`: the measurements of benches/ on the package as built, beside other libraries on
// every host. `npm run bench -- HS256 node` measures only what has all these words in its name.
//
// The report is written into target/bench; `--publish` writes it into docs besides.
// `--quick` leaves out the largest lists, `--huge` takes in 10^8 entries besides: some minutes, 4 GB.
// `--passes=N` is for who wants an answer sooner, or surer. To see where time goes in Node:
// `node --cpu-prof scripts/bench.mjs HS256 node`.

import { build } from "./build.mjs";
import { setUpBenches, setUpChromium } from "./setup.mjs";
import { Stop, main } from "./steps.mjs";

await main(async () => {
  await build();
  await setUpBenches();
  process.env.EDGE_JWT_CHROMIUM = (await setUpChromium()).browser;
  // Not imported before: its packages may only just have been installed.
  const { report } = await import("../benches/index.mjs");
  const isThere = await report(choices(), process.argv.slice(2));
  if (!isThere) throw new Stop("Nothing has all these words in its name.");
});

function choices() {
  const given = process.argv.slice(2);
  const isSet = (flag) => given.includes(flag);
  const passes = Number(given.find((flag) => flag.startsWith("--passes="))?.slice(9) ?? 15);
  const words = given.filter((word) => !word.startsWith("--")).map((word) => word.toLowerCase());
  return { words, passes, isQuick: isSet("--quick"), isHuge: isSet("--huge"), isPublished: isSet("--publish") };
}
