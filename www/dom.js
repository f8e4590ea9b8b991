// The few words by which the page's parts write to it. Text goes in as text, never as HTML.

export const find = (id) => document.getElementById(id);

/** An element with attributes (`data` and `onclick` among them) and children. */
export function make(tag, { data = {}, onclick, ...attributes } = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  Object.assign(element.dataset, data);
  if (onclick) element.addEventListener("click", onclick);
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

/** Changes text only where it is new, so that a screen reader does not say it again. */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const shown = new WeakMap();

/**
 * Shows items in place of those before, but only where they differ: a button that is being pressed
 * must not go. What had the focus has it again, by `data-focus`.
 */
export function refill(parent, items, makeChild) {
  const told = JSON.stringify(items);
  if (shown.get(parent) === told) return;
  shown.set(parent, told);
  const focused = parent.contains(document.activeElement) && document.activeElement.dataset.focus;
  parent.replaceChildren(...items.map(makeChild));
  if (focused) [...parent.querySelectorAll("[data-focus]")]
    .find((element) => element.dataset.focus === focused)
    ?.focus();
}

/** Tells a screen reader what has come of a button. */
export function announce(text) {
  find("announcement").textContent = text;
}

export function chip(state, text = state) {
  return make("span", { class: "chip", data: { state } }, text);
}

/** 95 as 1:35. */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

export function timeOfDay(milliseconds) {
  return new Date(milliseconds).toLocaleTimeString([], { timeStyle: "medium", hourCycle: "h23" });
}

/** The beginning of a long name. */
export function short(name, most = 14) {
  return name.length > most ? `${name.slice(0, most - 1)}…` : name;
}

/** Shows what was asked for last, also where an earlier answer comes later; none changes nothing. */
export function newest(show) {
  let round = 0;
  return async (asked) => {
    const mine = (round += 1);
    const answer = await asked.catch(() => undefined);
    if (mine === round && answer !== undefined) show(answer);
  };
}

/** Does something again and again, this long after it last ended, while the page is looked at. */
export async function repeat(milliseconds, work) {
  for (;;) {
    if (!document.hidden) await work().catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
  }
}
