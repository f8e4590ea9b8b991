// What is thrown out, by each entry, and how to take it back.

import { get, post } from "./api.js";
import { announce, find, make, newest, refill, short, timeOfDay } from "./dom.js";

const TITLES = {
  jti: "Token",
  token: "Token",
  session: "Session",
  family: "Sign-in",
  sub: "Person",
  client: "Client",
  key: "Key pair",
  kid: "Signing key",
  tenant: "Tenant",
  all: "Everybody",
};

let desk;
let onChange;

export function openEntries(given) {
  ({ desk, onChange } = given);
}

export function showEntries() {
  return show(get(desk(), "operator/entries"));
}

const show = newest(({ entries }) => {
  find("no-entries").hidden = entries.length > 0;
  find("entries-table").hidden = entries.length === 0;
  refill(find("entries"), entries, row);
});

function row(entry) {
  const { issuer, before, exp, ...selector } = entry;
  const [[kind, value]] = Object.entries(selector);
  const name = kind === "all" ? undefined : make("code", { title: value }, short(value, 20));
  const data = { focus: `back-${kind}-${value}` };
  const label = `Take back: ${TITLES[kind]}${kind === "all" ? "" : ` ${value}`}`;
  const terms = { class: "quiet", type: "button", "aria-label": label, data };
  const button = make("button", { ...terms, onclick: () => takeBack(entry) }, "Take back");
  const what = make("td", {}, make("span", { class: "what" }, TITLES[kind]), name);
  return make("tr", {}, what, make("td", {}, reachOf(before, exp)), make("td", {}, button));
}

/** Nothing it is about lives longer than until its `exp`. */
function reachOf(before, exp) {
  if (before !== undefined) return `tokens before ${timeOfDay(before)}`;
  return exp === undefined ? "until taken back" : `until ${timeOfDay(exp * 1000)}`;
}

async function takeBack(entry) {
  if (await post(desk(), "operator/take-back", { entry })) announce("Taken back");
  await onChange();
}
