// `edge-jwt/handler` and `edge-jwt/hono` over real HTTP: one table of requests against a fetch
// handler and a Hono application, each in workerd, and against Node's http. Express is not installed
// here: what it hands to its middleware is put together on Node's http.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

import { startWorker } from "../../scripts/worker.mjs";
import { importsOf } from "./imports.mjs";
import { installInto } from "./install.mjs";

/** What every host guards, and with what. */
const GATE = `
  import { Gate, KeySet, Verifier } from "edge-jwt";

  export function gateOf({ SECRET }) {
    const keys = new KeySet([{ kid: "main", alg: "HS256", secret: SECRET }]);
    const verifier = new Verifier({ keys, issuer: null, audience: null });
    const roles = { claim: "/role", allow: "admin" };
    const routes = [
      { path: "/open", access: "public" },
      { path: "/admin/**", access: "required", roles },
    ];
    return new Gate({ verifier, routes });
  }

  /** What reached the handler. */
  export async function describe(request, gated, rest) {
    const { pathname } = new URL(request.url, "http://any.example");
    const { outcome, claims, decision } = gated;
    const sub = claims === undefined ? null : claims.sub;
    return { pathname, method: request.method, outcome, sub, kid: decision?.kid, ...rest };
  }
`;

/** The gate cannot be made at the first request, and is at the second. */
const FETCH = `
  import { guard } from "edge-jwt/handler";
  import { describe, gateOf } from "./gate.mjs";

  let made = 0;
  const make = async (env, ctx) => {
    made += 1;
    if (made === 1) throw new Error("not yet");
    return gateOf(env);
  };
  export default {
    fetch: guard(make, async (request, gated, env, ctx) => {
      const body = await request.text();
      const extra = { body, made, name: env.NAME, waits: typeof ctx.waitUntil };
      return Response.json(await describe(request, gated, extra));
    }),
  };
`;

const HONO = `
  import { Hono } from "hono";
  import { guardHono } from "edge-jwt/hono";
  import { describe, gateOf } from "./gate.mjs";

  let made = 0;
  const app = new Hono();
  app.onError((error, c) => c.text(error.name, 500));
  app.use(guardHono((env) => {
    made += 1;
    if (made === 1) throw new Error("not yet");
    return gateOf(env);
  }));
  app.all("*", async (c) => {
    const extra = { body: await c.req.text(), made, name: c.env.NAME, waits: "function" };
    return c.json(await describe(c.req.raw, c.get("gated"), extra));
  });
  export default app;
`;

const SECRET = "s".repeat(32);
const texts = { "gate.mjs": GATE, "fetch.mjs": FETCH, "hono.mjs": HONO };
const folder = installInto("guard", { texts });
const lib = join(folder, "node_modules/edge-jwt/lib");
const load = (path) => import(pathToFileURL(path).href);
const { Issuer, KeySet, SetupError } = await load(join(lib, "hosts/node.js"));
const { guard, guardExpress, guardNode } = await load(join(lib, "guard/index.js"));
const { guardHono } = await load(join(lib, "guard/hono.js"));
const { describe, gateOf } = await load(join(folder, "gate.mjs"));

const issuer = new Issuer({ keys: new KeySet([{ kid: "main", alg: "HS256", secret: SECRET }]) });
const bearer = (claims, options) => `Bearer ${issuer.issueSync(claims, options).token}`;
const agent = bearer({ sub: "ada", role: "agent" });
const admin = bearer({ sub: "bob", role: "admin" });
const expired = bearer({ sub: "ada" }, { now: 1600000000 });

/** Requests, and the status and the code of a denial, or the subject that reached the handler. */
const REQUESTS = [
  ["GET", "/open", undefined, 200, null],
  ["GET", "/open", "Bearer rubbish", 200, null],
  ["GET", "/me", agent, 200, "ada"],
  ["POST", "/me", agent, 200, "ada"],
  ["DELETE", "/admin/x", admin, 200, "bob"],
  ["OPTIONS", "/me", undefined, 200, null],
  ["GET", "/me", undefined, 401, "missing_token"],
  ["POST", "/me", undefined, 401, "missing_token"],
  ["GET", "/me", "Basic dTpw", 401, "unsupported_scheme"],
  ["GET", "/me", `${agent}x`, 401, "invalid_signature"],
  ["GET", "/me", expired, 401, "expired"],
  ["GET", "/admin/x", agent, 403, "forbidden_role"],
  ["GET", "/open%2f..%2fadmin", undefined, 400, "ambiguous_request"],
];

const PREFLIGHT = { origin: "https://a.example", "access-control-request-method": "GET" };

async function ask(address, method, path, authorization) {
  const headers = { ...(authorization && { authorization }), ...(method === "OPTIONS" && PREFLIGHT) };
  const body = method === "POST" ? "a body" : undefined;
  return fetch(new URL(path, address), { method, headers, body });
}

/** Every request of the table, each answered by the handler or by the gate and by nothing else. */
async function passTable(address, extra) {
  for (const [method, path, authorization, status, expected] of REQUESTS) {
    const answer = await ask(address, method, path, authorization);
    const name = `${method} ${path} ${expected}`;
    assert.equal(answer.status, status, name);
    const { code, ...seen } = await answer.json();
    if (status === 200) {
      const outcome = expected === null ? "public" : "allow";
      const body = method === "POST" ? "a body" : "";
      const kid = expected === null ? {} : { kid: "main" };
      assert.deepEqual(seen, { pathname: path, method, outcome, sub: expected, ...kid, body, ...extra });
    } else {
      assert.equal(code, expected, name);
      assert.match(answer.headers.get("www-authenticate"), /^Bearer/, name);
      assert.equal(answer.headers.get("content-type"), "application/json", name);
    }
  }
  const head = await ask(address, "HEAD", "/me");
  assert.deepEqual([head.status, await head.text()], [401, ""]);
}

const bindings = { SECRET, NAME: "edge" };

test("a fetch handler of a worker hears of what the gate lets pass, with env and ctx", async () => {
  const { address, stop } = await startWorker({ entry: join(folder, "fetch.mjs"), bindings });
  try {
    assert.equal((await ask(address, "GET", "/open")).status, 500, "the gate could not be made");
    await passTable(address, { made: 2, name: "edge", waits: "function" });
  } finally {
    await stop();
  }
});

test("a Hono application does so too, with what the gate says as a variable", async () => {
  const { address, stop } = await startWorker({ entry: join(folder, "hono.mjs"), bindings });
  try {
    assert.equal((await ask(address, "GET", "/open")).status, 500, "the gate could not be made");
    await passTable(address, { made: 2, name: "edge", waits: "function" });
  } finally {
    await stop();
  }
});

/** A server for as long as `use` takes. */
async function serving(listener, use) {
  const server = createServer(listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    return await use(`http://127.0.0.1:${server.address().port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function answer(request, response, gated) {
  let body = "";
  for await (const piece of request) body += piece;
  const text = JSON.stringify(await describe(request, gated, { body }));
  response.writeHead(200, { "content-type": "application/json" }).end(text);
}

test("a listener of Node's http does so too", async () => {
  await serving(guardNode(gateOf({ SECRET }), answer), (address) => passTable(address, {}));
  await serving(guardNode(async () => gateOf({ SECRET }), answer), (address) => passTable(address, {}));
});

/** What Express does: the URL cut by its mount, the whole one beside it, and a way on. */
const expressLike = (middleware, errors) => (request, response) => {
  request.originalUrl = request.url;
  request.url = "/open";
  response.locals = {};
  return middleware(request, response, (error) => {
    request.url = request.originalUrl;
    if (error === undefined) return answer(request, response, response.locals.gated);
    errors.push(error);
    response.writeHead(500).end();
  });
};

test("middleware in the shape of Express's goes by the whole URL", async () => {
  const errors = [];
  const middleware = guardExpress(gateOf({ SECRET }));
  await serving(expressLike(middleware, errors), (address) => passTable(address, {}));
  assert.deepEqual(errors, []);
});

test("where the gate rejects nobody is let in, and the server goes on", async () => {
  const gate = gateOf({ SECRET });
  gate.free();
  let heard = 0;
  const listener = () => (heard += 1);
  const errors = [];
  const onError = (error) => errors.push(error);
  await serving(guardNode(gate, listener, { onError }), async (address) => {
    for (const authorization of [undefined, admin]) {
      const refused = await ask(address, "GET", "/open", authorization);
      assert.deepEqual([refused.status, await refused.text()], [500, '{"error":"server_error"}']);
    }
  });
  await serving(expressLike(guardExpress(gate), errors), async (address) => {
    assert.equal((await ask(address, "GET", "/open", admin)).status, 500);
  });
  const failing = (error) => (errors.push(error), Promise.reject(new Error("the logger is away")));
  const throwing = (error) => {
    errors.push(error);
    throw new Error("the logger is away");
  };
  for (const onError of [failing, throwing]) {
    await serving(guardNode(gate, listener, { onError }), async (address) => {
      assert.equal((await ask(address, "GET", "/open", admin)).status, 500);
    });
  }
  assert.equal(errors.length, 5);
  for (const error of errors) assert.ok(error instanceof SetupError);
  const handler = guard(gate, listener);
  await assert.rejects(handler(new Request("http://a/open")), SetupError);
  const context = { req: { raw: new Request("http://a/open") }, env: {}, set: listener };
  await assert.rejects(guardHono(gate)(context, listener), SetupError);
  assert.equal(heard, 0);
});

test("of the gates that requests make at one time the first serves all later ones", async () => {
  const made = [];
  const source = () => new Promise((resolve) => made.push(resolve));
  const handler = guard(source, (request, { by }) => new Response(by));
  const by = async () => (await handler(new Request("http://a/"))).text();
  const both = [by(), by()];
  const gateBy = (name) => ({ check: async () => ({ outcome: "public", by: name }) });
  made[1](gateBy("second"));
  assert.equal(await both[1], "second");
  made[0](gateBy("first"));
  assert.equal(await both[0], "second");
  assert.equal(await by(), "second");
  assert.equal(made.length, 2);
});

test("misuse is told by the name of the option", async () => {
  const gate = gateOf({ SECRET });
  for (const wrong of [undefined, null, {}, "gate", { check: true }]) {
    assert.throws(() => guard(wrong, () => {}), { name: "SetupError", option: "gate" });
    assert.throws(() => guardNode(wrong, () => {}), { name: "SetupError", option: "gate" });
    assert.throws(() => guardExpress(wrong), { name: "SetupError", option: "gate" });
    assert.throws(() => guardHono(wrong), { name: "SetupError", option: "gate" });
    const made = guard(() => wrong, () => {});
    await assert.rejects(made(new Request("http://a/")), { name: "SetupError", option: "gate" });
  }
  assert.throws(() => guard(gate), { name: "SetupError", option: "handler" });
  assert.throws(() => guardNode(gate), { name: "SetupError", option: "listener" });
  assert.throws(() => guardNode(gate, () => {}, { onError: 5 }), { name: "SetupError", option: "onError" });
});

test("guards have no wasm, and nothing that asks for it", () => {
  for (const entry of ["guard/hono.js", "guard/index.js"]) {
    const imports = importsOf(lib, entry);
    assert.ok(imports.includes("ground.js") && !imports.includes("core.js"), `${imports}`);
  }
});
