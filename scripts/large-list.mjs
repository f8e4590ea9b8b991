// `npm run large-list`: the example for workers with a list of 4 million ids, the most that one file
// may hold, in workerd: it decides right, and what the isolate needs stays within the 128 MB that a
// worker has, also while the next list takes the place of this one. Miniflare does not enforce that
// limit, so linear memory and the octets that JavaScript holds are counted; what the whole process
// takes is printed.

import { randomUUID } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

import { build } from "./build.mjs";
import { Stop, main, step } from "./steps.mjs";
import { startIsolates } from "./worker.mjs";

const ENTRIES = 4_000_000;
const PIECE = 1000;
const ISOLATE = 128 * (1 << 20);

/** How much linear memory may exceed two lists: the library itself, tables, and its way of growing. */
const SLACK = 4 << 20;

/** The example with a store of its own, out of the process that is measured, and its memory. */
const MEASURED = `
  import { memoryBuffer } from "./node_modules/edge-jwt/lib/core.js";
  import worker from "./revocations-worker.js";

  const storeAt = (origin) => ({
    async get(name, { type }) {
      const response = await fetch(origin + "/" + name);
      return response.ok ? response[type]() : null;
    },
    put() {},
  });

  export default {
    fetch(request, env, ctx) {
      const { pathname } = new URL(request.url);
      if (pathname === "/memory") return Response.json(memoryBuffer().byteLength);
      return worker.fetch(request, { ...env, LISTS: storeAt(env.STORE) }, ctx);
    },
  };
`;

await main(async () => {
  process.env.EDGE_JWT_TARBALL = await build();
  const { eventually, libraryIn, makeWorld, projectOf } = await import("../tests/examples/world.mjs");
  const folder = projectOf("large", ["revocations-worker.js"], { "measured.js": MEASURED });
  const library = await libraryIn(folder);
  const world = await makeWorld(library);
  const lists = [];
  await step(`building three lists of ${ENTRIES} ids each`, "about 30 s", async () => {
    for (const seq of [1, 2, 3]) lists.push(await buildList(world, seq));
  });
  await step("taking them in, one after the other", "about 2 s", async () =>
    measure({ folder, world, lists, eventually }));
});

/** A list of random ids, and a few of them: the first and the last of some of its pieces. */
async function buildList(world, seq) {
  const ids = [];
  const { manifest, body } = await world.listOf(seq, (builder) => {
    for (let n = 0; n < ENTRIES; n += PIECE) {
      const piece = Array.from({ length: PIECE }, () => randomUUID());
      builder.addNdjson(piece.map((jti) => `{"jti":"${jti}"}\n`).join(""));
      if (n % (ENTRIES / 4) === 0) ids.push(piece[0], piece.at(-1));
    }
  });
  return { manifest, body, ids };
}

async function measure({ folder, world, lists, eventually }) {
  const store = await serve(lists);
  const { listJwks: LIST_JWKS, tokenJwks: TOKEN_JWKS } = world;
  const bindings = { LIST_JWKS, TOKEN_JWKS, STORE: store.origin, POLL_SECONDS: 0.1 };
  const entry = join(folder, "measured.js");
  const log = (piece) => process.stderr.write(piece);
  const miniflare = await startIsolates(entry, { one: { bindings } }, { log });
  try {
    const isolate = await miniflare.getWorker("one");
    const fetched = async (path) => (await isolate.fetch(`http://api.example${path}`)).json();
    const found = [];
    const look = async (what) => {
      const linear = await fetched("/memory");
      found.push(linear);
      console.log(`  ${what}: linear memory ${mebi(linear)}, the process ${mebi(residentOctets())}`);
    };
    await look("before");
    for (const seq of [1, 2, 3]) {
      store.point(seq);
      await eventually(async () => (await fetched("/health")).published?.seq, seq);
      await checkDecisions(world, isolate, lists, seq);
      await look(`list ${seq}, ${mebi(lists[seq - 1].body.length)}`);
    }
    checkMemory(found, lists[0].body.length);
  } finally {
    await miniflare.dispose();
    await store.stop();
  }
}

/** What one list throws out the others know nothing of. */
async function checkDecisions(world, isolate, lists, seq) {
  for (const [place, { ids }] of lists.entries()) {
    const expected = place === seq - 1 ? "revoked_token" : undefined;
    for (const jti of ids) {
      const headers = { authorization: `Bearer ${await world.token({ sub: "ada" }, { jti })}` };
      const { code } = await (await isolate.fetch("http://api.example/", { headers })).json();
      if (code !== expected) throw new Stop(`List ${seq} said ${code} and not ${expected}.`);
    }
  }
}

function checkMemory([, , second, third], list) {
  if (second > 2 * list + SLACK) throw new Stop("Linear memory holds more than two lists.");
  if (third > second) throw new Stop("Linear memory grows with every list.");
  // JavaScript holds the octets of the list at hand, and of the next one while it comes in.
  const most = third + 2 * list;
  console.log(`  at most ${mebi(most)} in linear memory and buffers, of ${mebi(ISOLATE)}`);
  if (most > ISOLATE) throw new Stop("That is more than a worker has.");
}

/** The lists over HTTP; `point` says which is the newest. */
async function serve(lists) {
  let latest = 0;
  const server = createServer((request, response) => {
    if (request.url === "/latest") return response.end(String(latest));
    const [, seq] = request.url.match(/^\/snapshot\/(\d+)$/) ?? [];
    const list = lists[seq - 1];
    if (list === undefined) return response.writeHead(404).end();
    response.writeHead(200).write(`${list.manifest}\n`);
    return response.end(list.body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    point: (seq) => { latest = seq; },
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** What the workerd that this process has started takes of the machine's memory (Linux). */
function residentOctets() {
  const statuses = readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(statusOf);
  const workerd = statuses.find(({ Name, PPid }) => Name === "workerd" && PPid === String(process.pid));
  return 1024 * Number.parseInt(workerd?.VmRSS ?? "0", 10);
}

function statusOf(pid) {
  try {
    const lines = readFileSync(`/proc/${pid}/status`, "utf8").split("\n");
    return Object.fromEntries(lines.map((line) => line.split(":\t").map((text) => text.trim())));
  } catch {
    // It has ended meanwhile, or there is no /proc.
    return {};
  }
}

function mebi(octets) {
  return `${(octets / (1 << 20)).toFixed(1)} MiB`;
}
