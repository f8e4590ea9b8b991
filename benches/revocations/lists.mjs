// Lists of UUIDs as they are published, and what is needed to ask about them.

import { randomUUID } from "node:crypto";

import { timed } from "../measuring.mjs";

/** How many of a list's UUIDs are asked about. */
const SAMPLE = 20_000;

/** How many rows go to the builder at once. */
const PIECE = 5000;

const ISSUER = "https://issuer.example";
const SECRET = new Uint8Array(32).fill(7);
const KEY = { kid: "bench", alg: "HS256", secret: SECRET };
const LIMITS = { maxBytes: 1 << 30, maxEntries: 1 << 27 };

/** The list of so many UUIDs: its files, a sample of the UUIDs, all as JSON, and the times it took. */
export async function makeList({ KeySet, RevocationBuilder }, entries, settings) {
  const exp = Math.floor(Date.now() / 1000) + 86_400;
  const builder = new RevocationBuilder({ issuer: ISSUER, seq: 1, exp, ...settings });
  const [sample, pieces] = [[], []];
  let adding = 0;
  for (let done = 0; done < entries; done += PIECE) {
    const ids = Array.from({ length: Math.min(PIECE, entries - done) }, () => randomUUID());
    const rows = Buffer.from(ids.map((id) => `{"jti":"${id}","exp":${exp}}\n`).join(""));
    adding += timed(() => builder.addNdjson(rows));
    // Spread over the whole, so that a look-up meets what no cache holds.
    const share = Math.ceil((SAMPLE * PIECE) / entries);
    sample.push(...ids.slice(0, share));
    pieces.push(Buffer.from(ids.map((id) => `"${id}"`).join()));
  }
  const started = performance.now();
  const built = await builder.build({ signWith: new KeySet([KEY]) });
  const building = performance.now() - started;
  builder.free();
  return { ...built, json: () => jsonOf(pieces), sample: sample.slice(0, SAMPLE), adding, building };
}

/** An array of strings, as a host would keep it. */
function jsonOf(pieces) {
  return `[${pieces.map((piece) => piece.toString("latin1")).join()}]`;
}

export function openList({ KeySet, Revocations }, limits = LIMITS) {
  return new Revocations({ keys: new KeySet([KEY]), issuer: ISSUER, ...limits });
}

export function issueTokens({ Issuer, KeySet }, ids) {
  const issuer = new Issuer({ keys: new KeySet([KEY]), issuer: ISSUER });
  const claims = { sub: "a subject of usual length", scope: "chat:read chat:write" };
  return ids.map((jti) => Buffer.from(issuer.issueSync(claims, { jti }).token));
}

export function openVerifier({ KeySet, Verifier }, options = {}) {
  return new Verifier({ keys: new KeySet([KEY]), issuer: ISSUER, audience: null, ...options });
}
