// After free() nothing secret is left in linear memory: not the secret, not the PEM, not the
// private numbers, not HMAC's key blocks.

import assert from "node:assert/strict";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

import { installInto } from "./install.mjs";

const lib = join(installInto("memory"), "node_modules/edge-jwt/lib");
const { Issuer, KeyPairs, KeySet, Verifier, Webhook, hmacHex } = await import(pathToFileURL(join(lib, "hosts/node.js")).href);
const { memoryBuffer } = await import(pathToFileURL(join(lib, "core.js")).href);

const isInMemory = (octets) => Buffer.from(memoryBuffer()).includes(octets);
const pad = (secret, octet) => Buffer.from(secret.map((one) => one ^ octet));

test("a scan finds what is there", () => {
  const marker = randomBytes(24).toString("hex");
  const keys = new KeySet([{ kid: marker, alg: "HS256", secret: randomBytes(32) }]);
  assert.ok(isInMemory(Buffer.from(marker)));
  keys.free();
});

test("secrets and MAC key blocks", () => {
  for (const [alg, octets, block] of [["HS256", 32, 64], ["HS512", 64, 128]]) {
    const secret = randomBytes(octets);
    const encodings = [secret, { base64: secret.toString("base64") }, { hex: secret.toString("hex") }];
    for (const written of encodings) {
      const keys = new KeySet([{ alg, secret: written }]);
      const { token } = new Issuer({ keys }).issueSync({});
      assert.ok(new Verifier({ keys, issuer: null, audience: null }).verifySync(token).ok);
      keys.free();
    }
    const whole = Buffer.concat([secret, Buffer.alloc(block - octets)]);
    for (const [what, trace] of Object.entries({
      secret: secret.subarray(0, 16),
      base64: Buffer.from(secret.toString("base64").slice(0, 24)),
      hex: Buffer.from(secret.toString("hex").slice(0, 24)),
      "inner block": pad(whole, 0x36).subarray(0, 16),
      "outer block": pad(whole, 0x5c).subarray(0, 16),
    })) {
      assert.ok(!isInMemory(trace), `${alg}: the ${what} is still there`);
    }
  }
});

test("secrets of key pairs and webhooks, and those that were made", () => {
  const secret = randomBytes(32);
  const token = randomBytes(24).toString("hex");
  const pairs = new KeyPairs({ secret, tokensNameIt: "key" });
  const { secret: made, record } = pairs.create({ owner: 1, name: "app" });
  const { secret: again } = pairs.regenerate(record);
  assert.ok(pairs.verify({ key: record.key, secret: made }, record).ok);
  assert.ok(!isInMemory(Buffer.from(made.slice(8))), "the secret of a pair is still there");
  assert.ok(!isInMemory(Buffer.from(again.slice(8))), "the secret made anew is still there");
  pairs.verifyWordPressHash({ key: "a", salt: token, secret: again, hash: "00".repeat(16) });
  const webhook = new Webhook({ secrets: [secret, { hex: token }], verificationToken: token });
  assert.ok(webhook.verify("body", webhook.sign("body")).ok);
  assert.ok(webhook.matchesVerificationToken(token));
  hmacHex(secret, "message");
  pairs.free();
  webhook.free();
  for (const [what, trace] of Object.entries({
    secret: secret.subarray(0, 16),
    "inner block": pad(secret, 0x36).subarray(0, 16),
    "outer block": pad(secret, 0x5c).subarray(0, 16),
    token: Buffer.from(token.slice(0, 24)),
    "octets of the token": Buffer.from(token, "hex").subarray(0, 16),
    "inner block of the salt": pad(Buffer.from(token), 0x36).subarray(0, 16),
    "secret of a pair": Buffer.from(again.slice(8)),
  })) {
    assert.ok(!isInMemory(trace), `the ${what} is still there`);
  }
});

test("private keys in every form", async () => {
  for (const [type, options, alg] of [
    ["rsa", { modulusLength: 2048 }, "RS256"],
    ["ec", { namedCurve: "P-256" }, "ES256"],
    ["ed25519", {}, "EdDSA"],
  ]) {
    const { privateKey } = generateKeyPairSync(type, options);
    const pem = privateKey.export({ type: "pkcs8", format: "pem" });
    const der = privateKey.export({ type: "pkcs8", format: "der" });
    const jwk = privateKey.export({ format: "jwk" });
    for (const form of [{ pem }, { der: new Uint8Array(der) }, { jwk }]) {
      const keys = new KeySet([{ alg, ...form }]);
      await new Issuer({ keys }).issue({});
      keys.free();
    }
    const d = Buffer.from(jwk.d, "base64url");
    for (const [what, trace] of Object.entries({
      d: d.subarray(0, 16),
      "d in base64url": Buffer.from(jwk.d.slice(0, 24)),
      "p in base64url": Buffer.from((jwk.p ?? jwk.d).slice(0, 24)),
      "end of the PEM": Buffer.from(pem.split("\n").at(-4).slice(0, 32)),
      "end of the DER": der.subarray(-24, -4),
    })) {
      // An EC key's DER ends with its public point, which may stay.
      if (type === "ec" && what.startsWith("end")) continue;
      assert.ok(!isInMemory(trace), `${alg}: the ${what} is still there`);
    }
  }
});

test("what is freed makes room for the next of its kind", () => {
  const keys = new KeySet([{ alg: "HS256", secret: randomBytes(32) }]);
  const use = () => {
    for (let time = 0; time < 2000; time += 1) {
      const verifier = new Verifier({ keys, issuer: null, audience: null });
      verifier.setRevocations(null);
      verifier.free();
    }
    return memoryBuffer().byteLength;
  };
  const before = use();
  assert.equal(use(), before);
});
