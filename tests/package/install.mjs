// Installs the packed tarball into an empty folder, as a user's project would.

import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const projects = join(here, "../../target/test");

/** Makes an empty project with the package in it and these files beside; answers its folder. */
export function installInto(name, { files = [], texts = {} } = {}) {
  const folder = join(projects, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
  npm(["install", "--offline", "--no-audit", "--no-fund", tarball()], folder);
  for (const file of files) cpSync(join(here, file), join(folder, basename(file)));
  for (const [file, text] of Object.entries(texts)) writeFileSync(join(folder, file), text);
  return folder;
}

function tarball() {
  const path = process.env.EDGE_JWT_TARBALL;
  if (path === undefined) throw new Error("EDGE_JWT_TARBALL is not set: run this by npm test");
  return path;
}

function npm(args, cwd) {
  const { status, stdout, stderr } = spawnSync("npm", args, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`npm ${args.join(" ")} failed:\n${stdout}${stderr}`);
}
