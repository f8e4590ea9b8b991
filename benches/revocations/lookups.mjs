// What a look-up adds to verifying. A difference stands beside its noise: that of two verifiers which
// have no list at all.

import { randomUUID } from "node:crypto";

import { timed } from "../measuring.mjs";
import { median } from "../report/figures.mjs";
import { issueTokens, openList, openVerifier } from "./lists.mjs";

/** Passes are short, so that few of them are interrupted, and each takes other tokens. */
export const LOOKUPS = { passes: 600, warmUp: 100, tokens: 100 };

/** Microseconds of a verification beside no list, and nanoseconds of a look-up in the Set. */
export async function timeLookups(library, { manifest, body, json, sample }) {
  const list = openList(library);
  await list.load(manifest, body);
  const set = new Set(JSON.parse(json()));
  const listed = issueTokens(library, sample);
  const fresh = issueTokens(library, sample.map(() => randomUUID()));
  const [none, again, withList] = [openVerifier(library), openVerifier(library), openVerifier(library)];
  withList.setRevocations(list);
  const inSet = ({ claims }) => (set.has(claims.jti) ? "revoked_token" : undefined);
  const withSet = openVerifier(library, { customCheck: inSet });
  const figures = timePasses({
    none: [none, fresh, undefined],
    again: [again, fresh, undefined],
    miss: [withList, fresh, undefined],
    hit: [withList, listed, "revoked_token"],
    setMiss: [withSet, fresh, undefined],
    setHit: [withSet, listed, "revoked_token"],
  });
  const has = { hit: timeHas(set, sample, true), miss: timeHas(set, sample.map(() => randomUUID()), false) };
  for (const resident of [none, again, withList, withSet, list]) resident.free();
  return { figures, has };
}

/** Microseconds a token, one figure a pass. */
function timePasses(contenders) {
  const figures = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
  for (let pass = -LOOKUPS.warmUp; pass < LOOKUPS.passes; pass += 1) {
    for (const [name, [verifier, tokens, code]] of Object.entries(contenders)) {
      const fresh = freshOf(tokens, pass + LOOKUPS.warmUp);
      const time = timed(() => {
        for (const token of fresh) {
          if (verifier.verifySync(token).code !== code) throw new Error("the answer is wrong");
        }
      });
      if (pass >= 0) figures[name].push((1000 * time) / fresh.length);
    }
  }
  return figures;
}

/** The strings of a pass, as nobody has seen them before. */
function freshOf(octets, pass) {
  const start = (pass * LOOKUPS.tokens) % octets.length;
  return octets.slice(start, start + LOOKUPS.tokens).map((one) => one.toString("latin1"));
}

/** Nanoseconds of `Set.has`, with strings that have not been hashed. */
function timeHas(set, ids, expected) {
  const octets = ids.map((id) => Buffer.from(id));
  const times = Array.from({ length: LOOKUPS.passes }, (_, pass) => {
    const fresh = freshOf(octets, pass);
    const time = timed(() => {
      for (const id of fresh) if (set.has(id) !== expected) throw new Error("the answer is wrong");
    });
    return (1e6 * time) / fresh.length;
  });
  return median(times);
}
