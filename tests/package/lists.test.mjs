// `edge-jwt/lists`: one suite of behaviours on every place of lists, KV and R2 in the real workerd
// among them; lists over real HTTP; how a follower asks; and what is left where workers are killed at
// their work.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

import { build } from "esbuild";

import { startWorker } from "../../scripts/worker.mjs";
import { installInto } from "./install.mjs";
import { runLists, worldOf } from "./lists-suite.mjs";

/** The suite in workerd, each behaviour at a place of its own. */
const SUITE = `
  import * as library from "edge-jwt";
  import * as lists from "edge-jwt/lists";
  import { MemoryStore } from "edge-jwt/store";
  import { runLists, worldOf } from "./lists-suite.mjs";

  let places = 0;
  const MAKERS = {
    "/kv": ({ LISTS }) => lists.kv(LISTS, { prefix: \`\${places += 1}/\` }),
    "/r2": ({ BUCKET }) => lists.r2(BUCKET, { prefix: \`\${places += 1}/\` }),
  };

  export default {
    async fetch(request, env) {
      const world = worldOf({ ...library, MemoryStore }, lists, env.KEYS);
      const make = MAKERS[new URL(request.url).pathname];
      return Response.json(await runLists(() => make(env), world));
    },
  };
`;

const folder = installInto("lists", {
  files: ["lists-suite.mjs"],
  texts: { "suite-worker.mjs": SUITE },
});
const installed = join(folder, "node_modules/edge-jwt");
const load = (path) => import(pathToFileURL(join(installed, path)).href);
const library = await load("lib/hosts/node.js");
const lists = await load("lib/lists/index.js");
const { MemoryStore } = await load("lib/store/index.js");
const { memoryLists } = lists;
const KEYS = {
  listKey: await library.generateKey("ES256", { kid: "lists" }),
  tokenKey: await library.generateKey("ES256", { kid: "tokens" }),
};
const world = worldOf({ ...library, MemoryStore }, lists, KEYS);

async function reportOn(t, results) {
  assert.ok(results.length > 0);
  for (const { name, error } of results) await t.test(name, () => assert.equal(error, undefined));
}

test("lists in memory", async (t) => reportOn(t, await runLists(memoryLists, world)));

test("lists in memory, of the full build", async (t) => {
  const full = { ...(await load("full/hosts/node.js")), MemoryStore };
  const fullLists = await load("full/lists/index.js");
  await reportOn(t, await runLists(fullLists.memoryLists, worldOf(full, fullLists, KEYS)));
});

test("lists in KV and in R2, in workerd", async (t) => {
  const entry = join(folder, "suite-worker.mjs");
  const stores = { kvNamespaces: { LISTS: "lists" }, r2Buckets: { BUCKET: "lists" } };
  const { address, stop } = await startWorker({ entry, bindings: { KEYS }, stores });
  t.after(stop);
  for (const place of ["kv", "r2"]) {
    await t.test(place, async (t) => reportOn(t, await (await fetch(address + place)).json()));
  }
});
