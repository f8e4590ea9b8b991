// RevocationBuilder: entries in, a published list out.
//
// It holds far more than could be kept twice, so a builder whose instance failed cannot be made
// anew: it says so, and nothing is published that lacks entries.

import { enter } from "./containment.js";
import { SetupError, internalError, setup } from "./errors.js";
import { Issuer } from "./issuer.js";
import type { KeySet } from "./keys.js";
import type { BuilderSettings, BuiltLists, Entry, PublishedList, Selector } from "./list-types.js";
import { checkNow, jsonText, readNow, readObject, readText, refOctets } from "./options.js";
import { type Body, Resident, bodyOf } from "./resident.js";
import type { At } from "./types.js";

/** With what a list is signed; without, its manifest is for readers that trust it unsigned. */
export interface BuildOptions extends At {
  /**
   * Keys of which one signs the manifest. Default: nothing signs it, and only a list with
   * `trustUnsigned` takes it.
   */
  signWith?: KeySet;
  /** The key of the set. Default: its newest active one. */
  kid?: string;
  /**
   * The list before, so as to make a delta: what `build` gave then. None is made where its
   * `partition` was another, for no reader would take it.
   */
  previous?: PublishedList & { shards?: Uint8Array[] };
}

/** The most octets of NDJSON that cross into wasm at once. */
const PIECE = 1 << 16;

/** The most shards of a list, as the Rust side has it. */
const MAX_SHARDS = 4096;

/** Makes revocation lists. */
export class RevocationBuilder extends Resident {
  readonly #issuer: string;
  readonly #expires: number;

  /** Throws a `SetupError` that names the option. */
  constructor(options: BuilderSettings) {
    const { exp, ...settings } = readObject(options, "options");
    const text = jsonText(settings, "options");
    let isMade = false;
    super("RevocationBuilder", (wasm) => {
      if (isMade) throw internalError(new Error("the builder lost its entries: begin anew"));
      isMade = true;
      return new wasm.RevocationBuilder(text);
    });
    this.#issuer = readText(settings.issuer, "issuer");
    this.#expires = checkNow(exp, "exp");
  }

  /** Adds an entry. */
  add(entry: Entry): void {
    const text = jsonText(entry, "entry");
    const body = bodyOfBuilder(this);
    enter(() => body.add(text));
  }

  /** Takes an entry back. */
  remove(entry: Selector & { before?: number }): void {
    const text = jsonText(entry, "entry");
    const body = bodyOfBuilder(this);
    enter(() => body.remove(text));
  }

  /** Adds entries, such as rows of a table. */
  addJson(entries: Iterable<Entry>): void {
    setup("entries", () => {
      for (const entry of entries) this.add(entry);
    });
  }

  /**
   * Adds what an event says, by the function of `edge-jwt/events` that reads it, such as `entriesOf`;
   * `terms` are that function's.
   */
  addEvent<Event, Terms>(
    read: (event: Event, terms?: Terms) => Entry[],
    event: Event,
    terms?: Terms,
  ): void {
    setup("read", () => this.addJson(read(event, terms)));
  }

  /** Adds the next piece of a text with one entry on each line; `endNdjson` follows the last one. */
  addNdjson(piece: string | Uint8Array): void {
    const octets =
      typeof piece === "string" ? new TextEncoder().encode(piece) : refOctets(piece, "piece");
    const body = bodyOfBuilder(this);
    for (let start = 0; start < octets.length; start += PIECE) {
      const part = octets.subarray(start, start + PIECE);
      enter(() => body.addLines(part));
    }
  }

  /** Adds what the last line holds if nothing ended it; `build` does so too. */
  endNdjson(): void {
    const body = bodyOfBuilder(this);
    enter(() => body.endLines());
  }

  /** Adds all that another list says, such as the one before; its digest is not looked at. */
  addList(list: { body: Uint8Array; shards?: Uint8Array[] }): void {
    const { body, shards } = readFiles(list, "list");
    const builder = bodyOfBuilder(this);
    const bits = Math.log2(Math.max(shards.length, 1));
    enter(() => {
      builder.addList(body, 0, 0);
      shards.forEach((shard, place) => builder.addList(shard, bits, place));
    });
  }

  /**
   * Makes the list as of `now` (seconds). The same entries make the same octets. More can be added
   * afterwards, but a list of another number needs a builder of its own.
   */
  async build(options: BuildOptions = {}): Promise<BuiltLists> {
    const { signWith, kid, previous, ...rest } = readObject(options, "options") as BuildOptions;
    const now = readNow(rest as At);
    Resident.check(this, "RevocationBuilder", "builder");
    if (this.#expires - now < 1) throw new SetupError("exp", "has passed");
    const before = previous === undefined ? undefined : readPrevious(previous);
    const builder = bodyOfBuilder(this);
    const { snapshot, delta, shards } = enter(() => {
      builder.endLines();
      if (before !== undefined) follow(builder, before);
      const built = builder.build(now);
      try {
        return filesOf(built);
      } finally {
        built.free();
      }
    });
    const seal = (typ: string, file: PublishedList) => this.#seal(typ, file, now, signWith, kid);
    return {
      ...(await seal("revocation-list+jwt", snapshot)),
      ...(delta && { delta: await seal("revocation-delta+jwt", delta) }),
      ...(shards.length > 0 && { shards }),
    };
  }

  async #seal(
    typ: string,
    { manifest, body }: PublishedList,
    now: number,
    keys: KeySet | undefined,
    kid: string | undefined,
  ): Promise<PublishedList> {
    const claims = JSON.parse(manifest) as Record<string, unknown>;
    const [iss, exp, iat] = [this.#issuer, this.#expires, Math.floor(now)];
    if (keys === undefined) return { manifest: JSON.stringify({ iss, iat, exp, ...claims }), body };
    const issuer = new Issuer({ keys, issuer: iss, ...(kid !== undefined && { kid }) });
    try {
      const { token } = await issuer.issue(claims, { typ, jti: null, ttl: exp - iat, now });
      return { manifest: token, body };
    } finally {
      issuer.free();
    }
  }
}

interface Files {
  snapshot: PublishedList;
  delta: PublishedList | undefined;
  shards: Uint8Array[];
}

function filesOf(built: ReturnType<Body<"RevocationBuilder">["build"]>): Files {
  const [manifest, body] = [built.deltaManifest(), built.deltaBody()];
  const shards: Uint8Array[] = [];
  for (let shard = built.shard(0); shard !== undefined; shard = built.shard(shards.length)) {
    shards.push(shard);
  }
  return {
    snapshot: { manifest: built.manifest(), body: built.body() },
    delta: manifest === undefined || body === undefined ? undefined : { manifest, body },
    shards,
  };
}

interface Previous {
  claims: string;
  body: Uint8Array;
  shards: Uint8Array[];
}

function readPrevious(previous: unknown): Previous {
  const { manifest } = readObject(previous, "previous");
  return {
    claims: claimsOf(readText(manifest, "previous")),
    ...readFiles(previous, "previous"),
  };
}

function readFiles(files: unknown, option: string): { body: Uint8Array; shards: Uint8Array[] } {
  const { body, shards = [] } = readObject(files, option);
  const list: Uint8Array[] = [];
  setup(option, () => {
    for (const shard of shards as Iterable<unknown>) {
      if (list.length === MAX_SHARDS) throw new SetupError(option, "has too many shards");
      list.push(refOctets(shard, option));
    }
  });
  return { body: refOctets(body, option), shards: list };
}

/** The claims of a manifest of our own, signed or not. */
function claimsOf(manifest: string): string {
  if (manifest.startsWith("{")) return manifest;
  const [, payload = ""] = manifest.split(".");
  return setup("previous", () => atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
}

function follow(builder: Body<"RevocationBuilder">, { claims, body, shards }: Previous): void {
  builder.follow(claims, body);
  shards.forEach((shard, place) => builder.followShard(place, shard));
}

function bodyOfBuilder(builder: RevocationBuilder): Body<"RevocationBuilder"> {
  return bodyOf(builder, "RevocationBuilder", "builder");
}
