// The machinery of `npm run bench`, with five tokens for each library and no clock: that every library
// answers rightly, that a wrong answer is noticed, and what a report says of figures that are known.

import assert from "node:assert/strict";
import { test } from "node:test";

import fastJwt from "../../benches/libraries/fast-jwt.js";
import { LIBRARIES } from "../../benches/libraries/node.js";
import { judge } from "../../benches/report/demands.mjs";
import { documentOf } from "../../benches/report/document.mjs";
import { plotOf } from "../../benches/report/plot.mjs";
import { newContest } from "../../benches/works/contest.js";
import { WORKS } from "../../benches/works/index.js";

const FEW = 5;

/** The same work with few tokens. */
const SMALL = WORKS.map(({ counts, ...work }) => {
  return { ...work, counts: Object.fromEntries(Object.keys(counts).map((alg) => [alg, FEW])) };
});

for (const { name, counts } of SMALL) {
  for (const alg of Object.keys(counts)) {
    test(`every library answers rightly: ${name}, ${alg}`, async () => {
      const contest = newContest(LIBRARIES, SMALL);
      const contenders = await contest.open(name, alg);
      assert.ok(contenders.some((contender) => contender.name === "edge-jwt"));
      assert.ok(contenders.some((contender) => contender.name.startsWith("fast-jwt")));
      for (const contender of contenders) {
        await contest.ready(contender.name);
        assert.equal((await contest.pass(contender.name)) % FEW, 0);
      }
    });
  }
}

test("all libraries that know HS256 contend in Node", async () => {
  const contenders = await newContest(LIBRARIES, SMALL).open("verify", "HS256");
  const names = contenders.map(({ name }) => name).filter((name) => name !== "@node-rs/jsonwebtoken");
  assert.deepEqual(names, [
    "edge-jwt",
    "edge-jwt, at once",
    "edge-jwt/full, at once",
    "fast-jwt",
    "jsonwebtoken",
    "jose",
    "hono/jwt",
    "cloudflare-worker-jwt",
    "crypto.subtle alone",
    "node:crypto alone",
  ]);
});

test("a library that accepts whatever it is shown ends the run", async () => {
  const careless = { ...fastJwt, name: "careless", verifier: () => () => ({}) };
  for (const work of ["refuse a bad signature", "refuse an expired token"]) {
    const contest = newContest([careless], SMALL);
    await contest.open(work, "HS256");
    await contest.ready("careless");
    await assert.rejects(contest.pass("careless"), /^Error: careless answered wrongly$/);
  }
});

test("a library that refuses whatever it is shown ends the run", async () => {
  const verifier = () => () => {
    throw new Error("no");
  };
  const contest = newContest([{ ...fastJwt, name: "gruff", verifier }], SMALL);
  await contest.open("verify", "HS256");
  await contest.ready("gruff");
  await assert.rejects(contest.pass("gruff"), /^Error: gruff answered wrongly$/);
  await assert.rejects(contest.open("refuse an expired token", "HS256"), /no/);
});

/** Figures of three passes, in the second of which the machine was slow. */
const CONTESTS = [
  {
    name: "verify, HS256 in Node",
    work: "verify",
    alg: "HS256",
    host: "Node",
    contenders: [
      { name: "edge-jwt", isSync: false, figures: [7, 14, 7] },
      { name: "edge-jwt, at once", isSync: true, figures: [6, 60, 6.6] },
      { name: "fast-jwt", isSync: true, figures: [8, 100, 12] },
      { name: "jose", isSync: false, figures: [35, 60, 28] },
    ],
  },
];

test("a demand is judged by the median of the passes' shares", () => {
  const [found, ...others] = judge(CONTESTS);
  assert.deepEqual(others, []);
  assert.equal(found.found, "0.60 of it");
  assert.equal(found.isMet, true);
  const slower = structuredClone(CONTESTS);
  slower[0].contenders[2].figures = [6, 60, 8];
  assert.equal(judge(slower)[0].found, "1.00 of it");
  assert.equal(judge(slower)[0].isMet, false);
});

test("a report shows medians, their spread and the shares", () => {
  const made = { command: "npm run bench", date: "2026-01-02", machine: "a machine", load: "0.1", node: "v20.0.0" };
  const tables = [{ name: "Other", notes: ["A note."], head: ["one", "two"], rows: [[1, 2]] }];
  const text = documentOf({ made, versions: { jose: "1.2.3" }, contests: CONTESTS, tables }, "speed.svg");
  const lines = text.split("\n");
  for (const line of [
    "| verify, HS256 in Node | edge-jwt, at once | fast-jwt | 0.75 of it | 0.60 of it | met |",
    "| edge-jwt | 7.00 (7.00 to 14.0) |  |",
    "| fast-jwt | 12.0 (8.00 to 100) | 0.60 |",
    "| jose | 35.0 (28.0 to 60.0) | 0.23 |",
    "| 1 | 2 |",
    "| jose | 1.2.3 |",
  ]) {
    assert.ok(lines.includes(line), line);
  }
});

test("the picture has a bar for each library and says its time", async () => {
  const svg = await plotOf(CONTESTS);
  for (const text of ["Node", "Verify, HS256", "6.6 µs", "12 µs", "35 µs, 5×"]) assert.ok(svg.includes(`>${text}<`), text);
  assert.ok(!svg.includes(">workerd<"));
});
