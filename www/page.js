// The page: a visitor's chat widget on one side, the operator's panel on the other.
//
// The widget reads its own token with `inspect`, the same wasm that the worker verifies with. It
// holds no key, so it cannot verify anything; the worker decides.

import { inspect } from "edge-jwt";

const find = (id) => document.getElementById(id);
const nowSeconds = () => Date.now() / 1000;

let visitorToken;

// The visitor's side

find("sign-in").addEventListener("submit", async (event) => {
  event.preventDefault();
  const { status, body } = await post("/api/sign-in", { name: find("name").value });
  if (status !== 200) return say("refused", "Sign-in", body.message);
  visitorToken = body.token;
  showSignedIn(inspect(body.token).claims);
  await refreshTokens();
});

find("compose").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = find("text").value;
  find("text").value = "";
  const { status, body } = await post("/api/messages", { text }, visitorToken);
  if (status === 200) return say("accepted", body.text, "accepted");
  say("refused", text, `refused: ${body.code}`, body.message);
  showSignedOut(body);
});

function showSignedIn({ name, exp }) {
  const until = new Date(exp * 1000).toLocaleTimeString([], { timeStyle: "short" });
  setVisitor("signed-in", `Signed in as ${name}, until ${until}`);
  find("sign-in").hidden = true;
  find("compose").hidden = false;
  find("text").focus();
}

function showSignedOut({ code, message }) {
  visitorToken = undefined;
  setVisitor("signed-out", `Signed out: ${message} (${code})`);
  find("sign-in").hidden = false;
  find("compose").hidden = true;
  find("name").focus();
}

function setVisitor(state, text) {
  find("visitor").dataset.state = state;
  find("visitor").textContent = text;
}

function say(state, text, verdict, reason) {
  const message = document.createElement("li");
  message.className = "message";
  message.dataset.state = state;
  message.append(line("text", text), line("verdict", verdict));
  if (reason !== undefined) message.append(line("reason", reason));
  find("messages").append(message);
  message.scrollIntoView({ block: "nearest" });
}

function line(className, text) {
  const paragraph = document.createElement("p");
  paragraph.className = className;
  paragraph.textContent = text;
  return paragraph;
}

// The operator's side

async function refreshTokens() {
  const response = await fetch("/api/operator/tokens");
  showTokens((await response.json()).tokens);
}

function showTokens(tokens) {
  find("nobody").hidden = tokens.length > 0;
  find("tokens").replaceChildren(...tokens.map(tokenCard));
  showTimeLeft();
}

function tokenCard({ claims, status }) {
  const card = find("token-template").content.cloneNode(true).firstElementChild;
  card.id = `token-${claims.jti}`;
  card.dataset.state = status;
  card.dataset.iat = claims.iat;
  card.dataset.exp = claims.exp;
  card.querySelector(".token-name").textContent = claims.name;
  card.querySelector(".claims").append(...Object.entries(claims).flatMap(claimRow));
  const toggle = card.querySelector(".toggle");
  const revoked = status === "revoked";
  toggle.textContent = revoked ? "Take back" : "Revoke";
  toggle.setAttribute("aria-label", `${toggle.textContent} the token of ${claims.name}`);
  toggle.addEventListener("click", () => toggleToken(claims, revoked));
  return card;
}

function claimRow([name, value]) {
  const term = document.createElement("dt");
  term.textContent = name;
  const description = document.createElement("dd");
  description.textContent = typeof value === "string" ? value : JSON.stringify(value);
  return [term, description];
}

async function toggleToken({ jti, exp, name }, revoked) {
  const path = revoked ? "unrevoke" : "revoke";
  const { body } = await post(`/api/operator/${path}`, revoked ? { jti } : { jti, exp });
  showTokens(body.tokens);
  const done = revoked ? "is good again" : "is revoked";
  find("announcement").textContent = `The token of ${name} ${done}.`;
  find(`token-${jti}`)?.querySelector(".toggle").focus();
}

function showTimeLeft() {
  for (const card of find("tokens").children) {
    const left = Math.max(0, Number(card.dataset.exp) - nowSeconds());
    const state = card.dataset.state === "revoked" ? "revoked" : left > 0 ? "live" : "expired";
    const life = Number(card.dataset.exp) - Number(card.dataset.iat);
    card.querySelector(".chip").textContent = state;
    card.querySelector(".chip").dataset.state = state;
    card.querySelector(".time-text").textContent = `${clock(left)} left`;
    card.querySelector("progress").value = left / life;
  }
}

function clock(seconds) {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

async function post(path, body, token) {
  const headers = { "content-type": "application/json" };
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  return { status: response.status, body: await response.json() };
}

setInterval(showTimeLeft, 1000);
await refreshTokens();
