// A verifier of one algorithm and the tokens that strangers may begin with: honest ones, and those
// of every stranger who signs as well as he can.
//
// Keys and claims are fixed, so that a case is the same at every run; only the strangers' keys and
// the signatures of PSS and ECDSA, which have chance in them, are made anew.

import { createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";

import { base64url, signed } from "./sign.mjs";

/** The time of every decision. */
export const NOW = 1700000000;

const KEYS = JSON.parse(readFileSync(new URL("../../tests/keys.json", import.meta.url), "utf8"));
const PAIRS = {
  RS256: "rsa",
  PS256: "rsa",
  ES256: "p256",
  ES384: "p384",
  ES512: "p521",
  EdDSA: "ed25519",
};
const STRANGERS = {
  rsa: ["rsa", { modulusLength: 2048 }],
  p256: ["ec", { namedCurve: "P-256" }],
  p384: ["ec", { namedCurve: "P-384" }],
  p521: ["ec", { namedCurve: "P-521" }],
  ed25519: ["ed25519", {}],
};

const CLAIMS = { iss: "me", aud: "api", sub: "u1", jti: "t1", iat: NOW - 10, exp: NOW + 3600 };

/** What the issuer signs and is accepted. */
const ACCEPTABLE = [
  CLAIMS,
  { ...CLAIMS, aud: ["other", "api"], jti: undefined },
  { ...CLAIMS, exp: NOW + 0.5, nbf: NOW - 1, auth_time: NOW - 100 },
  { ...CLAIMS, sub: "ünïcødé ✓ \u0000 \ud83d\ude00", jti: "x".repeat(60) },
  { ...CLAIMS, data: { user: { roles: ["a", "b"], n: [1, -2.5, 1e21, null, true, {}] } } },
  { ...CLAIMS, text: "long ".repeat(300) },
].map((claims) => JSON.stringify(claims));

/** What the issuer signs and is refused for what it says. */
const UNACCEPTABLE = [
  { ...CLAIMS, exp: NOW },
  { ...CLAIMS, nbf: NOW + 1 },
  { ...CLAIMS, aud: "elsewhere" },
  { ...CLAIMS, iss: "somebody" },
  { ...CLAIMS, sub: "banned" },
  { ...CLAIMS, jti: "thrown-out" },
].map((claims) => JSON.stringify(claims));

/** The world of one algorithm, in one build of the library; `decide` may answer with a promise. */
export function worldOf(library, alg, atOnce) {
  const { own, key, stranger, confusing } = PAIRS[alg] ? pairOf(alg) : secretsOf(alg);
  const verifier = verifierOf(library, alg, own);
  const header = JSON.stringify({ alg, typ: "JWT", kid: "main" });
  const headers = [header, JSON.stringify({ kid: "main", alg }), JSON.stringify({ alg })];
  const by = (key, payloads) =>
    headers.flatMap((header) => payloads.map((text) => signed(alg, key, header, text)));
  const honest = by(key, ACCEPTABLE);
  const foreign = [...by(stranger, ACCEPTABLE), ...confusedBy(confusing), unsigned()];
  const at = { now: NOW };
  return {
    alg,
    decide: (token) => (atOnce ? verifier.verifySync(token, at) : verifier.verify(token, at)),
    control: honest[0],
    largest: largestContents(alg).map(([header, payload]) => signed(alg, key, header, payload)),
    honest: new Set(honest),
    bases: [...honest, ...honest, ...by(key, UNACCEPTABLE), ...foreign],
    // Signing anew is quick enough with a secret only.
    key: PAIRS[alg] ? undefined : key,
  };
}

function verifierOf({ KeySet, Revocations, Verifier }, alg, own) {
  const other = alg === "HS512" ? "HS384" : "HS512";
  const keys = new KeySet([
    { kid: "other", alg: other, secret: "o".repeat(64) },
    { kid: "off", alg: "HS256", secret: "f".repeat(32), state: "disabled" },
    { kid: "main", alg, ...own },
  ]);
  const verifier = new Verifier({ keys, issuer: "me", audience: "api" });
  const revocations = new Revocations();
  revocations.revoke({ sub: "banned" });
  revocations.revoke({ jti: "thrown-out" });
  verifier.setRevocations(revocations);
  return verifier;
}

/** Whether a plain reading of what was signed agrees that it may pass. */
export function mayPass(alg, token) {
  const parts = token.split(".").slice(0, 2);
  const [header, claims] = parts.map((part) => JSON.parse(Buffer.from(part, "base64url")));
  const forUs = [claims.aud].flat().includes("api") && claims.iss === "me";
  const inTime = claims.exp > NOW && !(claims.nbf > NOW);
  const isOut = claims.sub === "banned" || claims.jti === "thrown-out";
  return header.alg === alg && !("crit" in header) && forUs && inTime && !isOut;
}

function secretsOf(alg) {
  const secret = Buffer.from("the secret of the issuer, which nobody else has: sixty-four octs");
  const stranger = Buffer.from("the secret of a stranger, as good as any but not the issuer's own");
  return { own: { secret }, key: secret, stranger, confusing: ["", "main", "secret"] };
}

function pairOf(alg) {
  const name = PAIRS[alg];
  const { privateJwk, publicJwk, pem } = KEYS[name];
  const key = createPrivateKey({ key: privateJwk, format: "jwk" });
  const der = createPublicKey(key).export({ type: "spki", format: "der" });
  const texts = [pem.spki, pem.spki.trim(), JSON.stringify(publicJwk), publicJwk.n ?? publicJwk.x];
  const stranger = generateKeyPairSync(...STRANGERS[name]).privateKey;
  return { own: { jwk: privateJwk }, key, stranger, confusing: [der, ...texts] };
}

/** Headers and claims that take most memory to read: as long as the default policy lets them be. */
function largestContents(alg) {
  const fill = (octets) => [
    ...["[],", "{},", "0,", '"\\n",'].map((unit) => unit.repeat(octets / unit.length)),
    `${"[".repeat(60)}${"]".repeat(60)},`.repeat(octets / 121),
    '{"a":{"a":{}}},'.repeat(Math.min(octets / 15, 250)),
  ];
  const header = (fill) => `{"alg":"${alg}","kid":"main","a":[${fill}0]}`;
  const claims = (fill) => `{"exp":${NOW + 60},"a":[${fill}0]}`;
  const half = fill(5700);
  return [
    ...fill(11_400).flatMap((fill) => [[header(fill), claims("")], [header(""), claims(fill)]]),
    ...half.flatMap((one) => half.map((other) => [header(one), claims(other)])),
  ];
}

/** HS256 under what everybody has (CVE-2015-9235). */
function confusedBy(secrets) {
  const header = '{"alg":"HS256","kid":"main"}';
  return secrets.map((secret) => signed("HS256", secret, header, ACCEPTABLE[0]));
}

function unsigned() {
  return `${base64url('{"alg":"none","kid":"main"}')}.${base64url(ACCEPTABLE[0])}.`;
}
