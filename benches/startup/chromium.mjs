// A new page in a profile of its own for each start, so that nothing is kept from an earlier one.
// Timed in the page, with the fetch of one minified script over loopback.

import { build } from "esbuild";

import { at } from "../../scripts/steps.mjs";
import { launchChromium, serveFolder } from "../../tests/package/browser.mjs";
import { writeEntries } from "./entries.mjs";

const ENTRY = "export const start = (job) => firstVerdict(library, job);";

export async function openChromium(files) {
  const folder = at("target/bench/startup-page");
  const entries = writeEntries(`${folder}/entries`, files, ENTRY);
  const options = { bundle: true, minify: true, format: "esm", nodePaths: [at("benches/node_modules")] };
  await build({ entryPoints: entries, ...options, outdir: folder, logLevel: "warning" });
  const browser = await launchChromium();
  const server = await serveFolder(folder);
  return {
    async start(file, job) {
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.goto(server.page("nothing.js", "script-src 'self' 'unsafe-eval'"));
      const time = await page.evaluate(startOf, { file, job });
      await context.close();
      return time;
    },
    async stop() {
      await browser.close();
      await server.stop();
    },
  };
}

/** Runs in the page. */
async function startOf({ file, job }) {
  const started = performance.now();
  const { start } = await import(`/${file}.js`);
  await start(job);
  return performance.now() - started;
}
