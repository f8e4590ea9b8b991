// Lists exchanged under load: every decision is by the list before or by the one after, whichever
// host, algorithm and way of asking. The library is an argument; nothing here that a host lacks.

import { same } from "./check.mjs";

const ISSUER = "https://me.example";

/** Lists one after the other. Each throws out one of two tokens, in turn. */
const LISTS = 40;

/** Pairs of decisions asked for between two turns of the host, with turns of promises in between. */
const BURST = 8;

/** Entries beside, so that a list is large enough to be digested by the host, which takes turns. */
const OTHERS = 2000;

/** Runs all; answers how many pairs of decisions were made while a list was on its way in. */
export async function runSwaps(library) {
  const counts = {};
  for (const alg of ["HS256", "ES256"]) {
    for (const cache of [undefined, {}]) {
      for (const how of ["load", "apply"]) {
        const name = `${alg}${cache ? ", remembered" : ""}, by ${how}`;
        counts[name] = await swapUnderLoad(library, { alg, cache, how }, name);
      }
    }
  }
  await swapAtOnce(library);
  return counts;
}

/** Verifies all the time, while one list after the other is taken in. */
async function swapUnderLoad(library, { alg, cache, how }, name) {
  const { verifier, list, tokens, lists } = await makeWorld(library, { alg, cache });
  await list.load(lists[0].manifest, lists[0].body);
  const started = { pairs: 0, underway: 0 };
  const pending = [];
  const seq = () => list.stats().published.seq;
  let isLoading = false;

  const judgePair = () => {
    const before = seq();
    started.pairs += 1;
    if (isLoading) started.underway += 1;
    if (alg === "HS256") {
      checkPair(tokens.map((token) => verifier.verifySync(token)), before, before, `${name}, at once`);
    }
    const asked = Promise.all(tokens.map((token) => verifier.verify(token)));
    pending.push(asked.then((pair) => checkPair(pair, before, seq(), name)));
  };

  for (const next of lists.slice(1)) {
    isLoading = true;
    const file = how === "load" ? next : next.delta;
    const taken = list[how](file.manifest, file.body).finally(() => { isLoading = false; });
    while (isLoading) {
      for (let n = 0; n < BURST && isLoading; n += 1) {
        judgePair();
        await undefined;
      }
      await turn();
    }
    const outcome = await taken;
    same(outcome.ok, true, `${name}: ${outcome.code}`);
    // Once it is in, nobody asks the old one any more.
    const { ok } = await verifier.verify(tokens[thrownOutBy(outcome.seq)]);
    same(ok, false, `${name}: the token that list ${outcome.seq} throws out`);
    judgePair();
  }
  await Promise.all(pending);
  same(started.underway > 0, true, `${name}: some were asked for while a list came in`);
  return started.underway;
}

/** Just one of the pair is thrown out: the one that the list of some number in between says. */
function checkPair(pair, first, last, name) {
  const out = pair.map(({ ok }) => !ok);
  same(out[0] !== out[1], true, `${name}: just one of the two is thrown out (${out})`);
  const refused = pair.find(({ ok }) => !ok);
  same(refused.code, "revoked_token", name);
  const fits = Array.from({ length: last - first + 1 }, (_, n) => thrownOutBy(first + n));
  same(fits.includes(out.indexOf(true)), true, `${name}: by a list of ${first} to ${last}`);
}

/** All lists at once, in whatever order they get ready: the newest stands in the end. */
async function swapAtOnce(library) {
  const { verifier, list, tokens, lists } = await makeWorld(library, { alg: "HS256" });
  const outcomes = await Promise.all(lists.map(({ manifest, body }) => list.load(manifest, body)));
  same(list.stats().published.seq, LISTS, "the newest stands");
  for (const { ok, code } of outcomes) same(ok || code === "rollback", true, `refused: ${code}`);
  checkPair(tokens.map((token) => verifier.verifySync(token)), LISTS, LISTS, "all at once");
}

/** Which of the two tokens a list throws out. */
function thrownOutBy(seq) {
  return seq % 2;
}

async function makeWorld(library, { alg, cache }) {
  const { Issuer, KeySet, RevocationBuilder, Revocations, Verifier, generateKey } = library;
  const keys = new KeySet([{ jwk: await generateKey(alg) }]);
  const listKeys = new KeySet([{ jwk: await generateKey("ES256") }]);
  const issuer = new Issuer({ keys, issuer: ISSUER });
  const list = new Revocations({ keys: listKeys, issuer: ISSUER });
  const verifier = new Verifier({ keys, issuer: ISSUER, audience: null, cache });
  verifier.setRevocations(list, { mode: "required", irrevocable: "refuse" });
  const jtis = ["even", "odd"];
  const tokens = await Promise.all(
    jtis.map(async (jti) => (await issuer.issue({ sub: "u1" }, { jti })).token),
  );
  const lists = [];
  for (let seq = 1; seq <= LISTS; seq += 1) {
    const exp = Date.now() / 1000 + 3600;
    const builder = new RevocationBuilder({ issuer: ISSUER, seq, exp });
    builder.add({ jti: jtis[thrownOutBy(seq)] });
    for (let n = 0; n < OTHERS; n += 1) builder.add({ jti: `other-${n}` });
    lists.push(await builder.build({ signWith: listKeys, previous: lists.at(-1) }));
    builder.free();
  }
  return { verifier, list, tokens, lists };
}

/** Lets whatever else is ready have its turn. */
function turn() {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
