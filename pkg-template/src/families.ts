// What is known of families of refresh tokens: the one step of a rotation that the host must make
// atomic, and a way of doing it that serves one process.

import { SetupError, isObject, setup } from "./errors.js";
import { readText } from "./options.js";

/**
 * Where a host keeps what is known of each family of refresh tokens: one text a family, made and
 * read by `Issuer.refresh`.
 */
export interface Families {
  /** The text kept for a family; null where there is none. */
  read(family: string): string | null | Promise<string | null>;
  /**
   * Keeps `to` for a family, but only if what is kept is still `from` (null: nothing), and answers
   * whether it did. That must be one atomic step, such as in SQL an
   * `UPDATE ... SET text = :to WHERE family = :family AND text = :from` that changes one row, or for
   * null an `INSERT ... ON CONFLICT DO NOTHING`. The text may be forgotten after `exp`, in seconds.
   */
  swap(
    family: string,
    from: string | null,
    to: string,
    exp: number,
  ): boolean | Promise<boolean>;
}

/** Families in the memory of one process; they are gone when it ends. */
export class MemoryFamilies implements Families {
  readonly #kept = new Map<string, { text: string; exp: number }>();

  read(family: string): string | null {
    return this.#kept.get(family)?.text ?? null;
  }

  swap(family: string, from: string | null, to: string, exp: number): boolean {
    if (this.read(family) !== from) return false;
    this.#kept.set(family, { text: to, exp });
    return true;
  }

  /** Forgets what has had its time; `now` in seconds. Answers how many families that were. */
  prune(now: number): number {
    const before = this.#kept.size;
    for (const [family, { exp }] of this.#kept) if (exp <= now) this.#kept.delete(family);
    return before - this.#kept.size;
  }
}

/**
 * What is known of a family that has ended.
 *
 * @internal
 */
export const ENDED = JSON.stringify({ current: null });

/**
 * Ends a family: none of its refresh tokens is exchanged any more, wherever one is shown. It may be
 * forgotten at `exp`, when the last of them has ended.
 *
 * @internal
 */
export async function endFamily(families: Families, family: string, exp: number): Promise<void> {
  for (let look = 0; look < MAX_LOOKS; look += 1) {
    const known = await families.read(family);
    if (known === ENDED || (await families.swap(family, known, ENDED, exp))) return;
  }
  throw new Error("a family changed each time that it was read");
}

/**
 * How often a family that changes meanwhile is looked at again.
 *
 * @internal
 */
export const MAX_LOOKS = 4;

/**
 * Families whose every failure is a `SetupError`; null for the host's deliberate null.
 *
 * @internal
 */
export function readFamilies(given: unknown): Families | null {
  if (given === null) return null;
  const { read, swap } = setup("families", () => stepsOf(given));
  return {
    async read(family) {
      const text = await asked(() => Reflect.apply(read, given, [family]));
      return text === null ? null : readText(text, "families");
    },
    async swap(...step) {
      return (await asked(() => Reflect.apply(swap, given, step))) === true;
    },
  };
}

/** Each read once, and called on the host's own object. */
function stepsOf(given: unknown): Families {
  const steps = isObject(given) ? { read: (given as Families).read, swap: (given as Families).swap } : {};
  if (typeof steps.read === "function" && typeof steps.swap === "function") return steps as Families;
  throw new SetupError("families", "must be said: what has read() and swap(), or null for nowhere");
}

async function asked(step: () => unknown): Promise<unknown> {
  try {
    return await step();
  } catch (cause) {
    throw new SetupError("families", "threw", "invalid_option", { cause });
  }
}
