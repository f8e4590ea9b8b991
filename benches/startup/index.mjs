// From import to the first verdict, each time from scratch: a new process, a new isolate of workerd, a
// new page. Milliseconds, in turn.

import { freshStrings, makeKey, makeTokens, POLICY } from "../works/tokens.js";

const ALGS = ["HS256", "ES256"];

/** Files of libraries/ by host. */
const WEB = ["edge-jwt", "edge-jwt-full", "jose", "hono", "cloudflare-worker-jwt", "aws-jwt-verify"];
const NODE = [...WEB, "fast-jwt", "jsonwebtoken", "node-rs-jsonwebtoken"];

const HOSTS = {
  Node: { files: NODE, open: async () => (await import("./node.mjs")).openNode() },
  workerd: { files: WEB, open: async (files) => (await import("./workerd.mjs")).openWorkerd(files) },
  Chromium: { files: WEB, open: async (files) => (await import("./chromium.mjs")).openChromium(files) },
};

/** The start-ups by host and algorithm, each with the name that its table has. */
export function allStarts() {
  return Object.keys(HOSTS).flatMap((host) =>
    ALGS.map((alg) => {
      return { name: `start-up, ${alg} in ${host}`, work: "start-up", alg, host, unit: "ms" };
    }),
  );
}

/** Milliseconds by library, one figure a start. */
export async function timeStarts({ alg, host: hostName }, passes) {
  const { files, open } = HOSTS[hostName];
  const able = await libraryNames(files, alg);
  const jwk = await makeKey(alg);
  const [token] = freshStrings(await makeTokens(jwk, 1));
  const job = { alg, jwk, policy: POLICY, token };
  const host = await open([...able.keys()]);
  const contenders = [...able].map(([file, name]) => ({ file, name, figures: [] }));
  try {
    for (let pass = -1; pass < passes; pass += 1) {
      for (const { file, figures } of pass % 2 === 0 ? contenders : contenders.toReversed()) {
        const time = await host.start(file, job);
        if (pass >= 0) figures.push(time);
      }
    }
  } finally {
    await host.stop();
  }
  return contenders.map(({ name, figures }) => ({ name, isSync: false, figures }));
}

/** Names by file, of those that know the algorithm. */
async function libraryNames(files, alg) {
  const names = new Map();
  for (const file of files) {
    const { default: library } = await import(`../libraries/${file}.js`);
    if (library.algs.includes(alg)) names.set(file, library.name);
  }
  return names;
}
