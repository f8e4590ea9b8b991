// Where lists are published: Cloudflare's KV and R2, and memory. What is asked of a binding is
// written out, so none of them is a dependency.

import { readHost } from "../binding.js";
import { SetupError } from "../errors.js";
import type { Octets } from "../octets.js";
import { readObject, readText, refuseMembers } from "../options.js";
import { fileIn, seqIn, valueOf } from "./file.js";
import type { ListFile, ListName, ListStore } from "./types.js";

/** What a list is kept as. */
export type ListValue = string | Octets;

/** What is asked of a KV binding. */
export interface KvLike {
  /** A value as text, from the edge for so many seconds; or as octets. */
  get(name: string, options: { type: "text"; cacheTtl: number }): Promise<string | null>;
  get(name: string, options: { type: "arrayBuffer" }): Promise<ArrayBuffer | null>;
  /** Writes a value, which is gone after `expirationTtl` seconds. */
  put(name: string, value: ListValue, options?: { expirationTtl: number }): Promise<unknown>;
}

/** Lists in KV. */
export interface KvOptions {
  /** For how many seconds a list is kept: longer than its `life`. Default 172800, at least 60. */
  ttl?: number;
  /** What their names begin with. Default: nothing. */
  prefix?: string;
}

/** The least time that KV keeps an answer at the edge, in seconds. */
const EDGE_SECONDS = 30;

/**
 * Lists in KV, which holds values up to 25 MiB and shows a new one everywhere within about a minute.
 *
 * KV cannot compare and swap. Of two that publish at one time the slower one may move the pointer
 * back to its own, older list; readers refuse to go back, and the next list mends it.
 */
export function kv(namespace: KvLike, options: KvOptions = {}): ListStore {
  readHost(namespace, "namespace", ["get", "put"]);
  const { ttl = 172_800, prefix, ...rest } = readObject(options, "options");
  refuseMembers(rest);
  if (!Number.isSafeInteger(ttl) || (ttl as number) < 60) {
    throw new SetupError("ttl", "is not a whole number of seconds from 60");
  }
  const at = namesWith(prefix);
  const kept = { expirationTtl: ttl as number };
  const asked = { type: "text", cacheTtl: EDGE_SECONDS } as const;
  const latest = async () => seqIn(await namespace.get(at("latest"), asked));
  return {
    latest,
    async read(name) {
      const value = await namespace.get(at(name), { type: "arrayBuffer" });
      return value === null ? null : fileIn(value);
    },
    async write(name, file) {
      await namespace.put(at(name), valueOf(file), kept);
    },
    async point(seq) {
      if (((await latest()) ?? 0) >= seq) return false;
      await namespace.put(at("latest"), String(seq));
      return true;
    },
  };
}

/** What is asked of an R2 binding. */
export interface R2Like {
  /** An object; null where there is none. */
  get(name: string): Promise<R2ObjectLike | null>;
  /** Writes an object; null where `onlyIf` did not hold. */
  put(name: string, value: ListValue, options?: { onlyIf: R2ConditionLike }): Promise<object | null>;
}

/** What is asked of its objects. */
export interface R2ObjectLike {
  /** What its content is told by. */
  etag: string;
  /** Its content as text. */
  text(): Promise<string>;
  /** Its content as octets. */
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** When an object is put. */
export type R2ConditionLike = { etagMatches: string } | { etagDoesNotMatch: string };

/** Lists in R2. */
export interface R2Options {
  /** What their names begin with. Default: nothing. */
  prefix?: string;
}

/**
 * Lists in R2. The pointer never goes back, whoever publishes at one time. Give the bucket a
 * lifecycle rule that deletes what begins with `snapshot/` and `delta/` after two days.
 */
export function r2(bucket: R2Like, options: R2Options = {}): ListStore {
  readHost(bucket, "bucket", ["get", "put"]);
  const { prefix, ...rest } = readObject(options, "options");
  refuseMembers(rest);
  const at = namesWith(prefix);
  return {
    latest: async () => seqIn(await (await bucket.get(at("latest")))?.text()),
    async read(name) {
      const object = await bucket.get(at(name));
      return object && fileIn(await object.arrayBuffer());
    },
    async write(name, file) {
      await bucket.put(at(name), valueOf(file));
    },
    async point(seq) {
      for (;;) {
        const object = await bucket.get(at("latest"));
        if ((seqIn(await object?.text()) ?? 0) >= seq) return false;
        const onlyIf = object === null ? { etagDoesNotMatch: "*" } : { etagMatches: object.etag };
        if ((await bucket.put(at("latest"), String(seq), { onlyIf })) !== null) return true;
      }
    },
  };
}

/** Lists in the memory of one process; they are gone when it ends. The newest few are kept. */
export function memoryLists(): ListStore {
  const files = new Map<ListName, ListFile>();
  let latest: number | null = null;
  return {
    latest: async () => latest,
    read: async (name) => files.get(name) ?? null,
    write: async (name, { manifest, body }) => {
      files.set(name, { manifest, body: new Uint8Array(body).slice() });
      for (const old of [...files.keys()].slice(0, -KEPT)) files.delete(old);
    },
    point: async (seq) => {
      if ((latest ?? 0) >= seq) return false;
      latest = seq;
      return true;
    },
  };
}

/** How many files are kept in memory: snapshots and deltas. */
const KEPT = 32;

function namesWith(given: unknown): (name: string) => string {
  const prefix = given === undefined ? "" : readText(given, "prefix");
  return (name) => prefix + name;
}
