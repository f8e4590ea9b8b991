// Headless Chromium: one page, timed within.

import { mkdirSync } from "node:fs";

import { build } from "esbuild";

import { at } from "../../scripts/steps.mjs";
import { launchChromium, serveFolder } from "../../tests/package/browser.mjs";

export async function openChromium() {
  const folder = at("target/bench/page");
  mkdirSync(folder, { recursive: true });
  const entryPoints = [at("benches/hosts/page.js")];
  await build({ entryPoints, bundle: true, format: "esm", outdir: folder, logLevel: "warning" });
  const browser = await launchChromium();
  const server = await serveFolder(folder);
  const page = await browser.newPage();
  await page.goto(server.page("page.js", "script-src 'self' 'wasm-unsafe-eval'"));
  await page.waitForFunction(() => window.contest !== undefined);
  return {
    version: browser.version(),
    open: (...given) => page.evaluate((all) => window.contest.open(...all), given),
    time: (name) => page.evaluate((contender) => window.contest.time(contender), name),
    async stop() {
      await browser.close();
      await server.stop();
    },
  };
}
