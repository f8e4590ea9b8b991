// When wasm traps nevertheless: the packed scripts over a wasm that fails on demand (tests/faults),
// and over the real one where a real fault can be had. Each time the call must end in
// `internal_error`, and the next one decide with keys, lists and policy as they were.

import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { startWorker } from "../../scripts/worker.mjs";
import * as faulty from "./containment.mjs";
import { installInto } from "./install.mjs";

const { CALLS, FAULTS, NOW, checkFailure, checkWorld, makeWorld, outcomeOf, strikeEverywhere } = faulty;

const FAULTY_GLUE = new URL("../../target/wasm-bindgen-faults/", import.meta.url);

/** A project with the package as packed, but for the wasm and the glue that belongs to it. */
function installFaulty(name, parts) {
  const folder = installInto(name, parts);
  const lib = join(folder, "node_modules/edge-jwt/lib");
  cpSync(new URL("edge_jwt.js", FAULTY_GLUE), join(lib, "edge_jwt.js"));
  cpSync(new URL("edge_jwt_bg.wasm", FAULTY_GLUE), join(lib, "edge_jwt.wasm"));
  return { folder, lib };
}

function importFrom(lib, path) {
  return import(pathToFileURL(join(lib, path)).href);
}

const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const material = {
  jwk: privateKey.export({ format: "jwk" }),
  pem: publicKey.export({ format: "pem", type: "spki" }),
  der: new Uint8Array(publicKey.export({ format: "der", type: "spki" })),
};

const { lib } = installFaulty("containment");
const library = await importFrom(lib, "hosts/node.js");
const glue = await importFrom(lib, "edge_jwt.js");
const { memoryBuffer } = await importFrom(lib, "core.js");
const world = await makeWorld(library, material);

for (const fault of Object.keys(FAULTS)) {
  test(`${fault} at every step of every call`, async (t) => {
    let strikes = 0;
    for (const name of Object.keys(CALLS)) strikes += await strikeEverywhere(glue, fault, name, world);
    t.diagnostic(`${strikes} strikes`);
    assert.ok(strikes > 300, `only ${strikes} strikes`);
  });

  test(`${fault} while keys, policy and list are being made anew`, async () => {
    const verify = () => world.verifier.verifySync(world.good.token, NOW);
    for (let n = 1, missed = false; !missed; n += 1) {
      glue.armFault(FAULTS.panic, 1);
      assert.equal(verify().code, "internal_error");
      glue.armFault(FAULTS[fault], n);
      const outcome = await outcomeOf(verify);
      missed = glue.disarmFault();
      if (!missed) checkFailure(library, "verifySync", outcome, `${fault} at ${n}`);
      await checkWorld(world);
      assert.ok(n > 20 || !missed, "the rebuilding is longer than that");
    }
  });
}

test("a new instance that cannot be had now is had later", async () => {
  const { Instance } = WebAssembly;
  WebAssembly.Instance = class {
    constructor() {
      throw new RangeError("out of memory");
    }
  };
  try {
    glue.armFault(FAULTS.panic, 1);
    for (let call = 0; call < 3; call += 1) {
      assert.equal(world.verifier.verifySync(world.good.token, NOW).code, "internal_error");
      assert.equal((await world.verifier.verify(world.good.token, NOW)).code, "internal_error");
      assert.equal(library.inspect(world.good.token).code, "internal_error");
      assert.throws(() => world.keys.toJwks(), { code: "internal_error" });
    }
  } finally {
    WebAssembly.Instance = Instance;
  }
  await checkWorld(world);
});

test("a change that failed has not been made, and can be made again", () => {
  const list = new library.Revocations();
  const isOut = (jti) => list.check({ jti }).status === "revoked";
  list.revoke({ jti: "a", exp: 1700000000 });
  const fail = (change) => {
    glue.armFault(FAULTS.panic, 1);
    assert.throws(change, { code: "internal_error" });
  };
  fail(() => list.revoke({ jti: "b" }));
  assert.deepEqual([isOut("a"), isOut("b")], [true, false]);
  fail(() => list.unrevoke({ jti: "a" }));
  assert.ok(isOut("a"));
  list.revoke({ jti: "b" });
  assert.throws(() => list.revoke({ jti: "c", before: 5 }), { code: "invalid_option" });
  assert.equal(list.unrevoke({ jti: "a" }), true);
  fail(() => list.check({}));
  assert.deepEqual([isOut("a"), isOut("b"), isOut("c")], [false, true, false]);
});

test("a list made anew says what it said, whatever was added, taken back and forgotten", () => {
  const random = generator(7);
  const pick = (...choices) => choices[Math.floor(random() * choices.length)];
  const list = new library.Revocations();
  const entry = () => ({
    [pick("jti", "sub", "kid")]: pick("a", "b", "c", "d"),
    ...pick({}, { issuer: "i" }, { issuer: null }, { issuer: "j" }),
  });
  const cutoff = () => pick({}, { before: 1700000000000 + Math.floor(random() * 5) * 1000.5 });
  const answers = () => [list.stats().entries, ...probes().map((probe) => list.check(...probe).by)];
  for (let round = 0; round < 300; round += 1) {
    const target = entry();
    const exp = pick({}, { exp: null }, { exp: 100 + Math.floor(random() * 5000) / 1000 });
    const change = pick("revoke", "revoke", "revoke", "unrevoke", "forget", "prune");
    if (change === "revoke") list.revoke({ ...target, ...("sub" in target && cutoff()), ...exp });
    if (change === "unrevoke") list.unrevoke(target);
    if (change === "forget") list.forget(target);
    // An entry outlives its tokens by ten minutes.
    if (change === "prune") list.prune(700 + Math.floor(random() * 5000) / 1000);
    const before = answers();
    glue.armFault(FAULTS.panic, 1);
    assert.throws(() => list.check({ jti: "x" }), { code: "internal_error" });
    assert.deepEqual(answers(), before, `round ${round}`);
  }
});

/** Tokens of every subject and issuer, from before, between and after all cut-offs. */
function probes() {
  const of = (names, make) => names.flatMap(make);
  const times = [1699999999, 1700000001, 1700000002, 1700000003, 1700000009];
  return of(["a", "b", "c", "d"], (name) =>
    of([undefined, "i", "j"], (iss) => [
      [{ jti: name, iss }],
      [{ iss }, { kid: name }],
      ...times.map((iat) => [{ sub: name, iss, iat }]),
    ]),
  );
}

/** Numbers from 0 to 1 that are the same in every run. */
function generator(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

test("ten thousand faults in a row leave memory as it was", async (t) => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc");
  const keys = new library.KeySet([{ alg: "HS256", secret: "s".repeat(32) }]);
  const verifier = new library.Verifier({ keys, issuer: null, audience: null });
  const good = new library.Issuer({ keys }).issueSync({}, NOW);
  const heap = async () => {
    // What was collected is struck off in a task of its own.
    for (let turn = 0; turn < 6; turn += 1) {
      collect();
      await setTimeout(20);
    }
    return process.memoryUsage().heapUsed;
  };
  let linear = 0;
  let used = 0;
  for (let round = 0; round < 10_000; round += 1) {
    if (round === 1000) [linear, used] = [memoryBuffer().byteLength, await heap()];
    glue.armFault(FAULTS.panic, 1);
    assert.equal(verifier.verifySync(good.token, NOW).code, "internal_error");
    assert.equal(verifier.verifySync(good.token, NOW).ok, true);
  }
  const growth = (await heap()) - used;
  t.diagnostic(`linear memory ${linear} octets, JS heap grew by ${growth}`);
  assert.equal(memoryBuffer().byteLength, linear);
  await checkWorld(world);
  assert.ok(growth < 1e6, `the JS heap grew by ${growth}`);
});

test("nothing secret stays in the memory of an instance that was thrown away", () => {
  const secret = Buffer.from(material.jwk.d, "base64url");
  const keys = new library.KeySet([{ jwk: material.jwk }]);
  const old = Buffer.from(memoryBuffer());
  assert.ok(old.includes(secret));
  glue.armFault(FAULTS.panic, 1);
  assert.throws(() => keys.toJwks(), { code: "internal_error" });
  assert.notEqual(memoryBuffer(), old.buffer);
  assert.ok(!old.includes(secret));
  assert.ok(!Buffer.from(memoryBuffer()).includes(secret));
  keys.toJwks();
  assert.ok(Buffer.from(memoryBuffer()).includes(secret));
});

test("the copy of a key from which it is made anew is wiped by free()", () => {
  const secret = new Uint8Array(32).fill(65);
  const { add } = glue.KeySet.prototype;
  const copies = [];
  glue.KeySet.prototype.add = function (text, octets) {
    copies.push(octets);
    return add.call(this, text, octets);
  };
  try {
    const keys = new library.KeySet([{ alg: "HS256", secret }, { alg: "ES256", pem: material.pem }]);
    assert.deepEqual(copies[0], secret);
    assert.notEqual(copies[0].buffer, secret.buffer);
    keys.free();
  } finally {
    glue.KeySet.prototype.add = add;
  }
  assert.equal(copies.length, 2);
  assert.ok(copies.every((octets) => octets.every((octet) => octet === 0)));
  assert.ok(secret.every((octet) => octet === 65));
});

test("what is freed after a fault touches nothing in the new instance", async () => {
  const made = () => new library.KeySet([{ alg: "HS256", secret: "k".repeat(32) }]);
  const stale = [made(), made(), made()];
  glue.armFault(FAULTS.panic, 1);
  assert.throws(() => stale[0].toJwks(), { code: "internal_error" });
  const fresh = [made(), made(), made()];
  for (const keys of stale) keys.free();
  for (const keys of stale) assert.throws(() => keys.toJwks(), { message: "keys: has been freed" });
  for (const keys of fresh) assert.deepEqual(keys.toJwks(), { keys: [] });
  for (const keys of fresh) keys.free();
  await checkWorld(world);
});

test("a host that issues while it is asked for randomness gets all tokens, each with a name of its own", () => {
  const { Issuer, KeySet } = library;
  const issuer = new Issuer({ keys: new KeySet([{ alg: "HS256", secret: "s".repeat(32) }]) });
  const names = [];
  const issue = () => {
    const { record } = issuer.issueSync({});
    names.push(record.id, record.jti);
  };
  let asked = 0;
  let isWithin = false;
  const draw = Object.getPrototypeOf(crypto).getRandomValues;
  crypto.getRandomValues = (octets) => {
    asked += 1;
    if (!isWithin) {
      isWithin = true;
      issue();
      isWithin = false;
    }
    return draw.call(crypto, octets);
  };
  try {
    for (let n = 0; n < 400; n += 1) issue();
  } finally {
    delete crypto.getRandomValues;
  }
  assert.ok(asked > 1);
  assert.ok(names.length > 800);
  assert.equal(new Set(names).size, names.length);
});

test("keys from a URL outlive a fault while they are read", async () => {
  const { d, ...jwk } = material.jwk;
  const body = JSON.stringify({ keys: [{ ...jwk, kid: "host", alg: "ES256" }] });
  for (const fault of Object.keys(FAULTS)) {
    for (let n = 1, missed = false; !missed; n += 1) {
      let armed = false;
      const fetch = async () => {
        glue.armFault(FAULTS[fault], n);
        armed = true;
        return new Response(body);
      };
      const keys = new library.RemoteKeySet("https://issuer.example/jwks", { fetch });
      const policy = { issuer: "https://me.example", audience: "api" };
      const verifier = new library.Verifier({ keys, ...policy });
      const decision = await verifier.verify(world.byHost.token, NOW);
      missed = glue.disarmFault();
      assert.ok(armed);
      // One that struck later than the reading of the keys ended the decision.
      if (!decision.ok) assert.equal(decision.code, "internal_error");
      assert.equal((await verifier.verify(world.byHost.token, NOW)).ok, true);
      assert.equal(keys.stats(NOW.now).fetches, 1);
    }
  }
});

test("the refusal that is made without wasm is the one of the table", () => {
  glue.armFault(FAULTS.panic, 1);
  const decision = world.verifier.verifySync(world.good.token, NOW);
  assert.deepEqual(decision, JSON.parse(glue.refusal("internal_error")));
});

test("the real build, called at every depth of a stack that is nearly used up", async () => {
  const real = join(installInto("depth"), "node_modules/edge-jwt/lib");
  const lived = await makeWorld(await importFrom(real, "hosts/node.js"), material);
  const outcomes = { ok: 0, internal: 0, range: 0 };
  const call = () => {
    try {
      const { ok, code } = lived.verifier.verifySync(lived.good.token, NOW);
      if (!ok) assert.equal(code, "internal_error");
      outcomes[ok ? "ok" : "internal"] += 1;
    } catch (error) {
      // Not even the call itself found room.
      assert.ok(error instanceof RangeError, error);
      outcomes.range += 1;
    }
  };
  let left = 500;
  const dive = () => {
    try {
      dive();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
    left -= 1;
    if (left > 0) call();
  };
  dive();
  assert.ok(outcomes.ok > 0 && outcomes.internal > 0, JSON.stringify(outcomes));
  await checkWorld(lived);
});

test("the real build, with no more memory to be had", async () => {
  const limited = join(installInto("memory-limit"), "node_modules/edge-jwt/lib");
  const path = join(limited, "edge_jwt.wasm");
  writeFileSync(path, withMemoryLimit(readFileSync(path), 40));
  const lived = await makeWorld(await importFrom(limited, "hosts/node.js"), material);
  const list = new lived.library.Revocations();
  const revoke = (n) => list.revoke({ jti: `${n}`.padStart(1000, "x") });
  let n = 0;
  assert.throws(() => {
    for (; n < 10_000; n += 1) revoke(n);
  }, { code: "internal_error" });
  assert.ok(n > 100, `only ${n} entries`);
  list.free();
  await checkWorld(lived);
});

/** A module with at most so many pages of memory (WebAssembly core specification, 5.5.8). */
function withMemoryLimit(module, pages) {
  const MEMORY = 5;
  for (let at = 8; at < module.length; ) {
    const [size, body] = readVarint(module, at + 1);
    if (module[at] === MEMORY) {
      assert.deepEqual([...module.subarray(body, body + 2)], [1, 0], "one memory without a limit");
      const [least, end] = readVarint(module, body + 2);
      assert.ok(end === body + size && least < pages && pages < 128);
      const section = [MEMORY, size + 1, 1, 1, ...module.subarray(body + 2, end), pages];
      return Buffer.concat([module.subarray(0, at), Buffer.from(section), module.subarray(end)]);
    }
    at = body + size;
  }
  return assert.fail("no memory section");
}

/** A number in LEB128, and where it ends. */
function readVarint(octets, start) {
  let value = 0;
  for (let at = start, shift = 0; ; at += 1, shift += 7) {
    value |= (octets[at] & 127) << shift;
    if (octets[at] < 128) return [value, at + 1];
  }
}

test("a module that is no module, or another's, is refused and can be followed by the right one", async () => {
  const slim = join(installInto("wrong-module"), "node_modules/edge-jwt/lib");
  const { KeySet, SetupError, init, initSync } = await importFrom(slim, "index.js");
  const right = readFileSync(join(slim, "edge_jwt.wasm"));
  const empty = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
  const rejected = Promise.reject(5);
  rejected.catch(() => {});
  const wrong = [
    ...[right.subarray(0, 1000), right.subarray(0, -1), empty, Buffer.alloc(0), Buffer.from("<html>")],
    ...[5, null, {}, new WebAssembly.Module(empty), new Response("x"), rejected, new Proxy({}, {})],
  ];
  for (const source of wrong) {
    await assert.rejects(async () => init(source), (error) => error instanceof SetupError);
    assert.throws(() => initSync(source), (error) => error instanceof SetupError);
    assert.throws(() => new KeySet([]), { code: "not_initialized" });
  }
  await Promise.all([init(right), init(right), init(new WebAssembly.Module(right))]);
  initSync(right);
  assert.deepEqual(new KeySet([]).toJwks(), { keys: [] });
});

test("a module that could not be had is told from one that the host forbids, and can be had again", async () => {
  const slim = join(installInto("missing-module"), "node_modules/edge-jwt/lib");
  const { KeySet, init } = await importFrom(slim, "index.js");
  const right = readFileSync(join(slim, "edge_jwt.wasm"));
  const cutOff = new ReadableStream({ pull: (controller) => controller.error(new TypeError("cut off")) });
  const failures = [
    () => Promise.reject(new TypeError("fetch failed")),
    () => new Response("not found", { status: 404 }),
    async () => new Response(right, { status: 503 }),
    () => new Response(cutOff),
  ];
  for (const failed of failures) {
    await assert.rejects(init(failed()), { name: "SetupError", option: "source", code: "wasm_unavailable" });
  }
  await assert.rejects(init(new Response("<html>")), { code: "wasm_blocked" });
  await init(new Response(right));
  assert.deepEqual(new KeySet([]).toJwks(), { keys: [] });
});

test("in workerd: every fault in every call", async () => {
  const worker = `
    import * as library from "edge-jwt";
    import * as glue from "./node_modules/edge-jwt/lib/edge_jwt.js";
    import { CALLS, FAULTS, makeWorld, strikeEverywhere } from "./containment.mjs";
    async function run({ pem, der, jwk }, fault) {
      const world = await makeWorld(library, { pem, jwk, der: Uint8Array.from(der) });
      let strikes = 0;
      for (const name of Object.keys(CALLS)) strikes += await strikeEverywhere(glue, fault, name, world);
      return String(strikes);
    }
    export default {
      async fetch(request) {
        const { material, fault } = await request.json();
        return new Response(await run(material, fault).catch((error) => error.stack));
      },
    };
  `;
  const parts = { files: ["check.mjs", "containment.mjs"], texts: { "worker.mjs": worker } };
  const { folder } = installFaulty("containment-workerd", parts);
  const { address, stop } = await startWorker({ entry: join(folder, "worker.mjs") });
  try {
    for (const fault of Object.keys(FAULTS)) {
      const body = JSON.stringify({ material: { ...material, der: [...material.der] }, fault });
      const answer = await (await fetch(address, { method: "POST", body })).text();
      assert.ok(Number(answer) > 300, `${fault}: ${answer}`);
    }
  } finally {
    await stop();
  }
});
