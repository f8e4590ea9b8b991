// Whether the time of a verification tells where the first wrong octet of its MAC stands. It must
// not, or a MAC could be guessed octet by octet. That such a test would notice is shown by a
// comparison that ends at the first difference, planted behind the same verification.
//
// Statistics, so run apart from `npm test` (`npm run timing`). A difference shows in every run, so
// one run of three without it is enough: noise may make |t| large, but not small.

import assert from "node:assert/strict";
import { createHmac, randomBytes, randomInt } from "node:crypto";
import { test } from "node:test";

import { loadBuilds } from "../fuzz/builds.mjs";
import { base64url } from "../fuzz/sign.mjs";
import { compareTimes } from "./welch.mjs";

/** What |t| must stay below, as in dudect, and exceed where a difference is planted. */
const NO_DIFFERENCE = 4.5;
const CLEAR_DIFFERENCE = 10;

const RUNS = 3;
const PAIRS = 1000;
const WARM_UP = 25_000;
const MEASUREMENTS = 100_000;

const builds = await loadBuilds("timing");
const secret = randomBytes(32);

for (const [name, { library }] of Object.entries(builds)) {
  const keys = new library.KeySet([{ alg: "HS256", secret }]);
  const verifier = new library.Verifier({ keys, issuer: null, audience: null });

  const verify = ({ text }) => {
    const { code } = verifier.verifySync(text, { now: 1700000000 });
    if (code !== "invalid_signature") throw new Error("a wrong MAC was not refused as such");
  };
  const verifyAndCompare = (input) => {
    verify(input);
    if (isSameUpToTheEnd(input.mac, input.wrong)) throw new Error("a wrong MAC is the right one");
  };

  test(`${name}: where the first wrong octet of a MAC stands does not show in the time`, () => {
    const found = differences(verify);
    assert.ok(found.some((t) => t < NO_DIFFERENCE), `|t| ${found}`);
  });

  test(`${name}: with a comparison that ends at the first difference it does`, () => {
    const found = differences(verifyAndCompare);
    assert.ok(found.every((t) => t > CLEAR_DIFFERENCE), `|t| ${found}`);
  });
}

/** |t| of each run, each with tokens of its own. */
function differences(call) {
  const found = Array.from({ length: RUNS }, () => {
    const pairs = Array.from({ length: PAIRS }, wrongPair);
    compareTimes(call, pairs, withText, WARM_UP);
    return Math.abs(compareTimes(call, pairs, withText, MEASUREMENTS));
  });
  console.log(`|t| ${found.map((t) => t.toFixed(1)).join(", ")}`);
  return found;
}

/** One token twice, with the same error in the first and in the last octet of its MAC. */
function wrongPair() {
  const claims = JSON.stringify({ exp: 1700000060, jti: randomBytes(16).toString("hex") });
  const input = `${base64url('{"alg":"HS256"}')}.${base64url(claims)}`;
  const mac = createHmac("sha256", secret).update(input).digest();
  const error = randomInt(1, 256);
  return [0, mac.length - 1].map((place) => {
    const wrong = Buffer.from(mac);
    wrong[place] ^= error;
    return { octets: Buffer.from(`${input}.${base64url(wrong)}`), mac, wrong };
  });
}

/** With the token as a string that is new, flat, and in no other place for one class. */
function withText({ octets, mac, wrong }) {
  return { text: octets.toString("latin1"), mac, wrong };
}

function isSameUpToTheEnd(one, two) {
  for (let n = 0; n < one.length; n += 1) if (one[n] !== two[n]) return false;
  return true;
}
