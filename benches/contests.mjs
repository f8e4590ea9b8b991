// Every contest that there is: a piece of work, an algorithm and a host, timed pass by pass in turn.

import { WORKS } from "./works/index.js";

const HOSTS = {
  Node: async () => (await import("./hosts/node.mjs")).openNode(),
  workerd: async () => (await import("./hosts/workerd.mjs")).openWorkerd(),
  Chromium: async () => (await import("./hosts/chromium.mjs")).openChromium(),
};

const WARM_UP = 3;

/** The contests by host, each with the name that its table has. */
export function allContests() {
  return Object.keys(HOSTS).flatMap((host) =>
    WORKS.flatMap(({ name: work, counts }) =>
      Object.keys(counts).map((alg) => ({ name: `${work}, ${alg} in ${host}`, work, alg, host })),
    ),
  );
}

/** Holds these contests; `tell` hears of each host's version and of each contest when it is over. */
export async function holdContests(contests, passes, tell) {
  for (const [hostName, openHost] of Object.entries(HOSTS)) {
    const here = contests.filter(({ host }) => host === hostName);
    if (here.length === 0) continue;
    const host = await openHost();
    tell.version(hostName, host.version);
    try {
      for (const contest of here) {
        tell.contest({ ...contest, contenders: await holdContest(host, contest, passes) });
      }
    } finally {
      await host.stop();
    }
  }
}

/** Microseconds a call by contender, one figure a pass. */
async function holdContest(host, { work, alg }, passes) {
  const contenders = (await host.open(work, alg)).map((one) => ({ ...one, figures: [] }));
  for (let pass = -WARM_UP; pass < passes; pass += 1) {
    // To and fro, so that what one leaves behind does not always fall to the same next one.
    const inTurn = pass % 2 === 0 ? contenders : contenders.toReversed();
    for (const { name, figures } of inTurn) {
      const time = await host.time(name);
      if (pass >= 0) figures.push(time);
    }
  }
  return contenders;
}
