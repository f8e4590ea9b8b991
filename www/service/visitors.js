// The visitors' side: a guest first, signed in by a name later, renewed by a refresh token that no
// script of the page ever sees.

import { REFRESH_SECONDS } from "./desk.js";
import { note } from "./events.js";
import { bearerOf, cookieOf, json, readJson } from "./http.js";
import { throwOut } from "./operator.js";

const CLIENT = "chat-widget";
const TENANT = "harbour-shop";
const COOKIE = "refresh";

/** POST /api/visit: a guest's first token. */
export async function visit(request, desk) {
  const sub = `guest:${crypto.randomUUID().slice(0, 8)}`;
  return begin(desk, { sub }, "visits");
}

/** POST /api/sign-in { name }: a demo asks for no password. */
export async function signIn(request, desk) {
  const { name } = await readJson(request);
  const isName = typeof name === "string" && /^.{1,40}$/u.test(name.trim());
  if (!isName) return json(400, { message: "a name of 1 to 40 characters is needed" });
  const sub = `member:${name.trim().toLowerCase().replaceAll(/\s+/g, "-")}`;
  return begin(desk, { sub, name: name.trim() }, "signs in");
}

async function begin(desk, who, what) {
  const issuer = desk.issuer();
  if (issuer === undefined) return json(503, { message: "every signing key is thrown out" });
  const [sid, auth_time] = [crypto.randomUUID(), Math.floor(Date.now() / 1000)];
  const pair = await issuer.issuePair({ ...who, azp: CLIENT, tenant: TENANT, sid, auth_time });
  await note(desk, "sign-in", `${who.sub} ${what}`);
  return answerWith(desk, pair);
}

/** POST /api/refresh: the next pair for the cookie's refresh token. */
export async function refresh(request, desk) {
  const issuer = desk.issuer();
  if (issuer === undefined) return json(503, { message: "every signing key is thrown out" });
  const { refresh: verifier, store } = desk;
  const token = cookieOf(request, COOKIE);
  const answer = await issuer.refresh(token, { verifier, families: store.families });
  if (answer.ok) {
    await note(desk, "sign-in", `${answer.claims.sub} renews`);
    return answerWith(desk, answer);
  }
  await note(desk, "refusal", `a renewal: ${answer.code}`);
  if (answer.entry !== null) await throwOut(desk, answer.entry);
  return json(401, { code: answer.code, message: answer.message });
}

/** POST /api/sign-out: what came of this sign-in is worth nothing any more. */
export async function signOut(request, desk) {
  const decision = await desk.refresh.verify(cookieOf(request, COOKIE));
  if (decision.ok) {
    const { sub, family, exp } = decision.claims;
    await note(desk, "sign-in", `${sub} signs out`);
    await throwOut(desk, { family, exp });
  }
  return json(200, {}, { "set-cookie": cookie(desk, "", 0) });
}

async function answerWith(desk, { access, refresh }) {
  for (const { record, claims } of [access, refresh]) {
    const { sid: session, tenant, name } = claims;
    await desk.store.tokens.add({ ...record, session, tenant, ...(name && { name }) });
  }
  const { token, claims } = access;
  const headers = { "set-cookie": cookie(desk, refresh.token, REFRESH_SECONDS) };
  return json(200, { token, expiresIn: claims.exp - claims.iat }, headers);
}

/** `Secure` is missing because the demo is on plain http. */
function cookie({ region }, value, seconds) {
  const path = `/${region.toLowerCase()}/api`;
  return `${COOKIE}=${value}; Path=${path}; Max-Age=${seconds}; HttpOnly; SameSite=Strict`;
}

/** POST /api/messages { text }: who says it is the server's to say. */
export async function takeMessage(request, desk) {
  const decision = await desk.access.verify(bearerOf(request));
  const { text } = await readJson(request);
  if (!decision.ok) {
    await note(desk, "refusal", `a message: ${decision.code}`);
    return json(401, decision, { "www-authenticate": "Bearer" });
  }
  const { sub, name = "a guest" } = decision.claims;
  return json(200, { from: name, sub, text: String(text).slice(0, 500) });
}

/** GET /api/watch: what this region says of a token, and the list that it goes by. */
export async function watch(request, desk) {
  const token = bearerOf(request);
  const decision = token === undefined ? null : await desk.access.verify(token);
  const { ok, code = null, message = null } = decision ?? {};
  const said = decision && { ok, code, message };
  return json(200, { region: desk.region, decision: said, list: desk.follower.status() });
}
