// The demo's regions by HTTP, where no region looks for a list of itself: so nothing here hangs on
// when it does.

import assert from "node:assert/strict";
import { after, test } from "node:test";

import { startDemo } from "../../scripts/demo.mjs";

const demo = await startDemo({ pollSeconds: 3600, publishSeconds: 3600 });
after(() => demo.stop());

async function call(method, path, { body, token, cookie, type = "application/json" } = {}) {
  const headers = { ...(token && { authorization: `Bearer ${token}` }), ...(cookie && { cookie }) };
  const sent = body && { body: JSON.stringify(body), headers: { ...headers, "content-type": type } };
  const response = await fetch(`${demo.address}${path}`, { method, headers, ...sent });
  const cookies = response.headers.get("set-cookie");
  return { status: response.status, cookies, body: await response.json() };
}

const said = async (region, token) => (await call("GET", `${region}/api/watch`, { token })).body;

async function signIn(name) {
  const { body, cookies } = await call("POST", "helsinki/api/sign-in", { body: { name } });
  return { token: body.token, cookies, cookie: cookies.split(";")[0] };
}

test("a region refuses at once what it throws out, the other not before its next list", async () => {
  const { token } = await signIn("Ada");
  assert.equal((await said("sydney", token)).decision.ok, true);
  const thrown = { by: "sub", value: "member:ada" };
  await call("POST", "helsinki/api/operator/revoke", { body: thrown });
  const [here, there] = [await said("helsinki", token), await said("sydney", token)];
  assert.equal(here.decision.code, "revoked_subject");
  assert.equal(there.decision.ok, true, "it has not looked yet");
  assert.ok(there.list.published.seq < here.list.published.seq);

  // To publish is also to read the list back.
  await call("POST", "sydney/api/operator/publish", { body: {} });
  assert.equal((await said("sydney", token)).decision.code, "revoked_subject");
});

test("a refresh token is in a cookie that no script reads, and is good once", async () => {
  const { token, cookies, cookie } = await signIn("Bea");
  assert.match(cookies, /^refresh=[^;]+; Path=\/helsinki\/api; .*HttpOnly; SameSite=Strict$/);
  const next = await call("POST", "helsinki/api/refresh", { body: {}, cookie });
  assert.equal(next.status, 200);
  assert.notEqual(next.body.token, token);
  const out = await call("POST", "helsinki/api/sign-out", { body: {}, cookie: next.cookies.split(";")[0] });
  assert.equal(out.status, 200);
  assert.equal((await said("helsinki", next.body.token)).decision.code, "revoked_family");
  const again = await call("POST", "helsinki/api/refresh", { body: {}, cookie: next.cookies.split(";")[0] });
  assert.equal(again.status, 401);
  assert.equal(again.body.code, "revoked_family");
});

test("no answer holds a private key, a hash or the secret of pairs", async () => {
  const made = await call("POST", "helsinki/api/operator/pairs", { body: { name: "Till" } });
  const paths = ["keys", "events", "operator/history", "operator/entries", "operator/pairs", "watch"];
  for (const path of paths) {
    const text = JSON.stringify((await call("GET", `helsinki/api/${path}`)).body);
    assert.ok(!text.includes('"d":') && !text.includes('"hash"'), path);
    assert.ok(!text.includes(made.body.secret), path);
  }
});

test("what is misshapen is answered as such", async () => {
  const cases = [
    ["POST", "helsinki/api/sign-in", { name: " " }, 400],
    ["POST", "helsinki/api/sign-in", { name: 7 }, 400],
    ["POST", "helsinki/api/operator/revoke", { by: "shoe", value: "size" }, 400],
    ["POST", "helsinki/api/operator/revoke", { by: "jti" }, 400],
    ["POST", "helsinki/api/operator/revoke", { by: "record", value: "none" }, 400],
    ["POST", "helsinki/api/operator/take-back", { entry: { jti: "nobody" } }, 404],
    ["POST", "helsinki/api/operator/take-back", {}, 404],
    ["POST", "helsinki/api/operator/pairs", { name: "" }, 400],
    ["POST", "helsinki/api/operator/pairs/change", { key: "none", change: "revoke" }, 404],
    ["POST", "helsinki/api/operator/pairs/change", { key: "none", change: "constructor" }, 404],
    ["POST", "helsinki/api/programs/token", { key: "none", secret: "none" }, 403],
    ["POST", "helsinki/api/messages", { text: "hi" }, 401],
    ["GET", "helsinki/api/operator/history?limit=0", undefined, 400],
    ["GET", "helsinki/api/nothing", undefined, 404],
  ];
  for (const [method, path, body, status] of cases) {
    assert.equal((await call(method, path, { body })).status, status, `${path} ${JSON.stringify(body)}`);
  }
  const form = { body: { name: "Eve" }, type: "text/plain" };
  assert.equal((await call("POST", "helsinki/api/sign-in", form)).status, 415);
});

test("what another site's page sends goes no further", async () => {
  const send = (origin) => {
    const headers = { origin, "content-type": "application/x-www-form-urlencoded" };
    const request = { method: "POST", headers, body: "by=jti&value=x" };
    return fetch(`${demo.address}helsinki/api/operator/revoke`, request);
  };
  assert.equal((await send("https://evil.example")).status, 403);
  assert.equal((await send("null")).status, 403);
  assert.equal((await send(new URL(demo.address).origin)).status, 200);
});

test("a browser keeps nothing of one start of the demo for the next", async () => {
  for (const path of ["latest", "snapshot/1"]) {
    const response = await fetch(`${demo.address}helsinki/api/revocations/${path}`);
    assert.equal(response.status, 200, path);
    assert.equal(response.headers.get("cache-control"), "no-store", path);
  }
});

test("who guesses at a program's secret is told to wait", async () => {
  const guess = async () => {
    const body = { key: "none", secret: "wrong" };
    return (await call("POST", "sydney/api/programs/token", { body })).status;
  };
  const statuses = [];
  for (let times = 0; times < 6; times += 1) statuses.push(await guess());
  assert.equal(statuses.at(-1), 429);
});
