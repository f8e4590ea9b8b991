// The host's own cryptography, crypto.subtle: what it does faster than wasm, or alone.
//
// It says whether a signature fits and makes signatures; whether a token is good is decided in
// wasm. Keys are imported as not extractable. Nothing here looks at an algorithm's name: what to
// tell the host comes from the one table of algorithms.

import { SetupError } from "./errors.js";
import { wasm } from "./instance.js";
import type { Algorithm, Jwk } from "./types.js";

/** What a key is imported for. */
export type Usage = "sign" | "verify";

/** A key of the host, and how to use it. */
export interface HostKey {
  key: CryptoKey;
  algorithm: HostAlgorithm;
}

type HostAlgorithm = { name: string } & Record<string, unknown>;

/** The members of a JWK that make it private. */
const PRIVATE = ["d", "p", "q", "dp", "dq", "qi"];

/** PKCS #8 of an Ed25519 seed up to the seed itself (RFC 8410 section 7). */
const SEED_PREFIX = [48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32];

/** Whether the host has cryptography at all: pages on plain http do not. */
export function hasWebCrypto(): boolean {
  return globalThis.crypto?.subtle !== undefined;
}

function subtle(): SubtleCrypto {
  if (hasWebCrypto()) return crypto.subtle;
  throw new SetupError("keys", "need crypto.subtle, or edge-jwt/full", "no_web_crypto");
}

/** Imports a key from what the wasm side says of it. */
export async function importHostKey(
  octets: Uint8Array,
  algorithmText: string,
  usage: Usage,
): Promise<HostKey> {
  const jwk = JSON.parse(new TextDecoder().decode(octets)) as JsonWebKey;
  const algorithm = JSON.parse(algorithmText) as HostAlgorithm;
  const host = subtle();
  try {
    const whole = jwk.kty === "OKP" && jwk.x === undefined ? await withPoint(jwk) : jwk;
    const members = usage === "sign" ? whole : publicMembers(whole);
    return { key: await host.importKey("jwk", members, algorithm, false, [usage]), algorithm };
  } catch {
    throw new SetupError("keys", "hold a key that the host cannot use", "host_refused");
  }
}

function publicMembers(jwk: JsonWebKey): JsonWebKey {
  return Object.fromEntries(Object.entries(jwk).filter(([name]) => !PRIVATE.includes(name)));
}

/** An Ed25519 seed with the point that it leads to, which only the host can compute. */
async function withPoint(jwk: JsonWebKey): Promise<JsonWebKey> {
  const pkcs8 = Uint8Array.from([...SEED_PREFIX, ...fromBase64url(jwk.d as string)]);
  const key = await crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", true, ["sign"]);
  const { x } = await crypto.subtle.exportKey("jwk", key);
  return { ...jwk, x: x as string };
}

/** Whether a signature fits. What the host cannot check does not fit. */
export async function verifyByHost(
  { key, algorithm }: HostKey,
  signature: Uint8Array<ArrayBuffer>,
  data: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  try {
    return await crypto.subtle.verify(algorithm, key, signature, data);
  } catch {
    return false;
  }
}

/** Signs text, and answers with the whole token. */
export async function signByHost({ key, algorithm }: HostKey, input: string): Promise<string> {
  const signature = await crypto.subtle.sign(algorithm, key, new TextEncoder().encode(input));
  return `${input}.${toBase64url(new Uint8Array(signature))}`;
}

/** What a generated key may be given. */
export interface GenerateOptions {
  kid?: string;
  /** Bits of an RSA modulus. Default 2048. */
  modulusLength?: number;
}

/** A new key of full strength for an algorithm, as a private or secret JWK. */
export async function generateKey(
  alg: Algorithm,
  { kid, modulusLength = 2048 }: GenerateOptions = {},
): Promise<Jwk> {
  const algorithm = hostAlgorithm(alg);
  const rsa = { modulusLength, publicExponent: Uint8Array.of(1, 0, 1) };
  // For HMAC the length of the hash, as RFC 7518 section 3.2 asks, and not the host's default.
  const length = 8 * (HASH_OCTETS[String(algorithm.hash)] ?? 0);
  const all = algorithm.name === "HMAC" ? { ...algorithm, length } : { ...algorithm, ...rsa };
  const made = await subtle().generateKey(all as AlgorithmIdentifier, true, ["sign", "verify"]);
  const key = "privateKey" in made ? made.privateKey : made;
  const { ext, key_ops, ...jwk } = await crypto.subtle.exportKey("jwk", key as CryptoKey);
  return { ...(jwk as Jwk), alg, ...(kid !== undefined && { kid }) };
}

const HASH_OCTETS: Record<string, number> = { "SHA-256": 32, "SHA-384": 48, "SHA-512": 64 };

function hostAlgorithm(alg: string): HostAlgorithm {
  try {
    return JSON.parse(wasm().webCrypto(String(alg))) as HostAlgorithm;
  } catch {
    throw new SetupError("alg", "is not a supported algorithm");
  }
}

function toBase64url(octets: Uint8Array): string {
  const base64 = btoa(String.fromCharCode(...octets));
  return base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function fromBase64url(text: string): number[] {
  const base64 = text.replaceAll("-", "+").replaceAll("_", "/");
  return Array.from(atob(base64), (octet) => octet.charCodeAt(0));
}
