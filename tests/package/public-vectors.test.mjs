// The public suites of ../shared/vectors that concern keys and signatures (RFC examples,
// Wycheproof): nothing invalid is accepted, nothing valid refused.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

import { installInto } from "./install.mjs";

const folder = new URL("../../../shared/vectors/", import.meta.url);
const lib = join(installInto("public-vectors"), "node_modules/edge-jwt/lib");
const builds = {
  default: await import(pathToFileURL(join(lib, "hosts/node.js")).href),
  full: await import(pathToFileURL(join(lib, "../full/hosts/node.js")).href),
};

/** What stands in a vector but is no option of this package yet: such a case is left out. */
const KNOWN_OPTIONS = ["now", "leeway", "iss", "aud"];

/** Left out of the signature layer's count. As JWTs all are refused: their payloads are no JSON. */
const LEFT_OUT = {
  "wycheproof/signature/367": "bad padding by its note, but the token is canonical, its MAC right",
  "wycheproof/signature/370": "the same token again",
  "wycheproof/crypto/47": "wants sets of secret and public keys refused; keys here are pinned",
};

for (const suite of ["rfc", "wycheproof_jws"]) {
  const file = new URL(`${suite}.jsonl`, folder);
  const absent = !existsSync(file) && "the shared vectors are not on this machine";
  test(`${suite}: no invalid accepted, no valid refused`, { skip: absent }, async () => {
    const cases = readFileSync(file, "utf8").trim().split("\n").map((line) => JSON.parse(line));
    const tally = { valid: 0, invalid: 0, either: 0 };
    for (const vector of cases.filter(isCovered)) {
      const said = JSON.stringify(await decisions(vector, vector.token, vector.opts, "default"));
      const saidByFull = JSON.stringify(await decisions(vector, vector.token, vector.opts, "full"));
      assert.equal(saidByFull, said, `${vector.id}: the builds differ`);
      const expected = vector.kind === "jwt" ? vector.expect : vector.expect_jws;
      const found = vector.kind === "jwt" ? await verdictOn(vector) : await signatureOf(vector);
      const what = `${vector.id} (${vector.note}): expected ${expected}, found ${found}`;
      if (expected !== "either") assert.equal(found.startsWith("valid"), expected === "valid", what);
      tally[expected] += 1;
    }
    assert.ok(tally.valid > 0 && tally.invalid > 0);
    console.log(`${suite}: ${JSON.stringify(tally)} of ${cases.length}`);
  });
}

function isCovered({ id, kind, opts, flags }) {
  const known = Object.keys(opts).every((name) => KNOWN_OPTIONS.includes(name));
  const sound = !(id in LEFT_OUT) && !flags.includes("vector-defect");
  return kind !== "raw" && known && sound;
}

async function verdictOn({ token, opts, ...vector }) {
  const answers = await decisions(vector, token, opts);
  return answers.some((answer) => answer.ok) ? "valid" : `invalid: ${answers.map(codeOf)}`;
}

/**
 * The verdict of the signature layer alone. A signature that fits lets the payload be looked at,
 * which need be no claims set in these vectors.
 */
async function signatureOf({ token, opts, ...vector }) {
  const answers = await decisions(vector, token, opts);
  const parts = typeof token === "string" ? token.split(".") : [];
  const wellFormed = parts.length === 3 && parts.every((part) => /^[\w-]*$/.test(part));
  const passed = (answer) =>
    answer.ok || answer.stage === "claims" || (answer.code === "malformed_token" && wellFormed && isSound(parts));
  return answers.some(passed) ? "valid" : `invalid: ${answers.map(codeOf)}`;
}

/** Whether the parts are what they should be, so that only what the payload says is left. */
function isSound(parts) {
  const canonical = (part) => Buffer.from(part, "base64url").toString("base64url") === part;
  try {
    JSON.parse(Buffer.from(parts[0], "base64url"));
    return parts.every(canonical) && parts[2] !== "";
  } catch {
    return false;
  }
}

/** One decision for each algorithm that the caller of the vector allows. */
async function decisions({ key, key_format, alg, algs }, token, opts, build = "default") {
  const { KeySet, SetupError, Verifier } = builds[build];
  const policy = { issuer: opts.iss ?? null, audience: opts.aud ?? null, requireExp: false };
  const limits = { maxTokenBytes: 1 << 20, clockTolerance: opts.leeway ?? 0 };
  const answers = [];
  for (const pinned of algs ?? [alg]) {
    try {
      const keys = new KeySet(keysOf(key, key_format, pinned));
      const verifier = new Verifier({ keys, ...policy, ...limits });
      const at = { now: opts.now ?? 0 };
      const atOnce = build === "full" && pinned !== "ES512";
      answers.push(atOnce ? verifier.verifySync(token, at) : await verifier.verify(token, at));
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      answers.push({ ok: false, code: String(error), stage: "setup" });
    }
  }
  return answers;
}

function keysOf(key, format, alg) {
  switch (format) {
    case "jwk":
      return [{ jwk: key, alg, allowShortSecret: true }];
    case "jwks":
      return key.keys.map((jwk) => ({ jwk, ...(jwk.alg === undefined && { alg }) }));
    case "pem":
      return [{ pem: key, alg }];
    case "utf8":
      return [{ secret: key, alg, allowShortSecret: true }];
    default:
      return [{ secret: { base64url: key }, alg, allowShortSecret: true }];
  }
}

const codeOf = ({ code }) => code;
