// One contest as a table: medians, the middle half of the passes, and what ours takes of each peer's
// time.

import { median, quantile, ratio } from "./figures.mjs";

export function contestTable({ name, unit = "µs", contenders }) {
  return {
    name: `${name[0].toUpperCase()}${name.slice(1)}`,
    head: ["", unit, "middle half", "edge-jwt takes of it"],
    rows: contenders.map((contender) => [
      contender.name,
      digits(median(contender.figures)),
      [0.25, 0.75].map((share) => digits(quantile(contender.figures, share))).join(" to "),
      shareOf(contender, contenders),
    ]),
  };
}

/** Ours that answers as the other does, at once or by promise, as far as there is one. */
function rivalOf({ isSync }, contenders) {
  const named = (wanted) => contenders.find(({ name }) => name === wanted);
  return (isSync ? named("edge-jwt, at once") : undefined) ?? named("edge-jwt");
}

/** What ours takes of a peer's time, as text. */
export function shareOf(contender, contenders) {
  const rival = rivalOf(contender, contenders);
  if (contender.name.startsWith("edge-jwt") || rival === undefined) return "";
  return ratio(rival.figures, contender.figures).toFixed(2);
}

/** As many digits as tell something. */
export function digits(figure) {
  return figure.toFixed(figure < 10 ? 2 : figure < 100 ? 1 : 0);
}
