// One pass over a job's tokens, on whatever host: by edge-jwt or by jose, keys prepared once.

import { KeySet, Verifier } from "edge-jwt";
import * as jose from "jose";

const prepared = new Map();

/** Verifies every token of a job. */
export async function runPass({ name, alg, jwk, tokens }) {
  const id = `${name} ${alg}`;
  if (!prepared.has(id)) prepared.set(id, await RUNNERS[name](alg, jwk));
  const verify = prepared.get(id);
  for (const token of tokens) {
    if (!(await verify(token))) throw new Error("a good token was refused");
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
};

async function joseKey(alg, jwk) {
  const key = await jose.importJWK(jwk, alg);
  if (!(key instanceof Uint8Array)) return key;
  return crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
}
