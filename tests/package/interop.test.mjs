// Tokens made by jose verify here, and ours verify there.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

import * as jose from "jose";

import { installInto } from "./install.mjs";

const ISSUER = "https://issuer.example";
const AUDIENCE = "api";
const PAYLOAD = { sub: "ünïcødé ✓", nested: { list: [1, 2.5, null, true] }, big: 2 ** 53 - 1 };

const folder = installInto("interop");
const entry = join(folder, "node_modules/edge-jwt/lib/hosts/node.js");
const { Issuer, KeySet, Verifier, generateKey } = await import(pathToFileURL(entry).href);

const ALGORITHMS = [
  ...["HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512"],
  ...["ES256", "ES384", "ES512", "EdDSA", "Ed25519"],
];

for (const alg of ALGORITHMS) {
  const jwk = await generateKey(alg, { kid: "k" });
  const key = await jose.importJWK(jwk, alg);
  const keys = new KeySet([{ jwk }]);
  // What a verifier elsewhere gets: the published key, or the shared secret.
  const [published = jwk] = keys.toJwks().keys;

  test(`jose signs with ${alg}, edge-jwt verifies`, async () => {
    const token = await new jose.SignJWT(PAYLOAD)
      .setProtectedHeader({ alg, kid: "k", typ: "JWT" })
      .setIssuer(ISSUER)
      .setAudience([AUDIENCE, "other"])
      .setIssuedAt()
      .setExpirationTime("5m")
      .sign(key);
    const verifier = new Verifier({
      keys: new KeySet([{ jwk: published }]),
      issuer: ISSUER,
      audience: AUDIENCE,
    });
    const decision = await verifier.verify(token);
    assert.equal(decision.ok, true, JSON.stringify(decision));
    assert.deepEqual(decision.claims, jose.decodeJwt(token));
    assert.deepEqual(decision.header, jose.decodeProtectedHeader(token));
  });

  test(`edge-jwt signs with ${alg}, jose verifies`, async () => {
    const issuer = new Issuer({ keys, issuer: ISSUER, audience: AUDIENCE });
    const { token, claims } = await issuer.issue(PAYLOAD);
    const options = { issuer: ISSUER, audience: AUDIENCE, algorithms: [alg], typ: "JWT" };
    const verified = await jose.jwtVerify(token, await jose.importJWK(published, alg), options);
    assert.deepEqual(verified.payload, claims);
    assert.deepEqual(verified.protectedHeader, { alg, typ: "JWT", kid: "k" });
  });
}
