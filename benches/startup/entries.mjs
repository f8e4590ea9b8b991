// A module for each library, to be bundled: it imports that one alone.

import { mkdirSync, writeFileSync } from "node:fs";

import { at } from "../../scripts/steps.mjs";

/** Writes the entries; `text` makes one of what has been imported, `library` and `firstVerdict`. */
export function writeEntries(folder, files, text) {
  mkdirSync(folder, { recursive: true });
  return files.map((file) => {
    const path = `${folder}/${file}.js`;
    const library = `import library from ${JSON.stringify(at(`benches/libraries/${file}.js`))};`;
    const verdict = `import { firstVerdict } from ${JSON.stringify(at("benches/startup/verdict.js"))};`;
    writeFileSync(path, `${library}\n${verdict}\n${text}\n`);
    return path;
  });
}
