// `npm run reference`: makes docs/reference anew, from the types and comments that the package has.

import { build } from "./build.mjs";
import { setUpNpm } from "./setup.mjs";
import { at, main } from "./steps.mjs";

await main(async () => {
  await build();
  await setUpNpm("scripts/reference");
  const { makeReference } = await import("./reference/make.mjs");
  await makeReference(at("docs/reference"));
});
