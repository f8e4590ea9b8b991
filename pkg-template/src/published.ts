// What a published list was loaded from, kept so that it can be made anew in another instance: the
// claims of its manifests, and the host's own octets, which are not copied but checked again by
// their digest. If somebody has changed them meanwhile, the list counts as lost.

import type { Body } from "./resident.js";
import type { Wasm } from "./containment.js";

/** A manifest's claims as JSON text, its octets, and when they were taken in. */
interface Part {
  claims: string;
  octets: Uint8Array;
  now: number;
}

/** A status list: the claims of its token as JSON text, and when they were taken in. */
interface StatusList {
  claims: string;
  isBitstring: boolean;
  now: number;
}

const NONE = new Uint8Array();

/** @internal */
export class Published {
  #snapshot: Part | undefined;
  #deltas: Part[] = [];
  readonly #shards = new Map<number, Uint8Array>();
  readonly #statusLists = new Map<string, StatusList>();

  /** Whether a list has been taken in. */
  get isThere(): boolean {
    return this.#snapshot !== undefined;
  }

  load(part: Part): void {
    this.#snapshot = part;
    this.#deltas = [];
  }

  apply(part: Part): void {
    this.#deltas.push(part);
  }

  loadShard(place: number, octets: Uint8Array): void {
    this.#shards.delete(place);
    this.#shards.set(place, octets);
  }

  loadStatusList(uri: string, list: StatusList): void {
    this.#statusLists.set(uri, list);
  }

  forgetStatusList(uri: string): void {
    this.#statusLists.delete(uri);
  }

  /** Lets go of shards that are not at hand in wasm any more. */
  keepShards(isLoaded: (place: number) => boolean): void {
    for (const place of [...this.#shards.keys()]) if (!isLoaded(place)) this.#shards.delete(place);
  }

  /** Takes everything in again. */
  restore(wasm: Wasm, list: Body<"Revocations">): void {
    for (const { claims, isBitstring, now } of this.#statusLists.values()) {
      list.loadStatusList(claims, isBitstring, now);
    }
    if (this.#snapshot === undefined) return;
    // Octets that were taken away have no length.
    const held = (octets: Uint8Array) => new wasm.Octets(octets.length === 0 ? NONE : octets);
    const isIn = (outcome: string) => (JSON.parse(outcome) as { ok: boolean }).ok;
    const { claims, octets, now } = this.#snapshot;
    const isWhole =
      isIn(list.load(claims, held(octets), undefined, now)) &&
      this.#deltas.every(({ claims, octets, now }) =>
        isIn(list.apply(claims, held(octets), undefined, now)),
      );
    if (!isWhole) return list.lose();
    for (const [place, octets] of this.#shards) list.loadShard(place, held(octets), undefined);
  }
}
