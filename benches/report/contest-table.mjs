// One contest as a table: medians, the middle half of the passes, and what ours takes of each peer's
// time.

import { median, quantile, ratio } from "./figures.mjs";
import { table } from "./markdown.mjs";

export function contestTable({ name, contenders }) {
  const head = [name, "µs", "middle half of the passes", "edge-jwt takes"];
  const rows = contenders.map((contender) => {
    const { figures } = contender;
    const half = [0.25, 0.75].map((share) => digits(quantile(figures, share))).join(" to ");
    return [contender.name, digits(median(figures)), half, share(contender, contenders)];
  });
  return table(head, rows);
}

/** Ours that answers as the other does, at once or by promise, as far as there is one. */
export function rivalOf({ isSync }, contenders) {
  const named = (wanted) => contenders.find(({ name }) => name === wanted);
  return (isSync ? named("edge-jwt, at once") : undefined) ?? named("edge-jwt");
}

/** A few digits, never more than a hundredth. */
export function digits(figure) {
  return figure.toFixed(figure < 10 ? 2 : figure < 100 ? 1 : 0);
}

function share(contender, contenders) {
  const rival = rivalOf(contender, contenders);
  if (contender.name.startsWith("edge-jwt") || rival === undefined) return "";
  return `${ratio(rival.figures, contender.figures).toFixed(2)} of it`;
}
