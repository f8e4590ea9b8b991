// Two regions side by side: both are asked about one token each second, and each shows what it
// answered, and the list that it goes by.

import { inspect } from "edge-jwt";

import { REGIONS, get, post, titleOf } from "./api.js";
import { announce, clock, find, make, repeat, short, write } from "./dom.js";

/** As many answers of each region are shown, one for each second. */
const MOST_ANSWERS = 48;

let token;

let cards = [];
let onStatus;

/** `onStatus(region, list)` hears what list each region has. */
export function openRegions(given) {
  ({ onStatus } = given);
  cards = REGIONS.map(makeCard);
  find("region-cards").append(...cards.map(({ root }) => root));
  void repeat(1000, async () => {
    await askRegions();
    cards.forEach(mark);
  });
}

/** Asks both, and shows what they say. */
export function askRegions() {
  return Promise.allSettled(cards.map(ask));
}

async function ask(card) {
  const asked = token;
  try {
    const answer = await get(card.region, "watch", asked);
    if (asked === token) show(card, answer);
    onStatus(card.region, answer.list);
  } catch {
    // What it said before is no answer now.
    card.root.dataset.state = "none";
    write(card.answer, "No answer");
    card.button.disabled = true;
  }
}

/** One mark more in the row of answers. */
function mark({ root, strip }) {
  const { state } = root.dataset;
  if (state === "accepted" || state === "refused") strip.append(make("i", { data: { state } }));
  if (strip.children.length > MOST_ANSWERS) strip.firstChild.remove();
}

/** Asks about this token from now on. */
export function watchToken(text) {
  const said = inspect(text);
  if (!said.ok) return announce("That is no token");
  token = text;
  for (const strip of document.querySelectorAll(".answers")) strip.replaceChildren();
  const { sub, name = sub, jti } = said.claims;
  write(find("watched"), `the token ${jti === undefined ? "without jti" : short(jti)} of ${name}`);
  void askRegions();
}

function makeCard(region) {
  const title = titleOf(region);
  const answer = make("p", { class: "answer", role: "status" }, "Waiting");
  const strip = make("div", { class: "answers", "aria-hidden": "true" });
  const next = make("p", { class: "next" });
  const bar = make("progress", { max: 1, value: 0, "aria-hidden": "true" });
  const list = make("p", { class: "fine" });
  const button = make("button", { class: "quiet", type: "button", disabled: true }, "Revoke here");
  const heading = make("h3", {}, title);
  const root = make("article", { class: "card region", data: { region } },
    make("div", { class: "label-row" }, heading, button), answer, strip, next, bar, list);
  const card = { region, title, root, answer, strip, next, bar, list, button };
  button.addEventListener("click", () => press(card));
  return card;
}

function show(card, { decision, list }) {
  const state = decision === null ? "none" : decision.ok ? "accepted" : "refused";
  card.root.dataset.state = state;
  write(card.answer, { none: "No token", accepted: "Accepted" }[state] ?? `Refused: ${decision.code}`);
  showList(card, list);
  showButton(card, decision);
}

function showList({ next, bar, list: line }, { entries, published, pollSeconds, nextPollIn }) {
  write(next, `Looks for a newer list in ${Math.ceil(nextPollIn)} s`);
  bar.value = 1 - nextPollIn / pollSeconds;
  const held = published === null ? "No list" : `List ${published.seq}, signed ${clock(published.age)} ago`;
  write(line, `${held}, ${entries} ${entries === 1 ? "entry" : "entries"}`);
}

/** Where the token was thrown out by something wider, that is taken back below. */
function showButton({ button, title }, decision) {
  const isOut = decision?.code === selectorOf(token)?.code;
  write(button, isOut ? "Take back here" : "Revoke here");
  button.setAttribute("aria-label", isOut ? `Take back in ${title}` : `Revoke this sign-in in ${title}`);
  button.dataset.does = isOut ? "take-back" : "revoke";
  button.disabled = decision === null || !(decision.ok || isOut);
}

async function press({ region, title, button }) {
  const { by, value } = selectorOf(token);
  if (button.dataset.does === "revoke") {
    if (await post(region, "operator/revoke", { by, value })) announce(`Revoked in ${title}`);
  } else {
    const { entries = [] } = await get(region, "operator/entries").catch(() => ({}));
    const entry = entries.find((one) => one[by] === value);
    if (entry && (await post(region, "operator/take-back", { entry }))) announce(`Taken back in ${title}`);
  }
  await askRegions();
}

/** What a token came of: a sign-in by its family, or a program by its key. */
function selectorOf(text) {
  const said = text === undefined ? undefined : inspect(text);
  if (!said?.ok) return undefined;
  const { family, jti, data } = said.claims;
  if (family !== undefined) return { by: "family", value: family, code: "revoked_family" };
  const key = data?.user?.api_key;
  if (key !== undefined) return { by: "key", value: key, code: "revoked_credential" };
  return { by: "jti", value: jti, code: "revoked_token" };
}
