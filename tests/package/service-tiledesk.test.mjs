// `edge-jwt/service`: Tiledesk's part over real HTTP, in workerd with D1. What it answers stands in
// systems.md, section 3; each test names its lines.

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";

import * as jose from "jose";

import { startIsolates } from "../../scripts/worker.mjs";
import { installInto } from "./install.mjs";

const WORKER = `
  import { KeySet, Revocations } from "edge-jwt";
  import { createTokenService, tiledesk } from "edge-jwt/service";
  import { SqlStore, d1 } from "edge-jwt/store";

  const USERS = {
    "ada@example.com": { id: "u1", email: "ada@example.com", firstname: "Ada", lastname: "L", emailVerified: true, password: "lovelace" },
    "bob@example.com": { id: "u2", email: "bob@example.com", firstname: "Bob", lastname: "M", emailVerified: false, password: "builder:1" },
  };
  const SECRETS = { p1: "4fa91e0b-bd9a-4025-b672-a5377edb70d9", p2: "1b0c9a52-4e2f-4e36-9f5e-000000000002", bare: null };
  const BOTS = { b1: { project: "p1", name: "bot", secret: "b".repeat(36) } };
  const own = (table, name) => (Object.hasOwn(table, name) ? table[name] : null);
  const people = [];

  /** The hour of the request; what it is not told, the service does not know. */
  let now = 0;
  let service;

  function serviceOf({ DB, KEY, BASE }) {
    const projects = {
      find: async (id) => (Object.hasOwn(SECRETS, id) ? { secret: SECRETS[id] } : null),
      setSecret: (id, secret) => (SECRETS[id] = secret),
      isAgent: async (id, user) => user === "u1" && id !== "p2",
    };
    const part = tiledesk({
      keys: new KeySet([{ jwk: JSON.parse(KEY) }]),
      projects,
      signIn: async ({ email, password }) => {
        const user = own(USERS, email);
        return user?.password === password ? user : null;
      },
      admit: (project, person) => {
        if (person.email === "gone@example.com") return false;
        people.push([project, person._id]);
        return true;
      },
      bot: async (id) => own(BOTS, id),
      base: BASE,
    });
    return createTokenService({
      store: new SqlStore(d1(DB)),
      revocations: new Revocations(),
      guesses: { address: (request) => request.headers.get("x-address") },
      now: () => now,
      onError: (error) => console.log(error.stack),
      parts: [part],
    });
  }

  export default {
    async fetch(request, env, ctx) {
      now = Number(request.headers.get("x-now"));
      const { pathname } = new URL(request.url);
      if (pathname === "/migrate") return Response.json(await new SqlStore(d1(env.DB)).migrate());
      if (pathname === "/people") return Response.json(people);
      service ??= serviceOf(env);
      return service.fetch(request, ctx);
    },
  };
`;

const { publicKey, privateKey } = await jose.generateKeyPair("RS256", { extractable: true });
const KEY = JSON.stringify({ ...(await jose.exportJWK(privateKey)), kid: "g1", alg: "RS256" });

const folder = installInto("service-tiledesk", { texts: { "worker.mjs": WORKER } });
const isolate = (BASE) => ({ bindings: { KEY, BASE }, d1Databases: { DB: "tiledesk" } });
const said = [];
const log = (piece) => said.push(piece);
const miniflare = await startIsolates(join(folder, "worker.mjs"), { one: isolate("/v3"), own: isolate("") }, { log });
after(() => miniflare.dispose());
const address = (await miniflare.ready).href;
await fetch(new URL("migrate", address));
const ownServer = await miniflare.getWorker("own");

const NOW = 1_700_000_000;
const PROJECT = "4fa91e0b-bd9a-4025-b672-a5377edb70d9";
/** The secret of that project, since it may have been made anew. */
let secretNow = PROJECT;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Each request is from an address of its own, so that no test's failures are another's. */
let callers = 0;

async function ask(method, path, { authorization, body, headers, now = NOW, of } = {}) {
  callers += 1;
  const own = { "x-address": `${callers}`, "x-now": `${now}`, ...(authorization && { authorization }) };
  const isJson = body !== undefined && typeof body !== "string";
  const init = {
    method,
    body: isJson ? JSON.stringify(body) : body,
    headers: { ...own, ...(body !== undefined && { "content-type": "application/json" }), ...headers },
  };
  const response = of === undefined
    ? await fetch(new URL(path, address), init)
    : await of.fetch(`http://service.example${path}`, init);
  const text = await response.text();
  const type = response.headers.get("content-type");
  const answer = { status: response.status, headers: response.headers, text };
  return type === "application/json" ? { ...answer, body: JSON.parse(text) } : answer;
}

const post = (path, body, options) => ask("POST", `/v3${path}`, { body, ...options });
const ADA = { email: "ada@example.com", password: "lovelace" };
const basic = (email, password) => `Basic ${Buffer.from(`${email}:${password}`).toString("base64")}`;

/** A user's header. */
async function signIn(given = ADA, options) {
  const { status, body } = await post("/auth/signin", given, options);
  assert.equal(status, 200);
  return body.token;
}

const claimsOf = (authorization) => jose.decodeJwt(authorization.split(" ")[1]);

/** A visitor's token, as a project's own server signs it. */
function visitor(claims = {}, secret = secretNow) {
  const all = {
    ...{ _id: "p1_42", sub: "userexternal", aud: "https://tiledesk.com/projects/p1", iat: NOW, exp: NOW + 600 },
    ...{ email: "vis@example.com", firstname: "Vi", ...claims },
  };
  const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  const key = new TextEncoder().encode(secret);
  return new jose.SignJWT(given).setProtectedHeader({ alg: "HS256", typ: "JWT" }).sign(key);
}

const shown = async (claims, secret) => ({ authorization: `JWT ${await visitor(claims, secret)}` });
const withToken = async (claims, secret) =>
  post("/auth/signinWithCustomToken", undefined, await shown(claims, secret));

/** TD-26: text, and a challenge where Basic authentication is open too. */
function assertUnauthorized({ status, headers, text }, challenge = null) {
  assert.deepEqual([status, text], [401, "Unauthorized"]);
  assert.equal(headers.get("www-authenticate"), challenge);
}

const CHALLENGE = 'Basic realm="Users"';

// TD-32, TD-35
test("a user signs in, and gets a token by the server's key", async () => {
  const { status, headers, body } = await post("/auth/signin", ADA);
  assert.equal(status, 200);
  assert.deepEqual(Object.keys(body), ["success", "token", "user"]);
  assert.equal(body.success, true);
  assert.match(body.token, /^JWT /);
  assert.deepEqual(body.user, {
    ...{ _id: "u1", email: "ada@example.com", firstname: "Ada", lastname: "L", emailverified: true },
    ...{ id: "u1", fullName: "Ada L" },
  });
  const { payload } = await jose.jwtVerify(body.token.slice(4), publicKey, { currentDate: new Date(NOW * 1000) });
  const { iss, aud, sub, jti, exp } = payload;
  assert.deepEqual([iss, aud, sub, exp], ["https://tiledesk.com", "https://tiledesk.com", "user", undefined]);
  assert.match(jti, UUID);
  assert.equal(headers.get("content-type"), "application/json");
});

// TD-32
test("a wrong password is a 401 in the vendor's words, and a missing one a 422", async () => {
  for (const given of [{ ...ADA, password: "x" }, { email: "eve@example.com", password: "lovelace" }]) {
    const { status, body } = await post("/auth/signin", given);
    assert.deepEqual([status, body], [401, { success: false, msg: "Authentication failed." }]);
  }
  for (const given of [{}, { email: ADA.email }, { ...ADA, password: 5 }, { ...ADA, email: ["a"] }]) {
    const { status, body } = await post("/auth/signin", given);
    assert.equal(status, 422, JSON.stringify(given));
    assert.equal(body.errors[0].msg, "Invalid value");
  }
});

test("who guesses passwords is told to wait, at the history too", async () => {
  const headers = { "x-address": "guesser" };
  const wrong = { authorization: basic(ADA.email, "x"), headers };
  for (let guess = 0; guess < 5; guess += 1) {
    assert.equal((await ask("GET", "/v3/jwt/history", wrong)).status, 401);
  }
  const right = await post("/auth/signin", ADA, { headers });
  assert.deepEqual([right.status, right.headers.get("retry-after")], [429, "60"]);
});

// TD-31
test("a guest needs a project, and gets names and an id", async () => {
  const { status, body } = await post("/auth/signinAnonymously", { id_project: "p1" });
  assert.equal(status, 200);
  const { payload } = await jose.jwtVerify(body.token.slice(4), publicKey, { currentDate: new Date(NOW * 1000) });
  const { _id, iss, aud, sub, jti, exp, iat, ...names } = payload;
  assert.deepEqual([iss, aud, sub, exp], ["https://tiledesk.com", "https://tiledesk.com", "guest", undefined]);
  assert.match(_id, UUID);
  assert.match(jti, UUID);
  const first = `guest#${_id.slice(0, 4)}`;
  assert.deepEqual(body.user, { _id, id: _id, firstname: first, fullName: `${first} ` });
  assert.deepEqual(names, { id: _id, firstname: first, fullName: `${first} ` });
  const more = { firstname: "A", lastname: "B", email: "a@b.example", attributes: { plan: "pro" } };
  const { user } = (await post("/auth/signinAnonymously", { id_project: "p1", ...more })).body;
  assert.deepEqual(user, { _id: user._id, id: user._id, ...more, fullName: "A B" });
});

// TD-31
test("what a guest sends wrongly is a 422 that names it", async () => {
  const deep = `{"id_project":"p1","attributes":{"a":${"[".repeat(5000)}${"]".repeat(5000)}}}`;
  for (const [given, param] of [
    [{}, "id_project"],
    [{ id_project: 5 }, "id_project"],
    [{ id_project: "" }, "id_project"],
    [{ id_project: "p1", firstname: 5 }, "firstname"],
    [{ id_project: "p1", email: {} }, "email"],
    [{ id_project: "p1", attributes: "x" }, "attributes"],
    [{ id_project: "p1", attributes: [1] }, "attributes"],
    [{ id_project: "p1", lastname: "\ud800" }, "facts"],
  ]) {
    const { status, body } = await post("/auth/signinAnonymously", given);
    assert.deepEqual([status, body?.errors?.[0]?.param], [422, param], JSON.stringify(given));
  }
  const nested = await post("/auth/signinAnonymously", deep);
  assert.ok([200, 422].includes(nested.status), `${nested.status}`);
  const unknown = await post("/auth/signinAnonymously", { id_project: "px" });
  assert.deepEqual([unknown.status, unknown.body], [404, { success: false, msg: "Project not found" }]);
  const chosen = { id_project: "p1", id: "u1", _id: "u1", jti: "j", sub: "user", ttl: 5 };
  const { user } = (await post("/auth/signinAnonymously", chosen)).body;
  assert.match(user._id, UUID);
});

// TD-12, TD-14, TD-20
test("a visitor signs in with a token of the project's, which is echoed", async () => {
  const { authorization } = await shown({ attributes: { plan: "pro" }, lastname: "Sitor", extra: 1 });
  const { status, body } = await post("/auth/signinWithCustomToken", {}, { authorization });
  assert.equal(status, 200);
  assert.equal(body.token, authorization);
  assert.deepEqual(body.user, { ...claimsOf(authorization), id: "p1_42", fullName: "Vi Sitor" });
  const people = (await ask("GET", "/people")).body;
  assert.deepEqual(people.at(-1), ["p1", "p1_42"]);
  // TD-17: the scheme's case does not count.
  const lower = await post("/auth/signinWithCustomToken", {}, { authorization: authorization.replace("JWT", "jwt") });
  assert.equal(lower.status, 200);
});

// TD-13, TD-21, TD-23, TD-24, TD-26, TD-28
test("a visitor's token is refused in the vendor's words, and none is a 500", async () => {
  const noAud = { success: false, msg: "JWT Aud field is required" };
  const oddAud = { success: false, msg: "JWT Aud field is not valid" };
  const inactive = { success: false, msg: "Authentication failed. Project_user not active." };
  for (const [claims, status, expected, secret] of [
    [{ aud: undefined }, 400, noAud],
    [{ aud: "https://tiledesk.com/projects/" }, 400, oddAud],
    [{ aud: "https://tiledesk.com/projects" }, 400, oddAud],
    [{ aud: "https://tiledesk.com/subscriptions/" }, 400, oddAud],
    [{ aud: "https://other.example/projects/p1" }, 400, oddAud],
    [{ email: "gone@example.com" }, 401, inactive],
    [{ sub: "user" }, 401, inactive],
    [{ aud: "no address" }, 401, "Unauthorized"],
    [{ aud: "https://" }, 401, "Unauthorized"],
    [{ aud: ["https://tiledesk.com/projects/p1"] }, 401, "Unauthorized"],
    [{ aud: 5 }, 401, "Unauthorized"],
    [{ aud: null }, 401, "Unauthorized"],
    [{ aud: "https://tiledesk.com/projects/px" }, 401, "Unauthorized"],
    [{ aud: "https://tiledesk.com/projects/bare" }, 401, "Unauthorized"],
    [{ aud: "https://tiledesk.com/projects/__proto__" }, 401, "Unauthorized"],
    [{ aud: "https://tiledesk.com/projects/{project}" }, 401, "Unauthorized"],
    [{ aud: "https://tiledesk.com/projects/p2" }, 401, "Unauthorized"],
    [{ aud: "https://tiledesk.com/subscriptions/s1" }, 401, "Unauthorized"],
    [{ aud: "https://tiledesk.com/bots/b1" }, 401, "Unauthorized"],
    [{ aud: "https://tiledesk.com" }, 401, "Unauthorized"],
    [{ _id: "p2_42" }, 401, "Unauthorized"],
    [{ _id: undefined }, 401, "Unauthorized"],
    [{ email: undefined }, 401, "Unauthorized"],
    [{ role: "admin" }, 401, "Unauthorized"],
    [{ exp: NOW }, 401, "Unauthorized"],
    [{ exp: undefined }, 401, "Unauthorized"],
    [{ exp: "soon" }, 401, "Unauthorized"],
    [{}, 401, "Unauthorized", "another secret that is quite long enough"],
  ]) {
    const answer = await withToken(claims, secret);
    const name = JSON.stringify(claims);
    assert.deepEqual([answer.status, answer.body ?? answer.text], [status, expected], name);
  }
});

// TD-17, TD-26
test("a header that holds no token is no sign-in", async () => {
  const token = await visitor();
  for (const [authorization, status] of [
    [undefined, 401],
    ["JWT", 400],
    [token, 400],
    [`Bearer ${token}`, 401],
    [`JWT ${token} x`, 401],
    [`JWT ${token}, JWT ${token}`, 401],
    ["JWT x", 401],
    ["JWT ..", 401],
    [`JWT ${token}x`, 401],
    [`JWT ${"a".repeat(12000)}`, 401],
    [basic(ADA.email, ADA.password), 401],
  ]) {
    const answer = await post("/auth/signinWithCustomToken", {}, { authorization });
    assert.equal(answer.status, status, authorization?.slice(0, 30));
  }
  const inQuery = await post(`/auth/signinWithCustomToken?secret_token=${token}`, {});
  assert.equal(inQuery.status, 401);
});

// TD-22
test("where the token names no project the body may, and without one it is echoed", async () => {
  const authorization = await signIn();
  const echoed = await post("/auth/signinWithCustomToken", undefined, { authorization });
  assert.deepEqual([echoed.status, echoed.body.token, echoed.body.user.id], [200, authorization, "u1"]);
  const count = (await ask("GET", "/people")).body.length;
  const joined = await post("/auth/signinWithCustomToken", { id_project: "p2" }, { authorization });
  assert.equal(joined.status, 200);
  const people = (await ask("GET", "/people")).body;
  assert.deepEqual([people.length, people.at(-1)], [count + 1, ["p2", "u1"]]);
  const unknown = await post("/auth/signinWithCustomToken", { id_project: "px" }, { authorization });
  assert.equal(unknown.status, 404);
  // A token that names its project is for that one, whatever the body says.
  await post("/auth/signinWithCustomToken", { id_project: "p2" }, await shown());
  assert.deepEqual((await ask("GET", "/people")).body.at(-1), ["p1", "p1_42"]);
});

// TD-1, TD-2, TD-3, TD-7, TD-9
test("a user sees their own tokens, by a token or by Basic authentication", async () => {
  const bob = { email: "bob@example.com", password: "builder:1" };
  const authorization = await signIn(bob, { now: NOW });
  const second = await signIn(bob, { now: NOW + 5 });
  const jtis = [second, authorization].map((header) => claimsOf(header).jti);
  for (const by of [authorization, basic(bob.email, bob.password)]) {
    const { status, body } = await ask("GET", "/v3/jwt/history", { authorization: by });
    assert.equal(status, 200);
    const { items, ...page } = body;
    assert.deepEqual(page, { perPage: 40, count: 2, page: 0, sortField: "createdAt", direction: -1 });
    assert.deepEqual(items.map(({ jti }) => jti), jtis);
  }
  const list = async (query) => (await ask("GET", `/v3/jwt/history${query}`, { authorization })).body;
  const sorted = await list("?sortField=iat&direction=1&page=0");
  assert.deepEqual(sorted.items.map(({ jti }) => jti), [...jtis].reverse());
  assert.deepEqual((await list("?page=1")).items, []);
  assert.equal((await list("?page=1&limit=1")).items[0].jti, jtis[1]);
  for (const query of ["?sortField=secret", "?direction=2", "?page=-1", "?page=x", "?limit=0", "?__proto__=1", "?sub=u1"]) {
    const { status, body } = await ask("GET", `/v3/jwt/history${query}`, { authorization });
    assert.equal(status, 422, query);
    assert.equal(typeof body.errors[0].param, "string");
  }
});

// TD-4, TD-5, TD-8, TD-10
test("who revokes a token by jti or by id ends it everywhere at once", async () => {
  const [first, second, third] = [await signIn(), await signIn(), await signIn()];
  const history = (authorization) => ask("GET", "/v3/jwt/history?limit=1000", { authorization });
  const { jti } = claimsOf(second);
  const gone = await ask("DELETE", `/v3/jwt/history/${jti}`, { authorization: first });
  assert.equal(gone.status, 200);
  assert.deepEqual([gone.body.success, gone.body.jti], [true, jti]);
  assertUnauthorized(await history(second), CHALLENGE);
  assertUnauthorized(await post("/auth/signinWithCustomToken", {}, { authorization: second }));
  const record = (await history(first)).body.items.find((item) => item.jti === claimsOf(third).jti);
  assert.equal((await ask("DELETE", `/v3/jwt/history/id/${record.id}`, { authorization: first })).status, 200);
  assertUnauthorized(await history(third), CHALLENGE);
  // What is revoked can be revoked again, and revokes nothing any more itself.
  assert.equal((await ask("DELETE", `/v3/jwt/history/${jti}`, { authorization: first })).status, 200);
  assertUnauthorized(await ask("DELETE", `/v3/jwt/history/${claimsOf(first).jti}`, { authorization: third }), CHALLENGE);
  assert.equal((await history(first)).status, 200);
});

// TD-4, TD-5
test("nobody revokes what is another's, or hears that it is there", async () => {
  const ada = await signIn();
  const bob = await signIn({ email: "bob@example.com", password: "builder:1" });
  const { items } = (await ask("GET", "/v3/jwt/history", { authorization: ada })).body;
  const { jti, id } = items[0];
  const none = { success: false, msg: "JWT not found" };
  for (const path of [jti, `id/${id}`, "unknown", "id/unknown", "id", "%F0%9F%98%80", "%ff", "a%00b", `id/${jti}`]) {
    const { status, body } = await ask("DELETE", `/v3/jwt/history/${path}`, { authorization: bob });
    assert.equal(status, 404, path);
    if (!path.includes("%")) assert.deepEqual(body, none, path);
  }
  assert.equal((await ask("GET", "/v3/jwt/history", { authorization: ada })).status, 200);
});

// TD-8, TD-9, TD-10, TD-11
test("a visitor's token has one record from its sign-in on, and is thrown out by its id", async () => {
  // Its `jti` is of its maker's choosing: it is that of a user here.
  const ada = await signIn();
  const { authorization } = await shown({ _id: "p1_77", jti: claimsOf(ada).jti });
  for (let time = 0; time < 2; time += 1) {
    assert.equal((await post("/auth/signinWithCustomToken", {}, { authorization })).status, 200);
  }
  const { count, items } = (await ask("GET", "/v3/jwt/history", { authorization })).body;
  assert.deepEqual([count, items[0].sub, items[0].exp], [1, "userexternal/p1_77", NOW + 600]);
  assert.equal((await ask("DELETE", `/v3/jwt/history/${claimsOf(ada).jti}`, { authorization })).status, 404);
  assert.equal((await ask("DELETE", `/v3/jwt/history/id/${items[0].id}`, { authorization })).status, 200);
  assertUnauthorized(await post("/auth/signinWithCustomToken", {}, { authorization }));
  assertUnauthorized(await ask("GET", "/v3/jwt/history", { authorization }), CHALLENGE);
  assert.equal((await ask("GET", "/v3/jwt/history", { authorization: ada })).status, 200);
});

// TD-25
test("a visitor whose id is that of a user is not that user", async () => {
  const claims = { _id: "p1_1", firstname: "U" };
  const before = await ask("GET", "/v3/jwt/history", await shown({ ...claims, jti: "x" }));
  assert.deepEqual([before.status, before.body.count], [200, 0]);
  const role = await post("/p1/keys/generate", {}, await shown({ _id: "p1_u1" }));
  assert.equal(role.status, 403);
});

// TD-7, TD-27
test("on a server of one's own the history is where the server mounts it", async () => {
  const authorization = await signIn();
  for (const by of [authorization, basic(ADA.email, ADA.password)]) {
    const { status, body } = await ask("GET", "/jwt/history", { authorization: by, of: ownServer });
    assert.equal(status, 200);
    assert.ok(body.items.some(({ jti }) => jti === claimsOf(authorization).jti));
  }
  const [, token] = authorization.split(" ");
  for (const path of ["/jwt/history", `/jwt/history?secret_token=${token}`]) {
    assertUnauthorized(await ask("GET", path, { of: ownServer }), CHALLENGE);
  }
  assert.equal((await ask("GET", "/v3/jwt/history", { authorization, of: ownServer })).status, 404);
});

// TD-1, TD-26
test("who shows nothing good is challenged", async () => {
  for (const authorization of [undefined, "Bearer x", "JWT x", basic("eve@example.com", "x"), "Basic !", "Basic"]) {
    const answer = await ask("GET", "/v3/jwt/history", { authorization });
    if (authorization === "Basic") assert.equal(answer.status, 400);
    else assertUnauthorized(answer, CHALLENGE);
  }
});

// TD-15, TD-16
test("a new secret is an agent's to make, and ends the tokens of the old one at once", async () => {
  const authorization = await signIn();
  const old = await shown({ _id: "p1_9" });
  assert.equal((await post("/auth/signinWithCustomToken", {}, old)).status, 200);
  const { status, headers, body } = await post("/p1/keys/generate", undefined, { authorization });
  assert.deepEqual([status, headers.get("cache-control"), Object.keys(body)], [200, "no-store", ["jwtSecret"]]);
  assert.match(body.jwtSecret, UUID);
  assertUnauthorized(await post("/auth/signinWithCustomToken", {}, old));
  assert.equal((await withToken({ _id: "p1_9" }, body.jwtSecret)).status, 200);
  const unknown = await post("/px/keys/generate", undefined, { authorization });
  assert.deepEqual([unknown.status, unknown.body], [404, { success: false, msg: "Project not found" }]);
  const bob = await signIn({ email: "bob@example.com", password: "builder:1" });
  const guest = (await post("/auth/signinAnonymously", { id_project: "p1" })).body.token;
  for (const [path, by] of [["/p1", bob], ["/p2", authorization], ["/p1", guest]]) {
    const refused = await post(`${path}/keys/generate`, undefined, { authorization: by });
    assert.deepEqual([refused.status, refused.body], [403, { success: false, msg: "Unauthorized." }], path);
  }
  assertUnauthorized(await post("/p1/keys/generate"), CHALLENGE);
  secretNow = body.jwtSecret;
});

// TD-33
test("a bot's token is an agent's to get, and good for the bot's own history", async () => {
  const authorization = await signIn();
  const { status, body } = await ask("GET", "/v3/p1/bots/b1/jwt", { authorization });
  assert.equal(status, 200);
  const key = new TextEncoder().encode("b".repeat(36));
  const { payload } = await jose.jwtVerify(body.jwt, key, { currentDate: new Date(NOW * 1000) });
  const { iat, jti, ...claims } = payload;
  assert.match(jti, UUID);
  assert.deepEqual(claims, {
    ...{ _id: "b1", name: "bot", id_project: "p1", aud: "https://tiledesk.com/bots/b1" },
    ...{ iss: "https://tiledesk.com", sub: "bot" },
  });
  const by = { authorization: `JWT ${body.jwt}` };
  assert.equal((await ask("GET", "/v3/jwt/history", by)).body.items[0].jti, jti);
  assert.equal((await ask("DELETE", `/v3/jwt/history/${jti}`, by)).status, 200);
  assertUnauthorized(await ask("GET", "/v3/jwt/history", by), CHALLENGE);
  for (const path of ["/v3/bare/bots/b1/jwt", "/v3/p1/bots/bx/jwt"]) {
    assert.equal((await ask("GET", path, { authorization })).status, 404, path);
  }
  assert.equal((await ask("GET", "/v3/p2/bots/b1/jwt", { authorization })).status, 403);
});

// TD-19, TD-29
test("the older check takes what lives for ten minutes at most", async () => {
  const decode = async (claims, path = "/p1") =>
    post(`${path}/jwt/decode`, undefined, await shown(claims));
  const { status, body } = await decode({});
  assert.deepEqual([status, body.decoded.email], [200, "vis@example.com"]);
  for (const claims of [{ exp: NOW + 601 }, { iat: undefined }, { exp: undefined }, { exp: NOW - 1 }, { role: "admin" }]) {
    const refused = await decode(claims);
    assert.deepEqual([refused.status, refused.body.success], [401, false], JSON.stringify(claims));
    assert.equal(typeof refused.body.msg, "string");
  }
  for (const path of ["/px", "/bare"]) assert.equal((await decode({}, path)).status, 404, path);
  assert.equal((await post("/p1/jwt/decode")).status, 401);
});

// TD-30
test("there is no test token that anybody may have", async () => {
  assert.equal((await post("/p1/jwt/generatetestjwt", { a: 1 })).status, 404);
});

/** So many arrays in one another; and so many members. */
const deep = (levels) => JSON.parse("[".repeat(levels) + "]".repeat(levels));
const wide = (members) => Object.fromEntries(Array.from({ length: members }, (_, n) => [`a${n}`, 1]));

test("a guest who is more than a token or an answer can hold is a 422, and comes into no project", async () => {
  const count = async () => (await ask("GET", "/people")).body.length;
  const before = await count();
  for (const attributes of [...[62, 63, 64].map((levels) => ({ a: deep(levels) })), ...[503, 505, 512].map(wide)]) {
    const { status, body } = await post("/auth/signinAnonymously", { id_project: "p1", attributes });
    assert.deepEqual([status, body?.errors[0].msg], [422, "Invalid value"]);
  }
  assert.equal(await count(), before);
  const most = await post("/auth/signinAnonymously", { id_project: "p1", attributes: { a: deep(61) } });
  assert.equal(most.status, 200);
});

test("a visitor who is more than an answer can hold, or of no name, is refused, and no record is kept", async () => {
  const claims = { _id: "p1_odd" };
  for (const odd of [{ attributes: { a: deep(62) } }, wide(504), { _id: "p1_\u0000" }, { _id: `p1_${"x".repeat(5000)}` }]) {
    const by = await shown({ ...claims, ...odd });
    assertUnauthorized(await post("/auth/signinWithCustomToken", {}, by));
    const { status } = await ask("GET", "/v3/jwt/history", by);
    assert.equal(status, odd._id === undefined ? 200 : 401);
  }
  const { body } = await ask("GET", "/v3/jwt/history", await shown(claims));
  assert.equal(body.count, 0);
  const decoded = await post("/p1/jwt/decode", undefined, await shown({ attributes: { a: deep(62) } }));
  assert.deepEqual([decoded.status, decoded.body.success], [401, false]);
});

test("a page of the history has as many records as are asked for", async () => {
  const bob = { email: "bob@example.com", password: "builder:1" };
  for (let time = 0; time < 50; time += 1) await signIn(bob);
  const { status, body } = await ask("GET", "/v3/jwt/history?limit=1000", { authorization: await signIn(bob) });
  assert.equal(status, 200);
  assert.equal(body.items.length, body.count);
  assert.deepEqual(Object.keys(body), ["perPage", "count", "page", "sortField", "direction", "items"]);
});

const ODD_PATHS = [
  ...["/v3/jwt/history", "/v3/jwt/history/x", "/v3/jwt/history/id/x", "/v3/p1/keys/generate"],
  ...["/v3/auth/signin", "/v3/auth/signinAnonymously", "/v3/auth/signinWithCustomToken"],
  ...["/v3/p1/bots/b1/jwt", "/v3/p1/jwt/decode", "/v3/%00/jwt/decode", "/v3/%ff/keys/generate"],
  ...["/v3/%7Bp%7D/jwt/decode", "/v3/__proto__/bots/constructor/jwt", `/v3/${"x".repeat(5000)}/jwt/decode`],
];

test("nothing that a stranger sends is a 500", async () => {
  const user = await signIn();
  const bodies = [
    undefined,
    "",
    "{",
    "null",
    '{"id_project":{"toString":1},"email":[],"password":{}}',
    '{"id_project":"p1","__proto__":{"a":1},"attributes":{"__proto__":1}}',
    '{"id_project":"\\u0000","email":"\\ud800","password":"\\u0000"}',
    `{"id_project":"p1","firstname":"${"x".repeat(9000)}"}`,
    "x".repeat(20000),
  ];
  const headers = [undefined, "JWT", "JWT x", "JWT a.b.c", "Basic Og==", "Basic /////w==", user];
  for (const path of ODD_PATHS) {
    for (const method of ["GET", "POST", "DELETE", "OPTIONS"]) {
      for (const authorization of headers) {
        for (const body of method === "POST" ? bodies : [undefined]) {
          const { status } = await ask(method, path, { authorization, body });
          assert.ok(status < 500, `${method} ${path} ${authorization?.slice(0, 12)} ${body?.slice(0, 40)}: ${status}`);
        }
      }
    }
  }
  assert.deepEqual(said.filter((piece) => piece.includes("Error")), []);
});
