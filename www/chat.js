// The chat widget: a guest first, signed in by a name later. The session of edge-jwt/widget gets,
// keeps and renews the token; the widget only says who is speaking and what came of each message.
//
// The refresh token is in a cookie that no script can read; the page holds access tokens alone.

import { KeySet, Verifier } from "edge-jwt";
import { Session } from "edge-jwt/widget";

import { get, post, send } from "./api.js";
import { clock, find, make, write } from "./dom.js";

const HOME = "helsinki";

const ROUTES = { first: "visit", signedIn: "sign-in", renewal: "refresh", refused: "refresh" };

/** Why the last token was asked for. */
let lastReason = "first";

let session;

/** `onToken(token)` hears of each token that a person or the time has brought about. */
export function openChat({ onToken }) {
  session = new Session({ token: supply, verifier: makeVerifier });
  session.on("change", (change) => showChange(change, onToken));
  session.on("renewed", () => showRenewal(onToken));
  session.on("failed", showFailure);
  find("compose").addEventListener("submit", sendMessage);
  find("sign-in").addEventListener("submit", signIn);
  find("sign-out").addEventListener("click", signOut);
  find("start").addEventListener("click", () => void session.start().catch(() => {}));
  setInterval(showLife, 1000);
}

/** The token at hand; undefined where there is none. */
export async function chatToken() {
  return session.token().catch(() => undefined);
}

function supply({ reason, facts, signal }) {
  lastReason = reason;
  return send(HOME, ROUTES[reason], facts, { signal });
}

async function makeVerifier() {
  const keys = KeySet.fromJwks(await get(HOME, "keys"));
  return new Verifier({ keys, issuer: "https://chat.example", audience: "chat-widget" });
}

async function sendMessage(event) {
  event.preventDefault();
  const text = find("text").value;
  find("text").value = "";
  const settle = say(text);
  const headers = { "content-type": "application/json" };
  const request = { method: "POST", headers, body: JSON.stringify({ text }) };
  try {
    const response = await session.fetch(`/${HOME}/api/messages`, request);
    const { from, code, message } = await response.json();
    if (response.ok) settle("accepted", `accepted, from ${from}`);
    else settle("refused", `refused: ${code}`, message);
  } catch (error) {
    settle("refused", `not sent: ${error.code ?? "unavailable"}`, error.message);
  }
}

async function signIn(event) {
  event.preventDefault();
  const name = find("name").value;
  try {
    await session.signIn({ name });
    find("name").value = "";
    find("text").focus();
  } catch (error) {
    remark(`Not signed in: ${error.message}`);
  }
}

async function signOut() {
  session.signOut();
  find("name").focus();
  await post(HOME, "sign-out");
}

// What is shown

async function showChange({ state, claims }, onToken) {
  const isOut = state === "signedOut";
  const isMember = state === "signedIn";
  find("compose").hidden = isOut;
  find("sign-in").hidden = isMember;
  find("sign-out").hidden = !isMember;
  find("start").hidden = !isOut;
  write(find("speaker"), { signedOut: "Signed out", starting: "Connecting" }[state] ?? nameOf(claims));
  showLife();
  if (claims !== null) await tell(onToken);
}

function nameOf(claims) {
  return claims?.name === undefined ? "You are a guest" : `You are ${claims.name}`;
}

/** What was refused stays in view: it is the other token that is news to the regions. */
async function showRenewal(onToken) {
  const isRefused = lastReason === "refused";
  remark(isRefused ? "The token was refused; the session has another" : "The token was renewed");
  showLife();
  if (!isRefused) await tell(onToken);
}

/** A sign-in that fails says so itself. */
function showFailure({ code, retryIn }) {
  if (code === "refused") remark("Signed out: the server gives this visitor no new token");
  else if (retryIn !== null) remark(`No new token (${code}); trying again`);
}

async function tell(onToken) {
  const token = await chatToken();
  if (token !== undefined) onToken(token);
}

function showLife() {
  const { claims, verification } = session;
  const left = claims === null ? 0 : claims.exp - Date.now() / 1000;
  find("life").value = claims === null ? 0 : left / (claims.exp - claims.iat);
  write(find("life-text"), claims === null ? "No token" : `Token good for ${clock(left)}`);
  write(find("verified"), verification === "local" ? "Verified in this page" : "");
}

/** Shows a message that is on its way; answers how to show what came of it. */
function say(text) {
  const outcome = make("p", { class: "outcome" }, "sending");
  const words = make("p", { class: "text" }, text);
  const message = make("li", { class: "message", data: { state: "sending" } }, words, outcome);
  add(message);
  return (state, verdict, reason) => {
    message.dataset.state = state;
    outcome.textContent = verdict;
    if (reason !== undefined) message.append(make("p", { class: "reason" }, reason));
    scrollDown();
  };
}

function remark(text) {
  add(make("li", { class: "remark" }, text));
}

function add(line) {
  find("messages").append(line);
  scrollDown();
}

function scrollDown() {
  find("messages").scrollTop = find("messages").scrollHeight;
}
