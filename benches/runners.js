// Passes over a job's tokens, on whatever host: by edge-jwt or by jose, keys prepared once.

import { KeySet, Verifier } from "edge-jwt";
import * as jose from "jose";

const decoder = new TextDecoder();
const encoder = new TextEncoder();
let tokens;
let verifiers;

/** Takes in a job, so that a pass has nothing to do but verify. */
export async function prepare(job) {
  tokens = job.tokens.map((token) => encoder.encode(token));
  verifiers = {};
  for (const [name, make] of Object.entries(RUNNERS)) {
    verifiers[name] = await make(job.alg, job.jwk, job.tokens);
  }
}

/** Verifies every token of the job, each as a string that nobody has seen. */
export async function runPass(name) {
  const verify = verifiers[name];
  for (const octets of tokens) {
    if (!(await verify(decoder.decode(octets)))) throw new Error("a good token was refused");
  }
}

const RUNNERS = {
  "edge-jwt": (alg, jwk) => {
    const verifier = new Verifier({ keys: new KeySet([{ jwk }]), issuer: "me", audience: "api" });
    return async (token) => (await verifier.verify(token)).ok;
  },
  jose: async (alg, jwk) => {
    const options = { issuer: "me", audience: "api", algorithms: [alg] };
    const key = await joseKey(alg, jwk);
    return async (token) => (await jose.jwtVerify(token, key, options)).payload !== undefined;
  },
  "crypto.subtle alone": bareCheck,
};

/** The host's check of octets that were made ready before: what nobody who uses it can beat. */
async function bareCheck(alg, jwk, tokens) {
  const algorithm = ALGORITHMS[alg];
  const { kty, n, e, crv, x, y, k } = jwk;
  const members = JSON.parse(JSON.stringify({ kty, n, e, crv, x, y, k }));
  const key = await crypto.subtle.importKey("jwk", members, algorithm, false, ["verify"]);
  const ready = new Map(tokens.map((token) => [token, octetsOf(token)]));
  return (token) => crypto.subtle.verify(algorithm, key, ...ready.get(token));
}

const ALGORITHMS = {
  HS256: { name: "HMAC", hash: "SHA-256" },
  RS256: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
  ES256: { name: "ECDSA", hash: "SHA-256", namedCurve: "P-256" },
  EdDSA: { name: "Ed25519" },
};

function octetsOf(token) {
  const dot = token.lastIndexOf(".");
  const base64 = token.slice(dot + 1).replaceAll("-", "+").replaceAll("_", "/");
  const signature = Uint8Array.from(atob(base64), (octet) => octet.charCodeAt(0));
  return [signature, new TextEncoder().encode(token.slice(0, dot))];
}

async function joseKey(alg, jwk) {
  const key = await jose.importJWK(jwk, alg);
  if (!(key instanceof Uint8Array)) return key;
  return crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
}
