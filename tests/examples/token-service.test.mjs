// The token service of examples/token-service as a person deploys it: wrangler takes its template as it
// stands, and with `wrangler dev` it does all day what docs/deploy.md says.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";

import { WRANGLER, deployNowhere, quietIn } from "../../scripts/worker.mjs";
import { installInto } from "../package/install.mjs";
import { eventually } from "./world.mjs";

const ISSUER = "https://tokens.example";
const [OPERATOR, READER] = [randomBytes(24).toString("hex"), randomBytes(24).toString("hex")];

/** The template in a folder of its own, as a person copies it. */
function copyTemplate(name) {
  const folder = installInto(name);
  cpSync(join(folder, "node_modules/edge-jwt/examples/token-service"), folder, { recursive: true });
  return folder;
}

const folder = copyTemplate("token-service");
const importOwn = (path) => import(pathToFileURL(join(folder, "node_modules/edge-jwt/lib", path)).href);
const { KeySet, Revocations, Verifier } = await importOwn("hosts/node.js");
const { ListFollower, httpLists } = await importOwn("lists/index.js");

/** As the guide has it: a key is what the command line makes. */
function keygen(kid) {
  const args = ["edge-jwt", "keygen", "--alg", "ES256", "--kid", kid];
  const { stdout, status } = spawnSync("npx", ["--no-install", ...args], { cwd: folder, encoding: "utf8" });
  assert.equal(status, 0);
  return stdout.trim();
}

const LIST_KEY = keygen("lists");
const SECRETS = {
  ...{ TOKEN_KEYS: keygen("2026-11"), LIST_KEY, OPERATOR, READER },
  CLIENTS: JSON.stringify({ shop: "the shop's long random text" }),
};

test("wrangler takes the template as it stands", () => {
  const said = deployNowhere(folder);
  for (const name of ["env.DB", "env.LISTS", "env.ISSUER"]) assert.ok(said.includes(name), said);
});

/** `wrangler dev`, once it listens; it ends with the test `t`. */
async function startDev(t, folder) {
  const args = ["dev", "--port", "0", "--inspector-port", "0", "--test-scheduled"];
  for (const [name, value] of Object.entries(SECRETS)) args.push("--var", `${name}:${value}`);
  const child = spawn(WRANGLER, args, { cwd: folder, env: quietIn(folder), stdio: ["ignore", "pipe", "pipe"], detached: true });
  let said = "";
  child.stdout.on("data", (piece) => (said += piece));
  child.stderr.on("data", (piece) => (said += piece));
  t.after(async () => {
    if (child.exitCode !== null) return;
    const gone = once(child, "exit");
    process.kill(-child.pid, "SIGTERM");
    await gone;
  });
  for (let waited = 0; waited < 600; waited += 1) {
    const [, address] = /Ready on (http:\S+)/.exec(said) ?? [];
    if (address !== undefined) return address;
    if (child.exitCode !== null) break;
    await pause(100);
  }
  throw new Error(`wrangler dev does not listen:\n${said}`);
}

const operates = { authorization: `Bearer ${OPERATOR}` };
const reads = { authorization: `Bearer ${READER}` };
const shop = { client_id: "shop", client_secret: "the shop's long random text" };
const grant = { ...shop, grant_type: "password", username: "ada", password: "a long password" };

/** Asks the service: a form where one is given. */
const asking = (address) => async (path, form, headers = {}) => {
  const init = form === undefined ? { headers } : { method: "POST", body: new URLSearchParams(form), headers };
  const response = await fetch(new URL(path, address), init);
  return { status: response.status, body: await response.json().catch(() => null) };
};

/** The operator throws somebody out. */
async function throwOut(address, entry) {
  const headers = { ...operates, "content-type": "application/json" };
  const change = { method: "POST", body: JSON.stringify(entry), headers };
  assert.equal((await fetch(new URL("/operator/revocations", address), change)).status, 200);
}

/** An API of another host: public keys, and the lists over HTTP, by the readers' password. Answers true, or a refusal's code. */
async function readerOf(address) {
  const keys = KeySet.fromJwks((await asking(address)("/.well-known/jwks.json")).body);
  const verifier = new Verifier({ keys, issuer: ISSUER, audience: "api" });
  const listKeys = KeySet.fromJwks(new KeySet([{ jwk: JSON.parse(LIST_KEY) }]).toJwks());
  const list = new Revocations({ keys: listKeys, issuer: ISSUER });
  verifier.setRevocations(list, { mode: "required", irrevocable: "refuse" });
  const fetchAsReader = (url, init) => fetch(url, { ...init, headers: reads });
  const from = httpLists(new URL("/revocations", address), { fetch: fetchAsReader });
  const follower = new ListFollower({ list, from, every: 0.01 });
  return async (token) => {
    await pause(20);
    await follower.refresh({ waitUntil: () => {} });
    await pause(200);
    const { ok, code } = await verifier.verify(token);
    return ok || code;
  };
}

test("a user signs in, is thrown out everywhere within the next list, and may come back", async (t) => {
  const address = await startDev(t, folder);
  const ask = asking(address);

  assert.equal((await ask("/users", { username: "ada", password: "a long password" })).status, 403);
  assert.equal((await ask("/users", { username: "ada", password: "a long password" }, operates)).status, 201);
  assert.equal((await ask("/token", { ...grant, password: "wrong" })).status, 400);
  assert.equal((await ask("/token", { ...grant, username: "bob" })).status, 400);
  assert.equal((await ask("/token", { ...grant, client_secret: "wrong" })).status, 401);
  const signedIn = await ask("/token", grant);
  assert.equal(signedIn.status, 200);

  const verdict = await readerOf(address);
  const cron = async () => assert.equal((await fetch(new URL("/__scheduled?cron=*+*+*+*+*", address))).status, 200);

  await cron();
  assert.equal(await verdict(signedIn.body.access_token), true);
  for (const name of ["latest", "snapshot/1"]) {
    const statusWith = async (headers) => (await ask(`/revocations/${name}`, undefined, headers)).status;
    assert.deepEqual([await statusWith({}), await statusWith(operates), await statusWith(reads)], [403, 403, 200]);
  }

  await throwOut(address, { sub: "ada", before: Date.now() + 1 });
  const { refresh_token } = signedIn.body;
  const refused = await ask("/token", { ...shop, grant_type: "refresh_token", refresh_token });
  assert.equal(refused.status, 400);
  assert.equal(await verdict(signedIn.body.access_token), true, "the list of KV comes with the cron");
  await cron();
  assert.equal(await verdict(signedIn.body.access_token), "revoked_subject");

  // Four guesses have failed by now, and one more is the last of this minute.
  // Whoever signs in after that is somebody else, as far as the cut-off goes.
  await pause(1100);
  const again = await ask("/token", grant);
  assert.equal(await verdict(again.body.access_token), true);
});

test("with a bucket of R2 what is thrown out is published at once, without the cron", async (t) => {
  const folder = copyTemplate("token-service-r2");
  const settings = readFileSync(join(folder, "wrangler.toml"), "utf8");
  const bucket = /^#(?=\[\[r2_buckets|binding|bucket_name)/gm;
  assert.equal(settings.match(bucket)?.length, 3);
  writeFileSync(join(folder, "wrangler.toml"), settings.replace(bucket, ""));
  const address = await startDev(t, folder);
  const ask = asking(address);

  await ask("/users", { username: "ada", password: "a long password" }, operates);
  const { body } = await ask("/token", grant);
  const verdict = await readerOf(address);
  assert.equal(await verdict(body.access_token), "not_covered");

  await throwOut(address, { sub: "bob" });
  await eventually(() => verdict(body.access_token), true);
  const { headers } = await fetch(new URL("/revocations/latest", address), { headers: reads });
  assert.equal(headers.get("cache-control"), "private, max-age=1");
  await throwOut(address, { sub: "ada" });
  await eventually(() => verdict(body.access_token), "revoked_subject");
});
