// Measures what was chosen, and prints each table when it is there.

import { allContests, holdContests } from "./contests.mjs";
import { contestTable } from "./report/contest-table.mjs";

/** Answers how many tables there were. */
export async function measure({ words, passes }) {
  const isWanted = ({ name }) => words.every((word) => name.toLowerCase().includes(word));
  const contests = allContests().filter(isWanted);
  await holdContests(contests, passes, {
    version: (host, version) => console.log(`\n${host} ${version}`),
    contest: (contest) => console.log(`\n${contestTable(contest)}`),
  });
  return contests.length;
}
