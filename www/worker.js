// The demo's worker: signs visitors in, takes their messages, and lets an operator throw a token
// out. Everything is held in the memory of one isolate, and the operator's side stands open,
// because this is served on one machine to its own user; a real one guards it.

import { Issuer, KeySet, Revocations, Verifier } from "edge-jwt";

const ISSUER = "https://chat.example";
const AUDIENCE = "chat-widget";
const LIFE_SECONDS = 15 * 60;
const MAX_SHOWN = 20;

/** Made at the first request: at the top of a module a worker has neither clock nor randomness. */
let desk;

export default {
  async fetch(request, env) {
    desk ??= openDesk(env.SECRET);
    const { pathname } = new URL(request.url);
    const route = ROUTES[`${request.method} ${pathname}`];
    return route === undefined ? env.ASSETS.fetch(request) : route(request);
  },
};

const ROUTES = {
  "POST /api/sign-in": signIn,
  "POST /api/messages": takeMessage,
  "GET /api/operator/tokens": listTokens,
  "POST /api/operator/revoke": revoke,
  "POST /api/operator/unrevoke": unrevoke,
};

function openDesk(secret) {
  const keys = new KeySet([{ kid: "demo-1", alg: "HS256", secret: { base64: secret } }]);
  const revocations = new Revocations();
  const verifier = new Verifier({ keys, issuer: ISSUER, audience: AUDIENCE });
  verifier.setRevocations(revocations);
  const issuer = new Issuer({
    keys,
    issuer: ISSUER,
    audience: AUDIENCE,
    accessTtl: LIFE_SECONDS,
  });
  return { issuer, verifier, revocations, issued: [] };
}

async function signIn(request) {
  const { name } = await readJson(request);
  if (typeof name !== "string" || !/^.{1,40}$/.test(name.trim())) {
    return Response.json({ message: "a name of 1 to 40 characters is needed" }, { status: 400 });
  }
  const visitor = { sub: `visitor:${crypto.randomUUID()}`, name: name.trim() };
  const { token, claims } = await desk.issuer.issue(visitor);
  desk.issued = [claims, ...desk.issued].slice(0, MAX_SHOWN);
  return Response.json({ token });
}

async function takeMessage(request) {
  const [, token] = request.headers.get("authorization")?.match(/^Bearer (.+)$/i) ?? [];
  const decision = await desk.verifier.verify(token);
  if (!decision.ok) return Response.json(decision, { status: 401 });
  const { text } = await readJson(request);
  return Response.json({ from: decision.claims.name, text: String(text).slice(0, 500) });
}

function listTokens() {
  const tokens = desk.issued.map((claims) => ({ claims, ...desk.revocations.check(claims) }));
  return Response.json({ tokens, now: Date.now() / 1000 });
}

async function revoke(request) {
  const { jti, exp } = await readJson(request);
  return answerTo(() => desk.revocations.revoke({ jti, exp }));
}

async function unrevoke(request) {
  const { jti } = await readJson(request);
  return answerTo(() => desk.revocations.unrevoke({ jti }));
}

function answerTo(change) {
  try {
    change();
    return listTokens();
  } catch (error) {
    return Response.json({ message: error.message }, { status: 400 });
  }
}

async function readJson(request) {
  try {
    return Object(await request.json());
  } catch {
    return {};
  }
}
