// miniOrange's part of `edge-jwt/service` (systems.md section 5), over real HTTP in workerd with D1:
// two isolates over one database, each with services that differ in their options.

import assert from "node:assert/strict";
import { test } from "node:test";

import * as jose from "jose";

import { NOW, askOddly, inJson, startService } from "./service-world.mjs";

// MO-5: 32 letters and digits.
const SECRET = "Zk3vT9qLw1Xc5Rb7Ny2Hm8Jp4Sd6Fg0A";
const PAGE = "https://page.example";

const WORKER = `
  import { KeySet } from "edge-jwt";
  import { miniorange } from "edge-jwt/service";
  import { clock, serviceOf, workerOf } from "./service-worker.mjs";

  /** The users there are, which the tests change. */
  const users = new Map([[1, "admin"], [2, "ada"], [3, "bob"]]);

  const PASSWORDS = { admin: "opensesame", ada: "lovelace", bob: "\\u00fcbung" };

  async function signIn(username, password, request) {
    if (username === "boom") throw new Error("the host's own");
    if (!Object.hasOwn(PASSWORDS, username) || PASSWORDS[username] !== password) return null;
    const [id] = [...users].find(([, name]) => name === username);
    return { id, name: username };
  }

  const orange = (env, options, cors = { origins: ["${PAGE}"] }) => {
    const part = miniorange({
      keys: new KeySet([{ alg: "HS256", secret: env.SECRET }]),
      signIn,
      isUser: async ({ id, name }) => users.get(id) === name,
      ...options,
    });
    return serviceOf(env, part, { cors });
  };

  const services = {
    usual: (env) => orange(env, {}, { origins: ["${PAGE}"], credentials: true }),
    pitfalls: (env) => orange(env, {
      absoluteExpiresIn: true,
      failedValidation: "validate-status-200",
      isUser: null,
      accessTtl: "10m",
    }),
    header: (env) => orange(env, { header: "x-token" }, { origins: ["*"] }),
    rsa: (env) => orange(env, {
      keys: new KeySet([{ alg: "RS256", jwk: JSON.parse(env.RSA) }]),
      alg: "RS256",
    }),
    all: (env) => orange(env, { refreshRoute: true, revokeRoute: true }),
    short: (env) => orange(env, { refreshRoute: true, accessTtl: "5m", refreshTtl: "12h" }),
  };

  export default workerOf(services, {
    user: (_, { id, name }) => void (name === null ? users.delete(id) : users.set(id, name)),
    revokeToken: ({ part }, { token }) => part.revokeToken(token, { now: clock.now }),
    revokeUser: ({ part }, { id, cutOff }) => part.revokeUser(id, cutOff),
    restoreUser: ({ part }, { id }) => part.restoreUser(id),
  });
`;

const rsa = await jose.generateKeyPair("RS256", { extractable: true });
const RSA = JSON.stringify({ ...(await jose.exportJWK(rsa.privateKey)), kid: "r1" });

const bindings = { SECRET, RSA };
const { ask, host, two, said, load } = await startService("service-miniorange", WORKER, bindings);

const API = "/wp-json/api/v1";

const post = (path, form, options) =>
  ask(API + path, { method: "POST", body: new URLSearchParams(form), ...options });
const exchange = (token, options) => post("/token-refresh", { refresh_token: token }, { service: "all", ...options });
const validate = (token, { headers, ...options } = {}) =>
  ask(`${API}/token-validate`, {
    ...options,
    headers: { ...(token !== undefined && { authorization: `Bearer ${token}` }), ...headers },
  });

const ADMIN = { username: "admin", password: "opensesame" };
const ADA = { username: "ada", password: "lovelace" };

async function signIn(credentials = ADMIN, options) {
  const { status, body } = await post("/token", credentials, options);
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

/** A refusal as the vendor has it. */
function refused(answer, status, error, code = `${status}`) {
  assert.equal(answer.status, status, answer.text);
  const { error_description: description, ...rest } = answer.body;
  assert.equal(typeof description, "string");
  const coded = code === null ? {} : { code };
  assert.deepEqual(rest, { status: "error", error, ...coded });
}

function isValid(answer) {
  assert.equal(answer.status, 200, answer.text);
  assert.deepEqual(answer.body, { status: "TRUE", message: "VALID_TOKEN", code: "200" });
}

/** A token of these claims under the site's key, or under another. */
function sign(claims, { secret = SECRET, alg = "HS256", typ = "JWT" } = {}) {
  const key = new TextEncoder().encode(secret);
  return new jose.SignJWT(claims).setProtectedHeader({ alg, typ }).sign(key);
}

test("MO-1, MO-2, MO-3, MO-16: a name and a password get a token, by a form or by JSON, that others verify", async () => {
  const form = new FormData();
  for (const [name, value] of Object.entries(ADMIN)) form.set(name, value);
  for (const sent of [{ body: new URLSearchParams(ADMIN) }, { body: form }, inJson(ADMIN)]) {
    const { status, headers, body } = await ask(`${API}/token`, { method: "POST", ...sent });
    assert.equal(status, 200);
    assert.equal(headers.get("cache-control"), "no-store");
    const { jwt_token: token, ...rest } = body;
    assert.deepEqual(rest, { token_type: "Bearer", iat: NOW, expires_in: 3600 });
    const key = new TextEncoder().encode(SECRET);
    const options = { algorithms: ["HS256"], currentDate: new Date(NOW * 1000) };
    const { payload, protectedHeader } = await jose.jwtVerify(token, key, options);
    assert.deepEqual(payload, { sub: 1, name: "admin", iat: NOW, exp: NOW + 3600 });
    assert.deepEqual(protectedHeader, { alg: "HS256", typ: "JWT" });
    isValid(await validate(token));
  }
  const { status } = await ask(`${API}/token`, { method: "POST", ...inJson({ username: "bob", password: "übung" }) });
  assert.equal(status, 200);
});

test("MO-2: the end stands for the length only where the host says so", async () => {
  const { expires_in: end, iat } = await signIn(ADMIN, { service: "pitfalls" });
  assert.deepEqual([iat, end], [NOW, NOW + 600]);
});

test("MO-15: RS256 where the keys are of that kind", async () => {
  const { jwt_token: token } = await signIn(ADMIN, { service: "rsa" });
  const options = { algorithms: ["RS256"], currentDate: new Date(NOW * 1000) };
  assert.equal((await jose.jwtVerify(token, rsa.publicKey, options)).payload.sub, 1);
  isValid(await validate(token, { service: "rsa" }));
  refused(await validate(token), 401, "UNAUTHORIZED", null);
});

test("MO-9: what is missing or no text is as wrong as a wrong password", async () => {
  for (const given of [
    {},
    { username: "admin" },
    { password: "opensesame" },
    { ...ADMIN, password: "" },
    { ...ADMIN, password: "opensesame " },
    { ...ADMIN, username: "Admin" },
    { ...ADMIN, username: "nobody" },
    { ...ADMIN, username: "__proto__" },
    { ...ADMIN, password: ["opensesame"] },
    { ...ADMIN, password: { a: 1 } },
    { username: 1, password: true },
    { ...ADMIN, password: "opensesame\0" },
    { username: "\ud800", password: "a".repeat(5000) },
    { username: null, password: null },
  ]) {
    refused(await ask(`${API}/token`, { method: "POST", ...inJson(given) }), 400, "INVALID_CREDENTIALS");
  }
  const twice = await ask(`${API}/token`, {
    ...{ method: "POST", body: "username=admin&username=eve&password=opensesame" },
    headers: { "content-type": "application/x-www-form-urlencoded" },
  });
  assert.equal(twice.status, 400);
  refused(await ask(`${API}/token`, { method: "POST" }), 400, "INVALID_CREDENTIALS");
});

test("MO-4, MO-6, MO-8, MO-10: what is wrong with a token is said in the vendor's codes", async () => {
  const { jwt_token: token } = await signIn();
  const [header, payload, signature] = token.split(".");
  const claims = jose.decodeJwt(token);
  const none = `${jose.base64url.encode('{"alg":"none","typ":"JWT"}')}.${payload}.`;
  for (const [shown, error, now] of [
    ["rubbish", "SEGMENT_FAULT"],
    [`${header}.${payload}`, "SEGMENT_FAULT"],
    [`e30x.${payload}.${signature}`, "SEGMENT_FAULT"],
    // Against MO-6: nothing of a payload is read before its signature.
    [`${header}.e30x.${signature}`, "INVALID_SIGNATURE"],
    [`${header}.${payload}.${signature.slice(0, -2)}AA`, "INVALID_SIGNATURE"],
    [await sign(claims, { secret: "another secret of more than 32 octets" }), "INVALID_SIGNATURE"],
    [none, "UNAUTHORIZED"],
    [await sign(claims, { secret: SECRET.repeat(2), alg: "HS512" }), "UNAUTHORIZED"],
    [token, "UNAUTHORIZED", NOW + 3600],
    [token, "UNAUTHORIZED", NOW - 1],
    [await sign({ ...claims, exp: undefined }), "UNAUTHORIZED"],
    [await sign({ ...claims, exp: NOW * 1000 }), "UNAUTHORIZED"],
    [await sign({ ...claims, sub: undefined }), "UNAUTHORIZED"],
    [await sign({ ...claims, sub: "1" }), "UNAUTHORIZED"],
    [await sign({ ...claims, sub: 1.5 }), "UNAUTHORIZED"],
    [await sign({ ...claims, sub: 2 }), "UNAUTHORIZED"],
    [await sign({ ...claims, name: "eve" }), "UNAUTHORIZED"],
    [await sign({ ...claims, name: { a: 1 } }), "UNAUTHORIZED"],
    [await sign(claims, { typ: "refresh+jwt" }), "UNAUTHORIZED"],
  ]) {
    const answer = await validate(shown, { now });
    const isCoded = error !== "UNAUTHORIZED";
    refused(answer, 401, error, isCoded ? "401" : null);
  }
  refused(await validate(undefined), 401, "MISSING_AUTHORIZATION_HEADER");
  for (const authorization of ["Bearer", `Basic ${token}`, token, `Bearer ${token} x`]) {
    refused(await validate(undefined, { headers: { authorization } }), 401, "INVALID_AUTHORIZATION_HEADER_TOKEN_TYPE");
  }
  isValid(await validate(undefined, { headers: { authorization: `bEARER ${token}` } }));
});

test("MO-7, MO-17: the other spelling is a header too, and the host's own is the only one", async () => {
  const { jwt_token: token } = await signIn();
  isValid(await validate(undefined, { headers: { authorisation: `Bearer ${token}` } }));
  const service = "header";
  isValid(await validate(undefined, { headers: { "x-token": `Bearer ${token}` }, service }));
  refused(await validate(token, { service }), 401, "MISSING_AUTHORIZATION_HEADER");
});

test("MO-10: another algorithm is a success by its status only where the host says so", async () => {
  const claims = { sub: 1, name: "admin", iat: NOW, exp: NOW + 60 };
  const foreign = await sign(claims, { secret: SECRET.repeat(2), alg: "HS512" });
  const answer = await validate(foreign, { service: "pitfalls" });
  refused({ ...answer, status: 401 }, 401, "UNAUTHORIZED");
  assert.equal(answer.status, 200);
  refused(await validate("rubbish", { service: "pitfalls" }), 401, "SEGMENT_FAULT");
});

test("MO-6: a user who is gone has no valid token, unless the host does not ask", async () => {
  const { jwt_token: token } = await signIn({ username: "bob", password: "übung" });
  await host("user", { id: 3, name: null });
  refused(await validate(token), 401, "UNAUTHORIZED", null);
  isValid(await validate(token, { service: "pitfalls" }));
  await host("user", { id: 3, name: "bob" });
  isValid(await validate(token));
});

test("MO-11: after five failures an address waits, at both endpoints and in every isolate", async () => {
  const { jwt_token: token } = await signIn();
  const headers = { "x-address": "guesser" };
  for (let guess = 0; guess < 3; guess += 1) {
    refused(await post("/token", { ...ADMIN, password: "guess" }, { headers }), 400, "INVALID_CREDENTIALS");
  }
  isValid(await validate(token, { headers }));
  refused(await validate("rubbish", { headers }), 401, "SEGMENT_FAULT");
  refused(await validate(undefined, { headers, now: NOW + 30 }), 401, "MISSING_AUTHORIZATION_HEADER");
  for (const of of [undefined, two]) {
    for (const answer of [
      await post("/token", ADMIN, { headers, of, now: NOW + 89 }),
      await validate(token, { headers, of, now: NOW + 89 }),
    ]) {
      refused(answer, 429, "TOO_MANY_REQUESTS");
      assert.equal(answer.headers.get("retry-after"), "60");
    }
  }
  assert.equal((await post("/token", ADMIN)).status, 200, "another address");
  // A minute after the last failure, which began the minute anew.
  assert.equal((await post("/token", ADMIN, { headers, now: NOW + 90 })).status, 200);
});

test("MO-14: a preflight is answered as the vendor does, but for the service's own origins", async () => {
  const preflight = (origin, options) => ask(`${API}/token`, {
    ...{ method: "OPTIONS", ...options },
    headers: { "access-control-request-method": "POST", ...(origin && { origin }) },
  });
  for (const path of ["/token", "/token-validate"]) {
    const { status, headers, body } = await ask(API + path, {
      method: "OPTIONS",
      headers: { origin: PAGE, "access-control-request-method": "POST" },
    });
    const { message, ...rest } = body;
    assert.deepEqual([status, rest, typeof message], [200, { code: "200", status: "success" }, "string"]);
    assert.equal(headers.get("access-control-allow-origin"), PAGE);
    assert.equal(headers.get("access-control-allow-credentials"), "true");
    assert.equal(headers.get("access-control-allow-methods"), "GET, POST, PUT, DELETE, OPTIONS");
    assert.equal(headers.get("access-control-allow-headers"), "Authorization, Content-Type, X-WP-Nonce");
    assert.equal(headers.get("access-control-max-age"), "86400");
  }
  for (const origin of ["https://evil.example", "null", `${PAGE}.evil.example`, undefined]) {
    const { status, headers } = await preflight(origin);
    assert.equal(status, 200);
    assert.equal(headers.get("access-control-allow-origin"), null, origin);
    assert.equal(headers.get("access-control-allow-credentials"), null, origin);
  }
  // What the service grants to pages, this part grants too, and no more.
  const plain = await preflight(PAGE, { service: "pitfalls" });
  assert.equal(plain.headers.get("access-control-allow-origin"), PAGE);
  assert.equal(plain.headers.get("access-control-allow-credentials"), null);
  const any = await preflight("https://any.example", { service: "header" });
  assert.equal(any.headers.get("access-control-allow-origin"), "*");
  assert.equal(any.headers.get("access-control-allow-credentials"), null);
  const { headers } = await post("/token", ADMIN, { headers: { origin: PAGE } });
  assert.equal(headers.get("access-control-allow-origin"), PAGE);
});

test("MO-20: without a word of the host there is nothing to refresh or revoke by", async () => {
  for (const path of ["/token-refresh", "/token-revoke"]) {
    assert.equal((await post(path, { token: "a", refresh_token: "a" })).status, 404);
  }
  assert.equal((await signIn()).refresh_token, undefined);
});

test("MO-16, MO-20: a refresh token is exchanged once, and a copy of it ends its family", async () => {
  const first = await signIn(ADMIN, { service: "all" });
  const key = new TextEncoder().encode(SECRET);
  const at = (now) => ({ currentDate: new Date(now * 1000) });
  const { payload } = await jose.jwtVerify(first.refresh_token, key, at(NOW));
  assert.deepEqual([payload.sub, payload.exp], [1, NOW + 1209600]);
  const second = await exchange(first.refresh_token, { now: NOW + 10 });
  assert.equal(second.status, 200);
  const { jwt_token: token, refresh_token: next, ...rest } = second.body;
  assert.deepEqual(rest, { token_type: "Bearer", iat: NOW + 10, expires_in: 3600 });
  assert.equal((await jose.jwtVerify(token, key, at(NOW + 10))).payload.sub, 1);
  isValid(await validate(token, { now: NOW + 10, service: "all" }));
  const now = NOW + 100;
  refused(await exchange(first.refresh_token, { now }), 401, "UNAUTHORIZED", null);
  for (const of of [undefined, two]) {
    refused(await exchange(next, { now, of }), 401, "UNAUTHORIZED", null);
  }
  refused(await validate(token, { now, service: "all" }), 401, "UNAUTHORIZED", null);
});

test("MO-16: tokens live as long as the host says", async () => {
  const service = "short";
  const { jwt_token: token, refresh_token: refresh, expires_in: life } = await signIn(ADMIN, { service });
  assert.equal(life, 300);
  refused(await validate(token, { service, now: NOW + 300 }), 401, "UNAUTHORIZED", null);
  refused(await exchange(refresh, { service, now: NOW + 43200 }), 401, "UNAUTHORIZED", null);
  assert.equal((await exchange(refresh, { service, now: NOW + 43199 })).status, 200);
});

test("MO-20: neither kind of token does for the other, and what is missing is answered as wrong", async () => {
  const { jwt_token: token, refresh_token: refresh } = await signIn(ADMIN, { service: "all" });
  refused(await validate(refresh, { service: "all" }), 401, "UNAUTHORIZED", null);
  refused(await exchange(token), 401, "UNAUTHORIZED", null);
  refused(await exchange("rubbish"), 401, "SEGMENT_FAULT");
  refused(await exchange(`${refresh}A`), 401, "INVALID_SIGNATURE");
  for (const given of [{}, { refresh_token: "" }, { refresh_token: 5 }, { refresh_token: [refresh] }]) {
    const sent = { method: "POST", ...inJson(given), service: "all" };
    refused(await ask(`${API}/token-refresh`, sent), 400, "INVALID_CREDENTIALS");
  }
  assert.equal((await exchange(refresh)).status, 200);
});

test("MO-20: a refresh token that is over is no guess, and no more is one to be thrown out", async () => {
  const [service, headers] = ["all", { "x-address": "an office" }];
  for (let time = 0; time < 4; time += 1) {
    refused(await exchange("rubbish", { headers }), 401, "SEGMENT_FAULT");
    refused(await post("/token-revoke", { token: "rubbish" }, { service, headers }), 401, "SEGMENT_FAULT");
  }
  assert.equal((await post("/token", ADMIN, { headers })).status, 200);
});

test("MO-20: a user who is gone is not given another token", async () => {
  const { refresh_token: refresh } = await signIn(ADA, { service: "all" });
  await host("user", { id: 2, name: "ada2" });
  refused(await exchange(refresh), 401, "UNAUTHORIZED", null);
  await host("user", { id: 2, name: "ada" });
  assert.equal((await exchange(refresh)).status, 200);
});

test("MO-20: exchanges of one refresh token at one time leave one that is worth anything", async () => {
  const { refresh_token: refresh } = await signIn(ADMIN, { service: "all" });
  const answers = await Promise.all([undefined, two, undefined, two].map((of) => exchange(refresh, { of })));
  const got = answers.filter(({ status }) => status === 200);
  assert.ok(got.length > 0);
  const good = [];
  for (const { body } of got) good.push((await exchange(body.refresh_token, { now: NOW + 20 })).status);
  assert.ok(good.filter((status) => status === 200).length <= 1, good.join());
});

test("MO-20, MO-21: whoever has a token can throw it out, at a logout", async () => {
  const service = "all";
  const { jwt_token: token, refresh_token: refresh } = await signIn(ADMIN, { service });
  const other = await signIn(ADMIN, { service, now: NOW + 1 });
  const revoke = (shown) => post("/token-revoke", { token: shown }, { service, now: NOW + 2 });
  const { status, body } = await revoke(token);
  assert.deepEqual([status, body], [200, { status: "TRUE", message: "REVOKED_TOKEN", code: "200" }]);
  refused(await validate(token, { service, now: NOW + 2 }), 401, "UNAUTHORIZED", null);
  refused(await revoke(token), 401, "UNAUTHORIZED", null);
  refused(await revoke("rubbish"), 401, "SEGMENT_FAULT");
  refused(await revoke(""), 400, "INVALID_CREDENTIALS");
  const next = (await exchange(refresh, { now: NOW + 2 })).body;
  assert.equal((await revoke(next.refresh_token)).status, 200);
  for (const of of [undefined, two]) {
    refused(await exchange(next.refresh_token, { of, now: NOW + 3 }), 401, "UNAUTHORIZED", null);
  }
  refused(await validate(next.jwt_token, { service, now: NOW + 3 }), 401, "UNAUTHORIZED", null);
  isValid(await validate(other.jwt_token, { service, now: NOW + 3 }));
});

test("MO-21: the host throws out a token, a user, and a user's tokens of before a time", async () => {
  const [old, foreign] = [await signIn(), await signIn(ADA)];
  // Apart from the first by its time: the vendor's tokens have no name of their own.
  const fresh = await signIn(ADMIN, { now: NOW + 60 });
  const now = NOW + 61;
  const goes = (token) => validate(token, { now });
  const isOut = async (token) => refused(await goes(token), 401, "UNAUTHORIZED", null);

  assert.equal((await host("revokeToken", { token: old.jwt_token }, { now })).ok, true);
  assert.equal((await host("revokeToken", { token: old.jwt_token }, { now })).code, "revoked_token");
  await isOut(old.jwt_token);
  isValid(await goes(fresh.jwt_token));

  await host("revokeUser", { id: 1, cutOff: { before: (NOW + 30) * 1000 } });
  isValid(await goes(fresh.jwt_token));
  await host("revokeUser", { id: 1, cutOff: { before: (NOW + 61) * 1000 } });
  await isOut(fresh.jwt_token);
  const next = await signIn(ADMIN, { now });
  isValid(await goes(next.jwt_token));

  await host("revokeUser", { id: 1 });
  await isOut(next.jwt_token);
  isValid(await goes(foreign.jwt_token));
  // What lists elsewhere are made from: about tokens without an issuer too, whoever signs the list.
  const entries = await host("entries");
  assert.deepEqual(entries.find(({ sub }) => sub === "1"), { sub: "1", issuer: null });
  const named = entries.filter(({ token }) => token !== undefined);
  assert.ok(named.some(({ issuer, exp }) => issuer === null && exp === NOW + 3600));

  await host("restoreUser", { id: 1 });
  isValid(await goes(next.jwt_token));
  await isOut(old.jwt_token);
});

test("the tokens of a user can be listed, each by its record", async () => {
  await host("user", { id: 99, name: "ada" });
  await host("user", { id: 2, name: null });
  await signIn(ADA);
  const records = await host("records", { sub: "99" });
  await host("user", { id: 99, name: null });
  await host("user", { id: 2, name: "ada" });
  assert.equal(records.length, 1);
  const [{ jti, exp, fingerprint }] = records;
  assert.deepEqual([jti, exp, typeof fingerprint], [null, NOW + 3600, "string"]);
});

const ODD_PATHS = [
  `${API}/token`,
  `${API}/token-validate`,
  `${API}/token-refresh`,
  `${API}/token-revoke`,
  `${API}/token-validate/`,
  `${API}/token-validate?_method=DELETE`,
  `${API}/token-validate?rest_route=/api/v1/token`,
  "/?rest_route=/api/v1/token-validate%00",
  "/?rest_route=%ff",
];

test("whatever a stranger sends, it is not answered with a 500", async () => {
  said.length = 0;
  for await (const { status, text, asked } of askOddly(ask, ODD_PATHS, { service: "all" })) {
    assert.ok(status < 500, `${asked}: ${status} ${text}`);
  }
  assert.deepEqual(said, []);
});

test("a host that fails is a 500 without a word of why", async () => {
  const { status, text } = await post("/token", { username: "boom", password: "x" });
  assert.deepEqual([status, text], [500, '{"error":"server_error"}']);
  await signIn();
});

const { KeySet } = await load("hosts/node.js");
const { createTokenService, miniorange } = await load("service/index.js");
const { MemoryStore } = await load("store/index.js");

const optionsOf = (more) => ({
  keys: new KeySet([{ alg: "HS256", secret: SECRET }]),
  signIn: (name) => ({ id: 1, name }),
  isUser: null,
  ...more,
});

const serviceOf = (part) =>
  createTokenService({ store: new MemoryStore(), revocations: null, guesses: null, parts: [part] });

// MO-9: without a secret there is no service at all, and so nothing to answer.
test("misuse is told by the name of the option", async () => {
  for (const [more, option] of [
    [{ signIn: undefined }, "options"],
    [{ isUser: undefined }, "options"],
    [{ isUser: true }, "options"],
    [{ keys: undefined }, "keys"],
    [{ keys: new KeySet([]) }, "kid"],
    [{ alg: "none" }, "alg"],
    [{ header: "no name" }, "headers"],
    [{ refresh: true }, "refresh"],
    [{ accessTtl: -1 }, "accessTtl"],
  ]) {
    assert.throws(() => serviceOf(miniorange(optionsOf(more))), { name: "SetupError", option });
  }
  assert.throws(() => miniorange(), { name: "SetupError", option: "options" });
  const part = miniorange(optionsOf());
  await assert.rejects(part.revokeUser(1), { name: "SetupError", option: "part" });
  serviceOf(part);
  for (const id of ["1", 1.5, null, undefined]) {
    await assert.rejects(part.revokeUser(id), { name: "SetupError", option: "userId" });
  }
});

// MO-6
test("nothing but true is a user who is there", async () => {
  for (const there of [true, false, undefined, null, 1, "yes", {}, Promise.resolve("yes")]) {
    const service = serviceOf(miniorange(optionsOf({ isUser: () => there })));
    const send = (path, init) => service.fetch(new Request(`https://example.org${API}${path}`, init));
    const issued = await send("/token", { method: "POST", body: new URLSearchParams(ADMIN) });
    const headers = { authorization: `Bearer ${(await issued.json()).jwt_token}` };
    assert.equal((await send("/token-validate", { headers })).status, there === true ? 200 : 401);
  }
});
