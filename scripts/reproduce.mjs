// `npm run reproduce`: the package built once more, in another folder with a target folder of its own,
// must be the same to the octet: both wasm files and the tarball. So anyone with the same Rust and
// Node can tell that what npm has was built from these sources. Only tools of the build are taken over.

import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { build } from "./build.mjs";
import { Stop, at, main, root, run, step } from "./steps.mjs";

/** Longer than the project's own path, so that what leaks of it shifts all that follows. */
const ELSEWHERE = at("target/reproduce/a-folder-of-another-name");

const WASM = ["target/npm/edge-jwt/lib/edge_jwt.wasm", "target/npm/edge-jwt/full/edge_jwt.wasm"];

await main(async () => {
  const tarball = await build();
  rmSync(ELSEWHERE, { recursive: true, force: true });
  copySources();
  takeTools();
  await step("building in another folder", "about 3 minutes", () =>
    run("node", ["scripts/build.mjs"], { cwd: ELSEWHERE }),
  );
  for (const path of [...WASM, join("target/npm", basename(tarball))]) compare(path);
  rmSync(ELSEWHERE, { recursive: true });
});

/** Everything that git has or would take. */
function copySources() {
  const listed = run("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { quiet: true });
  for (const path of listed.split("\0").filter((path) => path !== "" && existsSync(at(path)))) {
    mkdirSync(dirname(join(ELSEWHERE, path)), { recursive: true });
    cpSync(at(path), join(ELSEWHERE, path));
  }
}

/** What runs while building, which cargo then need not build again: a minute less. Links keep its times. */
function takeTools() {
  mkdirSync(join(ELSEWHERE, "target"));
  if (!existsSync(at("target/debug"))) return;
  run("cp", ["--archive", "--link", at("target/debug"), join(ELSEWHERE, "target/debug")]);
}

function compare(path) {
  const [here, there] = [root, ELSEWHERE].map((folder) => digestOf(join(folder, path)));
  if (here !== there) throw new Stop(`${path} is another when built elsewhere: ${here}, ${there}`);
  console.log(`${here}  ${path}`);
}

function digestOf(path) {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}
