// Throwing out and taking back, and letting both regions know: where it is said, at once; in the
// other region when it next looks at the list.

import { catchUp, publishList } from "edge-jwt/lists";

import { ISSUER } from "./desk.js";
import { note } from "./events.js";

/** Throws out, and does not wait for the cron to say so. */
export async function throwOut(at, entries) {
  const named = entries.map((entry) => ({ issuer: ISSUER, ...entry }));
  await at.revoke(named);
  for (const entry of named) await note(at, "revocation", `throws out ${nameOf(entry)}`);
  await announce(at);
}

export async function takeBack(at, selectors) {
  await at.unrevoke(selectors);
  for (const selector of selectors) await note(at, "revocation", `takes back ${nameOf(selector)}`);
  await announce(at);
}

/** Publishes, and reads it at once where it was said. */
export async function announce(at) {
  const { store, lists, listKeys: signWith } = at;
  const { seq } = await publishList({ store, lists, signWith, issuer: ISSUER });
  await note(at, "list", `published list ${seq}`);
  await catchUp(at.list, seq, lists);
  return seq;
}

/** Tells of a list that says something new here; the others are not worth a line. */
export async function tellOfNews(at) {
  const { entries, published } = at.list.stats();
  const isNews = entries !== at.told.entries;
  at.told.entries = entries;
  if (isNews && published !== null) await note(at, "list", `goes by list ${published.seq}`);
}

function nameOf({ before, exp, issuer, ...selector }) {
  const [[kind, value]] = Object.entries(selector);
  return kind === "all" ? "all tokens until now" : `${kind} ${value}`;
}
