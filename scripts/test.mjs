// `npm test`: sets up what is missing, builds the package, and runs every test there is.
// `npm test -- NAME` runs only the parts whose name begins so: native, wasm, package, examples,
// matrix, fuzz, demo, docs, benches.

import { readdirSync } from "node:fs";

import { RUST, build } from "./build.mjs";
import { setUpBenches, setUpChromium, setUpNpm } from "./setup.mjs";
import { Stop, at, main, run, step, stepOnce } from "./steps.mjs";

const wanted = process.argv[2] ?? "";

const FAULTS = "target/wasm-bindgen-faults/edge_jwt_bg.wasm";

const PARTS = {
  native: [
    "testing the core natively, both builds",
    "first time about 4 minutes",
    () => {
      run("cargo", ["test"]);
      run("cargo", ["test", "--features", "full"]);
    },
  ],
  wasm: [
    "testing the core in wasm, in Node and in Chromium",
    "first time about 2 minutes",
    ({ chromium }) => {
      const env = { CHROMEDRIVER: chromium.driver };
      run("cargo", ["xtask", "test", "--test", "node", "--test", "browser"], { env });
      // Optimised, because large numbers are slow without it.
      const full = ["--release", "--features", "full", "--test", "wycheproof"];
      run("cargo", ["xtask", "test", ...full]);
    },
  ],
  package: ["testing the packed package on every host", "about 3 minutes", testPackage],
  examples: ["running the examples on their hosts", "about 20 s", nodeTests("examples")],
  matrix: ["running the package on each host and in each bundler", "about 1 minute", testMatrix],
  fuzz: ["mutating tokens and lists against the packed package", "about 20 s", nodeTests("fuzz")],
  demo: ["driving the demo in Chromium", "about 2 minutes", nodeTests("demo")],
  docs: ["running the README's examples, following docs/, making the reference", "about 2 minutes", testDocs],
  benches: ["trying the benches with five tokens each", "about 10 s", testBenches],
};

async function testPackage(made) {
  const files = { inputs: [...RUST, "tests/faults"], outputs: [FAULTS] };
  await stepOnce("faults", "building a wasm that fails on demand", "about 1 minute", files, () =>
    run("cargo", ["xtask", "faults"]),
  );
  nodeTests("package")(made);
}

async function testMatrix(made) {
  await setUpNpm("tests/matrix");
  nodeTests("matrix")(made);
}

async function testDocs(made) {
  await setUpBenches();
  await setUpNpm("scripts/reference");
  nodeTests("docs")(made);
}

async function testBenches(made) {
  await setUpBenches();
  nodeTests("benches")(made);
}

/** Node's own test runner over the *.test.mjs files of one folder of tests/. */
function nodeTests(folder) {
  return ({ tarball, chromium }) => {
    const names = readdirSync(at("tests", folder)).filter((name) => name.endsWith(".test.mjs"));
    const files = names.map((name) => `tests/${folder}/${name}`);
    const env = { EDGE_JWT_TARBALL: tarball, EDGE_JWT_CHROMIUM: chromium.browser };
    run("node", ["--test", "--test-timeout=600000", ...files], { env });
  };
}

await main(async () => {
  const parts = Object.keys(PARTS).filter((name) => name.startsWith(wanted));
  if (parts.length === 0) throw new Stop(`There is no part ${wanted} of the tests.`);
  const tarball = await build();
  const chromium = await setUpChromium();
  for (const name of parts) {
    const [title, expect, test] = PARTS[name];
    await step(title, expect, () => test({ tarball, chromium }));
  }
});
