// `npm run audit`: what the project depends on, against deny.toml (licences, sources, crates there
// twice) and against what is known to be unsafe, in crates and npm packages. `npm run audit --
// --offline` leaves the second out, because its lists are kept in places that not every network
// reaches; CI runs that, the workflow all of it.

import { TOOLS, checkNode, setUpRust, setUpTool } from "./setup.mjs";
import { at, main, run, step } from "./steps.mjs";

const VERSION = "0.20.2";

/** Each folder with a lock file of npm packages, of which none ships. */
const NPM = [".", "benches", "scripts/reference", "tests/matrix", "tests/matrix/large"];

const FUZZ = ["--manifest-path", "fuzz/Cargo.toml"];

await main(async () => {
  checkNode();
  await setUpRust();
  await setUpTool("cargo-deny", VERSION, "about 2 minutes");
  await step("licences, sources and duplicates of crates", "about 5 s", () => {
    deny(["--workspace"], ["licenses", "bans", "sources"]);
    deny(FUZZ, ["licenses", "sources"]);
  });
  if (process.argv.includes("--offline")) return;
  await step("known faults of crates", "about 20 s", () => {
    deny(["--workspace"], ["advisories"]);
    deny(FUZZ, ["advisories"]);
  });
  await step("known faults of npm packages", "about 10 s", () => {
    for (const cwd of NPM) run("npm", ["audit", "--package-lock-only", "--audit-level=high"], { cwd });
  });
});

function deny(project, checks) {
  const options = [...project, "--locked", "--config", at("deny.toml")];
  run(at(TOOLS, "bin/cargo-deny"), [...options, "check", ...checks]);
}
