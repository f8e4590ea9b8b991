// Published revocation lists beside a JavaScript Set of the same UUIDs, in one process: octets, what
// loading takes, and what a look-up adds to `verify`.
//
// Lists are made by the full build, which has a memory of its own, so that linear memory shows what
// loading takes. Passes of everything that is compared are interleaved and use strings that nobody
// has seen before; what counts is the median.

import { freemem } from "node:os";

import * as library from "edge-jwt";
import * as publisher from "edge-jwt/full";

import { linearMemory } from "../measuring.mjs";
import { makeList } from "./lists.mjs";
import { timeLoads } from "./loads.mjs";
import { timeLookups } from "./lookups.mjs";
import { SHARD, timeShards } from "./shards.mjs";
import { demandsTable, loadsTable, lookupsTable, shardsTable, sizesTable } from "./tables.mjs";

/** How many entries, and how many passes of loading them; a Set of ten million takes long. */
const SIZES = { 1000: 25, 10_000: 25, 100_000: 15, 1_000_000: 9, 10_000_000: 3 };

/** The largest, and what must be free for it: its UUIDs stand in JavaScript three times. */
const LARGE = { entries: 10_000_000, octets: 8e9 };

/** Lists of all sizes. */
export async function measureRevocations({ isQuick, isHuge }) {
  const sizes = Object.keys(SIZES).map(Number).filter((entries) => mayTry(entries, isQuick));
  const rows = [];
  for (const entries of sizes) rows.push(await measureSize(entries));
  const shards = await timeShards({ library, publisher }, isHuge ? SHARD.all : SHARD.tried);
  const tables = [sizesTable, loadsTable, lookupsTable, demandsTable].map((tableOf) => tableOf(rows));
  return [...tables, shardsTable(shards)];
}

function mayTry(entries, isQuick) {
  if (entries < LARGE.entries) return true;
  const isRoom = freemem() > LARGE.octets;
  if (!isRoom) console.log(`\n${entries} entries: left out, too little memory is free`);
  return isRoom && !isQuick;
}

async function measureSize(entries) {
  const made = await makeList(publisher, entries, { maxEntries: 1 << 27 });
  const loads = await timeLoads(library, await linearMemory(), made, SIZES[entries]);
  const lookups = await timeLookups(library, made);
  return { entries, ...made, ...loads, ...lookups };
}
