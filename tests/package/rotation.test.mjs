// Keys that are exchanged while the host still checks a signature. In a file of its own, because
// the host's check is replaced by one that waits to be told.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

import { installInto } from "./install.mjs";

const lib = join(installInto("rotation"), "node_modules/edge-jwt/lib");
const load = (file) => import(pathToFileURL(join(lib, file)).href);
const { Issuer, KeySet, RemoteKeySet, Verifier, generateKey } = await load("hosts/node.js");
const { provideCheck } = await load("core.js");

const NOW = 1700000000;

async function signer(kid) {
  const keys = new KeySet([{ jwk: await generateKey("ES256", { kid }) }]);
  const { token } = await new Issuer({ keys, accessTtl: 9000 }).issue({}, { now: NOW });
  return { jwks: keys.toJwks(), token };
}

// Catalogue 29: what verified under keys that are gone is not remembered for those in their place.
test("a token whose check outlives its key is not remembered under the next keys", async () => {
  const [before, after] = [await signer("before"), await signer("after")];
  let published = before.jwks;
  const fetch = async () => Response.json(published);
  const keys = new RemoteKeySet("https://issuer.example/keys", { fetch, maxAge: 60 });
  const verifier = new Verifier({ keys, issuer: null, audience: null, cache: {} });

  const answers = [];
  provideCheck(() => () => new Promise((answer) => answers.push(answer)));
  const asked = async (count) => {
    while (answers.length < count) await new Promise(setImmediate);
  };
  const old = verifier.verify(before.token, { now: NOW });
  await asked(1);
  published = after.jwks;
  const fresh = verifier.verify(after.token, { now: NOW + 100 });
  await asked(2);
  answers.forEach((answer) => answer(true));
  assert.equal((await old).ok, true, "it was good when it was asked about");
  assert.equal((await fresh).ok, true);
  assert.equal((await verifier.verify(before.token, { now: NOW + 100 })).code, "unknown_key");
  assert.equal(verifier.stats().cache.entries, 1);
  assert.equal((await verifier.verify(after.token, { now: NOW + 100 })).ok, true);
  assert.equal(verifier.stats().cache.hits, 1);
});
