// A page whose contest is called from outside, and timed by the page's own clock.

import { LIBRARIES } from "../libraries/web.js";
import { newContest } from "../works/contest.js";
import { WORKS } from "../works/index.js";

const contest = newContest(LIBRARIES, WORKS);

window.contest = {
  open: contest.open,
  async time(name) {
    await contest.ready(name);
    const started = performance.now();
    const calls = await contest.pass(name);
    return (1000 * (performance.now() - started)) / calls;
  },
};
