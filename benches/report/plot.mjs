// Has the picture of a report drawn in Chromium.

import { build } from "esbuild";

import { at } from "../../scripts/steps.mjs";
import { launchChromium, serveFolder } from "../../tests/package/browser.mjs";
import { median } from "./figures.mjs";

/** The text of an SVG. */
export async function plotOf(contests) {
  const folder = at("target/bench/plot");
  const options = { bundle: true, format: "iife", globalName: "plot", outdir: folder, logLevel: "warning" };
  await build({ entryPoints: [at("benches/report/plot.js")], ...options });
  const browser = await launchChromium();
  const server = await serveFolder(folder);
  try {
    const page = await browser.newPage();
    await page.goto(server.page("nothing.js", ""));
    await page.addScriptTag({ url: `${server.origin}/plot.js` });
    return await page.evaluate((drawn) => window.plot.drawPlot(drawn), withMedians(contests));
  } finally {
    await browser.close();
    await server.stop();
  }
}

function withMedians(contests) {
  return contests.map((contest) => ({
    ...contest,
    contenders: contest.contenders.map(({ name, figures }) => ({ name, median: median(figures) })),
  }));
}
