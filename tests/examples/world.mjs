// What the examples are given: keys, tokens, lists, and the time to notice a change.

import assert from "node:assert/strict";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";

import { installInto } from "../package/install.mjs";

const ISSUER = "https://me.example";

/** How long a change may take to be noticed before it counts as not noticed. */
const PATIENCE = 30_000;

/** A project with the package, these examples, and files of the test's own. */
export function projectOf(name, examples, texts = {}) {
  const files = examples.map((example) => `../../examples/${example}`);
  return installInto(`examples-${name}`, { files, texts });
}

/** The library as installed in a project, in Node. */
export function libraryIn(folder) {
  return moduleIn(folder, "hosts/node.js");
}

/** `edge-jwt/store` as installed in a project, in Node. */
export function storesIn(folder) {
  return moduleIn(folder, "store/index.js");
}

function moduleIn(folder, name) {
  return import(pathToFileURL(join(folder, "node_modules/edge-jwt/lib", name)).href);
}

/** Keys for tokens and for lists, and how to make both. */
export async function makeWorld({ Issuer, KeySet, RevocationBuilder, generateKey }) {
  const jwk = await generateKey("ES256", { kid: "lists" });
  const listKeys = new KeySet([{ jwk }]);
  const tokenKeys = new KeySet([{ jwk: await generateKey("ES256", { kid: "tokens" }) }]);
  const build = async (seq, fill, previous) => {
    const exp = Date.now() / 1000 + 3600;
    const builder = new RevocationBuilder({ issuer: ISSUER, seq, exp });
    try {
      fill(builder);
      return await builder.build({ signWith: listKeys, previous });
    } finally {
      builder.free();
    }
  };
  const issuer = (audience) => new Issuer({ keys: tokenKeys, issuer: ISSUER, audience });
  return {
    listKey: JSON.stringify(jwk),
    listJwks: listKeys.toJwks(),
    tokenJwks: tokenKeys.toJwks(),
    token: async (claims, { audience = "api", ...options } = {}) =>
      (await issuer(audience).issue(claims, options)).token,
    list: (seq, entries, previous) =>
      build(seq, (builder) => builder.addJson(entries), previous),
    listOf: build,
  };
}

/** Asks again until the answer is the one expected; fails with the last one if it never is. */
export async function eventually(ask, expected) {
  const end = Date.now() + PATIENCE;
  let answer = await ask();
  while (answer !== expected && Date.now() < end) {
    await pause(50);
    answer = await ask();
  }
  assert.equal(answer, expected);
}
