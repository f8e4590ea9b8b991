// What a session needs of the page: clock, chance, timers, network, other tabs, storage.
//
// All of it in one place, so that a test has its own. What a page lacks is undefined: Web Locks on
// plain http, storage in a sandboxed frame.

/** What a session needs of the page. */
export interface Host {
  /** Milliseconds since 1970, by the page's clock. */
  now(): number;
  /** From 0 to below 1. */
  random(): number;
  /** Calls once, after so many milliseconds; answers what to clear it by. */
  setTimeout(step: () => void, milliseconds: number): unknown;
  /** Takes a call back. */
  clearTimeout(timer: unknown): void;
  /** Sends a request. */
  fetch(request: Request): Promise<Response>;
  /** The page's own. */
  origin: string;
  /** Whether the page has a network; true where that cannot be told. */
  isOnline(): boolean;
  /** Calls when the page is online again or seen again; answers how to end that. */
  onWake(listener: (cause: "online" | "seen") => void): () => void;
  /** Web Locks, by which tabs take turns; undefined: each is on its own. */
  locks: Pick<LockManager, "request"> | undefined;
  /** A channel to the other tabs of this origin; undefined: there is none. */
  openChannel: ((name: string) => Channel) | undefined;
  /** Outlives a reload of the tab; undefined: nothing does. */
  storage: Pick<Storage, "getItem" | "setItem" | "removeItem"> | undefined;
  /** Takes what a listener threw. */
  report(error: unknown): void;
}

/**
 * What is used of a `BroadcastChannel`.
 *
 * @inline
 */
export interface Channel {
  onmessage: ((event: MessageEvent) => void) | null;
  postMessage(message: unknown): void;
  close(): void;
}

/** @internal */
export function pageHost(): Host {
  return {
    now: () => Date.now(),
    random: () => Math.random(),
    setTimeout: (step, milliseconds) => setTimeout(step, milliseconds),
    clearTimeout: (timer) => clearTimeout(timer as number),
    fetch: (request) => globalThis.fetch(request),
    origin: globalThis.location?.origin ?? "null",
    isOnline: () => globalThis.navigator?.onLine !== false,
    onWake,
    locks: globalThis.navigator?.locks,
    openChannel: globalThis.BroadcastChannel && ((name) => new BroadcastChannel(name)),
    storage: sessionStorageOf(globalThis),
    report: (error) => (globalThis.reportError ?? console.error)(error),
  };
}

function onWake(listener: (cause: "online" | "seen") => void): () => void {
  const page = globalThis.document;
  if (page === undefined) return () => {};
  const ended = new AbortController();
  const { signal } = ended;
  const seen = () => page.visibilityState === "visible" && listener("seen");
  addEventListener("online", () => listener("online"), { signal });
  // A page that comes back from the browser's cache has slept too.
  addEventListener("pageshow", seen, { signal });
  page.addEventListener("visibilitychange", seen, { signal });
  return () => ended.abort();
}

/** A page that may not store anything throws when asked for its storage. */
function sessionStorageOf(page: { sessionStorage?: Storage }): Storage | undefined {
  try {
    return page.sessionStorage;
  } catch {
    return undefined;
  }
}
