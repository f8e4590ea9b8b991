// Cold verification of HS256 in one Node process, beside the libraries people use today.
//
// Equal work: one prepared key or verifier each, the same claims checked (iss, aud, exp), and a
// string that nobody has seen before for every call. Passes of all libraries are interleaved, so
// a slow moment of the machine hits all of them; what counts is the median and the ratios.

import { createSecretKey, randomBytes, randomUUID } from "node:crypto";
import { cpus } from "node:os";

import { createVerifier } from "fast-jwt";
import * as jose from "jose";
import jsonwebtoken from "jsonwebtoken";

const PASSES = 15;
const TOKENS = 4000;
const ISSUER = "https://issuer.example";
const AUDIENCE = "https://api.example";

/** Times every library on the tokens of an issuer made with `edge-jwt`. */
export async function benchVerify({ KeySet, Issuer, Verifier }) {
  const secret = randomBytes(32);
  const keys = new KeySet([{ kid: "bench", alg: "HS256", secret }]);
  const tokens = makeTokens(new Issuer({ keys, issuer: ISSUER, audience: AUDIENCE }));
  const libraries = {
    ...edgeJwt(new Verifier({ keys, issuer: ISSUER, audience: AUDIENCE })),
    jose: await joseVerify(secret),
    "fast-jwt": fastJwt(secret),
    jsonwebtoken: jsonWebToken(secret),
  };
  report(await timePasses(libraries, tokens));
}

function makeTokens(issuer) {
  const claims = () => ({ sub: randomUUID(), name: "Ada Lovelace", scope: "chat:read chat:write" });
  return Array.from({ length: TOKENS }, () => Buffer.from(issuer.issueSync(claims()).token));
}

function edgeJwt(verifier) {
  return {
    "edge-jwt": (token) => verifier.verifySync(token).ok,
    "edge-jwt, awaited": async (token) => (await verifier.verify(token)).ok,
  };
}

async function joseVerify(secret) {
  const options = { issuer: ISSUER, audience: AUDIENCE, algorithms: ["HS256"] };
  const hmac = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", secret, hmac, false, ["verify"]);
  return async (token) => (await jose.jwtVerify(token, key, options)).payload !== undefined;
}

function fastJwt(secret) {
  const options = { allowedIss: ISSUER, allowedAud: AUDIENCE, algorithms: ["HS256"], cache: false };
  const verify = createVerifier({ key: secret, ...options });
  return (token) => verify(token) !== undefined;
}

function jsonWebToken(secret) {
  const options = { issuer: ISSUER, audience: AUDIENCE, algorithms: ["HS256"] };
  const key = createSecretKey(secret);
  return (token) => jsonwebtoken.verify(token, key, options) !== undefined;
}

/** Microseconds per call, one figure a pass; the first two passes only warm up. */
async function timePasses(libraries, tokens) {
  const figures = Object.fromEntries(Object.keys(libraries).map((name) => [name, []]));
  for (let pass = -2; pass < PASSES; pass += 1) {
    for (const [name, verify] of Object.entries(libraries)) {
      const fresh = tokens.map((octets) => octets.toString("latin1"));
      const time = await timeOne(verify, fresh);
      if (pass >= 0) figures[name].push(time);
    }
  }
  return figures;
}

async function timeOne(verify, tokens) {
  const started = process.hrtime.bigint();
  for (const token of tokens) {
    // A library that answers at once is not made to wait for a promise.
    const answer = verify(token);
    const accepted = typeof answer === "boolean" ? answer : await answer;
    if (!accepted) throw new Error("a good token was refused");
  }
  return Number(process.hrtime.bigint() - started) / 1000 / tokens.length;
}

function report(figures) {
  const median = (times) => times.toSorted((a, b) => a - b)[times.length >> 1];
  const own = median(figures["edge-jwt"]);
  console.log(`\nHS256, cold, Node ${process.version}, ${cpus()[0].model}`);
  console.log(`median of ${PASSES} interleaved passes of ${TOKENS} fresh strings\n`);
  console.log("| library | µs per token | fastest to slowest pass | edge-jwt takes |");
  console.log("|---|---|---|---|");
  for (const [name, times] of Object.entries(figures)) {
    const spread = `${Math.min(...times).toFixed(2)} to ${Math.max(...times).toFixed(2)}`;
    const ratio = name.startsWith("edge-jwt") ? "" : `${(own / median(times)).toFixed(2)} of it`;
    console.log(`| ${name} | ${median(times).toFixed(2)} | ${spread} | ${ratio} |`);
  }
}
