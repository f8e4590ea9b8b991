// `edge-jwt/service`: what each part throws out, once it is on a published list: two isolates over one
// store, each with a list of its own that it reads from where the first one publishes.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

import * as jose from "jose";

import { installInto } from "./install.mjs";

const folder = installInto("service-lists");
const load = (path) => import(pathToFileURL(join(folder, "node_modules/edge-jwt/lib", path)).href);
const { KeyPairs, KeySet, Revocations, Verifier, generateKey, profile } = await load("hosts/node.js");
const { createTokenService, leaddesk, lists, ...parts } = await load("service/index.js");
const { catchUp, memoryLists } = await load("lists/index.js");
const { MemoryStore } = await load("store/index.js");

/** Of the lists; no vendor's tokens have it as their issuer. */
const PUBLISHER = "https://lists.example";
const listKeys = new KeySet([{ jwk: await generateKey("ES256", { kid: "lists" }) }]);

const SECRET = "4fa91e0b-bd9a-4025-b672-a5377edb70d9";
const keys = new KeySet([{ alg: "HS256", secret: SECRET }]);

function isolateOf(part, store, to) {
  const claims = { client: "/iss" };
  const revocations = new Revocations({ keys: listKeys, issuer: PUBLISHER, claims });
  const publishing = lists({ signWith: listKeys, issuer: PUBLISHER, to, mayRead: null });
  const errors = [];
  const service = createTokenService({
    ...{ store, revocations, guesses: null, onError: (error) => errors.push(error) },
    parts: [part, parts.operator({ mayOperate: () => true }), publishing],
  });
  async function ask(method, path, body, headers = {}) {
    const type = body === undefined ? {} : { "content-type": "application/json" };
    const init = { method, body: JSON.stringify(body), headers: { ...type, ...headers } };
    const response = await service.fetch(new Request(`https://service.example${path}`, init));
    assert.deepEqual(errors, []);
    const text = await response.text();
    return { status: response.status, body: text.startsWith("{") ? JSON.parse(text) : text };
  }
  return { service, revocations, ask };
}

/** Throws out by the operator's part. */
const operate = (entry) => ({ ask }) => ask("POST", "/operator/revocations", entry);

const bearer = (token, scheme = "Bearer") => ({ authorization: `${scheme} ${token}` });

/** Each a part, what makes a token, what throws it out, and what says whether it is good. */
const VENDORS = {
  tiledesk: {
    part: () => parts.tiledesk({
      keys,
      projects: { find: () => ({ secret: SECRET }), setSecret() {}, isAgent: () => false },
      signIn: () => null,
    }),
    async make() {
      const visitor = { _id: "p1_42", sub: "userexternal", email: "vis@example.com" };
      const token = new jose.SignJWT({ ...visitor, aud: "https://tiledesk.com/projects/p1" })
        .setProtectedHeader({ alg: "HS256", typ: "JWT" }).setIssuedAt().setExpirationTime("10m");
      return token.sign(new TextEncoder().encode(SECRET));
    },
    async throwOut({ ask }, token) {
      const { body } = await ask("GET", "/v3/jwt/history", undefined, bearer(token, "JWT"));
      return ask("DELETE", `/v3/jwt/history/id/${body.items[0].id}`, undefined, bearer(token, "JWT"));
    },
    async isGood({ ask }, token) {
      const { status } = await ask("POST", "/v3/auth/signinWithCustomToken", {}, bearer(token, "JWT"));
      return status === 200;
    },
  },
  zoom: {
    part: () => parts.zoomApps({
      pairs: new KeyPairs({ secret: "h".repeat(32), tokensNameIt: "client" }),
      seal: new Uint8Array(32),
      owner: () => "ada",
    }),
    async make({ ask }) {
      const { body: app } = await ask("POST", "/apps", { name: "app" });
      const { body } = await ask("POST", `/apps/${app.key}/token`, { expiresIn: 600 });
      return { ...app, token: body.token };
    },
    throwOut: ({ ask }, { key }) => ask("POST", `/apps/${key}/deactivate`),
    /** As a reader of the lists sees it, who does not ask whether the app is switched off. */
    async isGood({ revocations }, { key: apiKey, secret, token }) {
      const policy = profile("zoom").policy("api", { apiKey });
      const verifier = new Verifier({ keys: new KeySet([{ alg: "HS256", secret }]), ...policy });
      verifier.setRevocations(revocations);
      return (await verifier.verify(token)).ok;
    },
  },
  miniorange: {
    part: () => parts.miniorange({ keys, signIn: () => ({ id: 7, name: "ada" }), isUser: null }),
    async make({ ask }) {
      const { body } = await ask("POST", "/wp-json/api/v1/token", { username: "ada", password: "x" });
      return body.jwt_token;
    },
    throwOut: operate({ sub: "7" }),
    async isGood({ ask }, token) {
      return (await ask("GET", "/wp-json/api/v1/token-validate", undefined, bearer(token))).status === 200;
    },
  },
  wordpress: {
    part: () => parts.wordpress({
      keys,
      site: "https://site.example",
      pairs: new KeyPairs({ secret: "p".repeat(32), tokensNameIt: "key" }),
      user: () => ({ login: "ada", email: "ada@example.com" }),
      mayEdit: () => true,
    }),
    async make({ ask }) {
      const { body } = await ask("POST", "/wp-json/wp/v2/key-pair/7", { name: "app" });
      const { api_secret, row: { api_key } } = body;
      const signedIn = await ask("POST", "/wp-json/wp/v2/token", { api_key, api_secret });
      return { key: api_key, token: signedIn.body.access_token };
    },
    throwOut: (isolate, { key }) => operate({ key })(isolate),
    async isGood({ ask }, { token }) {
      return (await ask("GET", "/wp-json/wp/v2/token/validate", undefined, bearer(token))).status === 200;
    },
  },
  leaddesk: {
    part: () => leaddesk({
      keys: new KeySet([{ jwk: SIGNING }]),
      systems: [],
      agent: () => null,
      login: {
        keys: new KeySet([{ alg: "HS512", secret: "l".repeat(64) }]),
        caller: () => ({ role: "admin", scopes: [] }),
        hasUser: () => true,
        enter: () => new Response("in"),
      },
    }),
    async make({ ask }) {
      return (await ask("GET", "/stable/users/7/login_token")).body.token;
    },
    throwOut: operate({ sub: "7" }),
    async isGood({ ask }, token) {
      return (await ask("POST", "/", { "login-token": token })).status === 200;
    },
  },
};

const SIGNING = await generateKey("ES256", { kid: "leaddesk" });

/** Two isolates with this part, and what publishes a list, which both of them take in. */
function worldOf({ part }) {
  const [store, to] = [new MemoryStore(), memoryLists()];
  const [here, there] = [isolateOf(part(), store, to), isolateOf(part(), store, to)];
  async function publish() {
    await here.service.scheduled();
    for (const { revocations, ask } of [here, there]) {
      const outcome = await catchUp(revocations, await to.latest(), to, () => {});
      assert.equal(outcome.ok, true);
      await ask("GET", "/operator/revocations");
    }
  }
  return { here, there, publish, store, to };
}

/** Takes back all that is thrown out. */
async function takeBack({ ask }) {
  const { body } = await ask("GET", "/operator/revocations");
  for (const { exp, ...entry } of body.entries) await ask("DELETE", "/operator/revocations", entry);
}

for (const [name, vendor] of Object.entries(VENDORS)) {
  test(`what is thrown out of ${name}'s tokens is out everywhere with the next list, until it is taken back`, async () => {
    const { here, there, publish } = worldOf(vendor);
    const token = await vendor.make(here);
    const good = async () => [await vendor.isGood(here, token), await vendor.isGood(there, token)];
    assert.deepEqual(await good(), [true, true]);
    assert.equal((await vendor.throwOut(here, token)).status, 200);
    assert.equal(await vendor.isGood(here, token), false);
    await publish();
    assert.deepEqual(await good(), [false, false]);
    await takeBack(there);
    await publish();
    assert.deepEqual(await good(), [true, true]);
  });
}

test("a client's suspension and its cut-off are taken back each by itself", async () => {
  const { make, isGood, ...vendor } = VENDORS.zoom;
  const { here, there, publish } = worldOf(vendor);
  const app = await make(here);
  const entries = [{ client: app.key }, { client: app.key, before: 4e12 }];
  for (const entry of entries) assert.equal((await operate(entry)(here)).status, 200);
  await publish();
  await takeBack(there);
  await publish();
  assert.deepEqual([await isGood(here, app), await isGood(there, app)], [true, true]);
});

test("what is no entry is refused before it is kept, and stops no list", async () => {
  const { make, isGood, ...vendor } = VENDORS.leaddesk;
  const { here, there, publish } = worldOf(vendor);
  const token = await make(here);
  for (const entry of [{ token: `${"A".repeat(42)}B` }, { sub: "7", before: 5 }, { token }]) {
    assert.equal((await operate(entry)(here)).status, 400, JSON.stringify(entry));
  }
  assert.deepEqual((await here.ask("GET", "/operator/revocations")).body.entries, []);
  assert.equal((await operate({ sub: "7" })(here)).status, 200);
  await publish();
  assert.equal(await isGood(there, token), false);
});

test("what a host has put into the store itself is taken back as it is listed", async () => {
  const { here, store } = worldOf(VENDORS.leaddesk);
  await store.revocations.add({ sub: "7" });
  await store.revocations.add({ sub: "8", issuer: null });
  await takeBack(here);
  assert.deepEqual((await store.revocations.page()).entries, []);
});

test("what is thrown out stays out where the store is an older copy than the lists", async () => {
  const { make, isGood, part, throwOut } = VENDORS.miniorange;
  const { here, to, publish } = worldOf({ part });
  await publish();
  await publish();
  const restored = isolateOf(part(), new MemoryStore(), to);
  assert.equal((await catchUp(restored.revocations, await to.latest(), to, () => {})).ok, true);
  const token = await make(here);
  assert.equal((await throwOut(restored)).status, 200);
  // A request of any kind lets go of what a list has taken over.
  await restored.ask("GET", "/operator/revocations");
  assert.equal(await isGood(restored, token), false);
});
