// Writes a report: as Markdown for people, as JSON for programs, and its picture.

import { mkdirSync, writeFileSync } from "node:fs";

import { documentOf } from "./document.mjs";
import { plotOf } from "./plot.mjs";

/** Writes `NAME.md`, `NAME.json` and the picture into a folder. */
export async function writeReport(report, folder, { name, plot }) {
  mkdirSync(folder, { recursive: true });
  const write = (file, text) => writeFileSync(`${folder}/${file}`, text);
  write(`${name}.md`, documentOf(report, plot));
  write(`${name}.json`, `${jsonOf(report)}\n`);
  write(plot, `${await plotOf(report.contests)}\n`);
}

/** A line for each contender and each row, so that a change can be read. */
function jsonOf(report) {
  const lists = /\[\s+([^[\]{}]*?)\s+\]/g;
  return JSON.stringify(report, null, 1).replace(lists, (_, items) => `[${items.replace(/\s*\n\s*/g, " ")}]`);
}
