// The feed of events, which also tells the operator's side that there is something new to show.

import { REGIONS, get } from "./api.js";
import { chip, find, make, repeat, timeOfDay } from "./dom.js";

const MOST_SHOWN = 100;

let last = 0;

export function openEvents({ onNews }) {
  void repeat(1000, async () => {
    const { events } = await get(REGIONS[0], `events?after=${last}`);
    if (events.length === 0) return;
    last = events.at(-1).number;
    const feed = find("feed");
    feed.prepend(...events.reverse().map(line));
    while (feed.children.length > MOST_SHOWN) feed.lastChild.remove();
    await onNews();
  });
}

function line({ at, region, kind, text }) {
  return make("li", {},
    make("time", { datetime: new Date(at).toISOString() }, timeOfDay(at)),
    make("span", { class: "where" }, region),
    chip(kind),
    make("span", { class: "said" }, text));
}
