// The shapes of revocation lists: entries, published lists, what lists say. No code.

import type { At, Code, Duration, Pointer } from "./types.js";

/** What to throw out. */
export type Selector = (
  | { jti: string }
  /** A whole token, or the base64url SHA-256 of its `header.payload`. */
  | { token: string }
  | { session: string }
  /** All tokens that came of one sign-in by refreshing. */
  | { family: string }
  | { sub: string }
  /** Without `before`: suspended, until taken back. With it: its tokens that began before then. */
  | { client: string }
  /** A credential that tokens are made with, such as an application password. */
  | { key: string }
  | { kid: string }
  | { tenant: string }
  /** All tokens of `issuer`, or without one everybody's. */
  | { all: true }
) & {
  /** Only tokens of this issuer; null: any. Default: any, and in a builder the builder's. */
  issuer?: string | null;
};

/** An entry of a revocation list. */
export type Entry = Selector & {
  /**
   * With `sub`, `client`, `tenant` and `all`: only tokens that began before this time, in
   * milliseconds: the earlier of `iat` and `auth_time`. Default: all.
   */
  before?: number;
  /** The last `exp` of what it throws out, in seconds: ten minutes later it is forgotten. */
  exp?: number;
};

/** What a list says of one token. */
export type Status =
  | { status: "good" | "not_covered" | "stale" }
  /** By an entry, or by the token's status list. */
  | { status: "revoked"; by: SelectorName | "status" }
  | { status: "suspended"; by: "client" | "status" }
  /** Its status list gives no status for it that has a meaning here. */
  | { status: "unknown"; by: "status" };

/** How entries name what they throw out. */
export type SelectorName =
  | "jti"
  | "token"
  | "session"
  | "family"
  | "kid"
  | "key"
  | "client"
  | "sub"
  | "tenant"
  | "all";

/** How a revocation list is kept and read. */
export interface ListSettings {
  /** Takes in lists that nobody signed, from the host's own memory. Default false. */
  trustUnsigned?: boolean;
  /** The most octets of a published list. Default 33554432, at most 2^30. */
  maxBytes?: number;
  /** The most entries of a published list. Default 4000000, at most 2^27. */
  maxEntries?: number;
  /**
   * For how long after its signing a list or status list is relied on; one that does not say when it
   * was signed, not at all. Default: until it expires.
   */
  maxStaleness?: Duration;
  /**
   * What becomes of tokens that the list does not name, where it is stale or required and absent:
   * refused (default), accepted, or accepted if issued less than `youngerThan` ago.
   */
  onStale?: "deny" | "allow" | "allow-young";
  /** Goes with `onStale: "allow-young"`, and must be said with it. */
  youngerThan?: Duration;
  /** The most octets of a status list, once inflated. Default 1048576, at most 2^24. */
  maxStatusBytes?: number;
  /** The least number that a list may have: the highest that this host has ever seen. */
  minSeq?: number;
  /** Where claims hold what has no registered name. */
  claims?: ClaimPlaces;
}

/** Each a pointer or several; where one holds a list, each of its members counts. */
export interface ClaimPlaces {
  /** Default `/sid` and `/session_id`. */
  session?: Pointer | Pointer[];
  /** Default `/family` and `/origin_jti`. */
  family?: Pointer | Pointer[];
  /** Default `/azp` and `/client_id`. */
  client?: Pointer | Pointer[];
  /** Default `/tenant` and `/tid`. */
  tenant?: Pointer | Pointer[];
  /** Default `/data/user/api_key`. */
  key?: Pointer | Pointer[];
}

/** What a verifier asks of its revocation list. */
export interface Demands {
  /**
   * Whether a list must have been published; for a token that names a status list, either. Default
   * "if-loaded".
   */
  mode?: "required" | "if-loaded";
  /**
   * What becomes of a token with nothing of its own to be thrown out by. Must be said where a list is
   * required; default "accept".
   */
  irrevocable?: "accept" | "refuse";
}

/** Where a list stands in the order of lists. */
export interface ListPosition {
  /** Counts up when numbers start anew; compared first. */
  epoch: number;
  /** The number of the list. */
  seq: number;
}

/** Why a list was refused: a fault of its own, or the code for its manifest. */
export type ListCode =
  | Code
  | "malformed_list"
  | "list_too_large"
  | "wrong_digest"
  | "expired_list"
  | "rollback"
  | "fork"
  | "gap"
  | "wrong_base"
  | "unknown_shard";

/** What became of a list. Where it was refused, the one at hand (`have`) goes on serving. */
export type Loaded =
  | ({ ok: true } & ListPosition)
  | { ok: false; code: ListCode; message: string; have: ListPosition | null };

/** How a status list is written, and when it is taken in. */
export interface StatusListOptions extends At {
  /** OAuth Token Status List (default), or W3C Bitstring Status List. */
  format?: "status-list" | "bitstring";
}

/** What became of a status list: the name by which tokens refer to it, or why it was refused. */
export type StatusListLoaded = { ok: true; uri: string } | Extract<Loaded, { ok: false }>;

/** How much a list holds, and how old it is. */
export interface ListStats {
  /** Entries, published and revoked here. */
  entries: number;
  /** The published list; null where none is at hand. */
  published:
    | (ListPosition & {
        /** Seconds since its newest manifest was signed. */
        age: number;
        /** Octets of snapshot and shards. */
        bytes: number;
        /** Changes since the snapshot, by deltas. */
        changes: number;
        /** Whether it is time to look for a newer list. */
        due: boolean;
        /** Whether there are so many changes or deltas that the next snapshot is worth loading. */
        compact: boolean;
      })
    | null;
}

/** What every list of a builder has. */
export interface BuilderSettings {
  /** Whose tokens entries concern that name no issuer; it signs the manifest. */
  issuer: string;
  /** The number of the list: one more than that of the list before. */
  seq: number;
  /** To be raised when numbers start anew. Default 1. */
  epoch?: number;
  /** After how many seconds readers should look for a newer list. Default: not said. */
  ttl?: number;
  /** When the list must not be relied on any more, in seconds since 1970. */
  exp: number;
  /**
   * To how many seconds the ends of entries are rounded up, or to a multiple of it where they are too
   * many. Default 86400.
   */
  partition?: number;
  /** The most entries of one file, before they are spread over shards. Default 4000000. */
  maxEntries?: number;
}

/** A list with its manifest: a token, or where nothing signed it the claims as JSON text. */
export interface PublishedList {
  /** What vouches for the octets, and says whose list it is and from when to when. */
  manifest: string;
  /** The octets of the list. */
  body: Uint8Array;
}

/** What a builder makes. */
export interface BuiltLists extends PublishedList {
  /** What turns the list before into this one, if that was named. */
  delta?: PublishedList;
  /** Files to load one by one as tokens need them, if entries are too many for one. */
  shards?: Uint8Array[];
}
