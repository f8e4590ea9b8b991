// `edge-jwt/service`: apps as Zoom has them, over real HTTP, in workerd with D1, in two isolates over
// one database; what they are told goes to real receivers. What is answered stands in systems.md,
// section 2; each test names its lines.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";

import * as jose from "jose";

import { startIsolates } from "../../scripts/worker.mjs";
import { installInto } from "./install.mjs";

const WORKER = `
  import { KeyPairs, Revocations, profile, toResponse } from "edge-jwt";
  import { createTokenService, zoomApps } from "edge-jwt/service";
  import { SqlStore, d1 } from "edge-jwt/store";

  /** The hour of the request; what it is not told, the service does not know. */
  let now = 0;
  let made;

  function serviceOf({ DB, SEAL, LOOPBACK }) {
    const apps = zoomApps({
      pairs: new KeyPairs({ secret: "h".repeat(32), tokensNameIt: "client" }),
      seal: new TextEncoder().encode(SEAL),
      owner: async (request) => request.headers.get("x-user"),
      patience: 86_400,
      insecureEndpoints: LOOPBACK,
    });
    const service = createTokenService({
      store: new SqlStore(d1(DB)),
      revocations: new Revocations({ claims: { client: "/iss" } }),
      guesses: null,
      now: () => now,
      onError: (error) => console.log(error.stack),
      parts: [apps],
    });
    return { apps, service };
  }

  export default {
    async fetch(request, env, ctx) {
      now = Number(request.headers.get("x-now"));
      const { pathname } = new URL(request.url);
      if (pathname === "/migrate") return Response.json(await new SqlStore(d1(env.DB)).migrate());
      if (pathname === "/rows") {
        const { results } = await env.DB.prepare("SELECT record FROM jwt_pairs").all();
        return Response.json(results);
      }
      if (pathname === "/write") {
        const { key, record } = await request.json();
        const { meta } = await env.DB.prepare("UPDATE jwt_pairs SET record = ? WHERE key = ?").bind(record, key).run();
        return Response.json(meta.changes);
      }
      if (pathname === "/left") {
        const { results } = await env.DB.prepare("SELECT due, until, taken FROM jwt_deliveries").all();
        return Response.json(results);
      }
      made ??= serviceOf(env);
      const { apps, service } = made;
      if (pathname === "/scheduled") {
        await service.scheduled();
        return new Response("done");
      }
      if (pathname === "/emit") {
        const { app, event, payload } = await request.json();
        return Response.json(await apps.emit(app, event, payload, { now }));
      }
      if (pathname === "/me") {
        const token = request.headers.get("authorization")?.replace(/^Bearer /, "") ?? "";
        const decision = await apps.verify(token, { now }).catch(() => undefined);
        if (decision === undefined) return new Response("not to be opened", { status: 500 });
        return decision.ok ? Response.json(decision.claims) : toResponse(profile("zoom").answer(decision));
      }
      return service.fetch(request, ctx);
    },
  };
`;

const folder = installInto("service-zoom", { texts: { "worker.mjs": WORKER } });
const isolate = (more = {}) => ({
  bindings: { SEAL: "s".repeat(32), LOOPBACK: "allow", ...more },
  d1Databases: { DB: "zoom" },
});
const said = [];
const log = (piece) => said.push(piece);
const isolates = { one: isolate(), two: isolate(), strict: isolate({ LOOPBACK: "refuse" }), other: isolate({ SEAL: "t".repeat(32) }) };
const miniflare = await startIsolates(join(folder, "worker.mjs"), isolates, { log });
after(() => miniflare.dispose());
const address = (await miniflare.ready).href;
const [two, strict] = [await miniflare.getWorker("two"), await miniflare.getWorker("strict")];
const sealedOtherwise = await miniflare.getWorker("other");
await fetch(new URL("migrate", address));

const NOW = 1_700_000_000;

/** A request of a user's, by default over HTTP to the first isolate. */
async function ask(method, path, { body, user = "ada", headers, now = NOW, of } = {}) {
  const isJson = body !== undefined && typeof body !== "string";
  const init = {
    method,
    body: isJson ? JSON.stringify(body) : body,
    headers: {
      ...{ "x-now": `${now}`, ...(user !== null && { "x-user": user }), ...headers },
      ...(body !== undefined && { "content-type": "application/json" }),
    },
  };
  const response = of === undefined
    ? await fetch(new URL(path, address), init)
    : await of.fetch(`http://service.example${path}`, init);
  const text = await response.text();
  const isAnswer = response.headers.get("content-type")?.startsWith("application/json");
  return { status: response.status, headers: response.headers, text, ...(isAnswer && { body: JSON.parse(text) }) };
}

async function create(name = "my app", options) {
  const { status, body } = await ask("POST", "/apps", { body: { name }, ...options });
  assert.equal(status, 201);
  return body;
}

/** A token as an app signs it (ZM-3, ZM-4, ZM-5). */
function sign({ key, secret }, claims = {}) {
  const encoded = new TextEncoder().encode(secret);
  const all = { iss: key, exp: NOW + 60, ...claims };
  return new jose.SignJWT(all).setProtectedHeader({ alg: "HS256", typ: "JWT" }).sign(encoded);
}

const me = async (token, options) =>
  ask("GET", "/me", { user: null, headers: { authorization: `Bearer ${token}` }, ...options });

const INVALID = { code: 124, message: "Invalid access token." };

// ZM-2, ZM-3, ZM-4, ZM-5
test("an app gets a key and a secret, and what it signs with them is taken", async () => {
  const app = await create();
  assert.deepEqual([app.name, app.state, app.environment, app.subscriptions], ["my app", "active", "development", []]);
  const token = await sign(app);
  for (const of of [undefined, two]) {
    const { status, body } = await me(token, { of });
    assert.deepEqual([status, body], [200, { iss: app.key, exp: NOW + 60 }]);
  }
});

// ZM-2
test("an app's secrets are shown once, and are not in the store", async () => {
  const { key, secret, webhookSecret } = await create("sealed");
  const rows = (await ask("GET", "/rows")).text;
  const [one, all] = [await ask("GET", `/apps/${key}`), await ask("GET", "/apps")];
  for (const text of [rows, one.text, all.text]) {
    assert.ok(text.includes(key));
    assert.ok(!text.includes(secret) && !text.includes(webhookSecret));
  }
  for (const hidden of ["hash", "sealed", "owner"]) assert.ok(!(hidden in one.body) && !(hidden in all.body.apps[0]));
});

// ZM-6, ZM-12
test("what an app has not signed, or not for now, is refused in the vendor's words", async () => {
  const [app, other] = [await create(), await create()];
  const none = new TextEncoder().encode("x".repeat(32));
  for (const [token, message] of [
    ["", INVALID.message],
    ["x", INVALID.message],
    ["a.b.c", INVALID.message],
    [await sign({ ...app, secret: other.secret }), INVALID.message],
    [await sign({ ...app, key: "unknown" }), INVALID.message],
    [await sign({ ...app, key: "\0" }), INVALID.message],
    [await sign(app, { iss: undefined }), INVALID.message],
    [await sign(app, { iss: 5 }), INVALID.message],
    [await sign(app, { iss: "\ud800" }), INVALID.message],
    [await sign(app, { exp: undefined }), INVALID.message],
    [await sign(app, { exp: NOW * 1000 }), INVALID.message],
    [await sign(app, { exp: NOW + 172_801 }), INVALID.message],
    [await sign(app, { exp: NOW }), "Access token is expired."],
    [await new jose.SignJWT({ iss: app.key, exp: NOW + 60 }).setProtectedHeader({ alg: "HS256", typ: "JWT" }).sign(none), INVALID.message],
    [`${await sign(app)}x`, INVALID.message],
  ]) {
    const { status, body } = await me(token);
    assert.deepEqual([status, body], [401, { code: 124, message }], token.slice(0, 60));
  }
});

// ZM-8, ZM-9, ZM-22
test("a token for trying things out lives as long as is chosen, up to 48 hours", async () => {
  const app = await create();
  for (const expiresIn of [1, 3600, 86_400, 172_800]) {
    const { status, headers, body } = await ask("POST", `/apps/${app.key}/token`, { body: { expiresIn } });
    assert.deepEqual([status, body.exp, headers.get("cache-control")], [200, NOW + expiresIn, "no-store"]);
    const key = new TextEncoder().encode(app.secret);
    const { payload, protectedHeader } = await jose.jwtVerify(body.token, key, { currentDate: new Date(NOW * 1000) });
    assert.deepEqual([payload, protectedHeader], [{ iss: app.key, exp: NOW + expiresIn }, { alg: "HS256", typ: "JWT" }]);
    assert.equal((await me(body.token)).status, 200);
    assert.equal((await me(body.token, { now: NOW + expiresIn })).body.message, "Access token is expired.");
  }
  for (const expiresIn of [undefined, 0, -1, 1.5, "60", 172_801, 604_800, 1e300, null, [60]]) {
    const { status, body } = await ask("POST", `/apps/${app.key}/token`, { body: { expiresIn } });
    assert.deepEqual([status, body.errors.length], [400, 1], `${expiresIn}`);
  }
});

// ZM-10
test("a new secret ends the tokens of the old one in every isolate, and no others", async () => {
  const app = await create();
  const token = await sign(app);
  assert.equal((await me(token, { of: two })).status, 200);
  const { status, body } = await ask("POST", `/apps/${app.key}/secret`);
  assert.deepEqual([status, Object.keys(body)], [200, ["secret"]]);
  for (const of of [undefined, two]) {
    assert.deepEqual((await me(token, { of })).body, INVALID);
    assert.equal((await me(await sign({ ...app, ...body }), { of })).status, 200);
  }
});

// ZM-11
test("a deactivated app is refused everywhere, and reactivated its tokens are good again", async () => {
  const app = await create();
  const token = await sign(app);
  const off = await ask("POST", `/apps/${app.key}/deactivate`);
  assert.deepEqual([off.status, off.body.state], [200, "deactivated"]);
  for (const of of [undefined, two]) {
    const { status, body } = await me(token, { of });
    assert.deepEqual([status, body], [401, INVALID]);
  }
  const on = await ask("POST", `/apps/${app.key}/reactivate`, { of: two });
  assert.deepEqual([on.status, on.body.state], [200, "active"]);
  assert.equal((await me(token, { of: two })).status, 200);
});

test("an app is its owner's, and to everybody else it is not there", async () => {
  const { key } = await create();
  const body = { name: "x", expiresIn: 60, environment: "production", subscriptions: [] };
  for (const [method, path] of [
    ["GET", ""],
    ["POST", "/token"],
    ["POST", "/secret"],
    ["POST", "/webhook-secret"],
    ["POST", "/deactivate"],
    ["POST", "/reactivate"],
    ["PUT", "/environment"],
    ["PUT", "/subscriptions"],
  ]) {
    const given = method === "GET" ? {} : { body };
    for (const [user, name] of [["bob", key], ["ada", "unknown"], ["ada", "a%00b"], ["ada", "__proto__"]]) {
      const { status } = await ask(method, `/apps/${name}${path}`, { ...given, user });
      assert.equal(status, 404, `${method} ${name}${path}`);
    }
    const nobody = await ask(method, `/apps/${key}${path}`, { ...given, user: null });
    assert.deepEqual([nobody.status, nobody.body], [401, INVALID]);
  }
  assert.equal((await ask("GET", "/apps", { user: null })).status, 401);
  assert.deepEqual((await ask("GET", "/apps", { user: "bob" })).body, { apps: [] });
});

test("apps are listed newest first", async () => {
  const keys = [];
  for (let place = 0; place < 3; place += 1) keys.unshift((await create(`${place}`, { user: "eve", now: NOW + place })).key);
  const { body } = await ask("GET", "/apps", { user: "eve" });
  assert.deepEqual(body.apps.map(({ key }) => key), keys);
});

const EVENTS = ["meeting.started"];

/** A subscription to these events, to the same address in both environments unless said. */
const to = (url, { events = EVENTS, development = url, production = url, ...more } = {}) =>
  ({ development, production, events, ...more });

const subscribe = (key, subscriptions, options) =>
  ask("PUT", `/apps/${key}/subscriptions`, { body: { subscriptions }, ...options });

// ZM-14, ZM-15
test("up to ten subscriptions are taken, each with two https addresses and events", async () => {
  const { key } = await create();
  const good = to("https://a.example/hook", { name: "mine", odd: 1 });
  const { status, body } = await subscribe(key, Array.from({ length: 10 }, () => good));
  assert.equal(status, 200);
  const { odd, ...kept } = good;
  assert.deepEqual(body.subscriptions[9], { ...kept });
  assert.deepEqual((await subscribe(key, [to("https://a.example")])).body.subscriptions[0].name, null);
  const nested = JSON.parse(`${"[".repeat(2000)}${"]".repeat(2000)}`);
  for (const subscriptions of [
    undefined,
    null,
    "x",
    {},
    [1],
    [null],
    [[]],
    [{}],
    Array.from({ length: 11 }, () => good),
    [to("http://a.example/hook")],
    [to("https://u:p@a.example/hook")],
    [to("https://a.example/#x")],
    [to("ftp://a.example")],
    [to("https://a.example", { production: 5 })],
    [to("https://a.example", { events: [] })],
    [to("https://a.example", { events: [""] })],
    [to("https://a.example", { events: nested })],
    [to("https://a.example", { name: 5 })],
    [to("http://127.0.0.1.evil.example/")],
    [to("http://localhost@evil.example/")],
  ]) {
    const answer = await subscribe(key, subscriptions);
    assert.deepEqual([answer.status, typeof answer.body.errors[0]], [400, "string"], JSON.stringify(subscriptions)?.slice(0, 80));
  }
  const loopback = [to("http://127.0.0.1:9/hook")];
  assert.equal((await subscribe(key, loopback)).status, 200);
  assert.equal((await subscribe(key, loopback, { of: strict })).status, 400);
  assert.equal((await ask("PUT", `/apps/${key}/environment`, { body: { environment: "moon" } })).status, 400);
});

const hmac = (secret, text) => createHmac("sha256", secret).update(text).digest("hex");

/** How a receiver answers whether an address is its own. */
const ANSWERS = {
  rightly: (right) => right,
  "by another secret": (right) => ({ ...right, encryptedToken: hmac("another", right.plainToken) }),
  "to another question": (right) => ({ ...right, plainToken: "another" }),
  "in part": ({ encryptedToken }) => ({ encryptedToken }),
  "with other types": ({ plainToken }) => ({ plainToken, encryptedToken: 5 }),
  "with nothing": () => null,
};

/** A receiver as an app would run one: what it was asked, what it was told, and how it answers. */
async function startReceiver() {
  const receiver = { asked: [], told: [], status: 200, secret: "", answers: "rightly", delay: 0, onTold: () => {} };
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const piece of request) text += piece;
    await pause(receiver.delay, null, { ref: false });
    const sent = { method: request.method, path: request.url, headers: request.headers, text };
    const { event, payload } = JSON.parse(text);
    if (event === "endpoint.url_validation") {
      receiver.asked.push(sent);
      const { plainToken } = payload;
      const encryptedToken = hmac(receiver.secret, plainToken);
      const answer = ANSWERS[receiver.answers]({ plainToken, encryptedToken });
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
    } else {
      receiver.told.push(sent);
      receiver.onTold();
      response.writeHead(receiver.status, { location: receiver.location ?? "" }).end("thanks");
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  return Object.assign(receiver, { url: `http://127.0.0.1:${server.address().port}/hook` });
}

/** An app with a receiver of its own. */
async function subscribed(options) {
  const [app, receiver] = [await create(), await startReceiver()];
  receiver.secret = app.webhookSecret;
  const { status } = await subscribe(app.key, [to(receiver.url, options)]);
  assert.equal(status, 200);
  return { app, receiver };
}

const emit = async (app, payload = {}, { event = EVENTS[0], ...options } = {}) =>
  (await ask("POST", "/emit", { body: { app: app.key, event, payload }, ...options })).body;

const scheduled = async (now, of) => assert.equal((await ask("GET", "/scheduled", { now, of })).text, "done");

/** Nothing is left over for the next test. */
async function settle() {
  await ask("GET", "/scheduled", { now: NOW + 10 * 86_400 });
  assert.deepEqual((await ask("GET", "/left")).body, []);
}

// ZM-16, ZM-17, ZM-18
test("an event is sent as it was made, signed when it is sent, after the endpoint has shown itself", async () => {
  const { app, receiver } = await subscribed();
  const payload = { object: { topic: "ü 😀", n: 1.0 }, __proto__: null };
  assert.equal(await emit(app, payload), 1);
  await scheduled(NOW + 100);
  assert.equal(receiver.asked.length, 1);
  const [{ method, path, headers, text }] = receiver.told;
  assert.deepEqual([method, path, headers["content-type"]], ["POST", "/hook", "application/json"]);
  assert.deepEqual(JSON.parse(text), { event: "meeting.started", event_ts: NOW * 1000, payload: { object: payload.object } });
  const time = headers["x-zm-request-timestamp"];
  assert.ok(Math.abs(Number(time) - (NOW + 100)) <= 60, time);
  assert.equal(headers["x-zm-signature"], `v0=${hmac(app.webhookSecret, `v0:${time}:${text}`)}`);
  assert.match(headers["x-delivery-id"], /^[0-9a-f-]{36}$/);
  // The package's own receiving side agrees.
  const { Webhook } = await import(pathToFileURL(join(folder, "node_modules/edge-jwt/lib/hosts/node.js")).href);
  const webhook = new Webhook({ secret: app.webhookSecret });
  assert.deepEqual(webhook.verify(text, headers, { now: Number(time) }), { ok: true });
  await scheduled(NOW + 10_000);
  assert.equal(receiver.told.length, 1);
  await settle();
});

// ZM-14
test("each subscription that names an event is told of it, and no other", async () => {
  const [app, receiver] = [await create(), await startReceiver()];
  receiver.secret = app.webhookSecret;
  const at = (name) => receiver.url.replace("hook", name);
  await subscribe(app.key, [
    to(at("a"), { events: ["x", "y"] }),
    to(at("b"), { events: ["y"] }),
    to(at("c"), { events: ["z"] }),
  ]);
  assert.equal(await emit(app, {}, { event: "y" }), 2);
  assert.equal(await emit(app, {}, { event: "none" }), 0);
  await scheduled(NOW);
  assert.deepEqual(receiver.told.map(({ path }) => path).sort(), ["/a", "/b"]);
  const ids = new Set(receiver.told.map(({ headers }) => headers["x-delivery-id"]));
  assert.equal(ids.size, 2);
  await settle();
});

// ZM-15
test("events go to the endpoint of the environment that the app is in", async () => {
  const { app, receiver } = await subscribed();
  const at = (name) => receiver.url.replace("hook", name);
  await subscribe(app.key, [to(at("x"), { development: at("dev"), production: at("live") })]);
  await emit(app);
  const { status, body } = await ask("PUT", `/apps/${app.key}/environment`, { body: { environment: "production" } });
  assert.deepEqual([status, body.environment], [200, "production"]);
  await emit(app);
  await scheduled(NOW);
  assert.deepEqual(receiver.told.map(({ path }) => path).sort(), ["/dev", "/live"]);
  await settle();
});

test("a receiver that is down gets the event once it is up", async () => {
  const { app, receiver } = await subscribed();
  const down = [500, 404, 302];
  await emit(app, { n: 1 });
  let now = NOW;
  for (const status of down) {
    Object.assign(receiver, { status, location: receiver.url });
    await scheduled(now);
    now += 3600;
  }
  // A redirect is not followed.
  assert.equal(receiver.told.length, down.length);
  receiver.status = 204;
  await scheduled(now);
  assert.equal(receiver.told.length, down.length + 1);
  await scheduled(now + 3600);
  assert.equal(receiver.told.length, down.length + 1);
  // The same event each time: a receiver can drop what it has had.
  assert.equal(new Set(receiver.told.map(({ headers }) => headers["x-delivery-id"])).size, 1);
  assert.equal(new Set(receiver.told.map(({ text }) => text)).size, 1);
  await settle();
});

test("tries come ever less often, and end with the event's time", async () => {
  const { app, receiver } = await subscribed();
  receiver.status = 503;
  await emit(app);
  const waits = [];
  for (let tries = 1, now = NOW; tries <= 10; tries += 1) {
    await scheduled(now);
    assert.equal(receiver.told.length, tries);
    const [{ due }] = (await ask("GET", "/left")).body;
    waits.push(due - now);
    now = due + 1;
  }
  waits.forEach((wait, place) => {
    const most = Math.min(3600, 15 * 2 ** place);
    // The service's own time goes on while it sends.
    assert.ok(wait >= most / 2 && wait <= most + 60, `${place}: ${wait}`);
  });
  await scheduled(NOW + 86_401);
  assert.equal(receiver.told.length, 10);
  // As all that has ended it is kept for a day more.
  await scheduled(NOW + 2 * 86_400);
  assert.deepEqual((await ask("GET", "/left")).body, []);
});

test("of two who send at one time one sends, while its lease holds", async () => {
  const { app, receiver } = await subscribed();
  await emit(app, { warm: true });
  await scheduled(NOW);
  receiver.told.length = 0;
  for (let event = 0; event < 20; event += 1) await emit(app, { event }, { now: NOW + 1 });
  // Each event that arrives has the clock come round again, half a lease later.
  const again = [];
  receiver.onTold = () => again.push(scheduled(NOW + 32, two));
  await Promise.all([scheduled(NOW + 2), scheduled(NOW + 2, two)]);
  receiver.onTold = () => {};
  await Promise.all(again);
  const events = receiver.told.map(({ text }) => JSON.parse(text).payload.event);
  assert.deepEqual(events.sort((a, b) => a - b), Array.from({ length: 20 }, (_, place) => place));
  await settle();
});

// ZM-18
test("an endpoint that does not know the secret is sent nothing, until it does", async () => {
  const { app, receiver } = await subscribed();
  await emit(app);
  await emit(app);
  const wrong = Object.keys(ANSWERS).filter((how) => how !== "rightly");
  for (const [place, how] of wrong.entries()) {
    receiver.answers = how;
    await scheduled(NOW + 3600 * place);
    assert.deepEqual([receiver.asked.length, receiver.told.length], [place + 1, 0], how);
  }
  const asked = JSON.parse(receiver.asked[0].text);
  assert.equal(asked.event, "endpoint.url_validation");
  assert.equal(typeof asked.payload.plainToken, "string");
  receiver.answers = "rightly";
  receiver.asked.length = 0;
  const start = NOW + 36_000;
  await scheduled(start);
  assert.deepEqual([receiver.asked.length, receiver.told.length], [1, 2]);
  // Again after 72 hours, and not before.
  const days = 3 * 86_400 - 60;
  await emit(app, {}, { now: start + days });
  await scheduled(start + days);
  assert.deepEqual([receiver.asked.length, receiver.told.length], [1, 3]);
  await emit(app, {}, { now: start + days + 120 });
  await scheduled(start + days + 120);
  assert.deepEqual([receiver.asked.length, receiver.told.length], [2, 4]);
  // And with a new secret, which signs from then on.
  const { body } = await ask("POST", `/apps/${app.key}/webhook-secret`);
  receiver.secret = body.webhookSecret;
  await emit(app, {}, { now: start + days + 130 });
  await scheduled(start + days + 130);
  assert.equal(receiver.asked.length, 3);
  const { headers, text } = receiver.told.at(-1);
  const time = headers["x-zm-request-timestamp"];
  assert.equal(headers["x-zm-signature"], `v0=${hmac(body.webhookSecret, `v0:${time}:${text}`)}`);
  await settle();
});

// ZM-11, ZM-15
test("a deactivated app is told nothing, nor an endpoint that is an app's no more, nor by http", async () => {
  const { app, receiver } = await subscribed();
  await emit(app, { n: 1 });
  await ask("POST", `/apps/${app.key}/deactivate`);
  assert.equal(await emit(app, { n: 2 }), 0);
  await scheduled(NOW);
  assert.equal(receiver.told.length, 0);
  await ask("POST", `/apps/${app.key}/reactivate`);
  await scheduled(NOW + 60, strict);
  assert.equal(receiver.told.length + receiver.asked.length, 0, "http is refused where nobody allows it");
  await scheduled(NOW + 3600);
  assert.equal(receiver.told.length, 1);
  await emit(app, { n: 3 });
  await subscribe(app.key, []);
  await scheduled(NOW + 7200);
  assert.equal(receiver.told.length, 1);
  assert.deepEqual((await ask("GET", "/left")).body, []);
});

test("an endpoint that is slow, answers at length or is not there holds nobody else up", async () => {
  const { app, receiver } = await subscribed();
  const slow = await startReceiver();
  // It would answer rightly, but long after its three seconds.
  Object.assign(slow, { secret: app.webhookSecret, delay: 12_000 });
  const endless = createServer((request, response) => {
    response.writeHead(200);
    const more = () => !response.destroyed && response.write("x".repeat(65_536)) && setImmediate(more);
    response.on("drain", more);
    more();
  });
  endless.listen(0, "127.0.0.1");
  await once(endless, "listening");
  try {
    const long = to(`http://127.0.0.1:${endless.address().port}/long`);
    await subscribe(app.key, [to(slow.url), long, to("http://127.0.0.1:1/"), to(receiver.url)]);
    assert.equal(await emit(app), 4);
    await scheduled(NOW);
    assert.equal(receiver.told.length, 1);
    assert.equal((await ask("GET", "/left")).body.length, 3);
    assert.equal(slow.told.length, 0);
  } finally {
    endless.closeAllConnections();
    endless.close();
  }
  await settle();
});

// ZM-2
test("a secret that somebody else has put into the table opens nothing", async () => {
  const { key, secret: own, webhookSecret } = await create();
  const other = await create();
  assert.equal((await me(await sign(other))).status, 200);
  const rows = (await ask("GET", "/rows")).body.map(({ record }) => JSON.parse(record));
  const [mine, theirs] = [key, other.key].map((name) => rows.find((row) => row.key === name));
  assert.notDeepEqual(mine.sealed, theirs.sealed);
  const write = async (row) => {
    const { body } = await ask("POST", "/write", { body: { key: row.key, record: JSON.stringify(row) } });
    assert.equal(body, 1);
  };
  const answer = async (secret, of) => (await me(await sign({ key, secret }), { of })).status;
  for (const [sealed, secret] of [
    [theirs.sealed, other.secret],
    [{ ...mine.sealed, secret: mine.sealed.webhookSecret }, webhookSecret],
    [{ ...mine.sealed, secret: `${mine.sealed.secret.slice(0, -2)}AA` }, own],
  ]) {
    await write({ ...mine, sealed });
    assert.deepEqual([await answer(secret), await answer(own)], [500, 500]);
  }
  await write(mine);
  assert.deepEqual([await answer(own), await answer(own, sealedOtherwise)], [200, 500]);
});

test("nothing that a stranger sends is a 500", async () => {
  const { key } = await create();
  const bodies = [
    ...[undefined, "", "{", "null", "[]", '{"name":{}}', '{"name":"\\ud800"}', '{"name":"\\u0000"}'],
    ...['{"expiresIn":{"toString":1}}', '{"environment":["production"]}', '{"subscriptions":{"length":2}}'],
    ...['{"subscriptions":[{"__proto__":{},"events":{}}]}', `{"name":"${"x".repeat(300)}"}`, "x".repeat(20_000)],
  ];
  const paths = ["", `/${key}`, "/%ff", "/%00", `/${"x".repeat(5000)}`, "/constructor"].flatMap((start) =>
    ["", "/token", "/secret", "/subscriptions", "/environment", "/odd/path"].map((end) => `/apps${start}${end}`));
  for (const path of paths) {
    for (const method of ["GET", "POST", "PUT", "DELETE"]) {
      for (const body of method === "GET" ? [undefined] : bodies) {
        const { status } = await ask(method, path, { body });
        assert.ok(status < 500, `${method} ${path.slice(0, 60)} ${body?.slice(0, 40)}: ${status}`);
      }
    }
  }
  assert.deepEqual(said.filter((piece) => piece.includes("Error")), []);
});

test("wrong options are said at once", async () => {
  const lib = join(folder, "node_modules/edge-jwt/lib");
  const load = (path) => import(pathToFileURL(join(lib, path)).href);
  const [{ KeyPairs }, { zoomApps }] = [await load("hosts/node.js"), await load("service/index.js")];
  const pairs = new KeyPairs({ secret: "h".repeat(32), tokensNameIt: "client" });
  const good = { pairs, seal: new Uint8Array(32), owner: () => null };
  assert.equal(typeof zoomApps(good), "function");
  for (const [wrong, option] of [
    [{ pairs: new KeyPairs({ secret: "h".repeat(32), tokensNameIt: "key" }) }, "pairs"],
    [{ pairs: {} }, "pairs"],
    [{ seal: new Uint8Array(31) }, "seal"],
    [{ seal: "s".repeat(32) }, "seal"],
    [{ owner: undefined }, "options"],
    [{ fetch: "fetch" }, "options"],
    [{ maxTtl: 172_801 }, "maxTtl"],
    [{ patience: 0 }, "patience"],
    [{ odd: 1 }, "odd"],
  ]) {
    assert.throws(() => zoomApps({ ...good, ...wrong }), (error) => error.option === option, option);
  }
  const apps = zoomApps(good);
  await assert.rejects(apps.emit("k", "e", {}), { option: "part" });
  await assert.rejects(apps.verify("a.b.c"), { option: "part" });
  const { MemoryStore } = await load("store/index.js");
  const { createTokenService } = await load("service/index.js");
  const options = { store: new MemoryStore(), revocations: null, guesses: null, parts: [apps] };
  createTokenService(options);
  assert.throws(() => createTokenService(options), { option: "parts" });
  for (const [key, event, payload] of [["k", "e"], ["k", 5, {}], [5, "e", {}], ["k", "e", [1]], ["k", "e", { n: NaN }]]) {
    await assert.rejects(apps.emit(key, event, payload), { name: "SetupError" });
  }
});
