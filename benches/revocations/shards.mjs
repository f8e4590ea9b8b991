// Shards of the size that they have where 10^8 entries stand in 256 of them.

import { timeOf, timed } from "../measuring.mjs";
import { issueTokens, makeList, openList, openVerifier } from "./lists.mjs";

/** The entries of a shard where 10^8 stand in 256 of them, and how many such shards are tried. */
export const SHARD = { entries: 390_625, tried: 4, all: 256 };

/** So many shards, each loaded and looked up in. */
export async function timeShards({ library, publisher }, count) {
  const entries = count * SHARD.entries;
  const made = await makeList(publisher, entries, { maxEntries: SHARD.entries });
  const list = openList(library, {});
  const opening = await timeOf(() => list.load(made.manifest, made.body));
  const verifier = openVerifier(library);
  verifier.setRevocations(list, { mode: "required", irrevocable: "refuse" });
  const tokens = groupByShard(list, issueTokens(library, made.sample).map(String));
  const figures = { opening: [opening], loading: [], lookup: [], octets: [] };
  for (const [place, shard] of made.shards.entries()) {
    figures.loading.push(await timeOf(() => list.loadShard(place, shard)));
    figures.lookup.push(timeRevoked(verifier, tokens.get(place) ?? []));
    figures.octets.push(shard.length);
  }
  for (const resident of [verifier, list]) resident.free();
  return { entries, ...made, ...figures };
}

/** The tokens by the shard that they need. */
function groupByShard(list, tokens) {
  const groups = new Map();
  for (const token of tokens) {
    const [place] = list.neededShards(token);
    groups.set(place, [...(groups.get(place) ?? []), token]);
  }
  return groups;
}

/** Microseconds for a token that the shard throws out, all of them seen once. */
function timeRevoked(verifier, tokens) {
  const time = timed(() => {
    for (const token of tokens) {
      if (verifier.verifySync(token).code !== "revoked_token") throw new Error("the answer is wrong");
    }
  });
  return (1000 * time) / tokens.length;
}
