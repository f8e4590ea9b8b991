// `npm run timing`: the statistical test of the time that a MAC's comparison takes. Apart from
// `npm test`, because it measures.

import { build } from "./build.mjs";
import { main, run, step } from "./steps.mjs";

await main(async () => {
  const env = { EDGE_JWT_TARBALL: await build() };
  await step("measuring whether wrong MACs differ in time", "about 30 s", () =>
    run("node", ["--test", "tests/timing/timing.test.mjs"], { env }),
  );
});
