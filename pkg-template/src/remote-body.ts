// What a remote key set's URL answers with: counted octets, read as text, read as public keys.
//
// Promises: no more is read than may be, no secret or private key comes in from the network, and
// a failure is told in the words of this file, never in the server's.

import { isInternal, isRecord } from "./errors.js";
import type { Algorithm, Jwk, PemKey } from "./key-types.js";
import { KeySet } from "./keys.js";
import { readUpTo } from "./octets.js";

/** Why a fetch failed, in the words of this package. */
export class Failure extends Error {}

/** What limits a download. */
export interface Limits {
  fetch: typeof fetch;
  maxBytes: number;
}

/** The body of a plain 200 answer, as text. */
export async function download(
  url: string,
  init: RequestInit,
  { fetch, maxBytes }: Limits,
): Promise<string> {
  const response = await fetch(url, init);
  if (isRedirect(response)) throw new Failure("the server redirects");
  if (response.status !== 200) throw new Failure(`the server answered ${response.status}`);
  if (response.body === null) return "";
  const octets = await readUpTo(response.body, maxBytes);
  if (octets === undefined) throw new Failure(`the body is larger than ${maxBytes} bytes`);
  return decode(octets);
}

/** Also one that a browser hides, and one that a caller's own `fetch` followed all the same. */
function isRedirect({ type, status, redirected }: Response): boolean {
  return type === "opaqueredirect" || redirected || (status >= 300 && status < 400);
}

function decode(octets: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(octets);
  } catch {
    throw new Failure("the body is not UTF-8 text");
  }
}

// Text as keys

/** The usable keys of a body; `alg` is for those that do not name their own. */
export function readKeySet(text: string, alg: Algorithm | undefined): KeySet {
  const options = alg === undefined ? {} : { alg };
  const value = readBody(text);
  if (isJwks(value)) {
    if (value.keys.some(isSecret)) throw new Failure(LEAKED);
    return usableSet(value.keys as Jwk[], (keys) => KeySet.fromJwks({ keys }, options));
  }
  return usableSet(pemKeys(value), (keys) => {
    return new KeySet(keys.map((key) => ({ ...options, ...key })));
  });
}

/** What JSON holds; text that does not begin as JSON is PEM, which is a string in JSON too. */
function readBody(text: string): unknown {
  if (!/^\s*["[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    throw new Failure("the body is not JSON");
  }
}

/**
 * A set of those entries that this library can use: a party may publish keys for other purposes
 * and for newer readers beside them.
 */
function usableSet<Entry>(entries: Entry[], build: (entries: Entry[]) => KeySet): KeySet {
  const usable = entries.filter((entry) => isUsable(() => build([entry])));
  if (usable.length === 0) throw new Failure("the body holds no key that can be used");
  const kids = usable.map((entry) => (entry as { kid?: unknown }).kid).filter(isPresent);
  if (new Set(kids).size < kids.length) throw new Failure("the body holds two keys of one kid");
  return build(usable);
}

function isUsable(build: () => KeySet): boolean {
  try {
    build().free();
    return true;
  } catch (error) {
    if (isInternal(error)) throw error;
    return false;
  }
}

function isPresent(value: unknown): boolean {
  return value !== undefined;
}

const LEAKED = "the body holds a secret or private key";

/** Members of RFC 7518 section 6 that only a secret or private key has, and `priv` of AKP. */
const SECRET_MEMBERS = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"];

function isSecret(jwk: unknown): boolean {
  if (!isRecord(jwk)) return false;
  return jwk.kty === "oct" || SECRET_MEMBERS.some((name) => Object.hasOwn(jwk, name));
}

function isJwks(value: unknown): value is { keys: unknown[] } {
  return isRecord(value) && Array.isArray(value.keys);
}

/** Text with blocks, a list of texts or of `{ kid, pem }`, or a map from kid to text. */
function pemKeys(value: unknown): PemKey[] {
  if (typeof value === "string") return publicBlocks(value).map((pem) => ({ pem }));
  if (Array.isArray(value)) return value.flatMap(listedPemKeys);
  if (!isRecord(value)) throw new Failure(UNKNOWN_FORM);
  return Object.entries(value).flatMap(([kid, pem]) => namedPemKeys({ kid, pem }));
}

const UNKNOWN_FORM = "the body is neither a JWKS nor keys in PEM";

function listedPemKeys(item: unknown): PemKey[] {
  if (isRecord(item)) return namedPemKeys(item);
  if (typeof item === "string") return pemKeys(item);
  throw new Failure(UNKNOWN_FORM);
}

/** A name belongs to one block; of a chain of certificates it would not be said which. */
function namedPemKeys({ kid, alg, pem }: Record<string, unknown>): PemKey[] {
  if (typeof pem !== "string") throw new Failure(UNKNOWN_FORM);
  const [block, ...others] = publicBlocks(pem);
  if (block === undefined || others.length > 0) return [];
  const names = Object.entries({ kid, alg }).filter(([, name]) => isPresent(name));
  return [{ ...Object.fromEntries(names), pem: block }];
}

const PUBLIC_BLOCK =
  /-----BEGIN (PUBLIC KEY|RSA PUBLIC KEY|CERTIFICATE)-----[^-]*-----END \1-----/g;

function publicBlocks(text: string): string[] {
  if (text.includes("PRIVATE KEY")) throw new Failure(LEAKED);
  return text.match(PUBLIC_BLOCK) ?? [];
}
