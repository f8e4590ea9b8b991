// `edge-jwt/service`: the ground of every part, the neutral part and the operator's, over real HTTP
// in workerd with D1, two isolates over one database.

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";

import * as jose from "jose";

import { startIsolates } from "../../scripts/worker.mjs";
import { importsOf } from "./imports.mjs";
import { installInto } from "./install.mjs";

const WORKER = `
  import { KeySet, Revocations } from "edge-jwt";
  import { ListFollower, kv } from "edge-jwt/lists";
  import { createTokenService, json, lists, oauth, operator } from "edge-jwt/service";
  import { SqlStore, d1 } from "edge-jwt/store";

  const CLIENTS = { app: "app-secret", page: null, api: "api-secret" };
  const USERS = { ada: "lovelace" };

  /** The hour of the request; what it is not told, the service does not know. */
  let now = 0;
  let service;
  const errors = [];

  /** Where lists are bound: a list that follows those that the service itself publishes. */
  function listsOf(LISTS, keys) {
    if (LISTS === undefined) return { revocations: new Revocations(), parts: [] };
    const issuer = "https://id.example";
    const revocations = new Revocations({ keys, issuer });
    const follower = new ListFollower({ list: revocations, from: kv(LISTS), every: 0.001 });
    return { revocations, follower, parts: [lists({ signWith: keys, issuer, to: kv(LISTS), mayRead: null })] };
  }

  function serviceOf({ DB, KEY, LISTS }) {
    const keys = new KeySet([{ jwk: JSON.parse(KEY) }]);
    const { parts, ...published } = listsOf(LISTS, keys);
    const password = {
      tokens: "pair",
      signIn: ({ fields }) => {
        if (fields.username === "boom") throw new Error("the host's own");
        const isRight = Object.hasOwn(USERS, fields.username) && USERS[fields.username] === fields.password;
        return isRight ? { sub: fields.username, scope: "chat" } : null;
      },
    };
    const client_credentials = { tokens: "access", signIn: ({ client }) => ({ sub: client.id }) };
    const client = ({ id, secret }) =>
      Object.hasOwn(CLIENTS, id) && CLIENTS[id] === secret
        ? { id, introspects: id === "api" ? "any" : "own" }
        : null;
    return createTokenService({
      store: new SqlStore(d1(DB)),
      ...published,
      cors: { origins: ["https://page.example"] },
      guesses: { address: (request) => request.headers.get("x-address") },
      now: () => now,
      onError: (error) => errors.push(error.message),
      parts: [
        oauth({
          keys,
          issuer: "https://id.example",
          audience: "api",
          client,
          grants: { password, client_credentials },
        }),
        operator({ mayOperate: async (request) => request.headers.get("x-operator") === "yes" }),
        ...parts,
        () => ({
          base: "/echo",
          routeQuery: "route",
          routes: [
            { method: "POST", path: "/{name}", answer: ({ fields, params }) => json(200, { fields, params }) },
            { method: "GET", path: "/{name}", answer: ({ params, address }) => json(200, { params, address }) },
            { method: "GET", path: "/errors", answer: () => json(200, errors) },
            { method: "GET", path: "/fixed", answer: () => json(200, "fixed") },
            {
              method: "GET",
              path: "/status/{status}",
              guesses: "counted",
              answer: ({ params: { status } }) => json(Number(status), {}),
            },
          ],
        }),
      ],
    });
  }

  export default {
    async fetch(request, env, ctx) {
      now = Number(request.headers.get("x-now") ?? 1_700_000_000);
      if (new URL(request.url).pathname === "/migrate") {
        return Response.json(await new SqlStore(d1(env.DB)).migrate());
      }
      service ??= serviceOf(env);
      return service.fetch(request, ctx);
    },
    scheduled: (event, env) => (service ??= serviceOf(env)).scheduled(),
  };
`;

const { publicKey, privateKey } = await jose.generateKeyPair("ES256", { extractable: true });
const KEY = JSON.stringify({ ...(await jose.exportJWK(privateKey)), kid: "k1", alg: "ES256" });

const folder = installInto("service", { texts: { "worker.mjs": WORKER } });
const isolate = { bindings: { KEY }, d1Databases: { DB: "service" } };
const publishing = { ...isolate, d1Databases: { DB: "publishing" }, kvNamespaces: { LISTS: "lists" } };
const isolates = { one: isolate, two: isolate, here: publishing, there: publishing };
const miniflare = await startIsolates(join(folder, "worker.mjs"), isolates, { log: () => {} });
after(() => miniflare.dispose());
const [one, two] = [await miniflare.getWorker("one"), await miniflare.getWorker("two")];
const address = (await miniflare.ready).href;
await fetch(new URL("migrate", address));


const NOW = 1_700_000_000;

/** Each caller has an address of its own, so that no test's failures are another's. */
let callers = 0;
const caller = () => ({ "x-address": `address ${(callers += 1)}` });

/** A request to an isolate, by default over HTTP to the first. */
async function ask(path, { method = "GET", headers, body, now = NOW, of } = {}) {
  const init = { method, body, headers: { ...caller(), "x-now": `${now}`, ...headers } };
  const response = of === undefined
    ? await fetch(new URL(path, address), init)
    : await of.fetch(`http://service.example${path}`, init);
  const text = await response.text();
  const answer = { status: response.status, headers: response.headers, text };
  try {
    return { ...answer, body: JSON.parse(text) };
  } catch {
    return answer;
  }
}

const post = (path, form, options) =>
  ask(path, { method: "POST", body: new URLSearchParams(form), ...options });

const APP = { client_id: "app", client_secret: "app-secret" };
const API = { client_id: "api", client_secret: "api-secret" };
const PAGE = { client_id: "page" };

const signIn = async (client = APP, options) => {
  const form = { ...client, grant_type: "password", username: "ada", password: "lovelace" };
  const { status, body } = await post("/token", form, options);
  assert.equal(status, 200);
  return body;
};

const refresh = (token, client = APP, options) =>
  post("/token", { ...client, grant_type: "refresh_token", refresh_token: token }, options);

const introspect = async (token, client = API, options) =>
  (await post("/introspect", { ...client, token }, options)).body;

test("a sign-in answers a pair, as RFC 6749 section 5.1 has it, which others can verify", async () => {
  const form = { ...APP, grant_type: "password", username: "ada", password: "lovelace" };
  const { status, headers, body } = await post("/token", form);
  assert.equal(status, 200);
  assert.equal(headers.get("cache-control"), "no-store");
  assert.equal(body.token_type, "Bearer");
  assert.equal(body.expires_in, 3600);
  const options = { issuer: "https://id.example", audience: "api", currentDate: new Date(NOW * 1000) };
  const { payload } = await jose.jwtVerify(body.access_token, publicKey, options);
  assert.equal(payload.sub, "ada");
  assert.equal(payload.client_id, "app");
  assert.equal(payload.scope, "chat");
});

test("client credentials answer an access token alone (RFC 6749 section 4.4.3)", async () => {
  const { status, body } = await post("/token", { ...APP, grant_type: "client_credentials" });
  assert.equal(status, 200);
  assert.equal(body.refresh_token, undefined);
  assert.equal((await introspect(body.access_token)).sub, "app");
});

/** RFC 6749 section 5.2. */
const WRONG_TOKEN_REQUESTS = [
  [{ ...APP }, 400, "invalid_request"],
  [{ ...APP, grant_type: "" }, 400, "invalid_request"],
  [{ ...APP, grant_type: "constructor" }, 400, "unsupported_grant_type"],
  [{ ...APP, grant_type: "password", username: "ada", password: "wrong" }, 400, "invalid_grant"],
  [{ ...APP, grant_type: "password", username: "__proto__", password: "x" }, 400, "invalid_grant"],
  [{ ...APP, grant_type: "refresh_token" }, 400, "invalid_request"],
  [{ ...APP, grant_type: "refresh_token", refresh_token: "a.b.c" }, 400, "invalid_grant"],
  [{ grant_type: "client_credentials" }, 401, "invalid_client"],
  [{ client_id: "app", client_secret: "wrong", grant_type: "client_credentials" }, 401, "invalid_client"],
  [{ client_id: "app", grant_type: "client_credentials" }, 401, "invalid_client"],
  [{ client_id: "constructor", grant_type: "client_credentials" }, 401, "invalid_client"],
];

test("what is wrong with a token request is answered in the codes of RFC 6749", async () => {
  for (const [form, status, error] of WRONG_TOKEN_REQUESTS) {
    const answer = await post("/token", form);
    assert.deepEqual([answer.status, answer.body.error], [status, error], JSON.stringify(form));
  }
});

test("a client may show itself by Basic authentication, and in one way only", async () => {
  const basic = (text) => ({ authorization: `Basic ${btoa(text)}` });
  const form = { grant_type: "client_credentials" };
  assert.equal((await post("/token", form, { headers: basic("app:app-secret") })).status, 200);
  assert.equal((await post("/token", form, { headers: basic("%61pp:app-secret") })).status, 200);
  const refused = await post("/token", form, { headers: basic("app:wrong") });
  assert.equal(refused.status, 401);
  assert.match(refused.headers.get("www-authenticate"), /^Basic /);
  const both = await post("/token", { ...form, ...APP }, { headers: basic("app:app-secret") });
  assert.deepEqual([both.status, both.body.error], [400, "invalid_request"]);
  for (const odd of ["app", ":", "app:%zz", "a".repeat(9000)]) {
    assert.equal((await post("/token", form, { headers: basic(odd) })).status, 401, odd.slice(0, 9));
  }
  assert.equal((await post("/token", form, { headers: { authorization: "Bearer x" } })).status, 401);
});

test("a refresh token is exchanged once, and a copy of it ends its family", async () => {
  const first = await signIn();
  const second = await refresh(first.refresh_token, APP, { now: NOW + 10 });
  assert.equal(second.status, 200);
  const reused = await refresh(first.refresh_token, APP, { now: NOW + 100 });
  assert.deepEqual([reused.status, reused.body.error], [400, "invalid_grant"]);
  const after = { now: NOW + 101 };
  assert.equal((await refresh(second.body.refresh_token, APP, after)).status, 400);
  assert.deepEqual(await introspect(second.body.access_token, API, after), { active: false });
});

test("a refresh token that was exchanged is not active, but while it may be shown again", async () => {
  const { refresh_token: first } = await signIn();
  const isActive = async (token, now, of) => (await introspect(token, API, { now, of })).active;
  // Nobody uses it up by asking.
  assert.deepEqual([await isActive(first, NOW), await isActive(first, NOW + 1)], [true, true]);
  const { body } = await refresh(first, APP, { now: NOW + 10 });
  for (const of of [one, two]) {
    assert.deepEqual([await isActive(first, NOW + 20, of), await isActive(first, NOW + 21, of)], [true, false]);
    assert.equal(await isActive(body.refresh_token, NOW + 21, of), true);
  }
  assert.equal((await refresh(body.refresh_token, APP, { now: NOW + 30 })).status, 200);
});

test("a refresh token is worth nothing to another client, and stays good for its own", async () => {
  const { refresh_token: token } = await signIn(PAGE);
  const stolen = await refresh(token, APP);
  assert.deepEqual([stolen.status, stolen.body.error], [400, "invalid_grant"]);
  assert.equal((await refresh(token, PAGE)).status, 200);
});

test("an access token cannot be exchanged, and a refresh token is none for access", async () => {
  const pair = await signIn();
  assert.equal((await refresh(pair.access_token)).status, 400);
  const { token_type: type, active } = await introspect(pair.refresh_token);
  assert.deepEqual([active, type], [true, undefined]);
  assert.equal((await introspect(pair.access_token)).token_type, "Bearer");
});

test("of exchanges at one time in two isolates, one alone is worth something", async () => {
  for (let round = 0; round < 5; round += 1) {
    const { refresh_token: token } = await signIn();
    const answers = await Promise.all([one, two, one, two].map((of) => refresh(token, APP, { of })));
    assert.ok(answers.every(({ status }) => status === 200 || status === 400));
    // Within the grace a token may be shown again; then what it was exchanged for before is void.
    const got = answers.filter(({ status }) => status === 200);
    assert.ok(got.length > 0);
    const next = [];
    for (const { body } of got) next.push((await refresh(body.refresh_token, APP, { now: NOW + 20 })).status);
    assert.ok(next.filter((status) => status === 200).length <= 1, next.join());
  }
});

test("what is revoked is inactive at once, and its family is not refreshed anywhere (RFC 7009)", async () => {
  const pair = await signIn();
  assert.equal((await introspect(pair.access_token)).active, true);
  const form = { ...APP, token: pair.refresh_token, token_type_hint: "refresh_token" };
  const { status, body } = await post("/revoke", form, { of: one });
  assert.deepEqual([status, body], [200, {}]);
  assert.deepEqual(await introspect(pair.access_token, API, { of: one }), { active: false });
  assert.deepEqual(await introspect(pair.refresh_token, API, { of: one }), { active: false });
  // The other isolate has no list that says so, but asks the store about refresh tokens.
  assert.deepEqual(await introspect(pair.refresh_token, API, { of: two }), { active: false });
  assert.equal((await refresh(pair.refresh_token, APP, { of: two })).status, 400);
});

test("an access token is revoked alone, and a token that is worth nothing is answered as if it were", async () => {
  const pair = await signIn();
  assert.equal((await post("/revoke", { ...APP, token: pair.access_token }, { of: one })).status, 200);
  assert.deepEqual(await introspect(pair.access_token, API, { of: one }), { active: false });
  assert.equal((await introspect(pair.refresh_token, API, { of: one })).active, true);
  for (const token of ["nonsense", pair.access_token, `${pair.access_token}x`]) {
    assert.equal((await post("/revoke", { ...APP, token }, { of: one })).status, 200);
  }
  assert.equal((await post("/revoke", APP)).body.error, "invalid_request");
  assert.equal((await post("/revoke", { token: pair.refresh_token })).status, 401);
});

test("a client may neither revoke nor ask about what is another's", async () => {
  const pair = await signIn(PAGE);
  const form = { ...APP, token: pair.access_token };
  assert.equal((await post("/revoke", form)).body.error, "invalid_grant");
  assert.deepEqual((await post("/introspect", form)).body, { active: false });
  assert.equal((await introspect(pair.access_token, PAGE)).active, true);
});

test("a token that has expired is not active, and is refused as a refresh token", async () => {
  const pair = await signIn();
  const later = { now: NOW + 3600 };
  assert.deepEqual(await introspect(pair.access_token, API, later), { active: false });
  assert.equal((await introspect(pair.refresh_token, API, later)).active, true);
  assert.equal((await refresh(pair.refresh_token, APP, { now: NOW + 1209600 })).body.error, "invalid_grant");
});

test("the public keys are public, hold nothing private, and are not sent twice (RFC 7517)", async () => {
  const { status, headers, body } = await ask("/.well-known/jwks.json");
  assert.equal(status, 200);
  assert.deepEqual(body.keys.map(({ kid, d }) => [kid, d]), [["k1", undefined]]);
  assert.match(headers.get("cache-control"), /max-age=300/);
  const etag = headers.get("etag");
  for (const known of [etag, `W/${etag}`, `"x", ${etag}`]) {
    const again = await ask("/.well-known/jwks.json", { headers: { "if-none-match": known } });
    assert.deepEqual([again.status, again.text], [304, ""]);
  }
});

test("the metadata names the endpoints that are there (RFC 8414)", async () => {
  const { body } = await ask("/.well-known/oauth-authorization-server");
  assert.equal(body.issuer, "https://id.example");
  assert.deepEqual(body.grant_types_supported, ["refresh_token", "password", "client_credentials"]);
  for (const name of ["token", "revocation", "introspection"]) {
    const { pathname } = new URL(body[`${name}_endpoint`]);
    assert.equal((await ask(pathname, { method: "POST" })).status, 401, pathname);
  }
});

test("who guesses too often is told to wait, and nobody else is", async () => {
  const headers = { "x-address": "guesser" };
  const form = { ...APP, grant_type: "password", username: "ada", password: "guess" };
  for (let guess = 0; guess < 5; guess += 1) assert.equal((await post("/token", form, { headers })).status, 400);
  const right = { ...form, password: "lovelace" };
  const { status, headers: said, body } = await post("/token", right, { headers });
  assert.deepEqual([status, said.get("retry-after"), body.error], [429, "60", "too_many_requests"]);
  assert.equal((await post("/token", right)).status, 200);
  // The other isolate knows, and a minute after the last failure it is over.
  assert.equal((await post("/token", right, { headers, of: two })).status, 429);
  assert.equal((await post("/token", right, { headers, now: NOW + 61 })).status, 200);
});

test("what counts as a guess that failed is a 4xx, but not that something is not there", async () => {
  for (const [status, counts] of [[200, false], [404, false], [500, false], [400, true], [403, true]]) {
    const headers = { "x-address": `status ${status}` };
    const get = async () => (await ask(`/echo/status/${status}`, { headers })).status;
    for (let guess = 0; guess < 5; guess += 1) assert.equal(await get(), status);
    assert.equal(await get(), counts ? 429 : status);
  }
});

test("a session that is over is no guess", async () => {
  const headers = { "x-address": "many behind one address" };
  const { refresh_token: token } = await signIn();
  const late = { headers, now: NOW + 1209600 };
  for (let count = 0; count < 6; count += 1) assert.equal((await refresh(token, APP, late)).status, 400);
});

test("many guesses at one time are not more than a few", async () => {
  const headers = { "x-address": "hasty" };
  const form = { ...APP, grant_type: "password", username: "ada", password: "guess" };
  const all = await Promise.all(Array.from({ length: 40 }, () => post("/token", form, { headers, of: one })));
  const guesses = all.filter(({ status }) => status === 400);
  assert.ok(guesses.length <= 5, `${guesses.length} guesses`);
  assert.ok(all.every(({ status }) => status === 400 || status === 429));
});

/** The record of a token, as the history lists it. */
async function recordOf(token) {
  const { jti, sub } = jose.decodeJwt(token);
  const headers = { "x-operator": "yes" };
  const { status, body } = await ask(`/operator/tokens?sub=${sub}&limit=1000&sortField=iat`, { headers });
  assert.equal(status, 200);
  return body.items.find((item) => item.jti === jti);
}

test("an operator lists, throws out and takes back, and nobody else does", async () => {
  const pair = await signIn();
  const operates = { headers: { "x-operator": "yes" }, of: one };
  assert.equal((await recordOf(pair.access_token)).kind, "access");
  assert.equal((await recordOf(pair.refresh_token)).kind, "refresh");
  const alone = await post("/token", { ...APP, grant_type: "client_credentials" });
  assert.equal((await recordOf(alone.body.access_token)).sub, "app");
  const change = (method, entry) => ask("/operator/revocations", {
    ...{ method, of: one, body: JSON.stringify(entry) },
    headers: { "x-operator": "yes", "content-type": "application/json" },
  });
  const { jti } = jose.decodeJwt(pair.access_token);
  assert.equal((await change("POST", { jti, exp: NOW + 3600 })).status, 200);
  assert.deepEqual(await introspect(pair.access_token, API, { of: one }), { active: false });
  const { body } = await ask("/operator/revocations", operates);
  assert.ok(body.entries.some((entry) => entry.jti === jti));
  assert.equal((await change("DELETE", { jti })).status, 200);
  assert.equal((await introspect(pair.access_token, API, { of: one })).active, true);
  const left = await ask("/operator/revocations", operates);
  assert.ok(left.body.entries.every((entry) => entry.jti !== jti));
  for (const entry of [{}, { jti: 5 }, { jti, sub: "a" }, { jti, odd: 1 }, { token: pair.access_token }]) {
    assert.equal((await change("POST", entry)).status, 400, JSON.stringify(entry).slice(0, 30));
  }
  for (const path of ["/operator/tokens", "/operator/tokens?sub=ada&page=x", "/operator/revocations?after=x"]) {
    assert.equal((await ask(path, operates)).status, 400, path);
  }
  for (const path of ["/operator/tokens?sub=ada", "/operator/revocations"]) {
    assert.equal((await ask(path)).status, 403, path);
  }
});

test("a body is read as JSON or a form, and as nothing else", async () => {
  const echo = (body, type) => ask("/echo/a", { method: "POST", body, headers: type && { "content-type": type } });
  assert.deepEqual((await echo('{"a":[1]}', "application/json")).body.fields, { a: [1] });
  assert.deepEqual((await echo("a=1&b=", "application/x-www-form-urlencoded; charset=utf-8")).body.fields, { a: "1", b: "" });
  const form = new FormData();
  form.set("a", "ü");
  assert.deepEqual((await echo(form)).body.fields, { a: "ü" });
  assert.deepEqual((await echo(undefined)).body.fields, {});
  for (const [body, type, status] of [
    ["a=1&a=2", "application/x-www-form-urlencoded", 400],
    ["[1]", "application/json", 400],
    ["null", "application/json", 400],
    ["{", "application/json", 400],
    [Buffer.from('{"a":"\xff"}', "latin1"), "application/json", 400],
    ["x", "multipart/form-data", 400],
    ["x", "text/plain", 415],
    ["x", "constructor", 415],
    ["x".repeat(16385), "application/json", 413],
  ]) {
    assert.equal((await echo(body, type)).status, status, `${type} ${String(body).slice(0, 9)}`);
  }
});

test("a path is a route, or is not; a fixed one goes before one with braces", async () => {
  assert.equal((await ask("/echo/fixed")).body, "fixed");
  assert.deepEqual((await ask("/echo/a%2Fb")).body.params, { name: "a/b" });
  assert.deepEqual((await ask("/anywhere?route=/x")).body.params, { name: "x" });
  assert.deepEqual((await ask("/anywhere?route=/a%2541%20b")).body.params, { name: "a%41 b" });
  for (const path of ["/echo", "/echo/", "/echo/%zz", "/echo/%00", "/echo/a/b", "/a?route=/x&route=/y"]) {
    assert.equal((await ask(path)).status, 404, path);
  }
  const wrong = await ask("/token");
  assert.deepEqual([wrong.status, wrong.headers.get("allow")], [405, "POST, OPTIONS"]);
  const head = await ask("/echo/a", { method: "HEAD" });
  assert.deepEqual([head.status, head.text], [200, ""]);
});

test("pages of a listed origin may ask, and no others", async () => {
  const preflight = (origin) =>
    ask("/token", { method: "OPTIONS", headers: { origin, "access-control-request-method": "POST" } });
  const { status, headers } = await preflight("https://page.example");
  assert.equal(status, 204);
  assert.equal(headers.get("access-control-allow-origin"), "https://page.example");
  assert.match(headers.get("access-control-allow-methods"), /POST/);
  assert.match(headers.get("access-control-allow-headers"), /Authorization/);
  for (const origin of ["https://other.example", "null", "https://page.example.evil.example"]) {
    const refused = await preflight(origin);
    assert.equal(refused.headers.get("access-control-allow-origin"), null, origin);
    assert.equal(refused.headers.get("vary"), "Origin");
  }
  const asked = await ask("/echo/a", { headers: { origin: "https://page.example" } });
  assert.equal(asked.headers.get("access-control-allow-origin"), "https://page.example");
  assert.equal(asked.headers.get("access-control-allow-credentials"), null);
});

test("what goes wrong within is a 500 without a word of it, and the next request works", async () => {
  const form = { ...APP, grant_type: "password", username: "boom", password: "x" };
  const { status, text } = await post("/token", form);
  assert.deepEqual([status, text], [500, '{"error":"server_error"}']);
  assert.deepEqual((await ask("/echo/errors")).body, ["the host's own"]);
  await signIn();
});

test("what was thrown out here is the published list's to say as soon as it is on one", async () => {
  const [here, there] = [await miniflare.getWorker("here"), await miniflare.getWorker("there")];
  await here.fetch("http://service.example/migrate");
  // By the host's own clock: the list is published by that.
  const at = (of) => ({ of, now: Math.floor(Date.now() / 1000) });
  const publish = async () => assert.equal((await there.scheduled({ cron: "* * * * *" })).outcome, "ok");
  const change = async (of, method, entry) => {
    const headers = { "x-operator": "yes", "content-type": "application/json" };
    const answer = await ask("/operator/revocations", { ...at(of), method, headers, body: JSON.stringify(entry) });
    assert.equal(answer.status, 200);
  };
  const pair = await signIn(APP, at(there));
  const { jti } = jose.decodeJwt(pair.access_token);
  /** Asked often enough for a look behind an earlier request to have ended. */
  const isActive = async (of) => {
    for (let time = 0; time < 20; time += 1) {
      await introspect(pair.access_token, API, at(of));
      await pause(5);
    }
    return (await introspect(pair.access_token, API, at(of))).active;
  };

  await ask("/echo/a", at(there));
  await publish();
  // This isolate takes in the list before, which lacks it, only after it has thrown it out.
  await change(here, "POST", { jti });
  assert.deepEqual([await isActive(here), await isActive(there)], [false, true]);
  await publish();
  assert.deepEqual([await isActive(here), await isActive(there)], [false, false]);
  await change(there, "DELETE", { jti });
  await publish();
  assert.deepEqual([await isActive(here), await isActive(there)], [true, true]);
});

test("what has ended is listed for another day, and then forgotten by the clock", async () => {
  const { access_token: token } = await signIn();
  const { exp } = jose.decodeJwt(token);
  const listedAfter = async (now) => {
    // The service's clock is that of the last request.
    await ask("/echo/a", { now, of: one });
    assert.equal((await one.scheduled({ cron: "* * * * *" })).outcome, "ok");
    return (await recordOf(token)) !== undefined;
  };
  assert.equal(await listedAfter(exp + 86_399), true);
  assert.equal(await listedAfter(exp + 86_400), false);
});

test("each build has a service of its own, with all that it imports", () => {
  const root = join(folder, "node_modules/edge-jwt");
  for (const build of ["lib", "full"]) {
    const imports = importsOf(join(root, build), "service/index.js");
    assert.ok(imports.includes("core.js") && imports.includes("edge_jwt.js"));
    assert.deepEqual(imports.filter((path) => path.startsWith("..")), []);
  }
});

/** The package in this process. */
async function loadHere() {
  const load = (path) => import(pathToFileURL(join(folder, "node_modules/edge-jwt/lib", path)).href);
  const library = await load("hosts/node.js");
  return { ...library, ...(await load("service/index.js")), ...(await load("store/index.js")) };
}

/** A service of these parts in this process: what it is asked, and what went wrong within. */
function serviceHere({ createTokenService, MemoryStore }, parts, { more, store = new MemoryStore() } = {}) {
  const errors = [];
  const onError = (error) => errors.push(error.message);
  const service = createTokenService({ store, revocations: null, guesses: null, onError, parts, ...more });
  const send = (path, init) => service.fetch(new Request(`https://service.example${path}`, init));
  const form = (path, members, headers) =>
    send(path, { method: "POST", body: new URLSearchParams(members), headers });
  return { service, send, form, errors };
}

test("whatever the host answers that is nobody is nobody, wherever it is asked", async () => {
  const library = await loadHere();
  const { KeyPairs, KeySet, generateKey, leaddesk, miniorange, oauth, tiledesk, wordpress, zoomApps } = library;
  const keys = new KeySet([{ alg: "HS256", secret: "s".repeat(32) }]);
  const signing = new KeySet([{ jwk: await generateKey("ES256", { kid: "k1" }) }]);
  const basic = { authorization: `Basic ${btoa("ada:x")}` };
  const project = { find: () => ({ secret: null }), setSecret() {}, isAgent: () => true };
  const ada = { id: "ada", email: "ada@example.com", firstname: "Ada", lastname: "L", emailVerified: true };
  const desk = (more) => tiledesk({ keys, projects: project, signIn: () => ada, ...more });
  const agents = (more) => leaddesk({ keys: signing, systems: ["crm"], agent: () => null, ...more });
  const pairs = new KeyPairs({ secret: "p".repeat(32), tokensNameIt: "key" });
  const apps = new KeyPairs({ secret: "p".repeat(32), tokensNameIt: "client" });
  const own = { keys: signing, issuer: "https://service.example", audience: "api", client: ({ id }) => ({ id }) };
  const grantsOf = (signIn) => ({ password: { tokens: "pair", signIn } });
  const nobodys = [undefined, null, false, true, 5, "ada", []];
  for (const [name, odd, partOf, ask, status] of [
    [
      ...["client", [...nobodys, {}, { id: 5 }, { id: "" }]],
      (answer) => oauth({ ...own, client: answer, grants: grantsOf(() => ({ sub: "ada" })) }),
      ({ form }) => form("/token", { client_id: "app", grant_type: "password" }),
      401,
    ],
    [
      ...["grant", nobodys],
      (answer) => oauth({ ...own, grants: grantsOf(answer) }),
      ({ form }) => form("/token", { client_id: "app", grant_type: "password" }),
      400,
    ],
    [
      ...["tiledesk signIn", [...nobodys, {}, { ...ada, id: "" }]],
      (answer) => desk({ signIn: answer }),
      ({ form }) => form("/v3/auth/signin", { email: "ada", password: "x" }),
      401,
    ],
    [
      ...["tiledesk signIn at the history", [...nobodys, {}, { ...ada, id: "" }]],
      (answer) => desk({ signIn: answer }),
      ({ send }) => send("/v3/jwt/history", { headers: basic }),
      401,
    ],
    [
      ...["tiledesk find", nobodys],
      (answer) => desk({ projects: { ...project, find: answer } }),
      ({ form }) => form("/v3/auth/signinAnonymously", { id_project: "p1" }),
      404,
    ],
    [
      ...["tiledesk find for an agent", nobodys],
      (answer) => desk({ projects: { ...project, find: answer } }),
      ({ form }) => form("/v3/p1/keys/generate", {}, basic),
      404,
    ],
    [
      ...["tiledesk bot", nobodys],
      (answer) => desk({ bot: answer }),
      ({ send }) => send("/v3/p1/bots/b1/jwt", { headers: basic }),
      404,
    ],
    [
      ...["miniorange signIn", nobodys],
      (answer) => miniorange({ keys, signIn: answer, isUser: null }),
      ({ form }) => form("/wp-json/api/v1/token", { username: "ada", password: "x" }),
      400,
    ],
    [
      ...["wordpress user", nobodys],
      (answer) => wordpress({ keys, site: "https://site.example", pairs, user: answer, mayEdit: () => true }),
      ({ send }) => send("/wp-json/wp/v2/key-pair/7"),
      403,
    ],
    [
      ...["leaddesk agent", nobodys],
      (answer) => agents({ agent: answer }),
      ({ form }) => form("/stable/identity_token", { audience: "crm" }),
      401,
    ],
    [
      ...["leaddesk caller", nobodys],
      (answer) => agents({ login: { keys, caller: answer, hasUser: () => true } }),
      ({ send }) => send("/stable/users/7/login_token"),
      401,
    ],
    [
      ...["zoom owner", [...nobodys.filter((one) => one !== "ada"), ""]],
      (answer) => zoomApps({ pairs: apps, seal: new Uint8Array(32), owner: answer }),
      ({ send }) => send("/apps"),
      401,
    ],
  ]) {
    for (const answer of odd) {
      const service = serviceHere(library, [partOf(() => answer)]);
      const { status: found } = await ask(service);
      assert.deepEqual([found, service.errors], [status, []], `${name}: ${JSON.stringify(answer)}`);
    }
  }
});

test("whatever the settings leave out of tokens, one that is revoked is inactive, and is not refreshed", async () => {
  const library = await loadHere();
  const { KeySet, MemoryStore, Revocations, generateKey, oauth } = library;
  const keys = new KeySet([{ jwk: await generateKey("ES256", { kid: "k1" }) }]);
  const password = { tokens: "pair", signIn: ({ fields }) => ({ sub: fields.username }) };
  for (const settings of [
    {},
    { defaults: { jti: null } },
    { defaults: { iat: null } },
    { refreshMode: "reuse" },
    { refreshMode: "reuse", defaults: { jti: null, iat: null } },
  ]) {
    const names = { keys, issuer: "https://service.example", audience: "api", client: ({ id }) => ({ id }) };
    const part = oauth({ ...names, settings, grants: { password } });
    const store = new MemoryStore();
    const { form, errors } = serviceHere(library, [part], { store, more: { revocations: new Revocations() } });
    const ask = async (path, members) => (await form(path, { client_id: "app", ...members })).json();
    const signIn = (username) => ask("/token", { grant_type: "password", username });
    const isActive = async (token) => (await ask("/introspect", { token })).active;
    const name = JSON.stringify(settings);
    const [pair, other] = [await signIn("ada"), await signIn("bob")];
    assert.deepEqual([await isActive(pair.access_token), await isActive(pair.refresh_token)], [true, true], name);
    for (const token of [pair.access_token, pair.refresh_token]) {
      assert.deepEqual(await ask("/revoke", { token }), {}, name);
      assert.equal(await isActive(token), false, name);
    }
    const again = await ask("/token", { grant_type: "refresh_token", refresh_token: pair.refresh_token });
    assert.equal(again.error, "invalid_grant", name);
    assert.deepEqual([await isActive(other.access_token), await isActive(other.refresh_token)], [true, true], name);
    assert.equal(await store.families.read("undefined"), null, name);
    assert.deepEqual(errors, [], name);
  }
});

test("a family that is thrown out is out until the last of its tokens, of whichever kind lives longer", async () => {
  const library = await loadHere();
  const { KeySet, MemoryStore, generateKey, oauth } = library;
  const keys = new KeySet([{ jwk: await generateKey("ES256", { kid: "k1" }) }]);
  const names = { keys, issuer: "https://service.example", audience: "api", client: ({ id }) => ({ id }) };
  const grants = { password: { tokens: "pair", signIn: () => ({ sub: "ada" }) } };
  const DAY = 86_400;
  for (const [settings, days] of [
    [{ accessTtl: "30d", refreshTtl: "1d" }, 30],
    [{ accessTtl: "10m", refreshTtl: "14d" }, 14],
  ]) {
    const store = new MemoryStore();
    let now = NOW;
    const more = { now: () => now, retention: 0 };
    const { form, service } = serviceHere(library, [oauth({ ...names, settings, grants })], { store, more });
    const { refresh_token: token } = await (await form("/token", { client_id: "app", grant_type: "password" })).json();
    const { family } = jose.decodeJwt(token);
    assert.equal((await form("/revoke", { client_id: "app", token })).status, 200);
    const isKept = async () => {
      await service.scheduled();
      const { entries } = await store.revocations.page();
      return [entries.some((entry) => entry.family === family), (await store.families.read(family)) !== null];
    };
    now = NOW + days * DAY + 599;
    assert.deepEqual(await isKept(), [true, true], `${days} days, by a clock that is ten minutes behind`);
    now = NOW + days * DAY + 1200;
    assert.deepEqual(await isKept(), [false, false], `${days} days and more`);
  }
});

test("what is thrown out stays out for a clock that is ten minutes behind, however little is kept", async () => {
  const library = await loadHere();
  const { MemoryStore } = library;
  const store = new MemoryStore();
  let now = NOW;
  const { service } = serviceHere(library, [], { store, more: { now: () => now, retention: 0 } });
  await store.revocations.add({ jti: "a", exp: NOW });
  const left = async () => {
    await service.scheduled();
    return (await store.revocations.page()).entries.length;
  };
  now = NOW + 599;
  assert.equal(await left(), 1);
  now = NOW + 600;
  assert.equal(await left(), 0);
});

test("a host that fails while it is told of an error is answered all the same", async () => {
  const library = await loadHere();
  const route = { method: "GET", path: "/a", answer: () => Promise.reject(new Error("the host's own")) };
  const part = () => ({ routes: [route], scheduled: () => Promise.reject(new Error("the clock's own")) });
  const told = [];
  const failures = [
    () => {
      throw new Error("the logger is away");
    },
    async () => Promise.reject(new Error("the logger is away")),
  ];
  for (const fail of failures) {
    const onError = (error) => (told.push(error.message), fail());
    const { send, service } = serviceHere(library, [part], { more: { onError } });
    assert.deepEqual([(await send("/a")).status, await (await send("/a")).text()], [500, '{"error":"server_error"}']);
    await assert.rejects(service.scheduled(), /the clock's own/);
  }
  const each = ["the host's own", "the host's own", "the clock's own"];
  assert.deepEqual(told, [...each, ...each]);
});

test("a guess that ends in an error of the host's is a guess", async () => {
  const headers = { "x-address": "breaking" };
  const form = { ...APP, grant_type: "password", username: "boom", password: "guess" };
  for (let guess = 0; guess < 5; guess += 1) assert.equal((await post("/token", form, { headers })).status, 500);
  assert.equal((await post("/token", form, { headers })).status, 429);
});

test("who breaks off a body gets an answer, and nothing has gone wrong within", async () => {
  const library = await loadHere();
  const { send, errors } = serviceHere(library, [library.operator({ mayOperate: () => true })]);
  let isFirst = true;
  const pull = (controller) => {
    if (isFirst) controller.enqueue(new TextEncoder().encode('{"sub":'));
    else controller.error(new Error("broken off"));
    isFirst = false;
  };
  const headers = { "content-type": "application/json" };
  const body = new ReadableStream({ pull });
  const response = await send("/operator/revocations", { method: "POST", headers, body, duplex: "half" });
  assert.deepEqual([response.status, errors], [400, []]);
});

test("an answer that varies by something else varies by the origin too, and says so once", async () => {
  const library = await loadHere();
  for (const [vary, expected] of [
    ["Accept-Encoding", "Accept-Encoding, Origin"],
    ["accept, ORIGIN", "accept, ORIGIN"],
    ["*", "*"],
    [null, "Origin"],
  ]) {
    const answer = () => new Response("", { headers: vary === null ? {} : { vary } });
    const part = () => ({ routes: [{ method: "GET", path: "/a", answer }] });
    const more = { cors: { origins: ["https://page.example"] } };
    const { send } = serviceHere(library, [part], { more });
    assert.equal((await send("/a")).headers.get("vary"), expected);
    assert.equal((await send("/a", { method: "OPTIONS" })).headers.get("vary"), "Origin");
  }
});

test("misuse is told by the name of the option, any origin with credentials among it", async () => {
  const { createTokenService, oauth, MemoryStore } = await loadHere();
  const right = { store: new MemoryStore(), revocations: null, guesses: null, parts: [] };
  createTokenService(right);
  const route = { method: "GET", path: "/a/{b}", answer: () => {} };
  const twins = () => ({ routes: [route, { ...route, path: "/a/{c}" }] });
  for (const [option, wrong] of [
    ["store", { store: undefined }],
    ["revocations", { revocations: undefined }],
    ["guesses", { guesses: undefined }],
    ["guesses", { guesses: {} }],
    ["parts", { parts: undefined }],
    ["parts", { parts: [twins] }],
    ["retention", { retention: -1 }],
    ["retention", { retention: "1d" }],
    ["onError", { onError: null }],
    ["maxBody", { maxBody: 0 }],
    ["maxBody", { maxBody: 2 ** 30 }],
    ["odd", { odd: 1 }],
    ["origins", { cors: { origins: ["*"], credentials: true } }],
    ["origins", { cors: { origins: ["*", "https://a.example"] } }],
    ["origins", { cors: { origins: ["https://a.example/"] } }],
    ["origins", { cors: { origins: ["null"] } }],
    ["origins", { cors: { origins: "https://a.example" } }],
  ]) {
    assert.throws(() => createTokenService({ ...right, ...wrong }), { name: "SetupError", option }, option);
  }
  const names = { keys: null, issuer: "https://a.example", audience: "api", client: () => null };
  for (const [option, wrong] of [
    ["claims", { settings: { claims: { family: "/f" } } }],
    ["settings", { settings: null }],
    ["options", { client: undefined }],
    ["grants", { grants: { password: {} } }],
  ]) {
    assert.throws(() => oauth({ ...names, ...wrong }), { name: "SetupError", option }, option);
  }
});
