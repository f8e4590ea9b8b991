// A brief run of the fuzzer, the same at every time (`npm run fuzz` runs longer ones), and proof
// that it finds what it looks for.

import assert from "node:assert/strict";
import { test } from "node:test";

import { loadBuilds } from "./builds.mjs";
import { FAMILIES, fuzz } from "./fuzz.mjs";

const TOKENS = 200_000;
const SEED = 7519;

const builds = await loadBuilds("fuzz");

for (const [family, { share }] of Object.entries(FAMILIES)) {
  test(`${family}: nothing mutated does harm or passes`, async () => {
    const { honest, codes } = await fuzz({ builds, family, seed: SEED, count: TOKENS * share });
    assert.ok(honest > 0 && codes.invalid_signature > 0, "honest and forged ones are among them");
  });
}

/** Faults that a verifier could have, by what the fuzzer says of them. */
const FAULTS = {
  "it was accepted": (verify) => (token, at) => verify(token.trim(), at),
  "the control token was refused": () => () => ({ ok: false, code: "malformed_token" }),
  "RuntimeError was thrown": (verify) => (token, at) => {
    if (token.includes("é")) throw new WebAssembly.RuntimeError("unreachable");
    return verify(token, at);
  },
  "the answer is none": (verify) => (token, at) => {
    const decision = verify(token, at);
    return decision.code === "unsupported_critical" ? {} : decision;
  },
  "linear memory went from": (verify) => (token, at) => {
    if (token.length > 16384) builds.faulty.grown += 65536;
    return verify(token, at);
  },
};

for (const [problem, fault] of Object.entries(FAULTS)) {
  test(`the fuzzer finds: ${problem}`, async () => {
    builds.faulty = { grown: 0 };
    const { library, memory } = builds.lib;
    class Verifier extends library.Verifier {
      verifySync = fault((token, at) => super.verifySync(token, at));
    }
    const faulty = {
      ...builds.lib,
      library: { ...library, Verifier },
      memory: () => ({ byteLength: memory().byteLength + builds.faulty.grown }),
    };
    const run = fuzz({ builds: { lib: faulty }, family: "HS256", seed: SEED, count: 50_000 });
    await assert.rejects(run, ({ message }) => message.includes(problem));
  });
}

/** Faults that lists could have: each is given what `load` answers, and the list. */
const LIST_FAULTS = {
  "it was accepted": (outcome) => (outcome.code === "wrong_digest" ? { ...outcome, ok: true } : outcome),
  "the answers of the list at hand changed": (outcome, list) => {
    if (outcome.code === "malformed_list") list.revoke({ jti: "good" });
    return outcome;
  },
  "it is not said which list is at hand": (outcome) => ({ ...outcome, have: null }),
  "no list is at hand": (outcome) => (outcome.ok ? { ...outcome, ok: false } : outcome),
  "TypeError was thrown": (outcome) => {
    if (outcome.code === "malformed_list") throw new TypeError("a fault");
    return outcome;
  },
  "SetupError was thrown": (outcome) => {
    if (outcome.code !== "rollback") return outcome;
    throw new builds.lib.library.SetupError("wasm", "a fault", "internal_error");
  },
  "the instance was replaced": (outcome) => {
    if (outcome.code === "malformed_list") builds.faulty.generation += 1;
    return outcome;
  },
};

for (const [problem, fault] of Object.entries(LIST_FAULTS)) {
  test(`the fuzzer of lists finds: ${problem}`, async () => {
    builds.faulty = { generation: 0 };
    const { library } = builds.lib;
    class Revocations extends library.Revocations {
      async load(...given) {
        return fault(await super.load(...given), this);
      }
    }
    const generation = () => builds.faulty.generation;
    const faulty = { ...builds.lib, library: { ...library, Revocations }, generation };
    const run = fuzz({ builds: { lib: faulty }, family: "lists", seed: SEED, count: 2000 });
    await assert.rejects(run, ({ message }) => message.includes(problem));
  });
}

test("a case is the same when it is replayed alone", async () => {
  const { library } = builds.lib;
  const seen = [];
  class Verifier extends library.Verifier {
    verifySync(token, at) {
      seen.push(token);
      return super.verifySync(token, at);
    }
  }
  const spying = { lib: { ...builds.lib, library: { ...library, Verifier } } };
  await fuzz({ builds: spying, family: "HS256", seed: SEED, count: 500 });
  const last = seen.at(-1);
  await fuzz({ builds: spying, family: "HS256", seed: SEED, count: 1, first: 499 });
  assert.equal(seen.at(-1), last);
  await fuzz({ builds: spying, family: "HS256", seed: SEED, count: 1, first: 498 });
  assert.notEqual(seen.at(-1), last);
});
