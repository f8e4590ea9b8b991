// Revocations: what has been thrown out.
//
// A published list is taken in as a whole or not at all, at one moment: every decision is by the old
// or by the new. What is wrong with it is an outcome and no exception, for it comes from outside.
// Everything is kept beside wasm too, so that it can be made anew; a change that ends in an error is
// in neither.

import { type Wasm, enter } from "./containment.js";
import { SetupError, internalError, setup } from "./errors.js";
import { sha256 } from "./host.js";
import { generation, viewOf } from "./instance.js";
import type { Entry, ListCode, ListSettings, ListStats, Loaded, Selector } from "./list-types.js";
import type { Status, StatusListLoaded, StatusListOptions } from "./list-types.js";
import { checkNow, jsonText, readNow, readObject, readText, refOctets } from "./options.js";
import type { Rules } from "./policy-types.js";
import { Published } from "./published.js";
import { type Body, Resident, bodyOf } from "./resident.js";
import { OwnWord } from "./said.js";
import type { At, Claims, Header } from "./types.js";
import { type Keys, Verifier } from "./verifier.js";

/** How a list is kept and read, and who may publish it. */
export interface ListOptions extends ListSettings {
  /** The keys of those who may publish; `issuer` must be said with them. */
  keys?: Keys;
  /** The `iss` of manifests; null: any. */
  issuer?: string | string[] | null;
}

/** The media types of manifests, so that none passes for the other or for an access token. */
const SNAPSHOT = "revocation-list+jwt";
const DELTA = "revocation-delta+jwt";

/** The largest manifest, in bytes: it may name thousands of shards. */
const MAX_MANIFEST = 1 << 20;

const DEFAULT_BYTES = 1 << 25;

/** A revocation list. What it says takes effect at the very next `verify`. */
export class Revocations extends Resident {
  readonly #own: OwnWord;
  readonly #published: Published;
  readonly #maxBytes: number;
  readonly #publishers: Pick<ListOptions, "keys" | "issuer" | "trustUnsigned">;

  /** An empty list. Without `keys` or `trustUnsigned` it takes none in. Throws a `SetupError` that names the option. */
  constructor(options: ListOptions = {}) {
    const { keys, issuer, trustUnsigned, ...settings } = readObject(options, "options");
    const text = jsonText(settings, "options");
    const [own, published] = [new OwnWord(), new Published()];
    super("Revocations", (wasm) => {
      const body = new wasm.Revocations(text);
      published.restore(wasm, body);
      own.repeat(body);
      return body;
    });
    this.#own = own;
    this.#published = published;
    this.#maxBytes = (settings.maxBytes as number | null | undefined) ?? DEFAULT_BYTES;
    this.#publishers = { keys, issuer, trustUnsigned } as ListOptions;
    // What is wrong with them is said now and not at the first list.
    if (keys !== undefined) this.#reader(SNAPSHOT).free();
    if (trustUnsigned !== undefined && typeof trustUnsigned !== "boolean") {
      throw new SetupError("trustUnsigned", "is not true or false");
    }
  }

  /**
   * Adds an entry. Two entries for one target combine to the one that reaches further. Throws a
   * `SetupError` that names the member that makes it no entry.
   */
  revoke(entry: Entry): void {
    const text = jsonText(entry, "entry");
    const body = bodyOfList(this);
    const target = enter((wasm) => {
      body.revoke(text);
      return wasm.targetOf(text);
    });
    this.#own.revoke(target, text);
  }

  /**
   * Takes back what was said about an entry's target, and for as long as this list lives what
   * published lists say of it; false if there was nothing. An entry of a builder that said no issuer is
   * about the builder's: say it here.
   */
  unrevoke(entry: Selector & { before?: number }): boolean {
    const text = jsonText(entry, "entry");
    const body = bodyOfList(this);
    const [target, known] = enter(
      (wasm) => [wasm.targetOf(text), body.unrevoke(text)] as const,
    );
    this.#own.unrevoke(target, text, this.#published.isThere);
    return known;
  }

  /**
   * Unsays what `revoke` and `unrevoke` of this list said about an entry's target: from now on it is
   * as published lists say.
   */
  forget(entry: Selector & { before?: number }): void {
    const text = jsonText(entry, "entry");
    const body = bodyOfList(this);
    const target = enter((wasm) => {
      body.forget(text);
      return wasm.targetOf(text);
    });
    this.#own.forget(target);
  }

  /**
   * Takes in a published snapshot in place of the one at hand: its manifest, and its octets, which
   * must stay as they are for as long as the list is in use. Whole, or not at all: whatever is wrong
   * with it is an answer with a code, and the one at hand goes on serving.
   */
  async load(manifest: string, body: Uint8Array | ArrayBuffer, at?: At): Promise<Loaded> {
    bodyOfList(this);
    return this.#take("load", SNAPSHOT, manifest, body, at);
  }

  /**
   * Takes in the delta that follows the list at hand, as `load` does; `gap` or `wrong_base` where it
   * does not follow.
   */
  async apply(manifest: string, body: Uint8Array | ArrayBuffer, at?: At): Promise<Loaded> {
    bodyOfList(this);
    return this.#take("apply", DELTA, manifest, body, at);
  }

  /** Takes in a shard of the list at hand, by its place in the manifest, whose digest it must have. */
  async loadShard(place: number, body: Uint8Array | ArrayBuffer): Promise<Loaded> {
    bodyOfList(this);
    if (!Number.isSafeInteger(place) || place < 0) throw new SetupError("place", "is not a place");
    const octets = refOctets(body, "body");
    if (octets.length > this.#maxBytes) return this.#refusal("list_too_large");
    const { held, digest } = await hold(octets);
    const list = bodyOfList(this);
    const outcome = outcomeOf(enter(() => list.loadShard(place, held, digest)));
    if (outcome.ok) {
      this.#published.loadShard(place, octets);
      this.#keepShards(list);
    }
    return outcome;
  }

  /**
   * Takes in a status list, to which tokens refer by `status.status_list` (OAuth Token Status List)
   * or, in the other format, `credentialStatus` (W3C Bitstring Status List). It is inflated up to
   * `maxStatusBytes`.
   */
  async loadStatusList(token: string, options: StatusListOptions = {}): Promise<StatusListLoaded> {
    bodyOfList(this);
    const { format = "status-list", ...rest } = readObject(options, "options") as StatusListOptions;
    if (format !== "status-list" && format !== "bitstring") {
      throw new SetupError("format", "is not status-list or bitstring");
    }
    const now = readNow(rest);
    const isBitstring = format === "bitstring";
    const typ = isBitstring ? null : "statuslist+jwt";
    const claims = await this.#vouchedFor(token, typ, now, { requireExp: false });
    if (typeof claims !== "string") return claims as StatusListLoaded;
    const list = bodyOfList(this);
    const text = enter(() => list.loadStatusList(claims, isBitstring, now));
    const outcome = JSON.parse(text) as StatusListLoaded;
    if (outcome.ok) this.#published.loadStatusList(outcome.uri, { claims, isBitstring, now });
    return outcome;
  }

  /** Forgets a status list; false if there was none of that name. */
  forgetStatusList(uri: string): boolean {
    const name = readText(uri, "uri");
    const body = bodyOfList(this);
    const known = enter(() => body.forgetStatusList(name));
    this.#published.forgetStatusList(name);
    return known;
  }

  /** The places of the shards that the decision on a token needs and that are not at hand. */
  neededShards(token: string): number[] {
    const octets = new TextEncoder().encode(readText(token, "token"));
    const body = bodyOfList(this);
    return [...enter(() => body.neededShards(octets))];
  }

  /** Makes one snapshot of the snapshot and its deltas; false where there are shards, or no list. */
  compact(): boolean {
    const body = bodyOfList(this);
    return enter(() => body.compact());
  }

  /**
   * Forgets entries whose `exp` passed more than ten minutes before `now` (seconds), which is how far
   * clocks may differ, and says how many.
   */
  prune(now: number = Date.now() / 1000): number {
    const time = checkNow(now);
    const body = bodyOfList(this);
    const forgotten = enter(() => body.prune(time));
    this.#own.prune(time);
    return forgotten;
  }

  /**
   * What the list says of a token, by its claims and header, at `now` (seconds). Entries by `token`
   * are found only if the token is there too.
   */
  check(
    claims: Claims,
    header: Partial<Header> = {},
    now: number = Date.now() / 1000,
    token?: string,
  ): Status {
    const text = jsonText(claims, "claims");
    const { kid } = readObject(header, "header");
    const keyId = kid === undefined ? undefined : readText(kid, "kid");
    const time = checkNow(now);
    const octets =
      token === undefined ? undefined : new TextEncoder().encode(readText(token, "token"));
    const body = bodyOfList(this);
    const status = JSON.parse(enter(() => body.check(text, keyId, octets, time)));
    if (status.status !== "unpublished") return status as Status;
    return { status: this.#publishers.keys === undefined ? "good" : "not_covered" };
  }

  /** How much the list holds, and how old it is at `now` (seconds). */
  stats(now: number = Date.now() / 1000): ListStats {
    const time = checkNow(now);
    const body = bodyOfList(this);
    return JSON.parse(enter(() => body.stats(time))) as ListStats;
  }

  async #take(
    how: "load" | "apply",
    typ: string,
    manifest: string,
    body: Uint8Array | ArrayBuffer,
    at?: At,
  ): Promise<Loaded> {
    const now = readNow(at);
    const octets = refOctets(body, "body");
    if (octets.length > this.#maxBytes) return this.#refusal("list_too_large");
    const claims = await this.#vouchedFor(manifest, typ, now);
    if (typeof claims !== "string") return claims;
    // Before the copy: linear memory never shrinks again.
    const length = lengthNamed(claims);
    if (length !== octets.length) {
      return this.#refusal(length === undefined ? "malformed_list" : "wrong_digest");
    }
    const { held, digest } = await hold(octets);
    const list = bodyOfList(this);
    const outcome = outcomeOf(enter(() => list[how](claims, held, digest, now)));
    if (outcome.ok) {
      this.#published[how]({ claims, octets, now });
      this.#keepShards(list);
    }
    return outcome;
  }

  #keepShards(list: Body<"Revocations">): void {
    enter(() => this.#published.keepShards((place) => list.isLoaded(place)));
  }

  /** The claims of a manifest that the publishers have signed, or of one that is trusted anyway. */
  async #vouchedFor(
    manifest: unknown,
    typ: string | null,
    now: number,
    rules: Rules = {},
  ): Promise<string | Loaded> {
    const { keys, trustUnsigned } = this.#publishers;
    if (keys === undefined) {
      if (trustUnsigned !== true) {
        throw new SetupError("keys", "are needed to load a list, or trustUnsigned", "invalid_option");
      }
      return readText(manifest, "manifest");
    }
    const reader = this.#reader(typ, { ...rules, maxTokenBytes: lengthOf(manifest) });
    try {
      const decision = await reader.verify(manifest as string, { now });
      return decision.ok ? JSON.stringify(decision.claims) : this.#refusal(decision.code, decision.message);
    } finally {
      reader.free();
    }
  }

  #reader(typ: string | null, rules: Rules & { maxTokenBytes?: number } = {}): Verifier {
    const { keys, issuer } = this.#publishers;
    // The end of a list is looked at once more, exactly, when it is taken in.
    const policy = { audience: null, typ, rejectFutureIat: true, clockTolerance: LEAD, ...rules };
    return new Verifier({ keys, ...(issuer !== undefined && { issuer }), ...policy } as never);
  }

  #refusal(code: ListCode, message?: string): Loaded {
    const { published } = this.stats();
    const have = published && { epoch: published.epoch, seq: published.seq };
    if (message !== undefined) return { ok: false, code, message, have };
    return { ...outcomeOf(enter((wasm) => wasm.listFault(code)) as string), have } as Loaded;
  }
}

/** How many seconds a publisher's clock may be ahead. */
const LEAD = 60;

/** Octets in wasm, where nobody can change them any more, and their digest if the host made it. */
async function hold(octets: Uint8Array): Promise<{
  held: InstanceType<Wasm["Octets"]>;
  digest: Uint8Array | undefined;
}> {
  // What was handed over may have been taken away meanwhile.
  const { buffer, byteOffset, length } = octets;
  const view = setup("body", () => new Uint8Array(buffer, byteOffset, length));
  const held = enter((wasm) => new wasm.Octets(view));
  const entered = generation;
  const place = enter(() => held.pointer());
  const digest = await sha256(viewOf(place, length).octets);
  // Another call failed meanwhile, and what was held went with the instance.
  if (generation !== entered) throw internalError(undefined);
  return { held, digest };
}

/** How many octets a manifest says that its list has. */
function lengthNamed(claims: string): number | undefined {
  try {
    const { body } = JSON.parse(claims) as { body: { len: unknown } };
    return typeof body.len === "number" ? body.len : undefined;
  } catch {
    return undefined;
  }
}

/** The room that a manifest takes: a verifier keeps as much ready as its tokens may be long. */
function lengthOf(manifest: unknown): number {
  const length = typeof manifest === "string" ? manifest.length : 0;
  return Math.max(1, Math.min(length, MAX_MANIFEST));
}

function outcomeOf(text: string): Loaded {
  return JSON.parse(text) as Loaded;
}

function bodyOfList(list: Revocations): Body<"Revocations"> {
  return bodyOf(list, "Revocations", "revocations");
}
