// The list as each region has it: where it stands, how old it is, how much it holds.

import { REGIONS, post, titleOf } from "./api.js";
import { announce, clock, find, make, write } from "./dom.js";

const FIGURES = {
  Number: ({ published }) => published?.seq,
  Age: ({ published }) => published && `${clock(published.age)}`,
  Entries: ({ entries }) => entries,
  "Bytes of the snapshot": ({ published }) => published?.bytes,
  "Changes since it": ({ published }) => published?.changes,
  "Newer one due": ({ published }) => published && (published.due ? "yes" : "no"),
  "Last look": ({ lastPoll }) => lastPoll && (lastPoll.ok ? "in order" : lastPoll.code),
};

const idOf = (region, figure) => `list-${region}-${Object.keys(FIGURES).indexOf(figure)}`;

export function openList({ desk }) {
  const heads = REGIONS.map((region) => make("th", { scope: "col" }, titleOf(region)));
  find("list-head").append(make("tr", {}, make("td"), ...heads));
  find("list").append(...Object.keys(FIGURES).map(row));
  find("publish").addEventListener("click", async () => {
    const answer = await post(desk(), "operator/publish");
    if (answer) announce(`Published list ${answer.seq}`);
  });
}

export function showList(region, list) {
  for (const [figure, of] of Object.entries(FIGURES)) {
    write(find(idOf(region, figure)), String(of(list) ?? "none"));
  }
}

function row(figure) {
  const cells = REGIONS.map((region) => make("td", { id: idOf(region, figure) }));
  return make("tr", {}, make("th", { scope: "row" }, figure), ...cells);
}
