// Revocations: what has been thrown out.
//
// The list is kept twice: in wasm, where tokens are looked up, and here as it was said, so that it
// can be made anew. A change that ends in an error is in neither.

import { enter } from "./containment.js";
import { checkNow, jsonText, readObject, readText, refuseMembers } from "./options.js";
import { type Body, Resident, bodyOf } from "./resident.js";
import type { Claims, Entry, Header, Selector, Status } from "./types.js";

/** A revocation list held in memory. What it says takes effect at the very next `verify`. */
export class Revocations extends Resident {
  readonly #said: Map<string, Said>;

  constructor(options: Record<string, never> = {}) {
    refuseMembers(readObject(options, "options"));
    const said = new Map<string, Said>();
    super("Revocations", (wasm) => {
      const body = new wasm.Revocations();
      for (const entry of said.values()) body.revoke(JSON.stringify(entry));
      return body;
    });
    this.#said = said;
  }

  /** Adds an entry. Two entries for one target combine to the one that reaches further. */
  revoke(entry: Entry): void {
    const text = jsonText(entry, "entry");
    const body = bodyOfList(this);
    enter(() => body.revoke(text));
    const said = JSON.parse(text) as Said;
    const target = targetOf(said);
    const before = this.#said.get(target);
    this.#said.set(target, before === undefined ? said : combined(before, said));
  }

  /** Takes back what was said about an entry's target; false if nothing was. */
  unrevoke(entry: Selector): boolean {
    const text = jsonText(entry, "entry");
    const body = bodyOfList(this);
    const known = enter(() => body.unrevoke(text));
    this.#said.delete(targetOf(JSON.parse(text) as Said));
    return known;
  }

  /** Forgets entries whose `exp` has passed at `now` (seconds), and says how many. */
  prune(now: number = Date.now() / 1000): number {
    const time = checkNow(now);
    const body = bodyOfList(this);
    const forgotten = enter(() => body.prune(time));
    for (const [target, { exp }] of this.#said) {
      if (isTime(exp) && milliseconds(exp) <= milliseconds(time)) this.#said.delete(target);
    }
    return forgotten;
  }

  /** What the list says of a token, by its claims and header. */
  check(claims: Claims, header: Partial<Header> = {}): Status {
    const text = jsonText(claims, "claims");
    const { kid } = readObject(header, "header");
    const keyId = kid === undefined ? undefined : readText(kid, "kid");
    const body = bodyOfList(this);
    const by = enter(() => body.check(text, keyId));
    return by === undefined ? { status: "good" } : { status: "revoked", by: by as "jti" };
  }

  /** How much the list holds. */
  stats(): { entries: number } {
    const body = bodyOfList(this);
    return { entries: enter(() => body.size()) };
  }
}

function bodyOfList(list: Revocations): Body<"Revocations"> {
  return bodyOf(list, "Revocations", "revocations");
}

// The record. Its rules are those of src/revocation.rs, and a test holds the two together.

/** All that has been said about one target, as one entry. */
type Said = { jti?: Text; sub?: Text; kid?: Text; issuer?: Text; before?: Time; exp?: Time };

type Text = string | null;

/** Absent and null are no end: for all time. */
type Time = number | null;

function targetOf({ jti, sub, kid, issuer }: Said): string {
  return JSON.stringify([jti, sub, kid, issuer]);
}

/** An entry that reaches as far as both. */
function combined(one: Said, other: Said): Said {
  const { before, exp, ...target } = other;
  return { ...target, before: later(one.before, before), exp: later(one.exp, exp) };
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
