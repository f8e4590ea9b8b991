// The gate as a host uses it: requests of each form it may hand over, raw ones off a socket among
// them, and what it answers. The tables of tricks stand in tests/core/gate.rs.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

import { installInto } from "./install.mjs";

const NOW = { now: 1700000000 };
const ANY = { issuer: null, audience: null };

const lib = join(installInto("gate"), "node_modules/edge-jwt/lib");
const library = await import(pathToFileURL(join(lib, "hosts/node.js")).href);
const { memoryBuffer } = await import(pathToFileURL(join(lib, "core.js")).href);
const { Gate, Issuer, KeySet, Revocations, SetupError, Verifier, generateKey, toResponse } = library;

const keys = new KeySet([{ kid: "main", alg: "HS256", secret: "s".repeat(32) }]);
const verifier = new Verifier({ keys, ...ANY });
const issuer = new Issuer({ keys });
const issue = (claims) => issuer.issueSync(claims, NOW).token;
const token = issue({ sub: "u1", user: { role: "agent" } });
const authorization = `Bearer ${token}`;

const codeOf = (gated) => gated.decision?.code ?? gated.outcome;
const check = (gate, method, url, headers = {}) => codeOf(gate.checkSync({ method, url, headers }, NOW));

test("headers of every form say the same, and names in any case", async () => {
  const gate = new Gate({ verifier });
  const appended = new Headers();
  appended.append("Authorization", authorization);
  const forms = [
    { authorization },
    { Authorization: authorization },
    { AUTHORIZATION: [authorization] },
    { authorization, cookie: undefined, "set-cookie": ["a", "b"], get: "a header of that name" },
    Object.assign(Object.create(null), { authorization }),
    new Headers({ authorization }),
    appended,
  ];
  for (const headers of forms) {
    const request = { method: "GET", url: "/x", headers };
    for (const gated of [gate.checkSync(request, NOW), await gate.check(request, NOW)]) {
      assert.equal(gated.outcome, "allow");
      assert.equal(gated.claims.sub, "u1");
      assert.equal(gated.decision.claims, gated.claims);
    }
  }
  assert.equal((await gate.check(new Request("https://h/x", { headers: { authorization } }), NOW)).outcome, "allow");
});

test("a header that is said twice is not one token", () => {
  const gate = new Gate({ verifier });
  const appended = new Headers({ authorization });
  appended.append("authorization", authorization);
  for (const headers of [
    { authorization: [authorization, authorization] },
    { authorization, Authorization: authorization },
    { authorization: `${authorization}, ${authorization}` },
    appended,
  ]) {
    assert.equal(check(gate, "GET", "/x", headers), "unsupported_scheme");
  }
  const none = [{}, { authorization: [] }, { authorization: undefined }, new Headers()];
  for (const headers of none) assert.equal(check(gate, "GET", "/x", headers), "missing_token");
});

test("a line feed in what was handed over ends nothing", () => {
  const gate = new Gate({ verifier, cookie: "session", routes: [{ path: "/open", access: "public" }] });
  assert.equal(check(gate, "GET", "/open"), "public");
  assert.equal(check(gate, "GET\n/open", "/x"), "ambiguous_request");
  assert.equal(check(gate, "GET", "/open\n/x"), "ambiguous_request");
  assert.equal(check(gate, "GET", `/x\nauthorization:${authorization}`), "ambiguous_request");
  assert.equal(check(gate, "GET", "/x", { cookie: `a\nauthorization:${authorization}` }), "missing_token");
  assert.equal(check(gate, "GET", "/x", { authorization: `${authorization}\n` }), "unsupported_scheme");
  assert.equal(check(gate, "GET", "/x", { authorization: "Bearer \ud800" }), "unsupported_scheme");
  assert.equal(check(gate, "GET", "/open\ud800"), "ambiguous_request");
});

// What is left of a trick depends on who reads the URL first: a `Request` holds what the host has
// made of it, and an application that goes by the same `Request` sees the same.
const TRICKS = [
  ["/open/../admin", "ambiguous_request", "missing_token"],
  ["/open/%2e%2e/admin", "ambiguous_request", "missing_token"],
  ["/open/.%2E/admin", "ambiguous_request", "missing_token"],
  ["/open\\..\\admin", "ambiguous_request", "missing_token"],
  ["/open/./x", "ambiguous_request", "public"],
  ["/admin/../open", "ambiguous_request", "public"],
  ["/open//x", "ambiguous_request", "ambiguous_request"],
  ["/open/%2fadmin", "ambiguous_request", "ambiguous_request"],
  ["/%61dmin", "ambiguous_request", "ambiguous_request"],
  ["/open/%2561", "ambiguous_request", "ambiguous_request"],
  ["/open/%00", "ambiguous_request", "ambiguous_request"],
  ["/open/..%20/admin", "ambiguous_request", "ambiguous_request"],
  ["/open/%c0%ae%c0%ae/admin", "ambiguous_request", "ambiguous_request"],
  ["/open/%zz", "ambiguous_request", "ambiguous_request"],
  ["/open;/admin", "ambiguous_request", "ambiguous_request"],
  ["/open#/admin", "ambiguous_request", "ambiguous_request"],
  ["/open/caf%C3%A9", "public", "public"],
  ["/open/x?y=/../z", "public", "public"],
  ["/Open", "missing_token", "missing_token"],
  ["/open", "public", "public"],
  ["/admin/", "missing_token", "missing_token"],
];

const tricked = new Gate({
  verifier,
  access: "required",
  routes: [
    { path: "/open/**", access: "public" },
    { path: "/admin/**", access: "required" },
  ],
});

test("a Request is judged by what its host made of the URL", async () => {
  for (const [path, , resolved] of TRICKS) {
    const gated = await tricked.check(new Request(`https://api.example${path}`), NOW);
    assert.equal(codeOf(gated), resolved, path);
  }
  assert.equal(codeOf(await tricked.check(new Request("https://h/open/é"), NOW)), "public");
});

test("a request off the socket is judged by what was sent", async () => {
  const seen = [];
  const server = createServer((request, response) => {
    const { outcome, decision, response: answer } = tricked.checkSync(request, NOW);
    seen.push(decision?.code ?? outcome);
    if (outcome === "deny") response.writeHead(answer.status, answer.headers).end(answer.body);
    else response.end("in");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const send = async (lines) => {
    const socket = connect(server.address().port, "127.0.0.1");
    socket.end([...lines, "Host: api.example", "Connection: close", "", ""].join("\r\n"), "latin1");
    let text = "";
    for await (const chunk of socket) text += chunk;
    return text;
  };
  try {
    for (const [path, raw] of TRICKS) {
      await send([`GET ${path} HTTP/1.1`]);
      assert.equal(seen.pop(), raw, path);
    }
    for (const [target, expected] of [
      ["http://api.example/open", "public"],
      ["http://a@b/open", "ambiguous_request"],
      ["//api.example/open", "ambiguous_request"],
      ["*", "ambiguous_request"],
    ]) {
      await send([`GET ${target} HTTP/1.1`]);
      assert.equal(seen.pop(), expected, target);
    }
    await send(["GET /open HTTP/1.1", "X-HTTP-Method-Override: DELETE"]);
    assert.equal(seen.pop(), "ambiguous_request");
    await send(["GET /admin HTTP/1.1", `Authorization: ${authorization}`]);
    assert.equal(seen.pop(), "allow");
    const answer = await send(["GET /admin HTTP/1.1", "Authorization: Basic dTpw"]);
    assert.match(answer, /^HTTP\/1\.1 401 /);
    assert.match(answer, /^WWW-Authenticate: Bearer\r$/m);
    assert.match(answer, /^Content-Type: application\/json\r$/m);
    assert.match(answer, /"code":"unsupported_scheme"/);
  } finally {
    server.close();
  }
});

// WP-14: an optional token must be good. MO-17: under the header that was named alone.
test("what the verifier refuses is denied with its code and an answer", async () => {
  const list = new Revocations();
  const own = new Verifier({ keys, ...ANY });
  list.revoke({ sub: "banned" });
  own.setRevocations(list);
  const routes = [{ path: "/**", method: "GET", access: "optional" }];
  const gate = new Gate({ verifier: own, headers: "x-api-token", routes });
  const bearer = (text) => ({ "x-api-token": `Bearer ${text}` });
  const old = issuer.issueSync({ sub: "u1" }, { now: 1600000000 }).token;
  for (const [headers, expected, status] of [
    [{}, "public"],
    [{ authorization: "Bearer x" }, "public"],
    [bearer(token), "allow"],
    [bearer("x.y.z"), "malformed_token", 401],
    [bearer(`${token}x`), "invalid_signature", 401],
    [bearer(old), "expired", 401],
    [bearer(issue({ sub: "banned" })), "revoked_subject", 401],
  ]) {
    for (const gated of [
      gate.checkSync({ method: "GET", url: "/", headers }, NOW),
      await gate.check({ method: "HEAD", url: "/", headers }, NOW),
    ]) {
      assert.equal(codeOf(gated), expected);
      assert.equal(gated.response?.status, status);
      const text = JSON.stringify(gated);
      if (status !== undefined) assert.ok(!text.includes("eyJ"), "a denial holds no token");
    }
  }
  const expired = gate.checkSync({ method: "GET", url: "/", headers: bearer(old) }, NOW);
  assert.equal(expired.decision.claim, "exp");
  assert.deepEqual(expired.decision, own.verifySync(old, NOW));
});

test("a key of the host is asked by check, and checkSync says so", async () => {
  const keys = new KeySet([{ jwk: await generateKey("ES256") }]);
  const gate = new Gate({ verifier: new Verifier({ keys, ...ANY }) });
  const { token } = await new Issuer({ keys }).issue({ sub: "u2" }, NOW);
  const request = { method: "GET", url: "/", headers: { authorization: `Bearer ${token}` } };
  assert.equal((await gate.check(request, NOW)).claims.sub, "u2");
  assert.throws(() => gate.checkSync(request, NOW), { code: "needs_async" });
});

// LD-10, MO-19: roles of the token; and those that only the host knows, by the verifier's last look.
test("a role decides after the token, as the claim or the host says it", async () => {
  const roles = { claim: "/user/role", allow: ["agent", "admin"] };
  const routes = [
    { path: "/any", access: "required", roles: null },
    { path: "/denied", access: "required", roles: { claim: "/user/role", deny: "agent" } },
  ];
  const gate = new Gate({ verifier, roles, routes });
  const visitor = { authorization: `Bearer ${issue({ user: { role: "visitor" } })}` };
  assert.equal(check(gate, "GET", "/x", { authorization }), "allow");
  assert.equal(check(gate, "GET", "/x", visitor), "forbidden_role");
  assert.equal(check(gate, "GET", "/any", visitor), "allow");
  assert.equal(check(gate, "GET", "/denied", { authorization }), "forbidden_role");
  assert.equal(check(gate, "GET", "/denied", visitor), "allow");
  const denied = gate.checkSync({ method: "GET", url: "/x", headers: visitor }, NOW);
  assert.equal(denied.response.status, 403);
  assert.equal(denied.decision.claim, "/user/role");

  const directory = new Map([["u1", "editor"]]);
  const asking = new Verifier({
    keys,
    ...ANY,
    customCheck: async ({ claims }) => (directory.get(claims.sub) === "editor" ? undefined : "forbidden_role"),
  });
  const byHost = new Gate({ verifier: asking });
  const other = { authorization: `Bearer ${issue({ sub: "u2" })}` };
  assert.equal((await byHost.check({ method: "GET", url: "/", headers: { authorization } }, NOW)).outcome, "allow");
  assert.equal(codeOf(await byHost.check({ method: "GET", url: "/", headers: other }, NOW)), "forbidden_role");
});

test("claims cannot put on a role by how they are named", () => {
  const gate = new Gate({ verifier, roles: { claim: "/role", allow: "admin" } });
  for (const claims of [
    JSON.parse('{"__proto__":{"role":"admin"}}'),
    { "role/": "admin" },
    { toJSON: { role: "admin" } },
    { role: { toString: "admin" } },
  ]) {
    assert.equal(check(gate, "GET", "/", { authorization: `Bearer ${issue(claims)}` }), "forbidden_role");
  }
});

test("an answer becomes a Response", async () => {
  const gate = new Gate({ verifier });
  const { response } = gate.checkSync({ method: "GET", url: "/x?y=1;_method=PUT", headers: {} }, NOW);
  const sent = toResponse(response);
  assert.equal(sent.status, 400);
  assert.equal(sent.headers.get("content-type"), "application/json");
  assert.match(sent.headers.get("www-authenticate"), /^Bearer error="invalid_request"/);
  assert.equal((await sent.json()).code, "ambiguous_request");
  for (const wrong of [null, {}, { status: 99 }, { status: 401, headers: { "a b": "" } }]) {
    assert.throws(() => toResponse(wrong), SetupError);
  }
});

test("what is too large is refused, and memory stays what it was", () => {
  const gate = new Gate({ verifier });
  const refuse = () => {
    assert.equal(check(gate, "GET", "/x", { authorization: `Bearer ${"a".repeat(20_000)}` }), "token_too_large");
    assert.equal(check(gate, "GET", "/x", { authorization: `Bearer ${"a".repeat(5e6)}` }), "token_too_large");
    assert.equal(check(gate, "GET", `/${"a".repeat(5e6)}`), "ambiguous_request");
    assert.equal(check(gate, "GET", "/a".repeat(400_000)), "ambiguous_request");
    assert.equal(check(gate, "G".repeat(5e6), "/x"), "ambiguous_request");
    assert.equal(check(gate, "GET", `/?${"&;".repeat(400_000)}`), "missing_token");
  };
  refuse();
  const before = memoryBuffer().byteLength;
  for (let round = 0; round < 20; round += 1) refuse();
  assert.equal(memoryBuffer().byteLength, before);
});

test("a thousand routes are made ready once, and each is found", () => {
  const accesses = ["public", "optional", "required"];
  const routes = Array.from({ length: 1000 }, (_, n) => ({
    path: `/v${n % 7}/things${n}/{id}${n % 2 === 0 ? "/parts" : "/**"}`,
    access: accesses[n % 3],
  }));
  const gate = new Gate({ verifier, routes });
  for (const [n, { path, access }] of routes.entries()) {
    const url = path.replace("{id}", "12").replace("/**", "/x/y");
    assert.equal(check(gate, "GET", url), access === "required" ? "missing_token" : "public", path);
    assert.equal(check(gate, "GET", url.replace(`things${n}`, "things")), "missing_token");
  }
});

test("misuse is told by the name of the option", () => {
  const route = { path: "/a", access: "public" };
  for (const [options, option] of [
    [{}, "verifier"],
    [{ verifier: {} }, "verifier"],
    [{ verifier: keys }, "verifier"],
    [{ verifier, x: 1 }, "x"],
    [{ verifier, routes: 5 }, "routes"],
    [{ verifier, routes: [5] }, "routes"],
    [{ verifier, routes: [{ path: "/a" }] }, "routes.access"],
    [{ verifier, routes: [{ ...route, path: "a" }] }, "routes.path"],
    [{ verifier, routes: [route, route] }, "routes.path"],
    [{ verifier, routes: [{ ...route, method: "get" }] }, "routes.method"],
    [{ verifier, headers: ["a b"] }, "headers"],
    [{ verifier, base: "/a/**" }, "base"],
    [{ verifier, roles: { claim: "/a" } }, "roles.allow"],
  ]) {
    assert.throws(() => new Gate(options), { name: "SetupError", option });
  }
  const gate = new Gate({ verifier });
  for (const [request, option] of [
    [undefined, "request"],
    ["/x", "request"],
    [{ url: "/x", headers: {} }, "request.method"],
    [{ method: "GET", headers: {} }, "request.url"],
    [{ method: "GET", url: new URL("https://h"), headers: {} }, "request.url"],
    [{ method: "GET", url: "/x" }, "request.headers"],
    [{ method: "GET", url: "/x", headers: { authorization: 5 } }, "request.headers"],
    [{ method: "GET", url: "/x", headers: { authorization: [authorization, 5] } }, "request.headers"],
  ]) {
    assert.throws(() => gate.checkSync(request, NOW), { name: "SetupError", option });
  }
  assert.throws(() => gate.checkSync({ method: "GET", url: "/x", headers: {} }, { now: "x" }), { option: "now" });
  gate.free();
  assert.throws(() => gate.checkSync({ method: "GET", url: "/x", headers: {} }, NOW), { option: "gate" });
});
