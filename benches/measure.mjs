// Measures what was chosen, and prints each table when it is there.

import { allContests, holdContests } from "./contests.mjs";
import { measureGate } from "./gate.mjs";
import { measureLimits } from "./limits.mjs";
import { measureMemory } from "./memory/index.mjs";
import { contestTable } from "./report/contest-table.mjs";
import { section } from "./report/markdown.mjs";
import { measureRevocations } from "./revocations/index.mjs";
import { allStarts, timeStarts } from "./startup/index.mjs";

/** What is measured of edge-jwt by itself, or in a way of its own. */
const OTHERS = [
  { name: "memory in Node", measureIt: measureMemory },
  { name: "gate in Node", measureIt: measureGate },
  { name: "limits in Node", measureIt: measureLimits },
  { name: "revocation lists in Node", measureIt: measureRevocations },
];

/** Answers all that was measured: versions of hosts, contests, tables. */
export async function measure({ words, passes, ...sizes }) {
  const isWanted = ({ name }) => words.every((word) => name.toLowerCase().includes(word));
  const measured = { versions: {}, contests: [], tables: [] };
  const keepContest = (contest) => {
    measured.contests.push(contest);
    console.log(`\n${section(contestTable(contest))}`);
  };
  await holdContests(allContests().filter(isWanted), passes, {
    version: (host, version) => (measured.versions[host] = version),
    contest: keepContest,
  });
  for (const start of allStarts().filter(isWanted)) {
    keepContest({ ...start, contenders: await timeStarts(start, passes) });
  }
  for (const { measureIt } of OTHERS.filter(isWanted)) {
    const tables = await measureIt(sizes);
    measured.tables.push(...tables);
    for (const table of tables) console.log(`\n${section(table)}`);
  }
  return measured;
}
