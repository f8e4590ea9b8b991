// The example for Node as it stands, in a process of its own, over a folder of lists.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { eventually, libraryIn, makeWorld, projectOf } from "./world.mjs";

const folder = projectOf("node", ["revocations-node.js"]);
const world = await makeWorld(await libraryIn(folder));
const lists = join(folder, "lists");

/** Writes a list as the example's head says. */
function publish(seq, { delta, ...snapshot }) {
  for (const [kind, list] of Object.entries({ snapshot, delta })) {
    if (list === undefined) continue;
    mkdirSync(join(lists, kind), { recursive: true });
    writeFileSync(join(lists, kind, `${seq}.jwt`), list.manifest);
    writeFileSync(join(lists, kind, `${seq}.rvl`), list.body);
  }
  point(seq);
}

function point(seq) {
  writeFileSync(join(lists, "latest.new"), String(seq));
  renameSync(join(lists, "latest.new"), join(lists, "latest"));
}

/** Starts the example; answers how to ask it, and what it has written to its log. */
async function startServer(t) {
  writeFileSync(join(folder, "list-keys.json"), JSON.stringify(world.listJwks));
  writeFileSync(join(folder, "token-keys.json"), JSON.stringify(world.tokenJwks));
  const files = { LISTS: lists, LIST_JWKS: "list-keys.json", TOKEN_JWKS: "token-keys.json" };
  const env = { ...process.env, ...files, PORT: "0", POLL_SECONDS: "0.05" };
  const server = spawn("node", ["revocations-node.js"], { cwd: folder, env });
  t.after(() => server.kill());
  let [log, failed] = ["", false];
  server.stderr.on("data", (piece) => { log += piece; });
  server.once("exit", () => { failed = true; });
  let said = "";
  server.stdout.on("data", (piece) => { said += piece; });
  await eventually(() => failed || said.includes("\n"), true);
  assert.equal(failed, false, log);
  const [port] = said.match(/\d+/);
  const ask = (token) => async () => {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`http://127.0.0.1:${port}/`, { headers })).text();
  };
  return { ask, log: () => log };
}

test("a server follows the lists of a folder", async (t) => {
  mkdirSync(lists, { recursive: true });
  const [ada, bob] = [await world.token({ sub: "ada" }), await world.token({ sub: "bob" })];
  const { ask, log } = await startServer(t);
  assert.equal(await ask(ada)(), "not_covered", "no list, no entry");

  const first = await world.list(1, [{ sub: "bob" }]);
  publish(1, first);
  await eventually(ask(ada), "Hello, ada");
  assert.equal(await ask(bob)(), "revoked_subject");

  const second = await world.list(2, [{ sub: "ada" }], first);
  publish(2, { ...second, manifest: "only the delta is whole" });
  await eventually(ask(ada), "revoked_subject");
  assert.equal(await ask(bob)(), "Hello, bob");

  // Cut short, as by a disk that is full: the list at hand stays.
  const third = await world.list(3, [], second);
  publish(3, { manifest: third.manifest, body: third.body.subarray(1) });
  await eventually(() => log().includes("snapshot/3 was not taken in: wrong_digest"), true);
  assert.equal(await ask(ada)(), "revoked_subject");

  const until = log().length;
  rmSync(join(lists, "latest"));
  await eventually(() => log().slice(until).includes("ENOENT"), true);
  assert.equal(await ask(ada)(), "revoked_subject");

  publish(3, third);
  await eventually(ask(ada), "Hello, ada");

  point(1);
  await eventually(() => log().includes("snapshot/1 was not taken in: rollback"), true);
  assert.equal(await ask(bob)(), "Hello, bob", "the older list would refuse him");
});
