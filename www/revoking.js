// The dialog that asks by what a token is to be thrown out, from the token alone to everybody's.

import { post, titleOf } from "./api.js";
import { announce, find, make, short } from "./dom.js";

/** Each way, what of the record it goes by, and how far it reaches. */
const WAYS = [
  { by: "family", of: "family", title: "This sign-in", text: "and all that came of it by renewing" },
  { by: "jti", of: "jti", title: "This token", text: "by its jti; the session gets another" },
  { by: "record", of: "id", title: "This line", text: "by the record’s id, also without a jti" },
  { by: "session", of: "session", title: "This session", text: "by its sid" },
  { by: "sub", of: "sub", title: "This person", text: "all tokens until now; a new sign-in is good" },
  { by: "key", of: "key", title: "This key pair", text: "all tokens that were made with it" },
  { by: "client", of: "client", title: "This client", text: "suspended until taken back" },
  { by: "kid", of: "kid", title: "The signing key", text: "whatever it has signed; another takes its place" },
  { by: "tenant", of: "tenant", title: "This tenant", text: "all its tokens until now" },
  { by: "all", of: undefined, title: "Everybody", text: "all tokens until now" },
];

/** Answers the function that opens the dialog for a record. */
export function openRevoking({ desk, onChange }) {
  const dialog = find("revoke");
  let record;
  dialog.addEventListener("close", async () => {
    // The table may have been made anew meanwhile, and the button that opened this with it.
    document.querySelector(`[data-focus="revoke-${record.id}"]`)?.focus();
    if (dialog.returnValue !== "go") return;
    const way = WAYS.find(({ by }) => by === chosen());
    const value = record[way.of];
    const done = await post(desk(), "operator/revoke", { by: way.by, value });
    if (done) announce(`${way.title} is revoked`);
    await onChange();
  });
  return (given) => {
    record = given;
    find("revoke-whose").textContent = `A token of ${record.sub}. Said in ${titleOf(desk())}.`;
    const fitting = WAYS.filter(({ of }) => of === undefined || record[of] != null);
    const legend = find("selectors").querySelector("legend");
    find("selectors").replaceChildren(legend, ...fitting.map(choice));
    dialog.returnValue = "";
    dialog.showModal();
  };
  function choice({ by, of, title, text }, place) {
    const radio = make("input", { type: "radio", name: "by", value: by, checked: place === 0 });
    const name = of === undefined ? undefined : make("code", {}, short(String(record[of]), 24));
    const words = make("span", {}, make("strong", {}, title), ` ${text}`);
    return make("label", { class: "choice" }, radio, words, name);
  }
}

function chosen() {
  return document.querySelector('input[name="by"]:checked').value;
}
