// `npm run fuzz -- N SEED`: N mutated HS256 tokens, and of each other family of tokens, and of lists,
// its share of that, against the package as packed; tests/fuzz/ says what must hold. `npm run fuzz -- N SEED FAMILY
// CASE`: N of one family alone, from that case on, as a failure says how to find it again.

import { build } from "./build.mjs";
import { Stop, main, step } from "./steps.mjs";

await main(async () => {
  const [count = 1_000_000, seed = 1, only, first = 0] = process.argv.slice(2);
  process.env.EDGE_JWT_TARBALL = await build();
  const { loadBuilds } = await import("../tests/fuzz/builds.mjs");
  const { FAMILIES, Failure, fuzz } = await import("../tests/fuzz/fuzz.mjs");
  if (only !== undefined && FAMILIES[only] === undefined) throw new Stop(`No family is ${only}.`);
  const builds = await loadBuilds("fuzz");
  const shares = Object.entries(FAMILIES).map(([family, { share }]) => [family, share]);
  const rows = [];
  for (const [family, share] of only === undefined ? shares : [[only, 1]]) {
    const cases = { count: Math.ceil(count * share), first: Number(first) };
    await step(`${cases.count} cases of ${family}`, "10 to 200 µs each", async () => {
      try {
        rows.push(await fuzz({ builds, family, seed: Number(seed), ...cases }));
      } catch (error) {
        throw error instanceof Failure ? new Stop(error.message) : error;
      }
    });
  }
  printTable(rows);
});

function printTable(rows) {
  console.log("\naccepted: the honest, and contents signed anew that a plain reading accepts");
  console.log("| family | cases | honest | signed anew | linear memory | seconds |");
  console.log("|---|---|---|---|---|---|");
  for (const { family, cases, honest, signedAnew, linear, seconds } of rows) {
    const figures = [cases, honest, signedAnew, `${linear >> 10} KiB`, seconds.toFixed(1)];
    console.log(`| ${family} | ${figures.join(" | ")} |`);
  }
  console.log("\nrefused, by code:");
  for (const { family, codes } of rows) {
    const counts = Object.entries(codes).sort(([, one], [, two]) => two - one);
    console.log(`${family}: ${counts.map(([code, count]) => `${code} ${count}`).join(", ")}`);
  }
  console.log(`\nthe process: ${rows.at(-1).rss >> 20} MiB`);
}
