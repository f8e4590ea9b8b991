// `npm run matrix:large`: the cells of the matrix whose tools are too large for every `npm test`.

import { build } from "./build.mjs";
import { setUpNpm } from "./setup.mjs";
import { main, run, step } from "./steps.mjs";

await main(async () => {
  const tarball = await build();
  await setUpNpm("tests/matrix/large");
  await step("running the packed tarball in Node 24, Bun and Next", "about 30 s", () =>
    run("node", ["--test", "--test-timeout=600000", "tests/matrix/large/large.test.mjs"], {
      env: { EDGE_JWT_TARBALL: tarball },
    }),
  );
});
