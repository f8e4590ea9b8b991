// The API of docs/deploy.md as it stands, in workerd, over a KV with published lists.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

import { startIsolates } from "../../scripts/worker.mjs";
import { installInto } from "../package/install.mjs";
import { blocksOf } from "./page.mjs";

const page = readFileSync(new URL("../../docs/deploy.md", import.meta.url), "utf8");
const { text: api } = blocksOf(page).find(({ name }) => name === "api.js");
const folder = installInto("deploy", { texts: { "api.js": api } });

const libraryOf = (path) => import(pathToFileURL(join(folder, "node_modules/edge-jwt/lib", path)).href);
const { Issuer, KeySet, generateKey } = await libraryOf("hosts/node.js");
const { kv, publishList } = await libraryOf("lists/index.js");
const { MemoryStore } = await libraryOf("store/index.js");

const names = { issuer: "https://tokens.example", audience: "api" };
const tokenKeys = new KeySet([{ jwk: await generateKey("ES256", { kid: "2026-11" }) }]);
const signWith = new KeySet([{ jwk: await generateKey("ES256", { kid: "lists-1" }) }]);

test("the API of docs/deploy.md lets in whom the published list does not name", async (t) => {
  const bindings = {
    ...{ ISSUER: names.issuer, AUDIENCE: names.audience },
    ...{ LIST_JWKS: signWith.toJwks(), TOKEN_JWKS: tokenKeys.toJwks() },
  };
  const isolates = { api: { bindings, kvNamespaces: { LISTS: "lists" } } };
  const miniflare = await startIsolates(join(folder, "api.js"), isolates, { log: () => {} });
  t.after(() => miniflare.dispose());
  const worker = await miniflare.getWorker("api");
  const ask = async (sub) => {
    const { token } = await new Issuer({ keys: tokenKeys, ...names }).issue({ sub });
    const answer = await worker.fetch("http://api.example/", { headers: { authorization: `Bearer ${token}` } });
    return answer.json();
  };

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
