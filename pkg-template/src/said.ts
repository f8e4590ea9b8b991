// What the host said itself, kept so that it can be said again in another instance. Its rules are
// those of src/revocation/entry.rs, and a test holds the two together.

import type { Body } from "./resident.js";

/** An entry as JSON. Absent and null are no end: for all time. */
type Entry = { before?: Time; exp?: Time };

type Time = number | null;

/**
 * How many seconds an entry outlives its tokens: a verifier's clock may be as much behind.
 *
 * @internal
 */
export const TOLERANCE = 600;

/** What was said of one target. */
interface Said {
  /** The selector, as the host wrote it last. */
  selector: string;
  /** What published lists say of it was taken back first. */
  isBack: boolean;
  entry?: Entry;
}

/** @internal */
export class OwnWord {
  readonly #said = new Map<string, Said>();

  revoke(target: string, text: string): void {
    const before = this.#said.get(target);
    const entry = JSON.parse(text) as Entry;
    const all = before?.entry === undefined ? entry : combined(before.entry, entry);
    this.#said.set(target, { selector: text, isBack: before?.isBack ?? false, entry: all });
  }

  unrevoke(target: string, text: string, isPublished: boolean): void {
    if (isPublished) this.#said.set(target, { selector: text, isBack: true });
    else this.#said.delete(target);
  }

  forget(target: string): void {
    this.#said.delete(target);
  }

  prune(now: number): void {
    for (const [target, { isBack, entry }] of this.#said) {
      if (!isTime(entry?.exp) || milliseconds(entry.exp + TOLERANCE) > milliseconds(now)) continue;
      const said = this.#said.get(target) as Said;
      if (isBack) this.#said.set(target, { selector: said.selector, isBack });
      else this.#said.delete(target);
    }
  }

  repeat(list: Body<"Revocations">): void {
    for (const { selector, isBack, entry } of this.#said.values()) {
      if (isBack) list.unrevoke(selector);
      if (entry !== undefined) list.revoke(JSON.stringify(entry));
    }
  }
}

/** An entry that reaches as far as both. */
function combined(one: Entry, other: Entry): Entry {
  return { ...other, before: later(one.before, other.before), exp: later(one.exp, other.exp) };
}

function later(one: Time | undefined, other: Time | undefined): Time {
  return isTime(one) && isTime(other) ? Math.max(one, other) : null;
}

function isTime(time: Time | undefined): time is number {
  return typeof time === "number";
}

/** Times are exact to the millisecond and round towards the past. */
function milliseconds(seconds: number): number {
  return Math.floor(seconds * 1000);
}
