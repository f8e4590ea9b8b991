// Who hears of what becomes of a session. A listener that throws harms nobody else.

import { SetupError } from "../errors.js";
import type { SessionEvents } from "./types.js";

type Event = keyof SessionEvents;
type Listener = (event: never) => void;

const EVENTS: readonly Event[] = ["change", "renewed", "failed", "expired"];

/** The listeners of a session. */
export class Listeners {
  readonly #all = new Map<Event, Set<Listener>>();
  readonly #report: (error: unknown) => void;

  constructor(report: (error: unknown) => void) {
    this.#report = report;
  }

  /** Answers what takes the listener off again. */
  add(event: Event, listener: Listener): () => void {
    if (!EVENTS.includes(event)) throw new SetupError("event", `is none of ${EVENTS.join(", ")}`);
    if (typeof listener !== "function") throw new SetupError("listener", "is not a function");
    const listeners = this.#all.get(event) ?? new Set();
    this.#all.set(event, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  tell<E extends Event>(event: E, what: SessionEvents[E]): void {
    for (const listener of [...(this.#all.get(event) ?? [])]) {
      try {
        (listener as (event: SessionEvents[E]) => void)(what);
      } catch (error) {
        this.#report(error);
      }
    }
  }

  clear(): void {
    this.#all.clear();
  }
}
