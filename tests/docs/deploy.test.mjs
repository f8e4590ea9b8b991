// The API of docs/deploy.md as it stands, with its wrangler.toml: in workerd, over a KV with published
// lists.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

import { deployNowhere, startIsolates } from "../../scripts/worker.mjs";
import { installInto } from "../package/install.mjs";
import { blocksOf } from "./page.mjs";

const page = readFileSync(new URL("../../docs/deploy.md", import.meta.url), "utf8");
const texts = Object.fromEntries(blocksOf(page).map(({ name, text }) => [name, text]));
const folder = installInto("deploy", { texts });

const libraryOf = (path) => import(pathToFileURL(join(folder, "node_modules/edge-jwt/lib", path)).href);
const { Issuer, KeySet, generateKey } = await libraryOf("hosts/node.js");
const { kv, publishList } = await libraryOf("lists/index.js");
const { MemoryStore } = await libraryOf("store/index.js");

const names = { issuer: "https://tokens.example.org", audience: "api" };
const tokenKeys = new KeySet([{ jwk: await generateKey("ES256", { kid: "2026-11" }) }]);
const signWith = new KeySet([{ jwk: await generateKey("ES256", { kid: "lists-1" }) }]);
writeFileSync(join(folder, "jwks.json"), JSON.stringify(tokenKeys.toJwks()));
writeFileSync(join(folder, "list-jwks.json"), JSON.stringify(signWith.toJwks()));

test("wrangler takes the API of docs/deploy.md as it stands", () => {
  const said = deployNowhere(folder);
  for (const name of ["env.LISTS", "env.ISSUER", "env.AUDIENCE"]) assert.ok(said.includes(name), said);
});

test("the API of docs/deploy.md lets in whom the published list does not name", async (t) => {
  const bindings = { ISSUER: names.issuer, AUDIENCE: names.audience };
  const isolates = { api: { bindings, kvNamespaces: { LISTS: "lists" } } };
  const miniflare = await startIsolates(join(folder, "api.js"), isolates, { log: () => {} });
  t.after(() => miniflare.dispose());
  const worker = await miniflare.getWorker("api");
  const ask = async (sub) => {
    const { token } = await new Issuer({ keys: tokenKeys, ...names }).issue({ sub });
    const answer = await worker.fetch("http://api.example/", { headers: { authorization: `Bearer ${token}` } });
    return answer.json();
  };

  const preflight = { method: "OPTIONS", headers: { "Access-Control-Request-Method": "GET" } };
  assert.equal((await worker.fetch("http://api.example/", preflight)).status, 204);
  assert.equal((await ask("ada")).code, "not_covered", "before there is any list");
  const store = new MemoryStore();
  await store.revocations.add({ sub: "bob" });
  const lists = kv(await miniflare.getKVNamespace("LISTS", "api"));
  await publishList({ store, lists, signWith, issuer: names.issuer });
  // While there is no list at all, it is looked for once in a second.
  while ((await ask("ada")).code === "not_covered") await new Promise((done) => setTimeout(done, 200));
  assert.deepEqual(await ask("ada"), { hello: "ada" });
  assert.equal((await ask("bob")).code, "revoked_subject");
});
