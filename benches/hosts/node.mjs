// Node itself: the contest runs in this process.

import { LIBRARIES } from "../libraries/node.js";
import { newContest } from "../works/contest.js";
import { WORKS } from "../works/index.js";

export async function openNode() {
  const contest = newContest(LIBRARIES, WORKS);
  return {
    version: process.version,
    open: contest.open,
    async time(name) {
      await contest.ready(name);
      const started = process.hrtime.bigint();
      const calls = await contest.pass(name);
      return Number(process.hrtime.bigint() - started) / 1000 / calls;
    },
    async stop() {},
  };
}
