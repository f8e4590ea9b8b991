// The full build's synchronous verification, a whole token each, beside node:crypto's bare check
// of the same signature under the same key. A key is warm: it has been used before.

import { createPublicKey, verify } from "node:crypto";

import { printTable } from "./report.mjs";

const PASSES = 15;
const TOKENS = { EdDSA: 400, ES256: 400, RS256: 400 };
const DIGESTS = { EdDSA: null, ES256: "SHA256", RS256: "SHA256" };

/** Times the full build in Node. */
export async function benchFull({ KeySet, Issuer, Verifier, generateKey }) {
  for (const [alg, count] of Object.entries(TOKENS)) {
    const jwk = await generateKey(alg, { kid: "bench" });
    const keys = new KeySet([{ jwk }]);
    const issuer = new Issuer({ keys, issuer: "me", audience: "api" });
    const verifier = new Verifier({ keys, issuer: "me", audience: "api" });
    const made = await Promise.all(Array.from({ length: count }, (_, n) => issuer.issue({ n })));
    const tokens = made.map(({ token }) => Buffer.from(token));
    const key = { key: createPublicKey({ key: jwk, format: "jwk" }), dsaEncoding: "ieee-p1363" };
    const libraries = {
      "edge-jwt": (token) => verifier.verifySync(token.toString("latin1")).ok,
      "node:crypto": (token) => bareCheck(DIGESTS[alg], key, token),
    };
    printTable(`${alg}, full build at once in Node`, timePasses(libraries, tokens));
  }
}

function bareCheck(digest, key, token) {
  const dot = token.lastIndexOf(".");
  const signature = Buffer.from(token.toString("latin1", dot + 1), "base64url");
  return verify(digest, token.subarray(0, dot), key, signature);
}

function timePasses(libraries, tokens) {
  const figures = Object.fromEntries(Object.keys(libraries).map((name) => [name, []]));
  for (let pass = -2; pass < PASSES; pass += 1) {
    for (const [name, check] of Object.entries(libraries)) {
      const started = process.hrtime.bigint();
      for (const token of tokens) if (!check(token)) throw new Error("a good token was refused");
      const time = Number(process.hrtime.bigint() - started) / 1000 / tokens.length;
      if (pass >= 0) figures[name].push(time);
    }
  }
  return figures;
}
