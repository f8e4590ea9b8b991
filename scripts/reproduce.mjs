// `npm run reproduce`: the package built once more, from nothing, in another folder and with cargo's home
// elsewhere, must be the same to the octet: both wasm files and the tarball. So anyone with the same
// Rust and Node can tell that what npm has was built from these sources.

import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";

import { build } from "./build.mjs";
import { Stop, at, main, root, run, step } from "./steps.mjs";

const AREA = at("target/reproduce");

/** Longer than the project's own path, so that what leaks of it shifts all that follows. */
const ELSEWHERE = join(AREA, "a-folder-of-another-name");

/** Cargo's home by another name: the sources of crates are there, and nothing that was built. */
const HOME = join(AREA, "cargo");

const WASM = ["target/npm/edge-jwt/lib/edge_jwt.wasm", "target/npm/edge-jwt/full/edge_jwt.wasm"];

await main(async () => {
  const tarball = await build();
  rmSync(AREA, { recursive: true, force: true });
  copySources();
  symlinkSync(process.env.CARGO_HOME ?? join(homedir(), ".cargo"), HOME);
  await step("building in another folder", "about 4 minutes", () =>
    run("node", ["scripts/build.mjs"], { cwd: ELSEWHERE, env: { CARGO_HOME: HOME } }),
  );
  for (const path of [...WASM, join("target/npm", basename(tarball))]) compare(path);
  rmSync(AREA, { recursive: true });
});

/** Everything that git has or would take. */
function copySources() {
  const listed = run("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { quiet: true });
  for (const path of listed.split("\0").filter((path) => path !== "" && existsSync(at(path)))) {
    mkdirSync(dirname(join(ELSEWHERE, path)), { recursive: true });
    cpSync(at(path), join(ELSEWHERE, path));
  }
}

function compare(path) {
  const [here, there] = [root, ELSEWHERE].map((folder) => digestOf(join(folder, path)));
  if (here !== there) throw new Stop(`${path} is another when built elsewhere: ${here}, ${there}`);
  console.log(`${here}  ${path}`);
}

function digestOf(path) {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}
