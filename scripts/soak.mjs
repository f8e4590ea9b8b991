// `npm run soak -- N`: N HS256 verifications of mixed fate over 10 000 tokens, with issuing and
// revoking in between, as a service does for months. The decisions must stay right; linear memory
// and the live JavaScript heap must stay where they were after the warm-up.

import { randomBytes } from "node:crypto";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { build } from "./build.mjs";
import { Stop, main } from "./steps.mjs";

const TOKENS = 10_000;

/** How many in ten thousand are of which fate, by the code they get; good ones get none. */
const FATES = { good: 4000, expired: 2000, invalid_signature: 2000, revoked_token: 2000 };

/** A token is issued and a revocation made, and one forgotten, once in so many verifications. */
const PACE = 100;

/** How often the memory is looked at. */
const SAMPLE = 1_000_000;

/** A hash table into which as much goes as comes out grows once more before it stays. */
const WARM_UP = 5 * SAMPLE;

/** How much the live heap may differ from sample to sample, in octets. */
const HEAP_NOISE = 4 << 20;

const NOW = 1700000000;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc");

await main(async () => {
  const count = Number(process.argv[2] ?? 10_000_000);
  if (!(count > WARM_UP)) throw new Stop(`More than ${WARM_UP} verifications are needed.`);
  process.env.EDGE_JWT_TARBALL = await build();
  const { loadBuilds } = await import("../tests/fuzz/builds.mjs");
  const { library, memory } = (await loadBuilds("soak")).lib;
  soak(worldOf(library), memory, count);
});

function worldOf({ Issuer, KeySet, Revocations, Verifier }) {
  const keysOf = (secret) => new KeySet([{ kid: "k", alg: "HS256", secret }]);
  const issuerOf = (keys) => new Issuer({ keys, issuer: "me", audience: "api" });
  const keys = keysOf(randomBytes(32));
  const verifier = new Verifier({ keys, issuer: "me", audience: "api" });
  const revocations = new Revocations();
  verifier.setRevocations(revocations);
  const forger = issuerOf(keysOf(randomBytes(32)));
  const world = { verifier, revocations, issuer: issuerOf(keys), forger };
  const fates = Object.entries(FATES).flatMap(([fate, share]) => Array(share).fill(fate));
  return { ...world, tokens: fates.map((fate, n) => makeToken(world, fate, n)) };
}

function makeToken({ issuer, forger, revocations }, fate, n) {
  const signer = fate === "invalid_signature" ? forger : issuer;
  const claims = { sub: `u${n}`, name: "Ada Lovelace", scope: "chat:read chat:write" };
  const life = fate === "expired" ? { now: NOW - 100, ttl: 100 } : { now: NOW, ttl: 3600 };
  const { token, record } = signer.issueSync(claims, life);
  if (fate === "revoked_token") revocations.revoke({ jti: record.jti });
  return { token, fate };
}

function soak(world, memory, count) {
  const started = Date.now();
  let warm;
  for (let n = 1; n <= count; n += 1) {
    // A prime step, so that fates come in no pattern.
    const { token, fate } = world.tokens[(n * 7919) % TOKENS];
    const { code = "good" } = world.verifier.verifySync(token, { now: NOW });
    if (code !== fate) throw new Stop(`Verification ${n} said ${code} and not ${fate}.`);
    if (n % PACE === 0) turnOver(world, n / PACE);
    if (n % SAMPLE !== 0) continue;
    const found = sample(memory);
    const seconds = (Date.now() - started) / 1000;
    console.log(`${n / SAMPLE} million, ${seconds.toFixed(0)} s: ${describe(found)}`);
    if (n >= WARM_UP) checkGrowth((warm ??= found), found);
  }
  console.log(`flat over ${count} verifications: ${describe(warm)} after the warm-up`);
}

/** A new good token in the place of another; one token revoked, and the revocation forgotten. */
function turnOver(world, turn) {
  const { issuer, revocations, tokens, verifier } = world;
  const place = turn % FATES.good;
  tokens[place] = makeToken(world, "good", turn);
  const { token, record } = issuer.issueSync({ sub: "leaving" }, { now: NOW, ttl: 60 });
  revocations.revoke({ jti: record.jti, exp: record.exp });
  const { code } = verifier.verifySync(token, { now: NOW });
  if (code !== "revoked_token") throw new Stop(`A token that was just revoked said ${code}.`);
  if (turn % 100 !== 0) return;
  if (revocations.prune(record.exp) !== 100) throw new Stop("Not all that expired was pruned.");
}

function sample(memory) {
  collectGarbage();
  const { heapUsed, rss } = process.memoryUsage();
  return { linear: memory().byteLength, heapUsed, rss };
}

function checkGrowth(warm, { linear, heapUsed }) {
  if (linear !== warm.linear) throw new Stop("Linear memory has grown.");
  if (heapUsed - warm.heapUsed > HEAP_NOISE) throw new Stop("The JavaScript heap has grown.");
}

function describe({ linear, heapUsed, rss }) {
  const live = `${(heapUsed / (1 << 20)).toFixed(1)} MiB of live JavaScript`;
  return `linear memory ${linear >> 10} KiB, ${live}, ${rss >> 20} MiB in all`;
}
