// The world of a part of the token service: a worker's services in workerd with D1, two isolates over
// one database, and requests to them.

import { join } from "node:path";
import { after } from "node:test";
import { pathToFileURL } from "node:url";

import { startIsolates } from "../../scripts/worker.mjs";
import { installInto } from "./install.mjs";

/** The time of requests that say no other, in seconds. */
export const NOW = 1_700_000_000;

/** The headers of a body in JSON. */
export const JSON_TYPE = { "content-type": "application/json" };

/** A value as the body of a request. */
export const inJson = (value) => ({ body: JSON.stringify(value), headers: JSON_TYPE });

/**
 * Starts the worker of this text, which makes itself by `service-worker.mjs`, until the tests are
 * over. Answers `ask`, which requests something of the first isolate by HTTP or `of` the other one,
 * `two`; `host`, which has the host of a service take a step; what was `said` on a console; and
 * `load` for modules of the package.
 */
export async function startService(name, worker, bindings) {
  const texts = { "worker.mjs": worker };
  const folder = installInto(name, { files: ["service-worker.mjs"], texts });
  const isolate = { bindings, d1Databases: { DB: name } };
  const said = [];
  const log = (piece) => said.push(piece);
  const isolates = { one: isolate, two: isolate };
  const miniflare = await startIsolates(join(folder, "worker.mjs"), isolates, { log });
  after(() => miniflare.dispose());
  const address = (await miniflare.ready).href;
  let callers = 0;

  async function ask(path, { method = "GET", headers, body, now = NOW, of, service = "usual" } = {}) {
    // Each caller has an address of its own, so that no test's failures are another's.
    const own = { "x-address": `192.0.2.${(callers += 1)}`, "x-now": `${now}`, "x-service": service };
    const init = { method, body, headers: { ...own, ...headers } };
    const response = of === undefined
      ? await fetch(new URL(path, address), init)
      : await of.fetch(`http://service.example${path}`, init);
    const text = await response.text();
    const answer = { status: response.status, headers: response.headers, text };
    const isJson = response.headers.get("content-type") === "application/json" && text !== "";
    return isJson ? { ...answer, body: JSON.parse(text) } : answer;
  }

  const host = async (step, given = {}, options) =>
    (await ask(`/host/${step}`, { method: "POST", ...inJson(given), ...options })).body;
  await host("migrate");
  const load = (path) => import(pathToFileURL(join(folder, "node_modules/edge-jwt/lib", path)).href);
  return { ask, host, two: await miniflare.getWorker("two"), said, load };
}

/** Bodies that a stranger may send to any route, each with its content type. */
export const ODD_BODIES = [
  ["", "application/json"],
  ["null", "application/json"],
  ["[]", "application/json"],
  ['"a"', "application/json"],
  ["{", "application/json"],
  ['{"constructor":1,"toString":2,"name":{}}', "application/json"],
  ['{"api_key":{"__proto__":null},"api_secret":{}}', "application/json"],
  ['{"username":{"__proto__":null},"password":{}}', "application/json"],
  ['{"__proto__":{"username":"admin","password":"x","refresh_token":"a.b.c"}}', "application/json"],
  ['{"refresh_token":[[[[]]]],"token":{"toString":1}}', "application/json"],
  ['{"refresh_token":"\\ud800.\\udc00.","token":"\\ud800.\\udc00.","name":"\\ud800"}', "application/json"],
  ['{"refresh_token":"a.b.c","token":"..","username":"a"}', "application/json"],
  [`{"refresh_token":"${"a".repeat(8000)}","token":"${"a".repeat(8000)}"}`, "application/json"],
  [`{"a":${"[".repeat(8000)}${"]".repeat(8000)}}`, "application/json"],
  [`{"api_key":"${"9".repeat(4000)}","api_secret":"${"\\u0001".repeat(600)}"}`, "application/json"],
  ['{"api_key":"a"}', "text/plain"],
  ["api_key=a&api_key=b&token=a&token=b", "application/x-www-form-urlencoded"],
  ["api_key=%ff%fe&password=%00&refresh_token=%zz", "application/x-www-form-urlencoded"],
  ["name=%ed%a0%80", "application/x-www-form-urlencoded"],
  ["x", "multipart/form-data; boundary=x"],
  ['--x\r\nContent-Disposition: form-data; name="api_key"; filename="a"\r\n\r\na\r\n--x--', "multipart/form-data; boundary=x"],
  ["x".repeat(20000), "application/json"],
  [new Uint8Array([0xff, 0xfe, 0x00]), "application/json"],
];

/** Headers that a stranger may send with them. */
export const ODD_HEADERS = [
  {},
  { authorization: `Bearer ${"a".repeat(12000)}`, origin: "null" },
  { authorization: "Bearer ..", "x-http-method-override": "DELETE", origin: "https://page.example" },
  { authorization: "Bearer eyJhbGciOiJub25lIn0.e30." },
  { authorisation: "Bearer eyJhbGciOiJub25lIn0.e30." },
  { authorization: "\u00ff\u00fe", origin: "\u00ff", "content-type": "" },
];

const METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"];

/** Sends all of it to each path, and answers what was answered, as `ask` does, with its request. */
export async function* askOddly(ask, paths, options) {
  for (const path of paths) {
    for (const method of METHODS) {
      const hasBody = method !== "GET" && method !== "HEAD";
      const answers = (hasBody ? ODD_BODIES : ODD_HEADERS).map((_, place) => {
        const [body, type] = hasBody ? ODD_BODIES[place] : [undefined, "application/json"];
        const headers = { "content-type": type, ...ODD_HEADERS[place % ODD_HEADERS.length] };
        return ask(path, { method, body, ...options, headers: { ...options.headers, ...headers } });
      });
      for (const answer of await Promise.all(answers)) yield { ...answer, asked: `${method} ${path}` };
    }
  }
}
