// Cut-offs across nodes and within a second: a user's old authority ends everywhere, also where it
// was renewed by a node that had not heard of it yet, and a new sign-in is not taken for the old.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

import { installInto } from "./install.mjs";

const entry = join(installInto("cut-offs"), "node_modules/edge-jwt/lib/hosts/node.js");
const library = await import(pathToFileURL(entry).href);
const { Issuer, KeySet, RevocationBuilder, Revocations, Verifier, generateKey } = library;

const ISSUER = "https://me.example";
const SIGNED_IN = 1700000000;

const keys = new KeySet([{ jwk: await generateKey("HS256") }]);
const listKeys = new KeySet([{ jwk: await generateKey("ES256") }]);
const issuer = new Issuer({ keys, issuer: ISSUER });

/** A signed list as of a time, in seconds. */
async function listOf(seq, entries, now) {
  const builder = new RevocationBuilder({ issuer: ISSUER, seq, exp: now + 3600 });
  builder.addJson(entries);
  return builder.build({ signWith: listKeys, now });
}

/** A node: it verifies by the list it was given last, and renews what it finds good. */
function startNode(policy = {}) {
  const list = new Revocations({ keys: listKeys, issuer: ISSUER });
  const verifier = new Verifier({ keys, issuer: ISSUER, audience: null, ...policy });
  verifier.setRevocations(list, { mode: "required", irrevocable: "refuse" });
  const codeOf = async (token, now) => (await verifier.verify(token, { now })).code ?? "good";
  return {
    codeOf,
    take: async ({ manifest, body }, now) => {
      assert.equal((await list.load(manifest, body, { now })).ok, true);
    },
    /** A new token for the same sign-in: `iat` is of now, `auth_time` stays. */
    renew: async (token, now) => {
      const { ok, claims } = await verifier.verify(token, { now });
      assert.equal(ok, true);
      const { sub, sid, auth_time } = claims;
      return (await issuer.issue({ sub, sid, auth_time }, { now })).token;
    },
  };
}

function signIn(now, options = {}) {
  return issuer.issue({ sub: "ada", sid: "s1", auth_time: now }, { now, ...options });
}

test("a token renewed by a node with an old list dies with the fresh list", async () => {
  const [old, fresh] = [startNode(), startNode()];
  const empty = await listOf(1, [], SIGNED_IN);
  for (const node of [old, fresh]) await node.take(empty, SIGNED_IN);
  const { token } = await signIn(SIGNED_IN);

  const before = (SIGNED_IN + 60) * 1000;
  const cutOff = await listOf(2, [{ sub: "ada", before }], SIGNED_IN + 60);
  await fresh.take(cutOff, SIGNED_IN + 60);
  assert.equal(await fresh.codeOf(token, SIGNED_IN + 90), "revoked_subject");

  const renewed = await old.renew(token, SIGNED_IN + 90);
  assert.equal(await old.codeOf(renewed, SIGNED_IN + 91), "good", "it has not heard of it");
  assert.equal(await fresh.codeOf(renewed, SIGNED_IN + 91), "revoked_subject");
  const again = await old.renew(renewed, SIGNED_IN + 92);
  await old.take(cutOff, SIGNED_IN + 93);
  for (const late of [renewed, again]) {
    assert.equal(await old.codeOf(late, SIGNED_IN + 93), "revoked_subject");
  }
  const { token: anew } = await signIn(SIGNED_IN + 95);
  for (const node of [old, fresh]) assert.equal(await node.codeOf(anew, SIGNED_IN + 95), "good");
});

test("without auth_time a renewed token looks like a new sign-in: end the session too", async () => {
  const node = startNode();
  const entries = [{ sub: "ada", before: (SIGNED_IN + 60) * 1000 }];
  await node.take(await listOf(1, entries, SIGNED_IN + 60), SIGNED_IN + 60);
  const { token } = await issuer.issue({ sub: "ada", sid: "s1" }, { now: SIGNED_IN + 90 });
  assert.equal(await node.codeOf(token, SIGNED_IN + 90), "good");
  entries.push({ session: "s1" });
  await node.take(await listOf(2, entries, SIGNED_IN + 91), SIGNED_IN + 91);
  assert.equal(await node.codeOf(token, SIGNED_IN + 91), "revoked_session");
});

test("out and in again within one second: the old token dies, the new one lives", async () => {
  const [early, out, later] = [0.1, 0.4, 0.7].map((part) => SIGNED_IN + part);
  const { token: old } = await signIn(early);
  const before = Math.round(out * 1000);
  // The issuer knows of the cut-off and dates what it makes from there on, in whole seconds.
  const stamp = Math.max(later, Math.ceil(before / 1000));
  const { token: anew, claims } = await signIn(later, { now: stamp });
  assert.ok(claims.iat * 1000 >= before);
  const { token: careless } = await signIn(later);

  const list = await listOf(1, [{ sub: "ada", before }], out);
  const tolerant = startNode({ maxAge: 3600, clockTolerance: 1 });
  for (const node of [startNode(), tolerant]) {
    await node.take(list, out);
    assert.equal(await node.codeOf(old, later), "revoked_subject");
    assert.equal(await node.codeOf(anew, later), "good");
    assert.equal(await node.codeOf(careless, later), "revoked_subject", "to the safe side");
  }
  const strict = startNode({ maxAge: 3600 });
  await strict.take(list, out);
  assert.equal(await strict.codeOf(anew, later), "issued_in_future");
  assert.equal(await strict.codeOf(anew, stamp), "good");
});

test("a publisher's clock may be a minute ahead, and a list that is over may not be behind", async () => {
  const list = new Revocations({ keys: listKeys, issuer: ISSUER });
  const { manifest, body } = await listOf(1, [{ sub: "ada" }], SIGNED_IN);
  const codeAt = async (now) => (await list.load(manifest, body, { now })).code ?? "good";
  assert.equal(await codeAt(SIGNED_IN - 61), "issued_in_future");
  assert.equal(await codeAt(SIGNED_IN - 60), "good");
  assert.equal(await codeAt(SIGNED_IN + 3599), "good");
  assert.equal(await codeAt(SIGNED_IN + 3600), "expired_list");
  assert.equal(await codeAt(SIGNED_IN + 3660), "expired");
});
