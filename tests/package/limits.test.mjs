// What goes beyond a limit is refused with its code, and linear memory, which never shrinks, does
// not grow by it. How long a refusal takes is measured in benches/limits.mjs.

import assert from "node:assert/strict";
import { createPrivateKey } from "node:crypto";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

import { signed } from "../fuzz/sign.mjs";
import { installInto } from "./install.mjs";
import { LARGEST, SECRET, beyondLimits, withinLimits } from "./limits.mjs";

const NOW = { now: 1700000000 };

const lib = join(installInto("limits"), "node_modules/edge-jwt/lib");
const library = await import(pathToFileURL(join(lib, "hosts/node.js")).href);
const { memoryBuffer } = await import(pathToFileURL(join(lib, "core.js")).href);
const { KeySet, Verifier, generateKey } = library;

const keys = new KeySet([{ alg: "HS256", secret: SECRET }]);
const policy = { keys, issuer: null, audience: null };
const byDefault = new Verifier(policy);
const large = new Verifier({ ...policy, maxTokenBytes: LARGEST });

const linear = () => memoryBuffer().byteLength;

test("a decision stands though linear memory grows while the host is asked for it", async () => {
  const jwk = await generateKey("EdDSA");
  const claims = `{"exp":1700000060,"a":[${"[],".repeat(200_000)}0]}`;
  const key = createPrivateKey({ key: jwk, format: "jwk" });
  const token = signed("EdDSA", key, '{"alg":"EdDSA"}', claims);
  const keys = new KeySet([{ jwk }]);
  const verifier = new Verifier({ ...policy, keys, maxTokenBytes: LARGEST });
  const before = linear();
  assert.equal((await verifier.verify(token, NOW)).ok, true);
  assert.ok(linear() > before, "nothing was tested: linear memory did not grow");
});

test("a decision stands though linear memory grows while a key is made ready", async () => {
  const jwk = await generateKey("EdDSA");
  const key = createPrivateKey({ key: jwk, format: "jwk" });
  const token = signed("EdDSA", key, '{"alg":"EdDSA"}', '{"exp":1700000060}');
  const held = [];
  // All that is made is kept, so that memory grows now in one step and now in another.
  for (let grown = 0, last = linear(); grown < 24; ) {
    const keys = new KeySet([{ jwk }]);
    const verifier = new Verifier({ ...policy, keys, maxTokenBytes: 300 });
    held.push(keys, verifier);
    assert.equal((await verifier.verify(token, NOW)).ok, true);
    if (linear() > last) [grown, last] = [grown + 1, linear()];
  }
  for (const resident of held) resident.free();
});

test("what just keeps within the limits is accepted", () => {
  for (const { name, token } of withinLimits()) {
    assert.equal(large.verifySync(token, NOW).ok, true, name);
  }
});

test("a token of more than 16 KiB is refused by its size, unless the policy lets it in", () => {
  for (const { name, token, code } of beyondLimits()) {
    const expected = token.length > 16384 ? "token_too_large" : code;
    assert.equal(byDefault.verifySync(token, NOW).code, expected, name);
    assert.equal(large.verifySync(token, NOW).code, code, name);
  }
});

test("no refusal makes linear memory grow, once the largest has been met", () => {
  const cases = beyondLimits();
  for (const verifier of [byDefault, large]) {
    const refuseAll = () => cases.forEach(({ token }) => verifier.verifySync(token, NOW));
    refuseAll();
    const before = linear();
    for (let round = 0; round < 20; round += 1) refuseAll();
    assert.equal(linear(), before);
  }
});

test("a set of more than 256 keys is refused, and leaves nothing behind", () => {
  const key = (n) => ({ kid: `k${n}`, alg: "HS256", secret: SECRET });
  const most = Array.from({ length: 256 }, (_, n) => key(n));
  new KeySet(most).free();
  const before = linear();
  for (let round = 0; round < 100; round += 1) {
    assert.throws(() => new KeySet([...most, key(256)]), { option: "keys" });
    assert.throws(() => new KeySet([...most.slice(1), most[1]]), { option: "kid" });
  }
  assert.equal(linear(), before);
});
