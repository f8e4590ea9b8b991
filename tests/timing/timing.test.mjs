// Whether the time of a verification tells where the first wrong octet of its MAC stands: it must
// not, or a MAC could be guessed octet by octet. That such a test would notice is shown by planting
// a comparison that ends at the first difference behind the same verification.
//
// Statistics, so run apart from `npm test` (`npm run timing`). A difference must show in every
// one of three runs; without one, one of three runs without it is enough.

import assert from "node:assert/strict";
import { createHmac, randomBytes } from "node:crypto";
import { test } from "node:test";

import { loadBuilds } from "../fuzz/builds.mjs";
import { base64url } from "../fuzz/sign.mjs";
import { measure, welch } from "./welch.mjs";

/** From here on dudect speaks of a difference; and what a planted one must reach. */
const NO_DIFFERENCE = 4.5;
const CLEAR_DIFFERENCE = 10;

const RUNS = 3;
const MEASUREMENTS = 40_000;
const BATCHES = 256;
const BATCH = 8;

const { library } = (await loadBuilds("timing")).lib;
const secret = randomBytes(32);
const keys = new library.KeySet([{ alg: "HS256", secret }]);
const verifier = new library.Verifier({ keys, issuer: null, audience: null });
const at = { now: 1700000000 };

/** Tokens that differ from a good one in one octet of the MAC: the first, or the last. */
function wrongTokens() {
  const classes = [[], []];
  for (let n = 0; n < BATCHES; n += 1) {
    for (const list of classes) list.push([]);
    for (let one = 0; one < BATCH; one += 1) {
      const input = `${base64url('{"alg":"HS256"}')}.${base64url(JSON.stringify({ id: randomBytes(12).toString("hex"), exp: 1700000060 }))}`;
      const mac = createHmac("sha256", secret).update(input).digest();
      const difference = 1 + Math.floor(Math.random() * 255);
      for (const [which, place] of [[0, 0], [1, 31]]) {
        const wrong = Buffer.from(mac);
        wrong[place] ^= difference;
        // Through octets, so that the string is one flat piece.
        const text = Buffer.from(`${input}.${base64url(wrong)}`).toString("latin1");
        classes[which][n].push({ text, mac, wrong });
      }
    }
  }
  return classes;
}

function verify({ text }) {
  if (verifier.verifySync(text, at).code !== "invalid_signature") throw new Error("not refused so");
}

function verifyAndCompare(input) {
  verify(input);
  if (endsAtFirstDifference(input.mac, input.wrong)) throw new Error("the MACs differ");
}

function endsAtFirstDifference(one, two) {
  for (let n = 0; n < one.length; n += 1) if (one[n] !== two[n]) return false;
  return true;
}

function differences(call) {
  return Array.from({ length: RUNS }, () => {
    const batches = wrongTokens();
    measure(call, batches, MEASUREMENTS / 4);
    return Math.abs(welch(measure(call, batches, MEASUREMENTS)));
  });
}

test("the place of the first wrong octet of a MAC does not show in the time", () => {
  const found = differences(verify);
  console.log(`|t| = ${found.map((t) => t.toFixed(1)).join(", ")}`);
  assert.ok(found.some((t) => t < NO_DIFFERENCE));
});

test("a comparison that ends at the first difference does show", () => {
  const found = differences(verifyAndCompare);
  console.log(`planted: |t| = ${found.map((t) => t.toFixed(1)).join(", ")}`);
  assert.ok(found.every((t) => t > CLEAR_DIFFERENCE));
});
