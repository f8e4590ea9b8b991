// The public suites of ../shared/vectors, through both builds: nothing invalid is accepted, nothing
// valid refused, nothing traps. Where the verdict is open, or another here, it is the one that
// SECURITY.md says.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

import { installInto } from "./install.mjs";
import {
  ACCEPTED,
  ACCEPTED_SIGNATURES,
  FAULTS,
  NOT_COUNTED,
  REFUSED,
  reasonIn,
} from "./vectors-differences.mjs";
import { keysOf, policyOf, readSuite, whyLeftOut } from "./vectors-public.mjs";
import { furthest, isPastSignature, stageOf } from "./vectors-stage.mjs";

const lib = join(installInto("public-vectors"), "node_modules/edge-jwt/lib");
const builds = {
  default: await import(pathToFileURL(join(lib, "hosts/node.js")).href),
  full: await import(pathToFileURL(join(lib, "../full/hosts/node.js")).href),
};

/** What must be refused where the suite itself leaves it open. */
const REFUSED_FLAGS = ["should-refuse", "duplicate-key", "strict-canonical"];

const ABSENT = "the shared vectors are not on this machine";
const SUITES = ["rfc", "wycheproof_jws", "jsontestsuite", "harvest"];

for (const suite of SUITES) {
  const cases = readSuite(suite);
  const absent = cases === undefined && ABSENT;
  test(`${suite}: no invalid accepted, no valid refused, no trap`, { skip: absent }, async () => {
    const report = new Map();
    for (const vector of cases) {
      const reason = whyLeftOut(vector);
      if (reason === undefined) await judge(vector, report);
      else count(report, `left out, ${reason}`);
    }
    assert.ok(report.has("verdict valid") && report.has("verdict invalid"));
    print(suite, cases.length, report);
  });
}

test("every difference that is listed concerns a case of its verdict", (t) => {
  const cases = SUITES.flatMap((suite) => readSuite(suite) ?? []);
  if (cases.length === 0) return t.skip(ABSENT);
  const verdicts = Object.fromEntries(cases.map(({ id, expect }) => [id, expect]));
  for (const [list, verdict] of [
    [ACCEPTED, "either"],
    [ACCEPTED_SIGNATURES, "either"],
    [REFUSED, "valid"],
  ]) {
    for (const id of Object.values(list).flat()) assert.equal(verdicts[id], verdict, id);
  }
  for (const id of Object.keys({ ...FAULTS, ...NOT_COUNTED })) assert.ok(id in verdicts, id);
});

/** Checks one case against everything that its suite says of it. */
async function judge(vector, report) {
  const answers = await answersOf(vector, "default");
  const what = `${vector.id} (${vector.note}): ${JSON.stringify(answers).slice(0, 400)}`;
  assert.deepEqual(await answersOf(vector, "full"), answers, `${what}: the builds differ`);

  const accepted = answers.find(({ ok }) => ok);
  if (accepted !== undefined) assert.deepEqual(accepted.claims, claimsOf(vector), what);
  judgeVerdict(vector, accepted !== undefined, what, report);

  const stage = furthest(await stagesOf(vector, answers));
  if (vector.kind === "jws") judgeLayer(vector, stage, what, report);
  if (vector.expect === "invalid" && vector.stage) judgeStage(vector, stage, what, report);
}

/** What Node reads in the payload, or what the suite says it holds. */
function claimsOf({ token, claims, claims_json }) {
  const text = claims_json ?? Buffer.from(token.split(".")[1], "base64url").toString();
  return claims ?? JSON.parse(text);
}

/** The verdict on the whole token. */
function judgeVerdict({ id, expect, flags }, isAccepted, what, report) {
  count(report, `verdict ${expect}`);
  if (id in FAULTS) {
    count(report, `FAULT, ${FAULTS[id]}`);
    return assert.ok(isAccepted, `${what}: mended, so take it off FAULTS`);
  }
  const mustRefuse = flags.some((flag) => REFUSED_FLAGS.includes(flag));
  if (expect === "invalid" || mustRefuse) return assert.ok(!isAccepted, what);
  if (expect === "either") {
    const reason = reasonIn(ACCEPTED, id);
    if (isAccepted) count(report, `either, accepted, ${reason}`);
    return assert.equal(isAccepted, reason !== undefined, `${what}: see ACCEPTED`);
  }
  const reason = reasonIn(REFUSED, id);
  if (reason !== undefined) count(report, `valid, refused, ${reason}`);
  assert.equal(isAccepted, reason === undefined, `${what}: see REFUSED`);
}

/** The verdict of the signature layer alone. */
function judgeLayer({ id, expect_jws: expected }, stage, what, report) {
  if (id in NOT_COUNTED || id in FAULTS || reasonIn(REFUSED, id) !== undefined) return;
  count(report, `signature layer ${expected}`);
  const fits = expected === "valid" || reasonIn(ACCEPTED_SIGNATURES, id) !== undefined;
  assert.equal(isPastSignature(stage), fits, `${what}: see ACCEPTED_SIGNATURES`);
}

/** Whether a case falls where its suite says is counted; no forgery may learn about its claims. */
function judgeStage(vector, stage, what, report) {
  const isEarly = ["parse", "alg", "key", "signature"].includes(vector.stage);
  assert.ok(!(isEarly && isPastSignature(stage)), `${what}: ${stage}`);
  const agrees = stage === vector.stage;
  count(report, agrees ? "stage as in the suite" : `stage ${stage}, ${vector.stage} in the suite`);
}

// Asking

/** One decision for each algorithm that the caller of the vector allows. */
async function answersOf(vector, build) {
  const answers = [];
  for (const alg of algorithmsOf(vector)) {
    answers.push(await answerOf(vector, vector.token, alg, build));
    const { verifier, token } = good[build];
    assert.ok(verifier.verifySync(token).ok, `the good token after ${vector.id}`);
  }
  return answers;
}

function stagesOf(vector, answers) {
  const algorithms = algorithmsOf(vector);
  return Promise.all(answers.map((answer, at) =>
    stageOf(answer, vector.token, (token) => answerOf(vector, token, algorithms[at], "default"))));
}

function algorithmsOf({ alg, algs }) {
  return algs ?? [alg];
}

async function answerOf(vector, token, alg, build) {
  const { KeySet, SetupError, Verifier } = builds[build];
  const at = { now: vector.opts.now ?? 0 };
  try {
    const keys = new KeySet(keysOf(vector, alg));
    const verifier = new Verifier({ keys, ...policyOf(vector) });
    const atOnce = build === "full" && alg !== "ES512";
    const answer = atOnce ? verifier.verifySync(token, at) : await verifier.verify(token, at);
    for (const made of [verifier, keys]) made.free();
    return answer;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    return { ok: false, code: "setup_error", message: error.message };
  }
}

/** What each build must still accept after every case. */
const good = Object.fromEntries(Object.entries(builds).map(([build, library]) => {
  const keys = new library.KeySet([{ alg: "HS256", secret: new Uint8Array(32).fill(7) }]);
  const verifier = new library.Verifier({ keys, issuer: null, audience: null });
  return [build, { verifier, token: new library.Issuer({ keys }).issueSync({}).token }];
}));

// Counting, for whoever reads the run

function count(report, what) {
  report.set(what, (report.get(what) ?? 0) + 1);
}

function print(suite, total, report) {
  const lines = [...report].map(([what, times]) => `  ${what}: ${times}`);
  console.log([`${suite}, ${total} cases`, ...lines.sort()].join("\n"));
}
