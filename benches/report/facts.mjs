// Where and of what a report was made.

import { readFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";

import { at } from "../../scripts/steps.mjs";

/** When, on which machine and how busy it is, by which command. */
export function madeNow(args) {
  const [{ model }] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const system = `${process.platform} ${process.arch}`;
  return {
    date: new Date().toISOString().slice(0, 10),
    command: ["npm run bench", ...(args.length > 0 ? ["--", ...args] : [])].join(" "),
    machine: `${model.trim()}, ${cpus().length} cores, ${memory} GB, ${system}`,
    load: loadavg()[0].toFixed(1),
    node: process.version,
  };
}

/** Versions of the packages that are measured, besides those of the hosts. */
export function packageVersions() {
  const read = (path) => JSON.parse(readFileSync(at(path), "utf8"));
  const own = read("pkg-template/package.json");
  const { dependencies, optionalDependencies } = read("benches/package.json");
  return { [own.name]: own.version, ...dependencies, ...optionalDependencies };
}
