// What a service throws out: kept in the store for every isolate, and said to this isolate's own
// list at once.
//
// What was said here is unsaid as soon as a published list holds it: from then on the list decides,
// so that what is taken back somewhere else is taken back here too.

import { enter } from "../containment.js";
import type { Entry, Selector } from "../list-types.js";
import { jsonText } from "../options.js";
import type { Revocations } from "../revocations.js";
import type { Store } from "../store/types.js";

/** Throws out and takes back. */
export interface ThrownOut {
  revoke(entries: Iterable<Entry>): Promise<void>;
  unrevoke(entries: Iterable<Selector & { before?: number }>): Promise<void>;
  /** Leaves to the published list what it holds by now. */
  settle(): void;
}

/** What is thrown out is kept in `store`, and said to `list` where there is one. */
export function thrownOutOf(
  { revocations, lists }: Pick<Store, "revocations" | "lists">,
  list: Revocations | null,
): ThrownOut {
  /** What was said here of each target, with the number of the last list that may lack it. */
  const said = new Map<string, { entry: Entry; seq: number }>();
  return {
    async revoke(entries) {
      for (const given of entries) {
        const { entry, target } = readEntry(given);
        await revocations.add(entry);
        if (list === null) continue;
        list.revoke(entry);
        // A list whose number was raised later has read its rows later still. The newest list lacks it
        // too, whatever the store says: it may be an older copy that was restored.
        const seq = Math.max(await lists.current(), list.stats().published?.seq ?? 0);
        said.set(target, { entry, seq });
      }
    },
    async unrevoke(entries) {
      for (const given of entries) {
        const { entry, target } = readEntry(given);
        await revocations.remove(entry);
        // A row that the host has put there itself may say no issuer.
        if (given.issuer === undefined) await revocations.remove(given);
        list?.forget(entry);
        said.delete(target);
      }
    },
    settle() {
      const seq = said.size === 0 ? undefined : list?.stats().published?.seq;
      if (seq === undefined) return;
      for (const [target, one] of said) {
        if (one.seq >= seq) continue;
        list?.forget(one.entry);
        said.delete(target);
      }
    },
  };
}

/**
 * An entry and its target. What is no entry is found before it is kept, where it would stop every list
 * from then on. One that says no issuer is about anybody's tokens: in a published list too, which would
 * take it for one about the tokens of the list's own issuer.
 */
function readEntry(given: Entry): { entry: Entry; target: string } {
  const entry = { ...given, issuer: given.issuer ?? null };
  return { entry, target: enter((wasm) => wasm.targetOf(jsonText(entry, "entry"))) };
}
