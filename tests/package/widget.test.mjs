// `edge-jwt/widget`: a session's logic with a clock, tabs and servers of the test's own. What only a
// browser can show is in widget-browser.test.mjs.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

import { thrownBy } from "./check.mjs";
import { valuesFor, worldOf } from "./hostile.mjs";
import { installInto } from "./install.mjs";
import { START, makeWorld, tokenOf } from "./widget-world.mjs";

const lib = join(installInto("widget"), "node_modules/edge-jwt/lib");
const entry = join(lib, "widget/index.js");
const { Session, SessionError, SetupError } = await import(pathToFileURL(entry).href);
const library = await import(pathToFileURL(join(lib, "hosts/node.js")).href);

const EVENTS = ["change", "renewed", "failed", "expired"];
const SECONDS = START / 1000;

/** A supplier of tokens that live for `life` seconds, and what it was asked. */
function server(life = 100) {
  const asked = [];
  const supplier = (request) => {
    asked.push(request);
    return supplier.answer(request, asked.length);
  };
  supplier.answer = (request, count) => ({ token: tokenOf({ sub: request.facts?.sub ?? "visitor", n: count }), expiresIn: life });
  return { supplier, asked, reasons: () => asked.map(({ reason }) => reason).join(" ") };
}

/** A session in a tab of its own, with what it tells; `pass` lets the first token come. */
function open(browser, options, changes) {
  const tab = browser.tab(changes);
  const session = new Session(options, tab.host);
  const told = [];
  for (const name of EVENTS) session.on(name, (event) => told.push([name, event]));
  const heard = () => told.splice(0).map(([name, { state, code, by }]) => [name, state ?? code, by].filter(Boolean).join(" "));
  return { ...tab, session, told, heard };
}

/** The same with the first token there. */
async function opened(options, changes, browser = makeWorld()) {
  const made = open(browser, options, changes);
  await browser.pass(100);
  return { browser, ...browser, ...made };
}

const rejects = (promise, code) => assert.rejects(promise, (error) => error instanceof SessionError && error.code === code);

test("the package has it under edge-jwt/widget, without anything that loads wasm", () => {
  const { exports } = JSON.parse(readFileSync(join(lib, "../package.json"), "utf8"));
  assert.deepEqual(exports["./widget"], { types: "./lib/widget/index.d.ts", default: "./lib/widget/index.js" });
  const seen = new Set();
  const follow = (file) => {
    if (seen.has(file)) return;
    seen.add(file);
    const text = readFileSync(file, "utf8");
    assert.doesNotMatch(text, /import\(|require\(|WebAssembly/, file);
    for (const [, name] of text.matchAll(/from\s*"([^"]+)"/g)) follow(join(dirname(file), name));
  };
  follow(fileURLToPath(pathToFileURL(entry)));
  const outside = [...seen].map((file) => file.slice(lib.length + 1)).filter((name) => !name.startsWith("widget/"));
  assert.deepEqual(outside, ["ground.js"]);
});

// Whose session it is

test("a session is anonymous first, and its claims are read, not verified", async () => {
  const { supplier, asked } = server();
  const browser = makeWorld();
  const { session, heard } = open(browser, { token: supplier });
  assert.equal(session.state, "starting");
  assert.equal(session.claims, null);
  await browser.pass(100);
  assert.deepEqual(heard(), ["change anonymous here"]);
  assert.deepEqual(session.claims, { sub: "visitor", n: 1 });
  assert.equal(session.verification, "none");
  const { signal, ...request } = asked[0];
  assert.ok(signal instanceof AbortSignal);
  assert.deepEqual(request, { reason: "first", state: "starting", current: null });
});

test("signing in with facts gives them to the supplier, then and at each renewal", async () => {
  const { supplier, asked, reasons } = server();
  const { session, heard, pass } = await opened({ token: supplier });
  heard();
  const anonymous = await session.token();
  await session.signIn({ sub: "ada" });
  assert.equal(session.state, "signedIn");
  assert.equal(session.claims.sub, "ada");
  assert.deepEqual(heard(), ["change signedIn here"]);
  assert.equal(asked[1].current, anonymous);
  await pass(80_000);
  assert.equal(reasons(), "first signedIn renewal");
  assert.deepEqual({ ...asked[2].facts }, { sub: "ada" });
  assert.deepEqual(heard(), ["renewed here"]);
});

test("signing in with a supplier asks that one from then on, until the sign-out", async () => {
  const [visitors, members] = [server(), server()];
  const { session, pass } = await opened({ token: visitors.supplier });
  await session.signIn(members.supplier);
  await pass(80_000);
  assert.equal(members.reasons(), "signedIn renewal");
  session.signOut();
  const started = session.start();
  await pass(100);
  await started;
  assert.equal(session.state, "anonymous");
  assert.equal(visitors.reasons(), "first first");
});

test("a sign-in that fails leaves all as it was", async () => {
  const { supplier, reasons } = server();
  const { session, heard, pass } = await opened({ token: supplier });
  heard();
  const before = await session.token();
  await rejects(session.signIn(() => null), "refused");
  await rejects(session.signIn(() => Promise.reject(new Error("down"))), "unavailable");
  assert.equal(session.state, "anonymous");
  assert.equal(await session.token(), before);
  assert.deepEqual(heard(), ["failed refused", "failed unavailable"]);
  await pass(80_000);
  assert.equal(reasons(), "first renewal");
});

test("requests that wait for a sign-in that fails go on with the token that was there, or get one", async () => {
  const { supplier, reasons } = server();
  const { session, pass } = await opened({ token: supplier });
  const before = await session.token();
  let fail;
  const failing = () => new Promise((resolve, reject) => (fail = reject));
  const signingIn = session.signIn(failing);
  const waiting = session.token();
  await pass(0);
  fail(new Error("down"));
  await rejects(signingIn, "unavailable");
  assert.equal(await waiting, before);
  assert.equal(reasons(), "first");

  const browser = makeWorld();
  const late = open(browser, { token: supplier });
  const refused = late.session.signIn(() => null);
  const first = late.session.token();
  await Promise.all([rejects(refused, "refused"), browser.pass(1000)]);
  assert.equal(await first, await late.session.token());
  assert.equal(late.session.state, "anonymous");
});

test("after a sign-out there is no token, none is asked for, and what was under way is dropped", async () => {
  const { supplier, asked } = server();
  const { session, heard, pass } = await opened({ token: supplier });
  heard();
  let answer;
  const late = session.signIn(() => new Promise((resolve) => (answer = resolve)));
  await pass(0);
  session.signOut();
  answer("late.token.x");
  await rejects(late, "signed_out");
  await pass(1_000_000);
  assert.equal(session.state, "signedOut");
  assert.equal(session.claims, null);
  assert.deepEqual(heard(), ["change signedOut here"]);
  await rejects(session.token(), "signed_out");
  await rejects(session.fetch("https://chat.example/"), "signed_out");
  assert.equal(asked.length, 1);
});

test("a sign-out holds at whatever moment of a sign-in it comes", async () => {
  for (let turns = 0; turns < 40; turns += 1) {
    const { session, pass } = await opened({ token: server().supplier });
    let answer;
    const signingIn = session.signIn(() => new Promise((resolve) => (answer = resolve))).catch(() => {});
    await pass(0);
    answer("a.b.c");
    for (let turn = 0; turn < turns; turn += 1) await null;
    session.signOut();
    await pass(0);
    await signingIn;
    assert.equal(session.state, "signedOut", `${turns}`);
  }
});

test("of two sign-ins the later one counts", async () => {
  const { session, pass } = await opened({ token: server().supplier });
  let answer;
  const first = session.signIn(() => new Promise((resolve) => (answer = resolve)));
  await pass(0);
  const second = session.signIn(server().supplier);
  answer(tokenOf({ sub: "first" }));
  await rejects(first, "superseded");
  await second;
  assert.equal(session.claims.sub, "visitor");
});

test("a supplier that answers null, 401 or 403 signs the visitor out", async () => {
  for (const answer of [() => null, () => new Response(null, { status: 401 }), () => new Response(null, { status: 403 })]) {
    const { supplier, asked } = server();
    const { session, heard, pass } = await opened({ token: supplier });
    heard();
    supplier.answer = answer;
    await pass(1_000_000);
    assert.deepEqual(heard(), ["change signedOut here", "failed refused"]);
    assert.equal(session.state, "signedOut");
    assert.equal(asked.length, 2);
  }
});

// Time

test("a token is renewed after its share of life, at a time of each tab's own, and soon enough", async () => {
  const at = async (options, life, chance = 0) => {
    const browser = makeWorld();
    const { supplier, asked } = server(life);
    const { page } = open(browser, { token: supplier, ...options });
    page.chance = chance;
    await browser.pass(100);
    const began = browser.world.now;
    while (asked.length < 2) await browser.pass(100);
    return Math.round((browser.world.now - began) / 1000);
  };
  assert.equal(await at({}, 1000), 800);
  assert.equal(await at({}, 1000, 0.999), 700);
  assert.equal(await at({ renewAfter: 0.5 }, 1000), 500);
  // Half a minute before the end, where the share would be later; half the life, where it is short.
  assert.equal(await at({}, 100), 70);
  assert.equal(await at({}, 20), 10);
  assert.equal(await at({ renewBefore: 5 }, 20), 15);
  // No more than once a second.
  assert.equal(await at({}, 0.1), 1);
});

test("a life longer than timers can count to is waited for", async () => {
  const { supplier, asked } = server(100 * 86400);
  const { pass } = await opened({ token: supplier });
  await pass(79 * 86_400_000);
  assert.equal(asked.length, 1);
  await pass(86_400_000);
  assert.equal(asked.length, 2);
});

test("all who wait for a token wait for one answer", async () => {
  const { supplier, asked } = server();
  const browser = makeWorld();
  const { session } = open(browser, { token: supplier });
  const waiting = [session.token(), session.token(), session.token()];
  await browser.pass(100);
  assert.equal(new Set(await Promise.all(waiting)).size, 1);
  assert.equal(asked.length, 1);
});

test("failures are tried again ever later up to a ceiling, and nobody can hurry them", async () => {
  const { supplier, asked } = server();
  supplier.answer = () => { throw new Error("down"); };
  const { session, told, pass, world } = await opened({ token: supplier, retryMost: 6 });
  const times = [];
  for (let second = 0; second < 40; second += 1) {
    const before = asked.length;
    const refused = rejects(session.token(), "unavailable");
    await pass(1000);
    await refused;
    if (asked.length > before) times.push(second);
  }
  assert.deepEqual(told.map(([, { retryIn }]) => retryIn), [1, 2, 4, ...Array(asked.length - 3).fill(6)]);
  assert.deepEqual(times, [1, 3, 7, 13, 19, 25, 31, 37]);
  // Once there is a token, failing begins anew.
  supplier.answer = () => ({ token: tokenOf({}), expiresIn: 100 });
  await pass(6000);
  assert.equal(session.state, "anonymous");
  told.length = 0;
  supplier.answer = () => { throw new Error("down"); };
  await pass(71_000);
  assert.equal(told[0][1].retryIn, 1);
  assert.ok(world.timers.size > 0);
});

test("chance makes a wait shorter, never longer", async () => {
  const { supplier } = server();
  supplier.answer = () => { throw new Error("down"); };
  const browser = makeWorld();
  const { page, told } = open(browser, { token: supplier });
  page.chance = 0.5;
  await browser.pass(100);
  assert.equal(told[0][1].retryIn, 0.75);
});

test("a supplier that never answers is given up, and its signal says so", async () => {
  const { supplier, asked } = server();
  supplier.answer = () => new Promise(() => {});
  const { heard, pass } = await opened({ token: supplier, timeout: 5 });
  await pass(4900);
  assert.deepEqual(heard(), []);
  await pass(100);
  assert.deepEqual(heard(), ["failed timeout"]);
  assert.equal(asked[0].signal.aborted, true);
});

test("an answer that is no token is told, tried again, and not repeated in the message", async () => {
  const expired = { token: tokenOf({ iat: SECONDS - 9, exp: SECONDS - 5 }), date: SECONDS };
  const bad = [undefined, 5, "", "two words", "a\nb", "x".repeat(16385), [], {}, { token: 5 }, expired];
  bad.push({ token: "t", expiresIn: 0 }, { token: "t", expiresIn: "5" }, { token: "t", date: "yesterday, sort of" });
  bad.push(new Response("no JSON"), Response.json([]), { token: tokenOf({ exp: 5 }) });
  for (const answer of bad) {
    const { supplier } = server();
    supplier.answer = () => answer;
    const { told } = await opened({ token: supplier });
    assert.equal(told[0][1].code, "bad_answer", JSON.stringify(answer));
    assert.match(told[0][1].error.message, /^the supplier answered (no token|an expired token|a date that is none|an expiresIn that is none)$/);
    assert.equal(told[0][1].retryIn, 1);
  }
});

test("a server's response serves as it is, with its clock", async () => {
  const headers = { date: new Date(START + 50_000).toUTCString() };
  for (const body of [{ token: tokenOf({ exp: SECONDS + 150 }) }, { access_token: "opaque", expires_in: 100 }]) {
    const { supplier, asked } = server();
    supplier.answer = () => Response.json(body, { headers });
    const { session, pass } = await opened({ token: supplier });
    assert.equal(await session.token(), body.token ?? body.access_token);
    await pass(69_000);
    assert.equal(asked.length, 1);
    await pass(1000);
    assert.equal(asked.length, 2);
  }
  const { supplier } = server();
  supplier.answer = () => new Response(null, { status: 503 });
  assert.deepEqual((await opened({ token: supplier })).heard(), ["failed unavailable"]);
});

test("a page's clock that is wrong is found out by the server's, or by the token itself", async () => {
  const life = (changes) => ({ token: tokenOf({ iat: SECONDS, exp: SECONDS + 100 }), ...changes });
  for (const [ahead, changes] of [[5000, {}], [-5000, {}], [-50, { date: SECONDS }], [50, { date: new Date(START).toUTCString() }]]) {
    const browser = makeWorld();
    const { supplier, asked } = server();
    supplier.answer = () => life(changes);
    const { page, session } = open(browser, { token: supplier });
    page.ahead = ahead * 1000;
    await browser.pass(100);
    assert.equal(session.state, "anonymous");
    await browser.pass(69_000);
    assert.equal(asked.length, 1, `${ahead}`);
    await browser.pass(2000);
    assert.equal(asked.length, 2, `${ahead}`);
  }
});

test("the server's date in an answer moves the end of a token forward, and never back", async () => {
  const { supplier, asked } = server();
  supplier.answer = () => tokenOf({ iat: SECONDS - 50, exp: SECONDS + 1000 });
  let date = START - 900_000;
  const fetch = async () => new Response("ok", { headers: { date: new Date(date).toUTCString() } });
  const { session, pass } = await opened({ token: supplier }, { fetch });
  await session.fetch("https://chat.example/");
  await pass(100_000);
  assert.equal(asked.length, 1);
  date = START + 100_000 + 750_000;
  await session.fetch("https://chat.example/");
  await pass(0);
  assert.equal(asked.length, 2);
});

test("a life told in seconds from now on hangs on no clock of the server's", async () => {
  const { supplier, asked } = server(1000);
  const fetch = async () => new Response("ok", { headers: { date: new Date(START + 900_000).toUTCString() } });
  const { session, pass } = await opened({ token: supplier }, { fetch });
  await session.fetch("https://chat.example/");
  await pass(799_000);
  assert.equal(asked.length, 1);
  await pass(1000);
  assert.equal(asked.length, 2);
});

test("offline nothing is tried, and back online it is at once", async () => {
  const { supplier, asked } = server();
  const { session, heard, pass, goOnline } = await opened({ token: supplier });
  heard();
  goOnline(false);
  await pass(101_000);
  assert.equal(asked.length, 1);
  assert.deepEqual(heard(), ["expired"]);
  assert.equal(session.claims, null);
  goOnline(true);
  await pass(0);
  assert.deepEqual(heard(), ["renewed here"]);
  // Also in the middle of a long back-off.
  supplier.answer = () => { throw new Error("down"); };
  await pass(200_000);
  let before = asked.length;
  while (asked.length === before) await pass(1000);
  before = asked.length;
  goOnline(false);
  await pass(10_000);
  goOnline(true);
  await pass(0);
  assert.equal(asked.length, before + 1);
  goOnline(false);
  await pass(500_000);
  assert.equal(asked.length, before + 1);
});

test("a page that slept renews when it is seen again", async () => {
  const { supplier, asked } = server();
  const { world, heard, wake, settle } = await opened({ token: supplier });
  heard();
  world.now += 1_000_000;
  wake("seen");
  await settle();
  assert.equal(asked.length, 2);
  assert.deepEqual(heard(), ["expired", "renewed here"]);
});

test("an expired token is told once, and not handed out", async () => {
  const { supplier } = server();
  const { session, heard, pass } = await opened({ token: supplier });
  heard();
  supplier.answer = () => { throw new Error("down"); };
  await pass(99_000);
  assert.equal(await session.token(), tokenOf({ sub: "visitor", n: 1 }));
  await pass(60_000);
  await rejects(session.token(), "unavailable");
  assert.equal(heard().filter((event) => event === "expired").length, 1);
});

// Other tabs

test("a new tab takes what another one has, and asks nobody", async () => {
  const [a, b] = [server(), server()];
  const first = await opened({ token: a.supplier });
  await first.session.signIn({ sub: "ada" });
  const second = await opened({ token: b.supplier }, {}, first.browser);
  assert.equal(second.session.state, "signedIn");
  assert.equal(await second.session.token(), await first.session.token());
  assert.deepEqual(second.heard(), ["change signedIn elsewhere"]);
  assert.equal(b.asked.length, 0);
});

test("one tab renews for all, and another takes over when it is closed", async () => {
  const [a, b] = [server(), server()];
  const first = await opened({ token: a.supplier });
  const second = await opened({ token: b.supplier }, {}, first.browser);
  second.heard();
  await first.pass(300_000);
  assert.ok(a.asked.length >= 4);
  assert.equal(b.asked.length, 0);
  assert.ok(second.heard().every((event) => event === "renewed elsewhere"));
  assert.equal(await second.session.token(), await first.session.token());
  first.session.close();
  await first.pass(100_000);
  assert.ok(b.asked.length >= 1);
  assert.equal(second.session.state, "anonymous");
});

test("two tabs that open at once share one token, and so do two that are answered 401 at once", async () => {
  const { supplier, asked } = server();
  const browser = makeWorld();
  const good = () => tokenOf({ sub: "visitor", n: asked.length });
  const fetch = async (request) => new Response(null, { status: request.headers.get("authorization") === `Bearer ${good()}` && asked.length > 1 ? 200 : 401 });
  const tabs = [open(browser, { token: supplier }, { fetch }), open(browser, { token: supplier }, { fetch })];
  await browser.pass(300);
  assert.equal(asked.length, 1);
  const answers = tabs.map(({ session }) => session.fetch("https://chat.example/"));
  await browser.pass(300);
  assert.deepEqual((await Promise.all(answers)).map(({ status }) => status), [200, 200]);
  assert.equal(asked.length, 2);
});

test("a sign-out is one in all tabs, and no late word undoes it", async () => {
  const first = await opened({ token: server().supplier });
  const second = await opened({ token: server().supplier }, {}, first.browser);
  await second.session.signIn({ sub: "ada" });
  await first.pass(0);
  assert.equal(first.session.state, "signedIn");
  second.heard();
  const [channel] = first.world.channels;
  const stale = { state: "signedIn", since: START + 1, held: { token: "t", askedAt: START + 9e9, expiresAt: null, offset: 0 } };
  first.session.signOut();
  await first.pass(0);
  assert.equal(second.session.state, "signedOut");
  assert.deepEqual(second.heard(), ["change signedOut elsewhere"]);
  channel.onmessage({ data: stale });
  await first.pass(0);
  assert.equal(first.session.state, "signedOut");
  // A tab opened now begins anew, and signs nobody in or out.
  const third = await opened({ token: server().supplier }, {}, first.browser);
  assert.deepEqual([first, second, third].map(({ session }) => session.state), ["signedOut", "signedOut", "anonymous"]);
});

test("a sign-out in another tab makes this one forget who signed in here", async () => {
  const { supplier, asked } = server();
  const first = await opened({ token: supplier });
  const second = await opened({ token: server().supplier }, {}, first.browser);
  await first.session.signIn({ sub: "ada" });
  await first.pass(0);
  second.session.signOut();
  await first.pass(0);
  const started = first.session.start();
  await first.pass(100);
  await started;
  assert.equal(asked.at(-1).reason, "first");
  assert.equal("facts" in asked.at(-1), false);
});

test("a tab that is refused its first token signs nobody else out", async () => {
  const { supplier } = server();
  const first = await opened({ token: supplier });
  await first.session.signIn({ sub: "ada" });
  // Without a good token it has nothing to answer the newcomer with.
  supplier.answer = () => { throw new Error("down"); };
  await first.pass(101_000);
  const second = await opened({ token: () => null }, {}, first.browser);
  assert.equal(second.session.state, "signedOut");
  assert.equal(first.session.state, "signedIn");
});

test("a tab that heard nobody does not displace a visitor who is signed in", async () => {
  const first = await opened({ token: server().supplier });
  await first.session.signIn({ sub: "ada" });
  const deaf = open(first.browser, { token: server().supplier, name: "other" });
  const told = [...first.world.channels];
  await first.pass(100);
  // What it says when it hears the others again.
  const said = { state: "anonymous", since: 0, held: { token: "t", askedAt: first.world.now, expiresAt: null, offset: 0 } };
  told[0].onmessage({ data: said });
  assert.equal(first.session.claims.sub, "ada");
  assert.equal(deaf.session.state, "anonymous");
});

test("sessions of another name, and tabs apart, share nothing", async () => {
  const first = await opened({ token: server().supplier });
  const { supplier, asked } = server();
  await opened({ token: supplier, name: "other" }, {}, first.browser);
  await opened({ token: supplier, tabs: "apart" }, {}, first.browser);
  assert.equal(asked.length, 2);
});

test("a tab without locks or channel, or whose lock is not given, goes on alone", async () => {
  const refusing = { request: async () => { throw new DOMException("no", "SecurityError"); } };
  const { locks } = makeWorld().world;
  for (const changes of [{ locks: undefined }, { openChannel: undefined }, { locks: refusing }]) {
    assert.equal((await opened({ token: server().supplier }, changes)).session.state, "anonymous");
  }
  locks.request("edge-jwt:", {}, () => new Promise(() => {}));
  const { session, pass } = await opened({ token: server().supplier, timeout: 5 }, { locks });
  assert.equal(session.state, "starting");
  await pass(5000);
  assert.equal(session.state, "anonymous");
});

test("what else is said on the channel is no word of a session's", async () => {
  const { session, world } = await opened({ token: server().supplier });
  const [channel] = world.channels;
  const held = { token: "t", askedAt: 9e15, expiresAt: null, offset: 0 };
  const said = { state: "signedIn", since: 9e15, held };
  const wrong = [null, 5, "ask", [], {}, { ...said, state: "closed" }, { ...said, since: "9" }, { ...said, held: null }];
  for (const bad of [{ token: "two words" }, { askedAt: NaN }, { expiresAt: "x" }, { offset: null }]) wrong.push({ ...said, held: { ...held, ...bad } });
  wrong.push({ state: "signedOut", since: 9e15, held });
  for (const data of wrong) channel.onmessage({ data });
  assert.equal(session.state, "anonymous");
  channel.onmessage({ data: said });
  assert.equal(session.state, "signedIn");
});

// Requests

test("a request of the page's origin bears the token, one of another origin does not", async () => {
  const seen = [];
  const fetch = async (request) => (seen.push([request.url, request.headers.get("authorization")]), new Response());
  const options = { token: server().supplier, scheme: "JWT", origins: ["https://chat.example", "https://api.example:8443"] };
  const { session } = await opened(options, { fetch });
  const token = `JWT ${await session.token()}`;
  const urls = ["https://chat.example/a", "https://api.example:8443/b", "https://api.example/c", "http://chat.example/d", "https://chat.example.evil/e"];
  for (const url of urls) await session.fetch(url);
  assert.deepEqual(seen, urls.map((url, at) => [url, at < 2 ? token : null]));
});

test("no redirect is followed with the token, unless the caller looks at it", async () => {
  const modes = [];
  const fetch = async (request) => (modes.push(request.redirect), Response.redirect("https://evil.example/"));
  const { session } = await opened({ token: server().supplier }, { fetch });
  await rejects(session.fetch("https://chat.example/"), "redirected");
  assert.equal((await session.fetch("https://chat.example/", { redirect: "manual" })).status, 302);
  assert.deepEqual(modes, ["manual", "manual"]);
});

test("a 401 renews once and sends once more, body and all", async () => {
  const { supplier, reasons } = server();
  const bodies = [];
  const fetch = async (request) => {
    bodies.push(await request.text());
    return new Response(null, { status: bodies.length === 1 ? 401 : 200 });
  };
  const { session, pass } = await opened({ token: supplier }, { fetch });
  const answered = session.fetch("https://chat.example/", { method: "POST", body: "hello" });
  await pass(100);
  assert.equal((await answered).status, 200);
  assert.deepEqual(bodies, ["hello", "hello"]);
  assert.equal(reasons(), "first refused");
});

test("a second 401 is the answer", async () => {
  const { supplier, reasons } = server();
  let requests = 0;
  const { session, pass } = await opened({ token: supplier }, { fetch: async () => (requests += 1, new Response(null, { status: 401 })) });
  const answered = session.fetch("https://chat.example/");
  await pass(100);
  assert.equal((await answered).status, 401);
  assert.equal(requests, 2);
  assert.equal(reasons(), "first refused");
});

test("a revoked visitor is signed out: 401, then the renewal refused", async () => {
  const { supplier } = server();
  const { session, heard, pass } = await opened({ token: supplier }, { fetch: async () => new Response(null, { status: 401 }) });
  heard();
  supplier.answer = () => null;
  const answered = session.fetch("https://chat.example/");
  await pass(100);
  assert.equal((await answered).status, 401);
  assert.equal(session.state, "signedOut");
  assert.deepEqual(heard(), ["change signedOut here", "failed refused"]);
});

test("what a request itself fails with comes through as it is", async () => {
  const fault = new TypeError("fetch failed");
  const { session } = await opened({ token: server().supplier }, { fetch: async () => { throw fault; } });
  await assert.rejects(session.fetch("https://chat.example/"), fault);
});

// Verification

const jwk = await library.generateKey("ES256", { kid: "e" });
const keys = new library.KeySet([{ jwk }]);
const verifier = new library.Verifier({ keys: library.KeySet.fromJwks(keys.toJwks()), issuer: null, audience: null });
const signed = async (claims = { sub: "ada" }) => (await new library.Issuer({ keys }).issue(claims, { now: SECONDS })).token;

test("with a verifier of public keys the claims are verified, by the server's clock", async () => {
  const token = await signed();
  for (const given of [verifier, () => verifier, async () => verifier]) {
    const browser = makeWorld();
    const { session, page } = open(browser, { token: () => ({ token, date: SECONDS }), verifier: given });
    page.ahead = 1e9;
    while (session.state === "starting") await browser.pass(100);
    assert.equal(session.verification, "local");
    assert.equal(session.claims.sub, "ada");
  }
});

test("a token that the verifier refuses is none, and the reason is told", async () => {
  const [header, claims] = (await signed()).split(".");
  const { session, told, settle } = await opened({ token: () => `${header}.${claims}.${"A".repeat(86)}`, verifier });
  while (told.length === 0) await settle();
  assert.equal(session.state, "starting");
  assert.equal(told[0][1].code, "not_verified");
  assert.equal(told[0][1].error.refusal, "invalid_signature");
});

test("a page that lets no verifier run goes on without, and says so", async () => {
  for (const code of ["wasm_blocked", "no_web_crypto"]) {
    let made = 0;
    const blocked = () => {
      made += 1;
      throw Object.assign(new Error("no"), { name: "SetupError", code });
    };
    const { session, pass } = await opened({ token: server().supplier, verifier: blocked });
    assert.equal(session.state, "anonymous");
    assert.equal(session.verification, "blocked");
    await pass(300_000);
    assert.equal(made, 1);
  }
});

test("a verifier whose wasm could not be had is asked for again", async () => {
  const token = await signed();
  let made = 0;
  const late = () => {
    made += 1;
    if (made > 1) return verifier;
    throw Object.assign(new Error("no"), { name: "SetupError", code: "wasm_unavailable" });
  };
  const browser = makeWorld();
  const { session, heard, page } = open(browser, { token: () => ({ token, date: SECONDS }), verifier: late });
  page.ahead = 1e9;
  while (session.state === "starting") await browser.pass(100);
  assert.deepEqual(heard(), ["failed unavailable", "change anonymous here"]);
  assert.equal(session.verification, "local");
});

test("keys that cannot be had are no reason to believe a token", async () => {
  const away = new library.RemoteKeySet("https://keys.example/", { fetch: async () => new Response(null, { status: 500 }) });
  const remote = new library.Verifier({ keys: away, issuer: null, audience: null });
  const token = await signed();
  const { session, heard, settle } = await opened({ token: () => token, verifier: remote });
  let events = [];
  while (events.length === 0) await settle().then(() => (events = heard()));
  assert.deepEqual(events, ["failed unavailable"]);
  assert.equal(session.state, "starting");
});

// Secrets

test("whatever looks like a secret key is a SetupError that names its place", async () => {
  const pem = "-----BEGIN PRIVATE KEY-----\nMIG\n-----END PRIVATE KEY-----";
  const oct = { kty: "oct", k: "c2VjcmV0" };
  const isSecret = (option) => (error) => error instanceof SetupError && error.option === option && /secret key/.test(error.message) && !/MIG|c2V/.test(error.message);
  const token = server().supplier;
  for (const given of [pem, oct, jwk, { keys: [jwk] }, new Uint8Array(32), { secret: "x" }]) {
    assert.throws(() => new Session({ token: given }), isSecret("token"));
    assert.throws(() => new Session({ token, verifier: given }), isSecret("verifier"));
    const { session } = await opened({ token });
    await assert.rejects(session.signIn({ given }), isSecret("facts"));
    const { told, session: other } = await opened({ token: () => ({ token: "t", key: given }) });
    assert.ok(isSecret("token")(told.at(-1)[1].error));
    assert.equal(other.state, "signedOut");
  }
  for (const name of ["secret", "privateKey", "client_secret", "signingSecret"]) {
    assert.throws(() => new Session({ token, [name]: "x" }), isSecret("options"));
  }
  // Public ones are none.
  const { session } = await opened({ token });
  await session.signIn({ jwk: keys.toJwks().keys[0], sub: "u" });
  assert.equal(session.state, "signedIn");
});

test("a verifier that accepts a MAC has the secret, which ends the session", async () => {
  const hmac = new library.KeySet([{ alg: "HS256", kid: "h", secret: "s".repeat(32) }]);
  const { token } = await new library.Issuer({ keys: hmac }).issue({ sub: "u" }, { now: SECONDS });
  const holder = new library.Verifier({ keys: hmac, issuer: null, audience: null });
  const { session, told } = await opened({ token: () => token, verifier: holder });
  assert.equal(told.at(-1)[1].code, "setup");
  assert.equal(told.at(-1)[1].error.option, "verifier");
  assert.equal(session.claims, null);
});

// Keeping, closing, misuse

test("a token is stored only where that is asked for, outlives a reload there, and goes at sign-out", async () => {
  const memory = await opened({ token: server().supplier });
  assert.equal(memory.page.stored.size, 0);
  const { supplier, asked } = server();
  const before = await opened({ token: supplier, keep: "sessionStorage" });
  const token = await before.session.token();
  before.session.close();
  const storage = { storage: before.host.storage };
  const after = await opened({ token: supplier, keep: "sessionStorage" }, storage, before.browser);
  assert.equal(await after.session.token(), token);
  assert.equal(asked.length, 1);
  after.session.signOut();
  assert.equal(before.page.stored.size, 0);
  for (const text of ["", "{", "null", "5", '{"state":"signedIn","since":1,"held":null}']) {
    const getItem = () => text;
    const made = await opened({ token: supplier, keep: "sessionStorage" }, { storage: { ...before.host.storage, getItem } });
    assert.equal(made.session.state, "anonymous");
  }
  const fail = () => { throw new DOMException("full", "QuotaExceededError"); };
  const full = await opened({ token: supplier, keep: "sessionStorage" }, { storage: { getItem: fail, setItem: fail, removeItem: fail } });
  assert.equal(full.session.state, "anonymous");
});

test("a tab that comes back from a reload learns that it was signed out meanwhile", async () => {
  const first = await opened({ token: server().supplier, keep: "sessionStorage" });
  const second = await opened({ token: server().supplier }, {}, first.browser);
  await first.session.signIn({ sub: "ada" });
  await first.pass(0);
  first.session.close();
  second.session.signOut();
  const back = await opened({ token: server().supplier, keep: "sessionStorage" }, { storage: first.host.storage }, first.browser);
  assert.equal(back.session.state, "signedOut");
  assert.equal(first.page.stored.size, 0);
});

test("after close nothing is left: no timer, listener, lock or channel, and nothing is told", async () => {
  for (const moment of ["asking the tabs", "asking the supplier", "holding a token", "waiting for a lock"]) {
    const browser = makeWorld();
    const { supplier } = server();
    if (moment === "asking the supplier") supplier.answer = () => new Promise(() => {});
    if (moment === "waiting for a lock") browser.world.locks.request("edge-jwt:", {}, () => new Promise(() => {}));
    const { session, page, heard } = open(browser, { token: supplier });
    const waiting = session.token().catch((error) => error.code);
    await browser.pass(moment === "asking the tabs" ? 50 : 200);
    heard();
    session.close();
    await browser.settle();
    assert.equal(browser.world.timers.size, 0, moment);
    assert.equal(page.wakers.size, 0, moment);
    assert.equal(browser.world.channels.size, 0, moment);
    if (moment !== "waiting for a lock") assert.equal(browser.world.locks.held.size, 0, moment);
    if (moment !== "holding a token") assert.equal(await waiting, "closed", moment);
    await browser.pass(1_000_000);
    assert.deepEqual(heard(), []);
    for (const call of [() => session.token(), () => session.fetch("https://a.example"), () => session.signIn(), () => session.start()]) {
      await rejects(call(), "closed");
    }
    session.signOut();
    session.close();
  }
});

test("a listener hears until it is taken off, and one that throws harms nobody", async () => {
  const { session, page, pass } = await opened({ token: server().supplier });
  const heard = [];
  const fault = new Error("a listener's");
  session.on("renewed", () => { throw fault; });
  const off = session.on("renewed", ({ claims }) => heard.push(claims.n));
  await pass(70_000);
  off();
  off();
  await pass(70_000);
  assert.deepEqual(heard, [2]);
  assert.deepEqual(page.reports, [fault, fault]);
});

test("an option that is wrong is named", () => {
  const { supplier: token } = server();
  const wrong = {
    token: [undefined, "t", {}, null],
    verifier: [null, 5, {}, keys],
    origins: [5, "https://a.example", ["https://a.example/"], ["*"], ["a.example"], ["https://a.example/path"], ["file:///"], [""]],
    scheme: ["", "two words", "a\nb", 5, null],
    keep: ["localStorage", true, null],
    tabs: [true, "all"],
    name: [5, null],
    renewAfter: [0, 1, NaN, "0.5"],
    renewBefore: [0, -1, Infinity],
    retryFirst: [0, 1e9],
    retryMost: ["60"],
    timeout: [0, null],
    ttl: [5],
  };
  for (const [option, values] of Object.entries(wrong)) {
    for (const value of values) {
      const { host } = makeWorld().tab();
      const error = thrownBy(() => new Session({ token, [option]: value }, host));
      assert.ok(error instanceof SetupError, `${option}: ${String(value)}: ${error}`);
      assert.equal(error.option, option);
    }
  }
});

test("hostile values get a SetupError or a rejection with one, everywhere", async () => {
  const browser = makeWorld();
  const values = valuesFor(library, library, worldOf(library));
  const { supplier: token } = server();
  const places = {
    options: (value, host) => new Session(value, host).close(),
    ...Object.fromEntries(
      ["token", "verifier", "origins", "scheme", "keep", "tabs", "name", "renewAfter", "timeout"].map((name) => [
        name,
        (value, host) => new Session({ token, [name]: value }, host).close(),
      ]),
    ),
    "what a supplier answers": (value, host) => new Session({ token: () => value }, host).token(),
    "what a supplier throws": (value, host) => new Session({ token: () => { throw value; } }, host).token(),
    facts: (value, host) => new Session({ token }, host).signIn(value),
    "a request": (value, host) => new Session({ token, origins: [] }, host).fetch(value),
    "a request's init": (value, host) => new Session({ token, origins: [] }, host).fetch("https://a.example/", value),
    "an event": (value, host) => new Session({ token }, host).on(value, () => {}),
    "a listener": (value, host) => new Session({ token }, host).on("change", value),
    "a message": (value, host) => {
      new Session({ token }, host);
      for (const channel of browser.world.channels) channel.onmessage({ data: value });
    },
    ...Object.fromEntries(
      ["token", "signIn", "signOut", "start", "fetch", "on", "close"].map((name) => [
        `the session of ${name}`,
        (value) => Session.prototype[name].call(value),
      ]),
    ),
    "the session of claims": (value) => Reflect.get(Session.prototype, "claims", value),
  };
  let errors = 0;
  for (const [place, call] of Object.entries(places)) {
    for (const [value, make] of Object.entries(values)) {
      const { host } = browser.tab({ report: () => {} });
      let made;
      try {
        made = call(make(), host);
        const ended = Promise.resolve(made).then(() => undefined, (error) => error);
        await browser.pass(11_000);
        made = await ended;
      } catch (error) {
        made = error;
      }
      browser.world.timers.clear();
      browser.world.channels.clear();
      if (made === undefined || typeof made === "function") continue;
      errors += 1;
      const isTyped = made instanceof SetupError || made instanceof SessionError;
      assert.ok(isTyped, `${value} as ${place}: ${made?.stack}`);
    }
  }
  assert.ok(errors > 500, `${errors}`);
});
