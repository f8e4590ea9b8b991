// `edge-jwt/service`: LeadDesk's part over real HTTP, in workerd with D1. What it answers stands in
// systems.md, section 1; each test names its lines.

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";

import * as jose from "jose";

import { startIsolates } from "../../scripts/worker.mjs";
import { installInto } from "./install.mjs";

const WORKER = `
  import { KeySet, Revocations } from "edge-jwt";
  import { createTokenService, leaddesk } from "edge-jwt/service";
  import { SqlStore, d1 } from "edge-jwt/store";

  const AGENTS = {
    anna: {
      ...{ id: 166320930817, name: "Anna Agent", role: "agent", email: "anna@example.com", lang: "fi" },
      ...{ clientId: 1, clientName: "Client Oy", passwordHash: "never shown" },
    },
  };
  const CALLERS = {
    admin: { role: "admin", scopes: [] },
    scoped: { role: "agent", scopes: ["x", "login-token:generate"] },
    agent: { role: "agent", scopes: ["login-token", "login-token:generate:x"] },
  };
  const users = new Set(["7", "8"]);

  /** The hour of the request; what it is not told, the service does not know. */
  let now = 0;
  let service;

  const named = (table, request) => {
    const name = request.headers.get("x-user") ?? "";
    return Object.hasOwn(table, name) ? table[name] : null;
  };

  function serviceOf({ DB, KEYS, LOGIN }) {
    const login = {
      keys: new KeySet([{ alg: "HS512", secret: "l".repeat(64) }]),
      caller: (request) => named(CALLERS, request),
      hasUser: async (id) => users.has(id),
      enter: (id) => Response.json({ id }),
    };
    return createTokenService({
      store: new SqlStore(d1(DB)),
      revocations: new Revocations(),
      guesses: null,
      now: () => now,
      onError: (error) => console.log(error.stack),
      parts: [
        leaddesk({
          keys: new KeySet(JSON.parse(KEYS)),
          systems: ["crm", "report"],
          agent: async (request) => named(AGENTS, request),
          login: LOGIN === "on" ? login : null,
          utcOffset: "+02:00",
        }),
      ],
    });
  }

  export default {
    async fetch(request, env, ctx) {
      now = Number(request.headers.get("x-now"));
      const { pathname } = new URL(request.url);
      if (pathname === "/migrate") return Response.json(await new SqlStore(d1(env.DB)).migrate());
      if (pathname === "/records") {
        const { results } = await env.DB.prepare("SELECT record FROM jwt_tokens").all();
        return Response.json(results.map(({ record }) => JSON.parse(record)));
      }
      if (pathname === "/drop") users.delete("8");
      service ??= serviceOf(env);
      return service.fetch(request, ctx);
    },
  };
`;

/** One key of each kind, of which the last signs, and one that is not published. */
const KINDS = [["ES256", "verify"], ["EdDSA", "verify"], ["PS256", "verify"], ["ES384", "disabled"], ["RS256", "active"]];
const keys = await Promise.all(KINDS.map(async ([alg, state]) => {
  const { privateKey } = await jose.generateKeyPair(alg, { extractable: true });
  return { jwk: { ...(await jose.exportJWK(privateKey)), kid: `ld-${alg}`, alg }, state };
}));

const folder = installInto("service-leaddesk", { texts: { "worker.mjs": WORKER } });
const load = (path) => import(pathToFileURL(join(folder, "node_modules/edge-jwt/lib", path)).href);
const { KeySet, Verifier, profile } = await load("hosts/node.js");
const isolate = (LOGIN) => ({
  bindings: { KEYS: JSON.stringify(keys), LOGIN },
  d1Databases: { DB: "leaddesk" },
});
const said = [];
const log = (piece) => said.push(piece);
const isolates = { one: isolate("on"), off: isolate("off") };
const miniflare = await startIsolates(join(folder, "worker.mjs"), isolates, { log });
after(() => miniflare.dispose());
const address = (await miniflare.ready).href;
const off = await miniflare.getWorker("off");
await fetch(new URL("migrate", address));

const NOW = 1_700_000_000;

async function ask(method, path, { user, body, headers, now = NOW, of } = {}) {
  const init = {
    ...{ method, body },
    headers: { "x-now": `${now}`, ...(user !== undefined && { "x-user": user }), ...headers },
  };
  const response = of === undefined
    ? await fetch(new URL(path, address), init)
    : await of.fetch(`http://service.example${path}`, init);
  const text = await response.text();
  const isJson = text !== "" && response.headers.get("content-type")?.startsWith("application/json");
  return { status: response.status, headers: response.headers, text, ...(isJson && { body: JSON.parse(text) }) };
}

const identify = (audience, options) =>
  ask("POST", "/stable/identity_token", { user: "anna", body: new URLSearchParams({ audience }), ...options });
const pems = async () => (await ask("GET", "/stable/public_keys/signature/pem")).body;

// LD-1, LD-2, LD-3, LD-7, LD-8, LD-9, LD-10, LD-11, LD-15
test("another system knows by the token and the public keys who is signed in", async () => {
  const { status, headers, body } = await identify("crm");
  assert.deepEqual([status, headers.get("content-type")], [200, "application/json"]);
  assert.equal(body.expires, "2023-11-15T00:15:20+02:00");
  const { kid } = jose.decodeProtectedHeader(body.token);
  assert.equal(kid, "ld-RS256");
  const key = await jose.importSPKI((await pems())[kid], "RS256");
  const { payload } = await jose.jwtVerify(body.token, key, { audience: "crm", currentDate: new Date(NOW * 1000) });
  assert.deepEqual(payload, {
    ...{ ver: 1, aud: "crm", exp: NOW + 120 },
    user: { id: 166320930817, name: "Anna Agent", role: "agent", email: "anna@example.com", lang: "fi" },
    client: { id: 1, name: "Client Oy" },
  });
  const theirs = KeySet.fromPems({ [kid]: (await pems())[kid] }, { alg: "RS256" });
  const verifierOf = (audience) =>
    new Verifier({ keys: theirs, ...profile("leaddesk").policy("identity", { audience }) });
  assert.equal((await verifierOf("crm").verify(body.token, { now: NOW + 119 })).ok, true);
  assert.equal((await verifierOf("crm").verify(body.token, { now: NOW + 120 })).code, "expired");
  assert.equal((await verifierOf("report").verify(body.token, { now: NOW })).code, "wrong_audience");
  const records = (await ask("GET", "/records")).body;
  assert.ok(records.some(({ sub, jti, fingerprint }) => sub === "166320930817" && jti === null && fingerprint !== null));
});

// LD-7
test("who is not signed in has no identity, and no system gets one that is not registered", async () => {
  for (const user of [undefined, "eve", "__proto__"]) {
    const { status, headers } = await identify("crm", { user });
    assert.deepEqual([status, headers.get("www-authenticate")], [401, "Bearer"]);
  }
  for (const audience of ["other", "", "crm ", "__proto__"]) {
    const { status, body } = await identify(audience);
    assert.deepEqual([status, body.error], [400, "invalid_target"], audience);
  }
  assert.equal((await ask("POST", "/stable/identity_token", { user: "anna" })).status, 400);
});

// LD-4, LD-5
test("all active public keys are there in PEM by their kid, of whatever kind, and nothing private", async () => {
  const { status, headers, text, body } = await ask("GET", "/stable/public_keys/signature/pem");
  assert.deepEqual([status, headers.get("cache-control")], [200, "public, max-age=300"]);
  assert.deepEqual(Object.keys(body), ["ld-ES256", "ld-EdDSA", "ld-PS256", "ld-RS256"]);
  assert.ok(!text.includes("PRIVATE"));
  for (const { jwk, state } of keys.filter(({ state }) => state !== "disabled")) {
    const pem = body[jwk.kid];
    assert.match(pem, /^-----BEGIN PUBLIC KEY-----\n([\w+/]{1,64}={0,2}\n)+-----END PUBLIC KEY-----\n$/);
    const signer = await jose.importJWK(jwk, jwk.alg);
    const token = await new jose.SignJWT({ state }).setProtectedHeader({ alg: jwk.alg }).sign(signer);
    assert.equal((await jose.jwtVerify(token, await jose.importSPKI(pem, jwk.alg))).payload.state, state);
  }
  const known = { "if-none-match": headers.get("etag") };
  assert.equal((await ask("GET", "/stable/public_keys/signature/pem", { headers: known })).status, 304);
});

const loginToken = (id, user, options) => ask("GET", `/stable/users/${id}/login_token`, { user, ...options });

// LD-17
test("a login token is for admins and who has the scope to make, of users that there are", async () => {
  for (const [user, id, status] of [
    ["admin", "7", 200],
    ["scoped", "7", 200],
    ["agent", "7", 403],
    [undefined, "7", 401],
    ["eve", "7", 401],
    ["admin", "9", 404],
    ["admin", "%00", 404],
    ["admin", "%ff", 404],
    ["admin", "__proto__", 404],
  ]) {
    assert.equal((await loginToken(id, user)).status, status, `${user} ${id}`);
  }
  // It is off until it is said to be on.
  assert.equal((await loginToken("7", "admin", { of: off })).status, 404);
  assert.equal((await identify("crm", { of: off })).status, 200);
});

// LD-18, LD-20
test("a login token is HS512, and its end is told with an offset", async () => {
  const { body } = await loginToken("7", "admin");
  assert.deepEqual(Object.keys(body), ["token", "expires"]);
  assert.equal(body.expires, "2023-11-15T00:14:20+02:00");
  assert.equal(Date.parse(body.expires), (NOW + 60) * 1000);
  const { protectedHeader, payload } = await jose.jwtVerify(body.token, new TextEncoder().encode("l".repeat(64)), {
    currentDate: new Date(NOW * 1000),
  });
  assert.equal(protectedHeader.alg, "HS512");
  assert.deepEqual(payload, { sub: "7", exp: NOW + 60 });
});

const enter = (token, options) =>
  ask("POST", "/", { body: new URLSearchParams(token === undefined ? {} : { "login-token": token }), ...options });

// LD-19
test("a login token is taken several times within its minute, and no more after it", async () => {
  const { token } = (await loginToken("8", "scoped")).body;
  for (const now of [NOW, NOW + 30, NOW + 59.9]) {
    const { status, body } = await enter(token, { now });
    assert.deepEqual([status, body], [200, { id: "8" }]);
  }
  assert.equal((await enter(token, { now: NOW + 60 })).body.code, "expired");
  const identity = (await identify("crm")).body.token;
  const none = new TextEncoder().encode("x".repeat(64));
  const forged = (claims, alg) => new jose.SignJWT({ sub: "7", exp: NOW + 60, ...claims }).setProtectedHeader({ alg });
  for (const wrong of [
    ...[undefined, "", "x", `${token}x`, identity, "x".repeat(9000)],
    await forged({}, "HS512").sign(none),
    await forged({}, "HS256").sign(new TextEncoder().encode("l".repeat(64))),
    await forged({ exp: NOW + 61 }, "HS512").sign(new TextEncoder().encode("l".repeat(64))),
    await forged({ sub: undefined }, "HS512").sign(new TextEncoder().encode("l".repeat(64))),
  ]) {
    assert.equal((await enter(wrong)).status, 401, wrong?.slice(0, 30));
  }
  await ask("GET", "/drop");
  assert.equal((await enter(token)).status, 401, "the user is gone");
});

test("nothing that a stranger sends is a 500", async () => {
  const types = ["application/json", "application/x-www-form-urlencoded", "multipart/form-data", "text/plain", "odd"];
  const bodies = ["", "{", "null", '{"audience":{}}', '{"audience":["crm"]}', '{"login-token":5}', '{"login-token":"\\ud800"}',
    "audience=%ff&login-token=%00", "login-token=a&login-token=b", "x".repeat(20_000)];
  for (const path of ["/", "/stable/identity_token", "/stable/users/7/login_token", "/stable/public_keys/signature/pem", "/stable//"]) {
    for (const method of ["GET", "HEAD", "OPTIONS", "DELETE"]) {
      assert.ok((await ask(method, path, { user: "anna" })).status < 500, `${method} ${path}`);
    }
    for (const type of types) {
      for (const body of bodies) {
        const { status } = await ask("POST", path, { user: "anna", body, headers: { "content-type": type } });
        assert.ok(status < 500, `${path} ${type} ${body.slice(0, 40)}: ${status}`);
      }
    }
  }
  assert.deepEqual(said.filter((piece) => piece.includes("Error")), []);
});

test("wrong options are said at once", async () => {
  const { leaddesk } = await load("service/index.js");
  const good = { keys: new KeySet(keys), systems: ["crm"], agent: () => null };
  assert.equal(typeof leaddesk(good), "function");
  for (const [wrong, option] of [
    [{ keys: new KeySet([{ alg: "HS256", secret: "s".repeat(32) }]) }, "keys"],
    [{ systems: "crm" }, "systems"],
    [{ agent: undefined }, "options"],
    [{ login: {} }, "login"],
    [{ odd: 1 }, "odd"],
  ]) {
    assert.throws(() => leaddesk({ ...good, ...wrong }), (error) => error.option === option, option);
  }
});
