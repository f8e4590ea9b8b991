// tests/vectors.json with its tokens made, by Node's own crypto and not by the code under test.

import { createHmac, createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";

import * as jose from "jose";

/** The vectors, each case with its `token`, and each request with its own in it. */
export function readVectors() {
  const vectors = JSON.parse(readFileSync(new URL("../vectors.json", import.meta.url), "utf8"));
  const cases = vectors.cases.map((described) => ({ ...described, token: tokenOf(described) }));
  return { ...vectors, cases, requests: vectors.requests.map(withToken) };
}

function withToken(described) {
  const filled = JSON.stringify(described.request).replaceAll("{t}", tokenOf(described));
  return { ...described, request: JSON.parse(filled) };
}

function tokenOf(described) {
  const { header = "", payload = "", mac = "HS256", secret = "", form = "{h}.{p}.{s}" } = described;
  if (described.repeat !== undefined) return described.repeat[0].repeat(described.repeat[1]);
  const [h, p] = [header, payload].map((text) => Buffer.from(text).toString("base64url"));
  const hash = mac.replace("HS", "sha");
  const s = createHmac(hash, secret).update(`${h}.${p}`).digest("base64url");
  return form.replace("{h}", h).replace("{p}", p).replace("{s}", s);
}

/** A token by jose for every asymmetric algorithm, with its public key. */
export async function makeByJose() {
  const algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"];
  algorithms.push("ES256", "ES384", "ES512", "EdDSA", "Ed25519");
  return Promise.all(algorithms.map(tokenByJose));
}

async function tokenByJose(alg) {
  const { publicKey, privateKey } = await jose.generateKeyPair(alg, { extractable: true });
  const token = await new jose.SignJWT({ sub: "u1" })
    .setProtectedHeader({ alg })
    .setIssuer("jose")
    .setExpirationTime(1700000060)
    .sign(privateKey);
  const jwk = await jose.exportJWK(publicKey);
  const pem = createPublicKey({ key: jwk, format: "jwk" }).export({ type: "spki", format: "pem" });
  return { alg, jwk, pem, token };
}
