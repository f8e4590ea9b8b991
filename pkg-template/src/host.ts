// The host's own cryptography: what it does faster than wasm, or alone. That is crypto.subtle,
// unless a host's entry knows a faster way to verify.
//
// It says whether a signature fits and makes signatures; whether a token is good is decided in
// wasm. Private keys are imported as not extractable. Nothing here looks at an algorithm's name:
// what to tell the host comes from the one table of algorithms.

import { enter } from "./containment.js";
import { SetupError } from "./errors.js";
import type { Algorithm, Jwk } from "./key-types.js";
import type { Octets } from "./octets.js";
import { readObject, readText, refuseMembers } from "./options.js";

/** Whether a signature fits what was signed, by a key made ready once. */
export type Check = (signature: Octets, signed: Octets) => boolean | Promise<boolean>;

/** The signature of a text, by a key made ready once. */
export type Sign = (text: string) => Promise<Octets>;

/** An algorithm in the terms of the Web Cryptography API. */
export type HostAlgorithm = { name: string; hash?: string; saltLength?: number };

/** A key as wasm hands it over: the octets of a JWK, and an algorithm as JSON text. */
export interface HandedKey {
  jwk: Uint8Array;
  algorithm: string;
}

/** Makes a public key ready for verifying. */
type MakeCheck = (jwk: JsonWebKey, algorithm: HostAlgorithm) => Promise<Check>;

let makeCheck: MakeCheck | undefined;

/** Says that the host has a faster way to verify than crypto.subtle. */
export function provideCheck(make: MakeCheck): void {
  makeCheck = make;
}

/** Whether the host has cryptography at all: pages on plain http do not. */
export function hasWebCrypto(): boolean {
  return globalThis.crypto?.subtle !== undefined;
}

/** Makes the public part of a key ready for verifying. */
export async function prepareCheck(handed: HandedKey): Promise<Check> {
  const { jwk, algorithm } = read(handed);
  try {
    const members = publicMembers(await whole(jwk));
    if (makeCheck !== undefined) return await makeCheck(members, algorithm);
    const key = await subtle().importKey("jwk", members, algorithm, false, ["verify"]);
    return (signature, signed) => crypto.subtle.verify(algorithm, key, signature, signed);
  } catch (error) {
    throw refused(error);
  }
}

/** Makes a private key ready for signing. */
export async function prepareSign(handed: HandedKey): Promise<Sign> {
  const { jwk, algorithm } = read(handed);
  try {
    const key = await subtle().importKey("jwk", await whole(jwk), algorithm, false, ["sign"]);
    return (text) => signature(algorithm, key, text);
  } catch (error) {
    throw refused(error);
  }
}

async function signature(algorithm: HostAlgorithm, key: CryptoKey, text: string): Promise<Octets> {
  try {
    return new Uint8Array(await crypto.subtle.sign(algorithm, key, new TextEncoder().encode(text)));
  } catch (error) {
    throw refused(error);
  }
}

/** The SHA-256 of octets, where the host computes it faster than wasm does: not of few. */
export async function sha256(octets: Octets): Promise<Uint8Array | undefined> {
  if (octets.length < FEW_OCTETS || !hasWebCrypto()) return undefined;
  return new Uint8Array(await crypto.subtle.digest("SHA-256", octets));
}

const FEW_OCTETS = 4096;

function read({ jwk, algorithm }: HandedKey): { jwk: JsonWebKey; algorithm: HostAlgorithm } {
  return { jwk: JSON.parse(new TextDecoder().decode(jwk)), algorithm: JSON.parse(algorithm) };
}

function subtle(): SubtleCrypto {
  if (hasWebCrypto()) return crypto.subtle;
  throw new SetupError("keys", "need crypto.subtle, or edge-jwt/full", "no_web_crypto");
}

function refused(error: unknown): SetupError {
  if (SetupError.is(error)) return error;
  return new SetupError("keys", "hold a key that the host cannot use", "host_refused");
}

/** The members of a JWK that make it private. */
const PRIVATE = ["d", "p", "q", "dp", "dq", "qi"];

function publicMembers(jwk: JsonWebKey): JsonWebKey {
  return Object.fromEntries(Object.entries(jwk).filter(([name]) => !PRIVATE.includes(name)));
}

/** PKCS #8 of an Ed25519 seed up to the seed itself (RFC 8410 section 7). */
const SEED_PREFIX = [48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32];

/** The key with its point, which for an Ed25519 seed that came alone only the host can compute. */
async function whole(jwk: JsonWebKey): Promise<JsonWebKey> {
  if (jwk.kty !== "OKP" || jwk.x !== undefined) return jwk;
  const pkcs8 = Uint8Array.from([...SEED_PREFIX, ...fromBase64url(jwk.d as string)]);
  const key = await subtle().importKey("pkcs8", pkcs8, "Ed25519", true, ["sign"]);
  const { x } = await crypto.subtle.exportKey("jwk", key);
  return { ...jwk, x: x as string };
}

/** What a generated key may be given. */
export interface GenerateOptions {
  /** Its name. Default: none, and the key goes by its thumbprint (RFC 7638). */
  kid?: string;
  /** Bits of an RSA modulus. Default 2048. */
  modulusLength?: number;
}

/** A new key of full strength for an algorithm, as a private or secret JWK. */
export async function generateKey(
  alg: Algorithm,
  options: GenerateOptions = {},
): Promise<Jwk> {
  const { kid, modulusLength } = readGenerateOptions(options);
  const algorithm = hostAlgorithm(alg);
  const rsa = { modulusLength, publicExponent: Uint8Array.of(1, 0, 1) };
  // For HMAC the length of the hash, as RFC 7518 section 3.2 asks, and not the host's default.
  const length = 8 * (HASH_OCTETS[algorithm.hash ?? ""] ?? 0);
  const all = algorithm.name === "HMAC" ? { ...algorithm, length } : { ...algorithm, ...rsa };
  try {
    const made = await subtle().generateKey(all as AlgorithmIdentifier, true, ["sign", "verify"]);
    const key = "privateKey" in made ? made.privateKey : made;
    const { ext, key_ops, ...jwk } = await crypto.subtle.exportKey("jwk", key as CryptoKey);
    return { ...(jwk as Jwk), alg, ...(kid !== undefined && { kid }) };
  } catch (error) {
    if (SetupError.is(error)) throw error;
    throw new SetupError("alg", "is not one that the host makes keys for", "host_refused");
  }
}

function readGenerateOptions(options: unknown): { kid: string | undefined; modulusLength: number } {
  const { kid, modulusLength = 2048, ...rest } = readObject(options, "options");
  refuseMembers(rest);
  if (typeof modulusLength !== "number") throw new SetupError("modulusLength", "is not a number");
  return { kid: kid === undefined ? kid : readText(kid, "kid"), modulusLength };
}

const HASH_OCTETS: Record<string, number> = { "SHA-256": 32, "SHA-384": 48, "SHA-512": 64 };

/** An algorithm by its name. */
export function hostAlgorithm(alg: unknown): HostAlgorithm {
  const name = readText(alg, "alg");
  return JSON.parse(enter((wasm) => wasm.webCrypto(name))) as HostAlgorithm;
}

/** Octets as base64url, without padding. */
export function toBase64url(octets: Uint8Array): string {
  const base64 = btoa(String.fromCharCode(...octets));
  return base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Octets of base64url. */
export function fromBase64url(text: string): number[] {
  const base64 = text.replaceAll("-", "+").replaceAll("_", "/");
  return Array.from(atob(base64), (octet) => octet.charCodeAt(0));
}
