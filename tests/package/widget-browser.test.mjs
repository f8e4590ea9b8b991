// `edge-jwt/widget` in Chromium: pages with a session, a server that gives them tokens and checks
// every one, and what the pages then do. Lives are shortened; nothing here asserts on time.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join, normalize } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";

import { launchChromium } from "./browser.mjs";
import { installInto } from "./install.mjs";

const PAGE = `
  import { Session } from "/node_modules/edge-jwt/lib/widget/index.js";
  const query = new URLSearchParams(location.search);
  const ask = (body, signal) => fetch("/token", { method: "POST", signal, body: JSON.stringify(body) });
  const token = ({ reason, state, facts, signal }) => ask({ tab: query.get("tab"), reason, state, facts }, signal);
  const verifier = async () => {
    const { KeySet, Verifier } = await import(\`/node_modules/edge-jwt/\${query.get("verify")}/hosts/browser.js\`);
    const keys = KeySet.fromJwks(await (await fetch("/jwks")).json());
    return new Verifier({ keys, issuer: null, audience: null });
  };
  const session = new Session({ token, ...(query.has("verify") && { verifier }) });
  const told = [];
  for (const name of ["change", "renewed", "failed", "expired"]) {
    session.on(name, ({ state, code, by }) => told.push([name, state ?? code, by].filter(Boolean).join(" ")));
  }
  Object.assign(window, { session, told });
`;

const folder = installInto("widget-browser", { texts: { "page.mjs": PAGE } });
const library = await import(pathToFileURL(join(folder, "node_modules/edge-jwt/lib/hosts/node.js")).href);
const keys = new library.KeySet([{ jwk: await library.generateKey("ES256", { kid: "e" }) }]);
const issuer = new library.Issuer({ keys });
const verifier = new library.Verifier({ keys, issuer: null, audience: null });

/** A host by a name of its own is no secure context on plain http, unlike loopback. */
const browser = await launchChromium(["--host-resolver-rules=MAP chat.test 127.0.0.1"]);
after(() => browser.close());

const TYPES = { js: "text/javascript", mjs: "text/javascript" };

/** The page's own server, and one of another origin that it redirects to. */
async function serve(t, { life = 600 } = {}) {
  const site = { asked: [], refused: [], served: [], elsewhere: [], revoked: new Set(), answer: undefined };
  const routes = {
    "/": () => ({ type: "text/html", body: '<!doctype html><title>chat</title><script type="module" src="/page.mjs"></script>' }),
    "/jwks": () => ({ body: JSON.stringify(keys.toJwks()) }),
    "/token": async (request) => {
      const asked = JSON.parse(await bodyOf(request));
      site.asked.push(asked);
      const sub = asked.facts?.sub ?? (asked.state === "signedIn" ? "ada" : "visitor");
      if (site.revoked.has(sub)) return { status: 403 };
      const { token } = await issuer.issue({ sub }, { ttl: life, jti: `t${site.asked.length}` });
      return { body: JSON.stringify({ token }) };
    },
    "/api": async (request) => {
      const decision = await verifier.verify(request.headers.authorization?.slice("Bearer ".length));
      const isGood = decision.ok && !site.revoked.has(decision.claims.sub);
      (isGood ? site.served : site.refused).push(decision.ok ? decision.claims.jti : decision.code);
      return { status: isGood ? 200 : 401, body: "" };
    },
    "/away": () => ({ status: 307, headers: { location: `http://127.0.0.1:${other.address().port}/` } }),
  };
  const server = await listen(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, "http://localhost");
    const { status = 200, headers = {}, type = "application/json", body } = await (routes[pathname] ?? (() => file(pathname)))(request);
    if (pathname === "/" && searchParams.has("csp")) headers["content-security-policy"] = searchParams.get("csp");
    response.writeHead(status, { "content-type": type, "cache-control": "no-store", ...headers }).end(body);
  });
  const other = await listen((request, response) => {
    site.elsewhere.push(request.headers.authorization);
    response.writeHead(200, { "access-control-allow-origin": "*", "access-control-allow-headers": "authorization" }).end();
  });
  const context = await browser.newContext();
  t.after(async () => {
    await context.close();
    for (const one of [server, other]) one.closeAllConnections();
    for (const one of [server, other]) one.close();
  });
  const open = async (query = {}, host = "127.0.0.1") => {
    const page = await context.newPage();
    await page.goto(`http://${host}:${server.address().port}/?${new URLSearchParams(query)}`);
    return page;
  };
  return { site, context, open, otherOrigin: () => `http://127.0.0.1:${other.address().port}` };
}

async function file(path) {
  const body = await readFile(join(folder, normalize(path))).catch(() => undefined);
  return body === undefined ? { status: 404 } : { body, type: TYPES[path.split(".").at(-1)] };
}

async function bodyOf(request) {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}

function listen(handle) {
  const server = createServer(handle);
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

/** Waits until a page's session is so; a page that never is fails by time. */
const until = (page, condition, given) => page.waitForFunction(condition, given, { timeout: 30_000, polling: 50 });
const inState = (page, state) => until(page, (state) => window.session?.state === state, state);
const toldBy = (page) => page.evaluate(() => window.told);
const callApi = (page) => page.evaluate(async () => (await window.session.fetch("/api")).status);
const claimsIn = (page) => page.evaluate(() => window.session.claims);

test("a visitor is anonymous, signs in, and the server sees whose requests they are", async (t) => {
  const { site, open } = await serve(t);
  const page = await open();
  await inState(page, "anonymous");
  assert.equal(await callApi(page), 200);
  await page.evaluate(() => window.session.signIn({ sub: "ada" }));
  assert.equal((await claimsIn(page)).sub, "ada");
  assert.equal(await callApi(page), 200);
  assert.deepEqual(site.served, ["t1", "t2"]);
  assert.deepEqual(await toldBy(page), ["change anonymous here", "change signedIn here"]);
  // What a listener throws is the page's to see, and no one else's to suffer.
  const reported = page.waitForEvent("pageerror");
  await page.evaluate(() => window.session.on("change", () => { throw new Error("a listener's"); }));
  await page.evaluate(() => window.session.signOut());
  assert.equal((await reported).message, "a listener's");
  assert.equal(await page.evaluate(() => window.session.state), "signedOut");
  assert.deepEqual(await page.evaluate(() => [sessionStorage.length, localStorage.length, document.cookie]), [0, 0, ""]);
});

test("tokens that live for eight seconds are renewed before they end, and none is refused", async (t) => {
  const { site, open } = await serve(t, { life: 8 });
  const page = await open();
  await inState(page, "anonymous");
  while (new Set(site.served).size < 3) assert.equal(await callApi(page), 200);
  assert.deepEqual(site.refused, []);
  assert.ok((await toldBy(page)).every((event) => !/expired|failed/.test(event)));
  assert.ok(site.asked.slice(1).every(({ reason }) => reason === "renewal"));
});

test("of two tabs one renews for both, the other takes over, and a log-out is one in both", async (t) => {
  const { site, open } = await serve(t, { life: 8 });
  const first = await open({ tab: "first" });
  await inState(first, "anonymous");
  await first.evaluate(() => window.session.signIn({ sub: "ada" }));
  const second = await open({ tab: "second" });
  await inState(second, "signedIn");
  await until(second, () => window.told.filter((event) => event === "renewed elsewhere").length >= 2);
  assert.ok(site.asked.every(({ tab }) => tab === "first"));
  assert.equal((await claimsIn(second)).sub, "ada");
  await first.close();
  await until(second, () => window.told.includes("renewed here"));
  assert.equal(site.asked.at(-1).tab, "second");

  const third = await open({ tab: "third" });
  await inState(third, "signedIn");
  await second.evaluate(() => window.session.signOut());
  await inState(third, "signedOut");
  assert.equal((await toldBy(third)).at(-1), "change signedOut elsewhere");
  for (const page of [second, third]) {
    assert.equal(await page.evaluate(() => window.session.fetch("/api").catch(({ code }) => code)), "signed_out");
  }
});

test("a visitor who is revoked gets a 401, no new token, and is signed out in both tabs", async (t) => {
  const { site, open } = await serve(t);
  const [first, second] = [await open(), await open()];
  await inState(first, "anonymous");
  await first.evaluate(() => window.session.signIn({ sub: "ada" }));
  await inState(second, "signedIn");
  assert.equal(await callApi(first), 200);
  site.revoked.add("ada");
  assert.equal(await callApi(first), 401);
  assert.equal(site.asked.at(-1).reason, "refused");
  assert.deepEqual((await toldBy(first)).slice(-2), ["change signedOut here", "failed refused"]);
  await inState(second, "signedOut");
});

test("a page that is offline past the end of its token has a new one as soon as it is back", async (t) => {
  const { site, context, open } = await serve(t, { life: 3 });
  const page = await open();
  await inState(page, "anonymous");
  await context.setOffline(true);
  await until(page, () => window.told.includes("expired"));
  const asked = site.asked.length;
  assert.equal(await claimsIn(page), null);
  await context.setOffline(false);
  await until(page, () => window.told.at(-1) === "renewed here");
  assert.equal(await callApi(page), 200);
  assert.ok(site.asked.length > asked);
});

test("claims are verified in the page where its CSP lets wasm run, and elsewhere it goes on without", async (t) => {
  const { open } = await serve(t);
  const found = {};
  for (const [name, csp] of Object.entries({ open: "script-src 'self' 'wasm-unsafe-eval'", strict: "script-src 'self'" })) {
    const page = await open({ csp, verify: "lib", name });
    await inState(page, "anonymous");
    found[name] = await page.evaluate(() => window.session.verification);
    assert.equal((await claimsIn(page)).sub, "visitor");
    assert.equal(await callApi(page), 200);
    await page.close();
  }
  assert.deepEqual(found, { open: "local", strict: "blocked" });
});

test("on plain http a session works in two tabs without Web Locks, and verifies by edge-jwt/full", async (t) => {
  const { open } = await serve(t);
  const found = {};
  for (const verify of ["lib", "full"]) {
    const page = await open({ verify }, "chat.test");
    const has = () => [isSecureContext, "locks" in navigator, crypto.subtle !== undefined];
    assert.deepEqual(await page.evaluate(has), [false, false, false]);
    await inState(page, "anonymous");
    found[verify] = await page.evaluate(() => window.session.verification);
    assert.equal(await callApi(page), 200);
    if (verify === "lib") {
      await page.close();
      continue;
    }
    const second = await open({}, "chat.test");
    await inState(second, "anonymous");
    assert.deepEqual(await toldBy(second), ["change anonymous elsewhere"]);
    await page.evaluate(() => window.session.signOut());
    await inState(second, "signedOut");
  }
  assert.deepEqual(found, { lib: "blocked", full: "local" });
});

test("the token reaches no other origin: not by a request, not by a redirect", async (t) => {
  const { site, open, otherOrigin } = await serve(t);
  const page = await open();
  await inState(page, "anonymous");
  await page.evaluate((address) => window.session.fetch(address).then(() => {}), otherOrigin());
  assert.deepEqual(site.elsewhere, [undefined]);
  assert.equal(await page.evaluate(() => window.session.fetch("/away").catch(({ code }) => code)), "redirected");
  assert.deepEqual(site.elsewhere, [undefined]);
});

test("a closed session leaves its tab, and its lock and channel go to the others", async (t) => {
  const { site, open } = await serve(t, { life: 4 });
  const [first, second] = [await open({ tab: "first" }), await open({ tab: "second" })];
  await inState(first, "anonymous");
  await inState(second, "anonymous");
  await first.evaluate(() => window.session.close());
  const before = (await toldBy(first)).length;
  await until(second, () => window.told.filter((event) => event === "renewed here").length >= 2);
  assert.equal((await toldBy(first)).length, before);
  assert.deepEqual(await first.evaluate(async () => (await navigator.locks.query()).held.length), 0);
  assert.equal(site.asked.at(-1).tab, "second");
});
