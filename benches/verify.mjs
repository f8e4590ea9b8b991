// Cold verification in one process, beside the libraries people use today.
//
// Equal work: one prepared key or verifier each, the same claims checked (iss, aud, exp), and a
// string that nobody has seen before for every call. Passes of all libraries are interleaved, so
// a slow moment of the machine hits all of them; what counts is the median and the ratios.

import { KeyObject, createPublicKey, createSecretKey, randomUUID } from "node:crypto";
import { cpus } from "node:os";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { createVerifier } from "fast-jwt";
import * as jose from "jose";
import jsonwebtoken from "jsonwebtoken";

import { printTable } from "./report.mjs";

const PASSES = 15;
const ISSUER = "https://issuer.example";
const AUDIENCE = "https://api.example";

/** Tokens a pass: enough for a pass of some 30 ms or more. */
const TOKENS = { HS256: 4000, RS256: 800, ES256: 400, EdDSA: 400 };

/** How many tokens are seen again. */
const SEEN = 1000;

/** Times every library on the tokens of an issuer made with `edge-jwt`. */
export async function benchVerify(library) {
  console.log(`\nVerifying, cold, Node ${process.version}, ${cpus()[0].model}`);
  console.log(`medians of ${PASSES} interleaved passes over fresh strings`);
  for (const [alg, count] of Object.entries(TOKENS)) {
    const jwk = await library.generateKey(alg, { kid: "bench" });
    const tokens = await makeTokens(library, jwk, count);
    printTable(`${alg} in Node`, await timePasses(await librariesFor(library, alg, jwk), tokens));
  }
}

/** Times tokens that a verifier with a cache has seen, and says what it remembers in memory. */
export async function benchSeen(library) {
  const jwk = await library.generateKey("HS256", { kid: "bench" });
  const tokens = await makeTokens(library, jwk, SEEN);
  const policy = { issuer: ISSUER, audience: AUDIENCE };
  const keys = new library.KeySet([{ jwk }]);
  const before = heapUsed();
  const verifier = new library.Verifier({ keys, ...policy, cache: { maxEntries: SEEN } });
  for (const token of tokens) verifier.verifySync(token.toString("latin1"));
  const { entries, bytes } = verifier.stats().cache;
  const kilobytes = Math.round((heapUsed() - before) / 1000);
  console.log(`\n${entries} remembered tokens of ${bytes} bytes take ${kilobytes} KB of JavaScript's heap`);
  const key = Buffer.from(jwk.k, "base64url");
  const options = { allowedIss: ISSUER, allowedAud: AUDIENCE, algorithms: ["HS256"], cache: SEEN };
  const verify = createVerifier({ key, ...options });
  const libraries = {
    "edge-jwt": (token) => verifier.verifySync(token).ok,
    "fast-jwt": (token) => verify(token) !== undefined,
  };
  printTable("HS256, seen before, in Node", await timePasses(libraries, tokens));
}

function heapUsed() {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  return process.memoryUsage().heapUsed;
}

async function makeTokens({ KeySet, Issuer }, jwk, count) {
  const issuer = new Issuer({ keys: new KeySet([{ jwk }]), issuer: ISSUER, audience: AUDIENCE });
  const claims = () => ({ sub: randomUUID(), name: "Ada Lovelace", scope: "chat:read chat:write" });
  const made = Array.from({ length: count }, () => issuer.issue(claims()));
  return (await Promise.all(made)).map(({ token }) => Buffer.from(token));
}

async function librariesFor({ KeySet, Verifier }, alg, jwk) {
  const policy = { issuer: ISSUER, audience: AUDIENCE };
  const verifier = new Verifier({ keys: new KeySet([{ jwk }]), ...policy });
  const nodeKey =
    jwk.kty === "oct"
      ? createSecretKey(Buffer.from(jwk.k, "base64url"))
      : createPublicKey({ key: jwk, format: "jwk" });
  const secret = alg === "HS256" && { "edge-jwt, at once": (token) => verifier.verifySync(token).ok };
  return {
    "edge-jwt": async (token) => (await verifier.verify(token)).ok,
    ...secret,
    jose: await joseVerify(alg, nodeKey, policy),
    "fast-jwt": fastJwt(alg, nodeKey),
    // jsonwebtoken knows no EdDSA.
    ...(alg !== "EdDSA" && { jsonwebtoken: jsonWebToken(alg, nodeKey, policy) }),
  };
}

async function joseVerify(alg, nodeKey, policy) {
  const options = { ...policy, algorithms: [alg] };
  const key = await jose.importJWK(nodeKey.export({ format: "jwk" }), alg);
  const imported = key instanceof Uint8Array ? await hmacKey(key) : key;
  return async (token) => (await jose.jwtVerify(token, imported, options)).payload !== undefined;
}

function hmacKey(secret) {
  const hmac = { name: "HMAC", hash: "SHA-256" };
  return crypto.subtle.importKey("raw", secret, hmac, false, ["verify"]);
}

function fastJwt(alg, nodeKey) {
  const options = { allowedIss: ISSUER, allowedAud: AUDIENCE, algorithms: [alg], cache: false };
  const key = nodeKey instanceof KeyObject && nodeKey.type === "secret" ? nodeKey.export() : pem(nodeKey);
  const verify = createVerifier({ key, ...options });
  return (token) => verify(token) !== undefined;
}

function pem(nodeKey) {
  return nodeKey.export({ type: "spki", format: "pem" });
}

function jsonWebToken(alg, nodeKey, policy) {
  const options = { ...policy, algorithms: [alg] };
  return (token) => jsonwebtoken.verify(token, nodeKey, options) !== undefined;
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
