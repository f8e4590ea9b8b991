// Lines of the catalogue in spec/security.md 1.2 that concern signatures as the host and the full
// build check them, and JavaScript itself. The forgeries are made by Node's crypto and plain
// arithmetic, never by the code under test.

import assert from "node:assert/strict";
import { constants, generateKeyPairSync, sign } from "node:crypto";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

import { installInto } from "./install.mjs";

const lib = join(installInto("catalogue"), "node_modules/edge-jwt/lib");
const builds = {
  default: await import(pathToFileURL(join(lib, "hosts/node.js")).href),
  full: await import(pathToFileURL(join(lib, "../full/hosts/node.js")).href),
};
const { memoryBuffer } = await import(pathToFileURL(join(lib, "core.js")).href);

const NOW = { now: 1700000000 };
const ANY = { issuer: null, audience: null };

// Catalogue 6: psychic signatures (CVE-2022-21449), and other spellings of a good one.
test("an ECDSA signature out of range, in DER or with halves exchanged is refused", async () => {
  const { input, key, signature } = signed("ES256", "ec", { namedCurve: "P-256" });
  const [r, s] = [signature.subarray(0, 32), signature.subarray(32)];
  const [none, order] = [Buffer.alloc(32), octets(P256_ORDER, 32)];
  const der = sign("sha256", Buffer.from(input), { key, dsaEncoding: "der" });
  for (const forged of [
    ...[[none, none], [none, s], [r, none], [order, s], [r, order], [order, order]],
    ...[[s, r], [none, r, none, s], [r, s, none], [r], [der]],
  ]) {
    assert.deepEqual(await codes("ES256", key, input, Buffer.concat(forged)), REFUSED);
  }
  assert.deepEqual(await codes("ES256", key, input, signature), ACCEPTED);
});

// Catalogue 7: (r, n - s) is as good as (r, s), so that a token's text is no identity.
test("the twin of an ECDSA token is revoked with it", async () => {
  const { input, key, signature } = signed("ES256", "ec", { namedCurve: "P-256" });
  const s = octets(P256_ORDER - number(signature.subarray(32)), 32);
  const twin = Buffer.concat([signature.subarray(0, 32), s]);
  assert.deepEqual(await codes("ES256", key, input, twin), ACCEPTED);
  const revoked = REFUSED.map(() => "revoked_token");
  for (const one of [signature, twin]) {
    assert.deepEqual(await codes("ES256", key, input, one, [{ jti: "t1" }]), revoked);
  }
});

// Catalogue 8: S of an EdDSA signature is below the order (RFC 8032 section 5.1.7).
test("an EdDSA signature with S + L is refused", async () => {
  const { input, key, signature } = signed("EdDSA", "ed25519");
  const s = number(signature.subarray(32).toReversed());
  const above = octets(s + ED25519_ORDER, 32).toReversed();
  const forged = Buffer.concat([signature.subarray(0, 32), above]);
  assert.deepEqual(await codes("EdDSA", key, input, forged), REFUSED);
  assert.deepEqual(await codes("EdDSA", key, input, signature), ACCEPTED);
});

// Catalogue 9: the same number modulo n, and the same number with a zero before or cut off.
test("an RSA signature of another number or another length is refused", async () => {
  const n = (key) => number(Buffer.from(key.export({ format: "jwk" }).n, "base64url"));
  const fits = ({ key, signature }) => number(signature) + n(key) < 1n << 2048n;
  const { input, key, signature } = repeatUntil(fits, () => signed("RS256", "rsa", RSA));
  const zero = Buffer.alloc(1);
  for (const forged of [
    octets(number(signature) + n(key), 256),
    Buffer.concat([zero, signature]),
    Buffer.concat([signature, zero]),
    signature.subarray(1),
    signature.subarray(0, 255),
  ]) {
    assert.deepEqual(await codes("RS256", key, input, forged), REFUSED);
  }
  assert.deepEqual(await codes("RS256", key, input, signature), ACCEPTED);
});

// Catalogue 10: the salt is as long as the hash (RFC 7518 section 3.5), and PS is not RS.
test("a PSS signature with another salt, or with the other padding, is refused", async () => {
  const { input, key } = signed("PS256", "rsa", RSA);
  const make = (padding, saltLength) =>
    sign("sha256", Buffer.from(input), { key, padding, saltLength });
  const { RSA_PKCS1_PADDING, RSA_PKCS1_PSS_PADDING } = constants;
  for (const saltLength of [0, 20, 31, 33, 64, constants.RSA_PSS_SALTLEN_MAX_SIGN]) {
    const forged = make(RSA_PKCS1_PSS_PADDING, saltLength);
    assert.deepEqual(await codes("PS256", key, input, forged), REFUSED, `salt of ${saltLength}`);
  }
  assert.deepEqual(await codes("PS256", key, input, make(RSA_PKCS1_PADDING)), REFUSED);
  assert.deepEqual(await codes("PS256", key, input, make(RSA_PKCS1_PSS_PADDING, 32)), ACCEPTED);
});

// Catalogue 21: linear memory never shrinks, so what is too large must not come in at all.
test("a huge token is refused before it is copied", () => {
  const { KeySet, Verifier, inspect } = builds.default;
  const verifier = new Verifier({ keys: new KeySet([]), ...ANY });
  const before = memoryBuffer().byteLength;
  for (const huge of ["a".repeat(5e6), ".".repeat(5e6), "€".repeat(5e6)]) {
    assert.equal(verifier.verifySync(huge, NOW).code, "token_too_large");
    assert.equal(inspect(huge).code, "token_too_large");
  }
  assert.equal(memoryBuffer().byteLength, before);
});

// Catalogue 27: signing with RSA is the host's wherever it can (RUSTSEC-2023-0071).
test("an awaited issue leaves an RSA key to the host, in the full build too", async (t) => {
  const { privateKey } = generateKeyPairSync("rsa", RSA);
  const pem = privateKey.export({ type: "pkcs8", format: "pem" });
  const asked = t.mock.method(crypto.subtle, "sign");
  for (const { Issuer, KeySet } of Object.values(builds)) {
    const issuer = new Issuer({ keys: new KeySet([{ alg: "RS256", pem }]) });
    const before = asked.mock.callCount();
    await issuer.issue({});
    assert.equal(asked.mock.callCount(), before + 1);
  }
});

// Catalogue 28: an address is matched part by part, so no pattern can be slow or remember where it
// stopped.
test("a regular expression is no expected value", () => {
  const { KeySet, SetupError, Verifier } = builds.default;
  const keys = new KeySet([]);
  for (const name of ["issuer", "audience"]) {
    for (const value of [/^me$/g, [/^me$/y]]) {
      const make = () => new Verifier({ keys, ...ANY, [name]: value });
      assert.throws(make, (error) => error instanceof SetupError && error.option.startsWith(name));
    }
  }
});

// Catalogue 30, 31: nothing is assigned to what has a prototype.
test("setters planted on Object.prototype never fire", () => {
  const fired = [];
  const names = ["ok", "claims", "header", "kid", "code", "iss", "sub", "exp", "admin", "token"];
  for (const name of names) {
    const set = () => fired.push(name);
    Object.defineProperty(Object.prototype, name, { set, configurable: true });
  }
  try {
    for (const { Issuer, KeySet, Verifier, inspect } of Object.values(builds)) {
      const keys = new KeySet([{ alg: "HS256", secret: new Uint8Array(32).fill(7) }]);
      const claims = JSON.parse('{"sub":"u1","admin":false,"__proto__":{"admin":true}}');
      const { token } = new Issuer({ keys }).issueSync(claims, NOW);
      const decision = new Verifier({ keys, ...ANY }).verifySync(token, NOW);
      for (const read of [decision, inspect(token)]) {
        assert.ok(read.ok);
        assert.equal(read.claims.admin, false);
        assert.ok(Object.hasOwn(read.claims, "__proto__"));
      }
      assert.equal(new Verifier({ keys, ...ANY }).verifySync("x", NOW).code, "malformed_token");
    }
  } finally {
    for (const name of names) delete Object.prototype[name];
  }
  assert.deepEqual(fired, []);
});

// Making forgeries

const RSA = { modulusLength: 2048 };
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const ED25519_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

/** A token in parts, with the new key that signed it. */
function signed(alg, type, options) {
  const key = generateKeyPairSync(type, options).privateKey;
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const input = `${encode({ alg })}.${encode({ jti: "t1", exp: NOW.now + 60 })}`;
  const hash = alg === "EdDSA" ? null : "sha256";
  const signature = sign(hash, Buffer.from(input), { key, dsaEncoding: "ieee-p1363" });
  return { input, key, signature };
}

function repeatUntil(isFit, make) {
  for (;;) {
    const made = make();
    if (isFit(made)) return made;
  }
}

function number(bytes) {
  return BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
}

function octets(value, length) {
  return Buffer.from(value.toString(16).padStart(2 * length, "0"), "hex");
}

// What is said of them: by the host for either build, and by the full build itself

const REFUSED = ["invalid_signature", "invalid_signature", "invalid_signature"];
const ACCEPTED = [undefined, undefined, undefined];

async function codes(alg, privateKey, input, signature, entries = []) {
  const { kty, n, e, crv, x, y } = privateKey.export({ format: "jwk" });
  const jwk = JSON.parse(JSON.stringify({ kty, n, e, crv, x, y }));
  const token = `${input}.${signature.toString("base64url")}`;
  const verifiers = Object.values(builds).map(({ KeySet, Revocations, Verifier }) => {
    const verifier = new Verifier({ keys: new KeySet([{ jwk, alg }]), ...ANY });
    const revocations = new Revocations();
    for (const entry of entries) revocations.revoke(entry);
    verifier.setRevocations(revocations);
    return verifier;
  });
  const decisions = await Promise.all(verifiers.map((verifier) => verifier.verify(token, NOW)));
  decisions.push(verifiers[1].verifySync(token, NOW));
  return decisions.map(({ code }) => code);
}
