// RemoteKeySet: when it fetches, what it keeps, and which bodies it takes keys from. A fetch is
// injected and time is an argument, but for what only a real server or host can show.

import assert from "node:assert/strict";
import { createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";

import { startWorker } from "../../scripts/worker.mjs";
import { installInto } from "./install.mjs";

const URL_OF_KEYS = "https://issuer.example/keys";
const NOW = 1700000000;

const folder = installInto("remote");
const entry = join(folder, "node_modules/edge-jwt/lib/hosts/node.js");
const { RemoteKeySet, SetupError, Verifier } = await import(pathToFileURL(entry).href);

// Keys, and the tokens that show whether a set holds them.

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const otherRsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const agreement = generateKeyPairSync("x25519");

const jwk = ({ publicKey }, members) => ({ ...publicKey.export({ format: "jwk" }), ...members });
const privateJwk = ({ privateKey }, members) => ({ ...privateKey.export({ format: "jwk" }), ...members });
const pem = ({ publicKey }) => publicKey.export({ type: "spki", format: "pem" });
const privatePem = ({ privateKey }) => privateKey.export({ type: "pkcs8", format: "pem" });

const jwkA = jwk(rsa, { kid: "a", alg: "RS256" });
const jwkB = jwk(ec, { kid: "b", alg: "ES256" });
const withA = { keys: [jwkA] };
const withAB = { keys: [jwkA, jwkB] };

function token({ privateKey }, kid) {
  const alg = privateKey.asymmetricKeyType === "rsa" ? "RS256" : "ES256";
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const message = `${part({ alg, kid })}.${part({ sub: "u1", exp: NOW + 60 })}`;
  const key = { key: privateKey, dsaEncoding: "ieee-p1363" };
  return `${message}.${sign("sha256", Buffer.from(message), key).toString("base64url")}`;
}

const tokens = { a: token(rsa, "a"), b: token(ec, "b"), rsa: token(rsa), ec: token(ec) };

/** The names of those tokens that the keys accept. */
async function accepted(keys, candidates = ["a", "b"]) {
  const verifier = new Verifier({ keys, issuer: null, audience: null });
  const names = [];
  for (const name of candidates) {
    const { ok } = await verifier.verify(tokens[name], { now: NOW });
    if (ok) names.push(name);
  }
  return names.join(" ");
}

// Servers and what they are asked.

/** A set whose server answers `site.body`, or does what `site.answer` says; counts requests. */
function remote(body, options = {}) {
  const site = {
    body,
    requests: [],
    answer: () => new Response(typeof site.body === "string" ? site.body : JSON.stringify(site.body)),
  };
  const fetch = async (url, init) => {
    site.requests.push({ url, init });
    return site.answer(init);
  };
  return { site, set: new RemoteKeySet(URL_OF_KEYS, { fetch, ...options }) };
}

/** A real server on loopback; answers its address. */
async function serve(handle) {
  const server = createServer(handle);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  after(() => server.close(() => {}) && server.closeAllConnections());
  return `http://127.0.0.1:${server.address().port}`;
}

const refuses = () => { throw new TypeError("fetch failed"); };
const unavailable = { name: "SetupError", option: "url", code: "keys_unavailable" };

/** Asserts that the set cannot be had, for a reason that names no text of the server's. */
async function rejects(set, why, now = NOW) {
  await assert.rejects(set.current(now), { ...unavailable, message: `url: no keys could be had: ${why}` });
}

const cannotUse = "the body holds no key that can be used";
const unknownForm = "the body is neither a JWKS nor keys in PEM";
const leaked = "the body holds a secret or private key";

// When it fetches.

test("nothing is fetched before the first need, and then once for all who wait", async () => {
  const { site, set } = remote(withAB);
  assert.deepEqual(set.stats(NOW), { fetchedAt: null, age: null, fetches: 0, failures: 0, lastFailure: null });
  const answers = await Promise.all([set.current(NOW), set.current(NOW), set.refresh(NOW)]);
  assert.equal(site.requests.length, 1);
  assert.equal(new Set(answers).size, 1);
  assert.equal(await accepted(answers[0]), "a b");
  assert.deepEqual(set.stats(NOW + 5), { fetchedAt: NOW, age: 5, fetches: 1, failures: 0, lastFailure: null });
});

test("the request is a plain one that follows no redirect", async () => {
  const { site, set } = remote(withA, { headers: { "x-api-key": "k" } });
  await set.current(NOW);
  const [{ url, init }] = site.requests;
  assert.equal(url, URL_OF_KEYS);
  assert.equal(init.redirect, "manual");
  assert.deepEqual(init.headers, { "x-api-key": "k" });
});

test("the host's fetch is looked up when it is needed, and called on the global object", async (t) => {
  const set = new RemoteKeySet(URL_OF_KEYS);
  const fetch = t.mock.method(globalThis, "fetch", async () => Response.json(withA));
  assert.equal(await accepted(await set.current(NOW)), "a");
  assert.equal(fetch.mock.calls[0].this, globalThis);
});

test("the host's clock is used when no time is given", async () => {
  const { set } = remote(withA);
  await set.current();
  assert.ok(Math.abs(set.stats().fetchedAt - Date.now() / 1000) < 60);
});

test("keys are fresh until maxAge, and then fetched again", async () => {
  const { site, set } = remote(withA, { maxAge: 100 });
  const first = await set.current(NOW);
  site.body = withAB;
  assert.equal(await set.current(NOW + 99), first);
  assert.equal(await accepted(await set.current(NOW + 100)), "a b");
  assert.equal(site.requests.length, 2);
});

test("keys that were replaced stay usable for whoever has them", async () => {
  const { site, set } = remote(withA, { coolDown: 0 });
  const first = await set.current(NOW);
  site.body = withAB;
  assert.notEqual(await set.refresh(NOW), first);
  assert.equal(await accepted(first), "a");
});

test("an unknown key makes refresh fetch, but never within the cool-down", async () => {
  const { site, set } = remote(withA, { coolDown: 30 });
  const first = await set.current(NOW);
  site.body = withAB;
  for (let i = 0; i < 100; i += 1) assert.equal(await set.refresh(NOW + 29), first);
  assert.equal(site.requests.length, 1);
  assert.equal(await accepted(await set.refresh(NOW + 30)), "a b");
  assert.equal(site.requests.length, 2);
});

test("keys that may not be fetched anew are not stale", async () => {
  const { site, set } = remote(withA, { maxAge: 0, coolDown: 30, keepOnFailure: 0 });
  const first = await set.current(NOW);
  assert.equal(await set.current(NOW + 29), first);
  await set.current(NOW + 30);
  assert.equal(site.requests.length, 2);
});

test("with every limit at zero each call fetches and is answered", async () => {
  const { site, set } = remote(withA, { maxAge: 0, coolDown: 0, keepOnFailure: 0 });
  for (let i = 0; i < 3; i += 1) assert.equal(await accepted(await set.current(NOW)), "a");
  assert.equal(site.requests.length, 3);
});

test("a clock that was far ahead and is set right does not keep keys fresh for ever", async () => {
  const { site, set } = remote(withA);
  await set.current(NOW + 1e7);
  await set.current(NOW);
  assert.equal(site.requests.length, 2);
  assert.equal(set.stats(NOW).fetchedAt, NOW);
});

test("a fetch given up for dead is begun anew, and brings no older keys back", async (t) => {
  const { site, set } = remote(withAB);
  const { answer } = site;
  let answerLate;
  site.answer = () => new Promise((resolve) => (answerLate = resolve));
  const late = set.current(NOW);
  const clock = performance.now();
  t.mock.method(performance, "now", () => clock + 3_600_000);
  site.answer = answer;
  const newer = await set.current(NOW + 1);
  answerLate(Response.json(withA));
  assert.equal(await accepted(await late), "a");
  assert.equal(await set.current(NOW + 1), newer);
  assert.equal(set.stats(NOW + 1).fetchedAt, NOW + 1);
  assert.equal(site.requests.length, 2);
});

// What it keeps.

test("a failure is told with its reason, cools down, and is tried again afterwards", async () => {
  const { site, set } = remote(withA, { coolDown: 30 });
  const { answer } = site;
  site.answer = refuses;
  await rejects(set, "the request failed");
  await rejects(set, "the request failed", NOW + 29);
  assert.equal(site.requests.length, 1);
  assert.deepEqual(set.stats(NOW), { fetchedAt: null, age: null, fetches: 1, failures: 1, lastFailure: "the request failed" });
  site.answer = answer;
  assert.equal(await accepted(await set.current(NOW + 30)), "a");
  assert.deepEqual(set.stats(NOW + 30), { fetchedAt: NOW + 30, age: 0, fetches: 2, failures: 1, lastFailure: null });
});

test("all who wait for a fetch that fails are told, and it is counted once", async () => {
  const { site, set } = remote(withA);
  site.answer = refuses;
  const calls = await Promise.allSettled([set.current(NOW), set.refresh(NOW), set.current(NOW)]);
  assert.deepEqual(calls.map(({ reason }) => reason.code), Array(3).fill("keys_unavailable"));
  assert.equal(set.stats().failures, 1);
});

test("the last good keys serve while fetching fails, until keepOnFailure ends", async () => {
  const { site, set } = remote(withA, { maxAge: 100, coolDown: 30, keepOnFailure: 1000 });
  const good = await set.current(NOW);
  const { answer } = site;
  for (const failing of [refuses, () => new Response("{"), () => new Response("", { status: 503 })]) {
    site.answer = failing;
    const now = NOW + 100 + 30 * site.requests.length;
    assert.equal(await set.current(now), good);
    assert.equal(await set.current(now + 29), good);
    assert.equal(await set.refresh(now + 29), good);
  }
  assert.equal(site.requests.length, 4);
  assert.equal(set.stats().lastFailure, "the server answered 503");
  assert.equal(await set.current(NOW + 1099), good);
  await rejects(set, "the server answered 503", NOW + 1100);
  site.answer = answer;
  assert.notEqual(await set.current(NOW + 1130), good);
});

test("a refresh that fails answers the keys at hand", async () => {
  const { site, set } = remote(withA);
  const good = await set.current(NOW);
  site.answer = refuses;
  assert.equal(await set.refresh(NOW + 60), good);
  assert.equal(site.requests.length, 2);
});

test("what is freed is gone, even if a fetch is under way", async () => {
  const { site, set } = remote(withA, { coolDown: 0 });
  const keys = await set.current(NOW);
  const refreshed = set.refresh(NOW);
  set.free();
  set.free();
  const freed = { name: "SetupError", message: "keys: has been freed" };
  await assert.rejects(refreshed, freed);
  await assert.rejects(set.current(NOW), freed);
  await assert.rejects(set.refresh(NOW), freed);
  await assert.rejects(accepted(keys), freed);
  assert.equal(site.requests.length, 2);
  assert.equal(set.stats(NOW).fetchedAt, null);
});

// Servers that misbehave.

test("only an answer 200 is read", async () => {
  for (const status of [201, 204, 206, 400, 401, 404, 429, 500, 503]) {
    const { site, set } = remote();
    const body = status === 204 ? null : JSON.stringify(withA);
    site.answer = () => new Response(body, { status });
    await rejects(set, `the server answered ${status}`);
  }
});

test("a redirect is refused, however it shows", async () => {
  const shows = {
    "as its status": () => new Response(null, { status: 302, headers: { location: "/" } }),
    "hidden by a browser": () => Object.defineProperty(Response.error(), "type", { value: "opaqueredirect" }),
    "followed by a caller's fetch": () =>
      Object.defineProperty(Response.json(withA), "redirected", { value: true }),
  };
  for (const [how, answer] of Object.entries(shows)) {
    const { site, set } = remote();
    site.answer = answer;
    await assert.rejects(set.current(NOW), { message: /the server redirects$/ }, how);
  }
});

test("a real redirect is not followed", async () => {
  const asked = [];
  const address = await serve((request, response) => {
    asked.push(request.url);
    if (request.url === "/keys") response.writeHead(302, { location: "/elsewhere" });
    response.end(JSON.stringify(withA));
  });
  await rejects(new RemoteKeySet(`${address}/keys`), "the server redirects");
  assert.deepEqual(asked, ["/keys"]);
});

test("a server that never answers, or never ends its body, is given up", async () => {
  const address = await serve((request, response) => {
    if (request.url === "/body") response.writeHead(200).write('{"keys":');
  });
  for (const path of ["/silence", "/body"]) {
    const set = new RemoteKeySet(address + path, { timeout: 100 });
    await rejects(set, "the request took too long");
    assert.equal(set.stats().failures, 1);
  }
});

test("a fetch that does not heed the signal is given up all the same", async () => {
  const { site, set } = remote(withA, { timeout: 20, coolDown: 0 });
  const { answer } = site;
  let signal;
  site.answer = (init) => new Promise(() => ({ signal } = init));
  await rejects(set, "the request took too long");
  assert.equal(signal.aborted, true);
  site.answer = answer;
  assert.equal(await accepted(await set.current(NOW)), "a");
});

test("a body is counted as it comes, whatever its length is said to be", async () => {
  const sent = [];
  const address = await serve(async (request, response) => {
    let open = true;
    response.on("close", () => (open = false));
    response.writeHead(200, { "content-type": "application/json" });
    for (let i = 0; i < 5_000 && open; i += 1) {
      sent.push(response.write(" ".repeat(10_000)));
      await new Promise(setImmediate);
    }
    response.end();
  });
  await rejects(new RemoteKeySet(address), "the body is larger than 262144 bytes");
  assert.ok(sent.length < 5_000, "the body was not read to its end");
});

test("a length that lies does not matter, and the rest is cancelled", async () => {
  const { site, set } = remote(withA, { maxBytes: 1000 });
  let cancelled = false;
  site.answer = () => {
    const pull = (controller) => controller.enqueue(new Uint8Array(400).fill(32));
    const body = new ReadableStream({ pull, cancel: () => void (cancelled = true) });
    return new Response(body, { headers: { "content-length": "10" } });
  };
  await rejects(set, "the body is larger than 1000 bytes");
  assert.equal(cancelled, true);
});

test("a body may be exactly as large as allowed, and come octet by octet", async () => {
  const octets = new TextEncoder().encode(JSON.stringify({ ...withA, note: "ünïcødé ✓" }));
  for (const [maxBytes, fits] of [[octets.length, true], [octets.length - 1, false]]) {
    const { site, set } = remote(withA, { maxBytes });
    site.answer = () => {
      const parts = [...octets].map((octet) => Uint8Array.of(octet));
      return new Response(ReadableStream.from(parts));
    };
    const answer = set.current(NOW);
    if (fits) assert.equal(await accepted(await answer), "a");
    else await assert.rejects(answer, unavailable);
  }
});

test("a body that is no set of keys is a failure", async () => {
  for (const [body, why] of [
    ["", cannotUse],
    ["<html>secret</html>", cannotUse],
    ['{"keys":', "the body is not JSON"],
    ["[secret]", "the body is not JSON"],
    ["{}", cannotUse],
    ["[]", cannotUse],
    ['""', cannotUse],
    ['{"keys":[]}', cannotUse],
    ['{"keys":[null,5,"secret",[],{}]}', cannotUse],
    ['{"keys":{}}', unknownForm],
    ['{"error":{"secret":1}}', unknownForm],
    ["[5]", unknownForm],
    ["[".repeat(100_000) + "]".repeat(100_000), unknownForm],
    [JSON.stringify(jwkA), cannotUse],
    ['{"a":"secret"}', cannotUse],
  ]) {
    await rejects(remote(body, { alg: "RS256" }).set, why);
  }
});

test("a body that is not UTF-8 is a failure", async () => {
  const { site, set } = remote();
  site.answer = () => new Response(Uint8Array.of(0x7b, 0xff));
  await rejects(set, "the body is not UTF-8 text");
});

// Which keys it takes.

test("a JWKS gives its keys, each by its own algorithm", async () => {
  const { set } = remote(withAB, { alg: "RS256" });
  assert.equal(await accepted(await set.current(NOW)), "a b");
});

test("the option alg pins a JWK that names none, and only such a one", async () => {
  const bare = { keys: [jwk(rsa, { kid: "a" })] };
  assert.equal(await accepted(await remote(bare, { alg: "RS256" }).set.current(NOW)), "a");
  await rejects(remote(bare, { alg: "ES256" }).set, cannotUse);
});

test("entries that cannot be used are skipped", async () => {
  const useless = [
    { kty: "LATTICE", kid: "new" },
    { kty: "EC", crv: "P-17", kid: "curve", x: "AA", y: "AA" },
    jwk(agreement, { kid: "x25519" }),
    jwk(rsa, { kid: "enc", use: "enc", alg: "RSA-OAEP" }),
    jwk(rsa, { kid: "use", use: "enc", alg: "RS256" }),
    jwk(rsa, { kid: "confusion", alg: "HS256" }),
    jwk(rsa, { kid: "none", alg: "none" }),
    { ...jwkA, kid: 5 },
    { ...jwkA, kid: "torn", n: "*" },
    null,
    "text",
  ];
  const { set } = remote({ keys: [...useless, ...withAB.keys], note: "more members" });
  assert.equal(await accepted(await set.current(NOW)), "a b");
  await rejects(remote({ keys: useless }).set, cannotUse);
});

test("one secret or private key spoils the whole set", async () => {
  for (const secret of [
    { kty: "oct", k: "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0", alg: "HS256" },
    { kty: "oct" },
    privateJwk(otherRsa, { kid: "s", alg: "RS256" }),
    privateJwk(ec, { kid: "s", use: "enc" }),
    privateJwk(agreement, { kid: "s" }),
  ]) {
    await rejects(remote({ keys: [jwkA, secret] }).set, leaked);
  }
  const rs256 = { alg: "RS256" };
  const pkcs1 = otherRsa.privateKey.export({ type: "pkcs1", format: "pem" });
  for (const secret of [privatePem(otherRsa), pkcs1]) {
    await rejects(remote(`${pem(rsa)}${secret}`, rs256).set, leaked);
    await rejects(remote([pem(rsa), secret], rs256).set, leaked);
    await rejects(remote([{ kid: "a", pem: pem(rsa) }, { pem: secret }], rs256).set, leaked);
    await rejects(remote({ a: pem(rsa), s: secret }, rs256).set, leaked);
  }
});

test("a leak does not take the place of good keys", async () => {
  const { site, set } = remote(withA, { coolDown: 0 });
  const good = await set.current(NOW);
  site.body = { keys: [privateJwk(rsa, { kid: "a", alg: "RS256" })] };
  assert.equal(await set.refresh(NOW), good);
  assert.equal(set.stats().lastFailure, leaked);
});

test("two keys of one kid spoil the set, unless one of them is for another use", async () => {
  const twice = "the body holds two keys of one kid";
  await rejects(remote({ keys: [jwkA, { ...jwkB, kid: "a" }] }).set, twice);
  const named = [{ kid: "a", pem: pem(rsa) }, { kid: "a", pem: pem(otherRsa) }];
  await rejects(remote(named, { alg: "RS256" }).set, twice);
  const other = jwk(otherRsa, { kid: "a", use: "enc", alg: "RSA-OAEP" });
  assert.equal(await accepted(await remote({ keys: [other, jwkA] }).set.current(NOW)), "a");
});

test("PEM comes as a map, a list, named or not, and as text with blocks", async () => {
  const a = pem(rsa);
  const texts = `Bag Attributes\n    friendlyName: key\n${a}\nsome words\n${pem(otherRsa)}`;
  for (const [body, candidates, expected] of [
    [{ a, o: pem(otherRsa) }, ["a", "b", "rsa"], "a"],
    [{ keys: a }, ["a", "rsa"], "rsa"],
    [[a], ["a", "b", "rsa"], "a rsa"],
    [[{ kid: "a", pem: a, created: 5 }, { kid: "o", pem: pem(otherRsa) }], ["a", "rsa"], "a"],
    [[{ pem: a }], ["a", "rsa"], "a rsa"],
    [[{ kid: "a", pem: a }, { kid: "b", alg: "ES256", pem: pem(ec) }], ["a", "b"], "a b"],
    [a, ["a", "rsa"], "a rsa"],
    [JSON.stringify(a), ["rsa"], "rsa"],
    [`\ufeff${a.replaceAll("\n", "\r\n")}`, ["rsa"], "rsa"],
    [texts, ["a", "rsa"], ""],
    [`${a}${pem(ec)}`, ["rsa", "ec"], "rsa"],
  ]) {
    const { set } = remote(body, { alg: "RS256" });
    assert.equal(await accepted(await set.current(NOW), candidates), expected, JSON.stringify(body));
  }
});

test("all blocks of a text are taken", async () => {
  const { site, set } = remote(`${pem(otherRsa)}${pem(rsa)}`, { alg: "RS256", coolDown: 0 });
  // Two keys without names fit a token alike, so neither serves it until one is withdrawn.
  assert.equal(await accepted(await set.current(NOW), ["rsa"]), "");
  site.body = pem(rsa);
  assert.equal(await accepted(await set.refresh(NOW), ["rsa"]), "rsa");
});

test("a name for several blocks names none of them", async () => {
  const chain = `${pem(rsa)}${pem(otherRsa)}`;
  await rejects(remote({ a: chain }, { alg: "RS256" }).set, cannotUse);
});

test("PEM without an algorithm is not guessed at", async () => {
  await rejects(remote(pem(rsa)).set, cannotUse);
});

// Misuse.

test("keys travel by https only, but for this very machine", () => {
  for (const url of [
    "https://issuer.example/keys",
    new URL("https://issuer.example/keys"),
    "http://localhost:8787/keys",
    "http://127.0.0.1/keys",
    "http://[::1]:1234/keys",
  ]) {
    new RemoteKeySet(url);
  }
  for (const url of [
    "http://issuer.example/keys",
    "http://localhost.example/keys",
    "http://127.0.0.1.example/keys",
    "http://10.0.0.1/keys",
    "ftp://issuer.example/keys",
    "data:application/json,{}",
    "file:///keys",
    "https://user:word@issuer.example/keys",
    "/keys",
    "",
    undefined,
    null,
    5,
    { toString() { throw new Error("a trap"); } },
  ]) {
    assert.throws(() => new RemoteKeySet(url), { name: "SetupError", option: "url", code: "invalid_option" });
  }
});

test("misuse is a SetupError that names the option", async () => {
  const wrong = [NaN, Infinity, -1, "600", null, 5n];
  const numbers = ["maxAge", "coolDown", "keepOnFailure", "timeout", "maxBytes"];
  for (const [option, values] of [
    ["options", [null, 5, [], "alg"]],
    ...numbers.map((option) => [option, wrong.map((value) => ({ [option]: value }))]),
    ["timeout", [{ timeout: 2 ** 31 }]],
    ["alg", [{ alg: "HS256" }, { alg: "none" }, { alg: 5 }, { alg: null }]],
    ["fetch", [{ fetch: "fetch" }, { fetch: null }]],
    ["headers", [{ headers: 5 }, { headers: { a: 5 } }, { headers: { "a b": "c" } }, { headers: { a: "b\nc" } }]],
    ["cache", [{ cache: true }]],
  ]) {
    for (const value of values) {
      const misuse = () => new RemoteKeySet(URL_OF_KEYS, value);
      assert.throws(misuse, (error) => error instanceof SetupError && error.option === option);
    }
  }
  const { site, set } = remote(withA);
  for (const now of [NaN, "1700000000", 1700000000000, null]) {
    await assert.rejects(set.current(now), { name: "SetupError", option: "now" });
    await assert.rejects(set.refresh(now), { name: "SetupError", option: "now" });
  }
  assert.equal(site.requests.length, 0);
});

// A host where a fetch dies without a word with the request that began it.

test("in workerd a fetch that died with its request does not block later ones", async () => {
  let silent = true;
  const address = await serve((request, response) => {
    if (!silent) response.end(JSON.stringify(withA));
  });
  const main = `
    import { RemoteKeySet } from "edge-jwt";
    const set = new RemoteKeySet("${address}", { timeout: 500 });
    const answer = () => set.current().then(() => "keys", ({ code }) => code);
    export default {
      async fetch(request) {
        if (!request.url.endsWith("/leave")) return new Response(await answer());
        answer();
        return new Response("left");
      },
    };
  `;
  const project = installInto("remote-workerd", { texts: { "worker.mjs": main } });
  const worker = await startWorker({ entry: join(project, "worker.mjs") });
  const ask = async (path = "") => (await fetch(worker.address + path)).text();
  try {
    assert.equal(await ask("leave"), "left");
    silent = false;
    // Whoever joins the dead fetch may be refused; whoever comes next is served, uncooled.
    await Promise.all([ask(), ask()]);
    assert.deepEqual(await Promise.all([ask(), ask()]), ["keys", "keys"]);
  } finally {
    await worker.stop();
  }
});

test("in workerd requests share one fetch, and a redirect is refused", async () => {
  const asked = [];
  const address = await serve((request, response) => {
    asked.push(request.url);
    if (request.url === "/moved") response.writeHead(302, { location: "/keys" });
    setTimeout(() => response.end(JSON.stringify(withA)), 100);
  });
  const main = `
    import { RemoteKeySet } from "edge-jwt";
    const keys = new RemoteKeySet("${address}/keys");
    const moved = new RemoteKeySet("${address}/moved");
    const answer = (set) => set.current().then(() => "keys", ({ message }) => message);
    export default {
      fetch: async ({ url }) => new Response(await answer(url.endsWith("/moved") ? moved : keys)),
    };
  `;
  const project = installInto("remote-workerd", { texts: { "worker.mjs": main } });
  const worker = await startWorker({ entry: join(project, "worker.mjs") });
  const ask = async (path = "") => (await fetch(worker.address + path)).text();
  try {
    assert.deepEqual(await Promise.all([ask(), ask(), ask()]), ["keys", "keys", "keys"]);
    assert.equal(await ask("moved"), "url: no keys could be had: the server redirects");
    assert.deepEqual(asked, ["/keys", "/moved"]);
  } finally {
    await worker.stop();
  }
});
