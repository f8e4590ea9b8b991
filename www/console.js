// The token console: what a token says, whether it is good by a policy, and the code that tells so.
// It has public keys alone, so an edited token can be shown but not signed.

import { KeySet, Verifier, inspect } from "edge-jwt";

import { get } from "./api.js";
import { codeOf } from "./console-code.js";
import { freshList } from "./console-list.js";
import { announce, clock, find, make, newest, repeat, write } from "./dom.js";

const STAGES = ["format", "signature", "claims", "revocation"];

/** The token as it came in: its parts, and what they say. */
let origin;

let keys;

export function openConsole({ chatToken }) {
  find("token").addEventListener("input", () => takeIn(find("token").value.trim()));
  for (const id of ["header", "claims"]) find(id).addEventListener("input", putTogether);
  find("policy").addEventListener("input", decide);
  find("policy").addEventListener("submit", (event) => event.preventDefault());
  find("take-token").addEventListener("click", async () => setToken((await chatToken()) ?? ""));
  find("copy").addEventListener("click", copyCode);
  // What is good now may not be so a second later.
  void repeat(1000, decide);
}

export const consoleToken = () => find("token").value.trim();

export function setToken(token) {
  find("token").value = token;
  takeIn(token);
}

/** Shows what a token says of itself. */
function takeIn(token) {
  const said = inspect(token);
  origin = said.ok ? { parts: token.split("."), header: said.header, claims: said.claims } : undefined;
  for (const id of ["header", "claims"]) {
    find(id).value = said.ok ? pretty(said[id]) : "";
    find(id).removeAttribute("aria-invalid");
  }
  void decide();
}

/** The token of what the editors hold. A part that says the same is the same, so edits can be undone. */
function putTogether() {
  const [header, claims] = [parsed("header"), parsed("claims")];
  if (header === undefined || claims === undefined) return void decide();
  const [first, second, signature] = origin?.parts ?? ["", "", ""];
  const parts = [
    isSame(header, origin?.header) ? first : encoded(header),
    isSame(claims, origin?.claims) ? second : encoded(claims),
    signature,
  ];
  find("token").value = parts.join(".");
  void decide();
}

function parsed(id) {
  const field = find(id);
  try {
    const value = JSON.parse(field.value);
    field.removeAttribute("aria-invalid");
    return value;
  } catch {
    field.setAttribute("aria-invalid", "true");
    return undefined;
  }
}

function decide() {
  return showDecision(decided(consoleToken(), policyOf()));
}

async function decided(token, policy) {
  const isWhole = token !== "" && policy !== undefined;
  return { token, policy, decision: isWhole ? await decisionOn(token, policy) : undefined };
}

async function decisionOn(token, { now, asksList, ...policy }) {
  keys ??= KeySet.fromJwks(await get("helsinki", "keys"));
  const list = asksList ? await freshList() : null;
  const verifier = new Verifier({ keys, ...policy });
  try {
    if (list !== null) verifier.setRevocations(list, { mode: "required", irrevocable: "refuse" });
    return await verifier.verify(token, { now });
  } finally {
    verifier.free();
  }
}

/** Of the fields; undefined where one holds no number. */
function policyOf() {
  const [tolerance, shift] = [find("tolerance"), find("shift")];
  if (!tolerance.checkValidity() || !shift.checkValidity()) return undefined;
  return {
    issuer: find("issuer").value.trim() || null,
    audience: find("audience").value.trim() || null,
    clockTolerance: tolerance.valueAsNumber,
    asksList: find("asks-list").checked,
    now: Math.floor(Date.now() / 1000) + shift.valueAsNumber * 60,
  };
}

const showDecision = newest(({ token, policy, decision }) => {
  const isJson = ["header", "claims"].every((id) => !find(id).hasAttribute("aria-invalid"));
  const said = !isJson && token !== "" ? NO_JSON : wordsOf(token, policy, decision);
  find("verdict").dataset.state = said.state;
  write(find("verdict-text"), said.text);
  write(find("verdict-reason"), said.reason);
  const stages = STAGES.filter((stage) => stage !== "revocation" || policy?.asksList);
  find("stages").replaceChildren(...stages.map((stage) => stageLine(stage, decision)));
  const isShifted = find("shift").value !== "0";
  if (policy) write(find("code"), codeOf(policy, isShifted, decision));
});

const NO_JSON = {
  state: "none",
  text: "That is no JSON",
  reason: "The decision is on the token as it was before.",
};

function wordsOf(token, policy, decision) {
  if (token === "") {
    return { state: "none", text: "There is no token yet", reason: "Paste one, or use the chat’s." };
  }
  if (policy === undefined) {
    return { state: "none", text: "The policy is not whole", reason: "A field holds no number that fits." };
  }
  if (!decision.ok) {
    return { state: "refused", text: `Refused: ${decision.code}`, reason: sentence(decision.message) };
  }
  const { expiresIn } = decision;
  const reason = expiresIn === null ? "It never expires." : `Good for another ${clock(expiresIn)}.`;
  return { state: "accepted", text: "Accepted", reason };
}

function stageLine(stage, decision) {
  const at = decision === undefined ? -1 : decision.ok ? STAGES.length : STAGES.indexOf(decision.stage);
  const place = STAGES.indexOf(stage);
  const state = place < at ? "accepted" : place === at ? "refused" : "none";
  const words = { accepted: "passed", refused: "refused here", none: "not looked at" }[state];
  return make("li", { data: { state } }, stage, make("span", { class: "visually-hidden" }, `: ${words}`));
}

async function copyCode() {
  try {
    await navigator.clipboard.writeText(find("code").textContent);
    announce("Copied");
  } catch {
    announce("The browser does not let this page copy");
  }
}

const pretty = (value) => JSON.stringify(value, null, 2);
const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other);
const sentence = (text) => `${text[0].toUpperCase()}${text.slice(1)}.`;

function encoded(value) {
  const octets = new TextEncoder().encode(JSON.stringify(value));
  const base64 = btoa(String.fromCharCode(...octets));
  return base64.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
