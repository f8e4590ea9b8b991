// Key pairs: made, shown once, stopped, taken in again, made anew, thrown out.

import { get, post } from "./api.js";
import { announce, chip, find, make, newest, refill, timeOfDay } from "./dom.js";

/** What can be done to a pair, by its state. */
const CHANGES = {
  active: { deactivate: "Stop", regenerate: "New secret", revoke: "Throw out" },
  deactivated: { reactivate: "Take in again", revoke: "Throw out" },
};

let desk;
let onChange;
let onToken;

export function openPairs(given) {
  ({ desk, onChange, onToken } = given);
  find("create-pair").addEventListener("submit", createPair);
}

export function showPairs() {
  return show(get(desk(), "operator/pairs"));
}

const show = newest(({ pairs }) => {
  find("pairs-table").hidden = pairs.length === 0;
  refill(find("pairs"), pairs, row);
});

function row(pair) {
  const { name, key, state, lastUsed } = pair;
  const used = lastUsed === null ? "never" : timeOfDay(lastUsed * 1000);
  const buttons = Object.entries(CHANGES[state]).map(([change, title]) => button(pair, change, title));
  return make("tr", {},
    make("th", { scope: "row" }, name),
    make("td", {}, make("code", {}, key)),
    make("td", {}, chip(state)),
    make("td", { class: "extra" }, used),
    make("td", {}, make("div", { class: "buttons" }, ...buttons)));
}

function button({ name, key }, change, title) {
  const data = { focus: `${change}-${key}` };
  const terms = { class: "quiet", type: "button", "aria-label": `${title}: ${name}`, data };
  return make("button", { ...terms, onclick: () => changePair(name, key, change) }, title);
}

async function changePair(name, key, change) {
  const answer = await post(desk(), "operator/pairs/change", { key, change });
  if (answer?.secret !== undefined) showOnce(name, answer);
  else if (answer) hideSecret();
  await onChange();
}

async function createPair(event) {
  event.preventDefault();
  const name = find("pair-name").value;
  const made = await post(desk(), "operator/pairs", { name });
  if (made === undefined) return;
  find("pair-name").value = "";
  showOnce(name, made);
  await onChange();
}

/** The page forgets the secret with the box that shows it. */
function showOnce(name, { key, secret }) {
  const box = find("shown-once");
  const type = "button";
  const getToken = make("button", { type, onclick: () => useIt(key, secret) }, "Get a token with it");
  const done = make("button", { type, class: "quiet", onclick: hideSecret }, "I have kept it");
  box.hidden = false;
  box.replaceChildren(
    make("p", {}, make("strong", {}, `The pair of ${name}.`), " The secret is shown this once."),
    make("dl", {},
      make("dt", {}, "Key"), make("dd", {}, make("code", {}, key)),
      make("dt", {}, "Secret"), make("dd", {}, make("code", { id: "secret" }, secret))),
    make("div", { class: "buttons" }, getToken, done));
}

function hideSecret() {
  find("shown-once").hidden = true;
  find("shown-once").replaceChildren();
}

async function useIt(key, secret) {
  const answer = await post(desk(), "programs/token", { key, secret });
  if (answer === undefined) return;
  onToken(answer.token);
  announce("The token is in the console, and both regions are asked about it");
  await onChange();
}
