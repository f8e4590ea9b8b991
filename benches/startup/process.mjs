// One start: `node process.mjs FILE JOB` says its milliseconds. What all adapters share is there
// before the clock starts.

import "../libraries/shape.js";
import "../libraries/web-keys.js";
import { firstVerdict } from "./verdict.js";

const [file, job] = process.argv.slice(2);
const given = JSON.parse(job);
const started = performance.now();
const { default: library } = await import(`../libraries/${file}.js`);
await firstVerdict(library, given);
console.log(performance.now() - started);
