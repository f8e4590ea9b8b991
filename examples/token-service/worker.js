// A token service, ready to deploy: sign-in with a password, refresh, revocation, introspection, the
// public keys, signed revocation lists each minute, and an operator's door. docs/deploy.md says how.
//
// wrangler.toml has its bindings. The APIs that take its tokens need none of this: a gate, the keys
// of /.well-known/jwks.json, and a ListFollower over the same KV, or with the readers' password over
// /revocations. With a bucket of R2 (BUCKET) in place of KV, what an operator throws out is on the list
// within seconds.

import { KeySet, Revocations, equal } from "edge-jwt";
import { ListFollower, kv, r2 } from "edge-jwt/lists";
import { createTokenService, json, lists, oauth, oauthError, operator, textOf } from "edge-jwt/service";
import { SqlStore, d1 } from "edge-jwt/store";

import { addUser, isPassword } from "./users.js";

/** Made at the first request: at the top of a module a worker has neither clock nor randomness. */
let service;
let isReady = false;

export default {
  async fetch(request, env, ctx) {
    await prepare(env);
    const response = await service.fetch(request, ctx);
    // Behind the answer; what fails here the cron does within a minute.
    if (env.BUCKET !== undefined && hasThrownOut(request, response)) ctx.waitUntil(service.scheduled());
    return response;
  },

  async scheduled(event, env, ctx) {
    await prepare(env);
    await service.scheduled(ctx);
  },
};

/** The tables are made by the first request that finds none; two at one time do no harm. */
async function prepare(env) {
  service ??= serviceOf(env);
  if (isReady) return;
  await new SqlStore(d1(env.DB)).migrate();
  isReady = true;
}

function serviceOf(env) {
  const { DB, BUCKET, ISSUER: issuer, AUDIENCE: audience, ORIGINS } = env;
  const published = listsOf(env);
  const listKeys = keysIn(env.LIST_KEY);
  const revocations = new Revocations({ keys: listKeys, issuer });
  const isOperator = (request) => showsPassword(request, env.OPERATOR);
  // What is thrown out by a name can be found out by trying names: lists are for your own APIs.
  const isReader = (request) => showsPassword(request, env.READER);
  return createTokenService({
    store: new SqlStore(d1(DB)),
    revocations,
    follower: new ListFollower({
      ...{ list: revocations, from: published, onError: console.error },
      every: BUCKET === undefined ? 30 : 2,
    }),
    cors: { origins: ORIGINS.split(" ") },
    guesses: { address: (request) => request.headers.get("CF-Connecting-IP") },
    parts: [
      oauth({
        keys: keysIn(env.TOKEN_KEYS),
        issuer,
        audience,
        settings: { accessTtl: "10m", refreshTtl: "14d", maxSession: "90d" },
        client: ({ id, secret }) => clientOf(JSON.parse(env.CLIENTS), id, secret),
        grants: { password: { tokens: "pair", signIn: ({ fields }) => signIn(DB, fields) } },
      }),
      operator({ mayOperate: isOperator }),
      lists({ signWith: listKeys, issuer, to: published, mayRead: isReader, maxAge: 1 }),
      users(DB, isOperator),
    ],
  });
}

/** KV shows a new list everywhere within about a minute, R2 at once. */
function listsOf({ LISTS, BUCKET }) {
  return BUCKET === undefined ? kv(LISTS) : r2(BUCKET);
}

function hasThrownOut({ method, url }, { ok }) {
  return ok && new URL(url).pathname === "/operator/revocations" && method !== "GET" && method !== "HEAD";
}

/** A JWK, or a list of `{ jwk, state }`, of which the last active one signs. */
function keysIn(text) {
  const keys = JSON.parse(text);
  return new KeySet(Array.isArray(keys) ? keys : [{ jwk: keys }]);
}

function showsPassword(request, password) {
  const shown = request.headers.get("authorization") ?? "";
  return password.length >= 32 && equal(shown, `Bearer ${password}`);
}

function clientOf(clients, id, secret) {
  const isKnown = Object.hasOwn(clients, id) && secret !== null && equal(secret, clients[id]);
  return isKnown ? { id } : null;
}

async function signIn(db, fields) {
  const [name, password] = [textOf(fields, "username"), textOf(fields, "password")];
  if (name === null || password === null || !(await isPassword(db, name, password))) return null;
  return { sub: name };
}

/** A part of one's own: POST /users, by which the operator adds somebody who may sign in. */
function users(db, isOperator) {
  const answer = async ({ request, fields }) => {
    if (!isOperator(request)) return oauthError(403, "access_denied", "this is for operators");
    const [name, password] = [textOf(fields, "username"), textOf(fields, "password")];
    if (name === null || password === null) return oauthError(400, "invalid_request", "a name and a password");
    await addUser(db, name, password);
    return json(201, { username: name });
  };
  return () => ({ routes: [{ method: "POST", path: "/users", guesses: "counted", answer }] });
}
