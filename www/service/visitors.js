// The visitors' part: a guest first, signed in by a name later, renewed by a refresh token that no
// script of the page ever sees.

import { json, textOf } from "edge-jwt/service";

import { tellOfNews, throwOut } from "./announcing.js";
import { NAMES, REFRESH_SECONDS } from "./desk.js";
import { note, readEvents } from "./events.js";

const CLIENT = "chat-widget";
const TENANT = "harbour-shop";
const COOKIE = "refresh";

/** What may be the name of a person or a program. */
export const isName = (name) => name !== null && /^.{1,40}$/u.test(name.trim());

export function visitors(desk) {
  return (ground) => {
    const { keys } = desk;
    const access = ground.verifier({ keys, ...NAMES });
    const refreshing = ground.verifier({ keys, ...NAMES, kind: "refresh" });
    const at = { ...desk, ...ground, access, refreshing };
    return {
      base: "/api",
      routes: [
        { method: "POST", path: "/visit", answer: () => visit(at) },
        { method: "POST", path: "/sign-in", answer: ({ fields }) => signIn(at, fields) },
        { method: "POST", path: "/refresh", answer: ({ request }) => refresh(at, request) },
        { method: "POST", path: "/sign-out", answer: ({ request }) => signOut(at, request) },
        { method: "POST", path: "/messages", answer: (asked) => takeMessage(at, asked) },
        { method: "GET", path: "/watch", answer: ({ request }) => watch(at, request) },
        { method: "GET", path: "/keys", answer: () => json(200, keys.toJwks()) },
        { method: "GET", path: "/list-keys", answer: () => json(200, at.listKeys.toJwks()) },
        { method: "GET", path: "/events", answer: ({ url }) => readEvents(at, url) },
      ],
    };
  };
}

/** A guest's first token. */
function visit(at) {
  return begin(at, { sub: `guest:${crypto.randomUUID().slice(0, 8)}` }, "visits");
}

/** A demo asks for no password. */
function signIn(at, fields) {
  const given = textOf(fields, "name");
  if (!isName(given)) return json(400, { message: "a name of 1 to 40 characters is needed" });
  const name = given.trim();
  const sub = `member:${name.toLowerCase().replaceAll(/\s+/g, "-")}`;
  return begin(at, { sub, name }, "signs in");
}

async function begin(at, who, what) {
  const issuer = at.issuer();
  if (issuer === undefined) return noKeyLeft();
  const [sid, auth_time] = [crypto.randomUUID(), Math.floor(Date.now() / 1000)];
  const pair = await issuer.issuePair({ ...who, azp: CLIENT, tenant: TENANT, sid, auth_time });
  await note(at, "sign-in", `${who.sub} ${what}`);
  return answerWith(at, pair);
}

export const noKeyLeft = () => json(503, { message: "every signing key is thrown out" });

/** The next pair for the cookie's refresh token. */
async function refresh(at, request) {
  const issuer = at.issuer();
  if (issuer === undefined) return noKeyLeft();
  const { refreshing: verifier, store } = at;
  const answer = await issuer.refresh(cookieOf(request), { verifier, families: store.families });
  if (answer.ok) {
    await note(at, "sign-in", `${answer.claims.sub} renews`);
    return answerWith(at, answer);
  }
  await note(at, "refusal", `a renewal: ${answer.code}`);
  if (answer.entry !== null) await throwOut(at, [answer.entry]);
  return json(401, { code: answer.code, message: answer.message });
}

/** What came of this sign-in is worth nothing any more. */
async function signOut(at, request) {
  const decision = await at.refreshing.verify(cookieOf(request));
  if (decision.ok) {
    const { sub, family, exp } = decision.claims;
    await note(at, "sign-in", `${sub} signs out`);
    await throwOut(at, [{ family, exp }]);
  }
  return json(200, {}, { "Set-Cookie": cookie(at, "", 0) });
}

async function answerWith(at, { access, refresh }) {
  for (const { record, claims } of [access, refresh]) {
    const { sid: session, tenant } = claims;
    await at.keep({ ...record, session, tenant });
  }
  const { token, claims } = access;
  const headers = { "Set-Cookie": cookie(at, refresh.token, REFRESH_SECONDS) };
  return json(200, { token, expiresIn: claims.exp - claims.iat }, headers);
}

/** `Secure` is missing because the demo is on plain http. */
function cookie({ region }, value, seconds) {
  const path = `/${region.toLowerCase()}/api`;
  return `${COOKIE}=${value}; Path=${path}; Max-Age=${seconds}; HttpOnly; SameSite=Strict`;
}

function cookieOf(request) {
  const cookies = (request.headers.get("cookie") ?? "").split("; ");
  return cookies.find((cookie) => cookie.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1);
}

/** Who says it is the server's to say. */
async function takeMessage(at, { request, fields }) {
  const decision = await at.access.verify(bearerOf(request));
  if (!decision.ok) {
    await note(at, "refusal", `a message: ${decision.code}`);
    return json(401, decision, { "WWW-Authenticate": "Bearer" });
  }
  const { sub, name = "a guest" } = decision.claims;
  return json(200, { from: name, sub, text: textOf(fields, "text", 500) });
}

function bearerOf(request) {
  return request.headers.get("authorization")?.match(/^Bearer (.+)$/i)?.[1];
}

/** What this region says of a token, and the list that it goes by. */
async function watch(at, request) {
  await tellOfNews(at);
  const token = bearerOf(request);
  const decision = token === undefined ? null : await at.access.verify(token);
  const { ok, code = null } = decision ?? {};
  const { region, pollSeconds, follower } = at;
  const list = { ...follower.health(), pollSeconds, nextPollIn: at.nextPollIn() };
  return json(200, { region, decision: decision && { ok, code }, list });
}
