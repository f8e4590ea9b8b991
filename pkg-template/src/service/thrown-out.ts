// What a service throws out: kept in the store for every isolate, and said to this isolate's own
// list at once.
//
// What was said here is unsaid as soon as a published list holds it: from then on the list decides,
// so that what is taken back somewhere else is taken back here too.

import type { Entry, Selector } from "../list-types.js";
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
        const entry = anybodys(given);
        await revocations.add(entry);
        if (list === null) continue;
        list.revoke(entry);
        // A list whose number was raised later has read its rows later still.
        said.set(targetOf(entry), { entry, seq: await lists.current() });
      }
    },
    async unrevoke(entries) {
      for (const given of entries) {
        const entry = anybodys(given);
        await revocations.remove(entry);
        list?.forget(entry);
        said.delete(targetOf(entry));
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
 * An entry that says no issuer is about anybody's tokens: in a published list too, which would take
 * it for one about the tokens of the list's own issuer.
 */
function anybodys(entry: Entry): Entry {
  return { ...entry, issuer: entry.issuer ?? null };
}

function targetOf(entry: Entry): string {
  const { before, exp, ...target } = entry;
  return JSON.stringify(Object.entries(target).sort());
}
