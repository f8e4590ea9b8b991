// Measures what was chosen and reports it.

import { at } from "../scripts/steps.mjs";
import { measure } from "./measure.mjs";
import { madeNow, packageVersions } from "./report/facts.mjs";
import { writeReport } from "./report/write.mjs";

/** Answers whether there was anything to measure. */
export async function report({ isPublished, ...choices }, args) {
  const made = madeNow(args);
  const { versions, contests, tables } = await measure(choices);
  if (contests.length + tables.length === 0) return false;
  const whole = {
    made,
    versions: { ...versions, ...packageVersions() },
    contests: contests.map(rounded),
    tables,
  };
  await writeReport(whole, at("target/bench"), { name: "report", plot: "speed.svg" });
  console.log("\nwritten: target/bench/report.md, report.json and speed.svg");
  if (isPublished) await writeReport(whole, at("docs"), { name: "measured", plot: "measured.svg" });
  return true;
}

/** Figures with the digits that tell something. */
function rounded({ contenders, ...contest }) {
  const digits = ({ figures, ...contender }) => {
    return { ...contender, figures: figures.map((figure) => Number(figure.toPrecision(4))) };
  };
  return { ...contest, contenders: contenders.map(digits) };
}
