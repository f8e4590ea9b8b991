// Where and of what a report was made.

import { readFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";

import { at } from "../../scripts/steps.mjs";

/** When, on which machine, by which command. */
export function madeNow(args) {
  const memory = Math.round(totalmem() / 2 ** 30);
  return {
    date: new Date().toISOString().slice(0, 10),
    command: ["npm run bench", ...(args.length > 0 ? ["--", ...args] : [])].join(" "),
    machine: `${cpus()[0].model.trim()}, ${cpus().length} cores, ${memory} GB, ${process.platform} ${process.arch}`,
    node: process.version,
  };
}

/** Versions of the packages that are measured, besides those of the hosts. */
export function packageVersions() {
  const { dependencies, optionalDependencies } = JSON.parse(readFileSync(at("benches/package.json"), "utf8"));
  const own = JSON.parse(readFileSync(at("pkg-template/package.json"), "utf8"));
  return { [own.name]: own.version, ...dependencies, ...optionalDependencies };
}
