// Revocations: what has been thrown out.

import type * as glue from "./edge_jwt.js";
import { SetupError, setup } from "./errors.js";
import { wasm } from "./instance.js";
import { checkNow, jsonText, refuseMembers, readObject } from "./options.js";
import { Resident, bodyOf } from "./resident.js";
import type { Claims, Entry, Header, Selector, Status } from "./types.js";

/** A revocation list held in memory. What it says takes effect at the very next `verify`. */
export class Revocations extends Resident {
  constructor(options: Record<string, never> = {}) {
    refuseMembers(readObject(options, "options"));
    super(new (wasm().Revocations)());
  }

  /** Adds an entry. Two entries for one target combine to the one that reaches further. */
  revoke(entry: Entry): void {
    const text = jsonText(entry, "entry");
    setup("entry", () => this.#body.revoke(text));
  }

  /** Takes back what was said about an entry's target; false if nothing was. */
  unrevoke(entry: Selector): boolean {
    const text = jsonText(entry, "entry");
    return setup("entry", () => this.#body.unrevoke(text));
  }

  /** Forgets entries whose `exp` has passed at `now` (seconds), and says how many. */
  prune(now: number = Date.now() / 1000): number {
    checkNow(now);
    return setup("now", () => this.#body.prune(now));
  }

  /** What the list says of a token, by its claims and header. */
  check(claims: Claims, header: Partial<Header> = {}): Status {
    const text = jsonText(claims, "claims");
    const { kid } = readObject(header, "header");
    if (kid !== undefined && typeof kid !== "string") {
      throw new SetupError("header", "must hold a string as kid");
    }
    const by = setup("claims", () => this.#body.check(text, kid));
    return by === undefined ? { status: "good" } : { status: "revoked", by: by as "jti" };
  }

  /** How much the list holds. */
  stats(): { entries: number } {
    return { entries: this.#body.size() };
  }

  get #body(): glue.Revocations {
    return bodyOf(this, Revocations, "revocations");
  }
}
