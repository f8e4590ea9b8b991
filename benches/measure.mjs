// Measures what was chosen, and prints each table when it is there.

import { allContests, holdContests } from "./contests.mjs";
import { contestTable } from "./report/contest-table.mjs";
import { section } from "./report/markdown.mjs";
import { allStarts, timeStarts } from "./startup/index.mjs";

/** What is measured of edge-jwt by itself, or in a way of its own. */
const OTHERS = [
  { name: "memory in Node", load: async () => (await import("./memory/index.mjs")).measureMemory },
  { name: "gate in Node", load: async () => (await import("./gate.mjs")).measureGate },
  { name: "limits in Node", load: async () => (await import("./limits.mjs")).measureLimits },
  { name: "revocation lists in Node", load: async () => (await import("./revocations/index.mjs")).measureRevocations },
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
  for (const { load } of OTHERS.filter(isWanted)) {
    const measureOther = await load();
    const tables = await measureOther(sizes);
    measured.tables.push(...tables);
    for (const table of tables) console.log(`\n${section(table)}`);
  }
  return measured;
}
