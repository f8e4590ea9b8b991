// A published list as files of one folder: what a web server gives out, name by name.
//
//   list.jwt, list.bin     the snapshot: its manifest and its octets
//   delta.jwt, delta.bin   what turns the list before into this one, if that was named
//   shard-0.bin, ...       the shards, if entries are too many for one file
//
// A list of another name stands beside as NAME.jwt and NAME.bin. Octets come first and manifests
// after them, so that no manifest ever names octets that are not there yet.

import { readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

import { isRecord } from "../errors.js";
import { type BuiltLists, type KeySet, type ListPosition } from "../hosts/node.js";
import { type Loaded, Revocations } from "../hosts/node.js";
import { Misuse, type Refused } from "./command.js";
import { putFiles, readOctets, readText, withFile } from "./files.js";

/** A list as it stands in files; shards are read when they are asked for. */
export interface ListFiles {
  manifest: string;
  body: Uint8Array<ArrayBuffer>;
  /** What the manifest says; nobody vouches for it. */
  claims: ManifestClaims;
  isSigned: boolean;
  shards: number;
  shard(place: number): Uint8Array<ArrayBuffer>;
  /** The octets of a delta that stands beside, and the claims of its manifest. */
  delta(): { claims: ManifestClaims; bytes: number } | undefined;
}

/** The claims of a manifest as far as they are shown. */
export interface ManifestClaims {
  iss?: unknown;
  iat?: unknown;
  exp?: unknown;
  ttl?: unknown;
  epoch?: unknown;
  seq?: unknown;
  state?: unknown;
  prev?: unknown;
  shards?: { sha256?: unknown };
}

/** Reads a list: a folder, or the file of a manifest. `what` is the option that names it. */
export function readList(what: string, place: string): ListFiles {
  const isFolder = withFile(what, () => statSync(place).isDirectory());
  const path = isFolder ? join(place, "list.jwt") : place;
  const folder = dirname(path);
  const manifest = readManifest(what, path);
  return {
    ...manifest,
    body: readOctets(what, bodyPath(path)),
    shards: shardCount(manifest.claims),
    shard: (number) => readOctets(`${what}, shard ${number}`, shardPath(folder, number)),
    delta: () => readDelta(what, folder),
  };
}

/** The place of a list. */
export function placeOf(what: string, { claims: { epoch, seq } }: ListFiles): ListPosition {
  const isThere = [epoch, seq].every(Number.isSafeInteger);
  if (isThere) return { epoch, seq } as ListPosition;
  throw new Misuse(what, "is not the manifest of a list");
}

/** All octets of a list, as a builder takes them. */
export function wholeList({ manifest, body, shards, shard }: ListFiles) {
  return { manifest, body, shards: Array.from({ length: shards }, (_, place) => shard(place)) };
}

/** Writes a list in place of the one that is there, and says which files that are, in octets. */
export function writeList(what: string, folder: string, built: BuiltLists): Record<string, number> {
  const { manifest, body, delta, shards = [] } = built;
  const files: Record<string, string | Uint8Array> = {
    ...Object.fromEntries(shards.map((octets, place) => [shardName(place), octets])),
    ...(delta && { "delta.bin": delta.body, "delta.jwt": delta.manifest }),
    "list.bin": body,
    "list.jwt": manifest,
  };
  const there = withFile(what, () => ownNames(folder));
  const stale = there.filter((name) => !Object.hasOwn(files, name));
  const paths = Object.entries(files).map(([name, content]) => {
    return [join(folder, name), content] as [string, string | Uint8Array];
  });
  putFiles(what, paths, { folder, stale: stale.map((name) => join(folder, name)) });
  const sizes = Object.entries(files).map(([name, content]) => [name, Buffer.byteLength(content)]);
  return Object.fromEntries(sizes) as Record<string, number>;
}

/** Takes a list in: by whose keys it is signed, or without them as it stands. */
export async function openList(
  { manifest, claims, body }: ListFiles,
  { keys, now }: { keys: KeySet | undefined; now: number },
): Promise<Revocations | Refused> {
  const limits = { maxBytes: 2 ** 30, maxEntries: 2 ** 27 };
  const vouching = keys === undefined ? { trustUnsigned: true } : { keys, issuer: null };
  const list = new Revocations({ ...limits, ...vouching });
  const said = keys === undefined ? JSON.stringify(claims) : manifest;
  const loaded = await list.load(said, body, { now });
  return loaded.ok ? list : refusedList(loaded);
}

/** Takes in shards of a list. */
export async function loadShards(
  list: Revocations,
  files: ListFiles,
  places: Iterable<number>,
): Promise<Refused | undefined> {
  for (const place of places) {
    const loaded = await list.loadShard(place, files.shard(place));
    if (!loaded.ok) return refusedList(loaded);
  }
  return undefined;
}

/** The places of all shards. */
export function allShards({ shards }: ListFiles): Iterable<number> {
  return Array(shards).keys();
}

function refusedList(loaded: Extract<Loaded, { ok: false }>): Refused {
  return { refused: loaded, line: `the list is refused: ${loaded.code}: ${loaded.message}` };
}

function readManifest(what: string, path: string) {
  const manifest = readText(what, path).trim();
  const isSigned = !manifest.startsWith("{");
  const [, payload = ""] = manifest.split(".");
  const content = isSigned ? Buffer.from(payload, "base64url").toString("utf8") : manifest;
  return { manifest, isSigned, claims: parseClaims(what, content) };
}

function parseClaims(what: string, content: string): ManifestClaims {
  try {
    const claims: unknown = JSON.parse(content);
    if (isRecord(claims)) return claims;
  } catch {
    // Said below.
  }
  throw new Misuse(what, "is not the manifest of a list");
}

/** Shards are a power of two, and their digests stand in one base64url text, 32 octets each. */
function shardCount({ shards }: ManifestClaims): number {
  const digests = shards?.sha256;
  if (typeof digests !== "string") return 0;
  return Math.floor(Buffer.from(digests, "base64url").length / 32);
}

function readDelta(what: string, folder: string) {
  if (!withFile(what, () => ownNames(folder)).includes("delta.jwt")) return undefined;
  const { claims } = readManifest(what, join(folder, "delta.jwt"));
  return { claims, bytes: readOctets(what, join(folder, "delta.bin")).length };
}

/** The names of lists' files that are in a folder, if it is there at all. */
function ownNames(folder: string): string[] {
  const names = readdirIfThere(folder);
  return names.filter((name) => /^((list|delta)\.(jwt|bin)|shard-\d+\.bin)$/.test(name));
}

function readdirIfThere(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

function bodyPath(manifest: string): string {
  return manifest.endsWith(".jwt") ? manifest.replace(/\.jwt$/, ".bin") : `${manifest}.bin`;
}

function shardPath(folder: string, place: number): string {
  return join(folder, shardName(place));
}

function shardName(place: number): string {
  return `shard-${place}.bin`;
}
