// The history of issued tokens: sorted by the heading that is pressed, a page at a time.

import { get } from "./api.js";
import { chip, find, make, newest, refill, short, timeOfDay, write } from "./dom.js";

const PER_PAGE = 6;

/** What is shown of a record; `field` is what the worker sorts by. */
const COLUMNS = [
  { title: "Issued", field: "createdAt", show: ({ createdAt }) => timeOfDay(createdAt) },
  { title: "Whose", field: "sub", show: ({ sub }) => sub },
  { title: "Kind", field: "kind", show: ({ kind }) => kind ?? "program" },
  { title: "Name", field: "jti", show: nameOf, isExtra: true },
  { title: "Key", field: "kid", show: ({ kid }) => kid, isExtra: true },
  { title: "Expires", field: "exp", show: ({ exp }) => timeOfDay(exp * 1000), isExtra: true },
  { title: "State", show: ({ status, by }) => chip(status, by ? `${status}: ${by}` : status) },
];

const asked = { sortField: "createdAt", direction: -1, page: 0 };

let desk;
let revoke;

export function openHistory(given) {
  ({ desk, revoke } = given);
  find("newer").addEventListener("click", () => void turn(-1));
  find("older").addEventListener("click", () => void turn(1));
}

export function showHistory() {
  const query = new URLSearchParams({ ...asked, limit: PER_PAGE });
  return show(get(desk(), `operator/history?${query}`));
}

const show = newest(({ items, count, page }) => {
  const pages = Math.max(1, Math.ceil(count / PER_PAGE));
  refill(find("history-head"), [...COLUMNS, { title: "Action" }].map(sorted), heading);
  refill(find("history"), items, row);
  write(find("history-page"), `Page ${page + 1} of ${pages}, ${count} tokens`);
  find("newer").disabled = page === 0;
  find("older").disabled = page + 1 >= pages;
});

async function turn(by) {
  asked.page = Math.max(0, asked.page + by);
  await showHistory();
}

/** The heading that sorts already turns the order round. */
async function sortBy(field) {
  asked.direction = asked.sortField === field ? -asked.direction : 1;
  Object.assign(asked, { sortField: field, page: 0 });
  await showHistory();
}

/** A column with the order in which it sorts, if it does. */
function sorted(column) {
  const order = asked.direction === 1 ? "ascending" : "descending";
  return { ...column, ...(column.field === asked.sortField && { order }) };
}

function heading({ title, field, order, isExtra = false }) {
  const terms = { scope: "col", class: isExtra ? "extra" : undefined };
  if (title === "Action") return make("th", terms, make("span", { class: "visually-hidden" }, title));
  if (field === undefined) return make("th", terms, title);
  const data = { focus: `sort-${field}` };
  const button = make("button", { class: "sort", type: "button", data, onclick: () => sortBy(field) }, title);
  return make("th", { ...terms, "aria-sort": order }, button);
}

function row(record) {
  const cells = COLUMNS.map(({ show, isExtra }) =>
    make("td", { class: isExtra ? "extra" : undefined }, show(record)));
  const label = `Revoke the ${record.kind ?? "program"} token of ${record.sub}`;
  const data = { focus: `revoke-${record.id}` };
  const terms = { class: "quiet", type: "button", "aria-label": label, data };
  const button = make("button", { ...terms, onclick: () => revoke(record) }, "Revoke…");
  const last = record.status === "expired" ? make("td") : make("td", {}, button);
  return make("tr", { data: { state: record.status } }, ...cells, last);
}

function nameOf({ jti, fingerprint }) {
  const name = jti ?? fingerprint;
  return make("code", { title: name }, short(name, 10));
}
