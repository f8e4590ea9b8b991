// The other tabs of the origin: one of them at a time asks for a token, and tells the rest.
//
// Where the page has no Web Locks (plain http, a sandboxed frame) nothing is held, and two tabs may
// ask at once; where it has no BroadcastChannel each tab is on its own. Nothing here can hang: a
// lock that is not had in time is gone without.

import type { Host } from "./host.js";

/** Milliseconds that other tabs have for an answer. */
const ANSWER_WITHIN = 100;

/** What a tab says that wants to know what the others have. */
export const ASK = "ask";

/** The other tabs. */
export interface Tabs {
  tell(message: unknown): void;
  /** Gives the others time to tell what they have, unless the signal says that one has. */
  ask(signal: AbortSignal): Promise<void>;
  /** Does a step while no other tab does; `waited` says whether another one did until now. */
  alone(signal: AbortSignal, patience: number, step: Step): Promise<void>;
  close(): void;
}

type Step = (waited: boolean) => Promise<void>;

export function openTabs(name: string, host: Host, hear: (message: unknown) => void): Tabs {
  const channel = host.openChannel?.(name);
  if (channel !== undefined) channel.onmessage = ({ data }) => hear(data);
  const tell = (message: unknown) => channel?.postMessage(message);
  return {
    tell,
    ask: async (signal) => {
      if (channel === undefined) return;
      tell(ASK);
      await pause(host, ANSWER_WITHIN, signal);
    },
    alone: (signal, patience, step) => alone(name, host, signal, patience, step),
    close: () => channel?.close(),
  };
}

async function alone(
  name: string,
  host: Host,
  signal: AbortSignal,
  patience: number,
  step: Step,
): Promise<void> {
  const { locks } = host;
  if (locks === undefined) return step(false);
  let begun = false;
  const begin = (waited: boolean) => {
    begun = true;
    return step(waited);
  };
  const given = new AbortController();
  const giveUp = () => given.abort();
  try {
    await locks.request(name, { ifAvailable: true }, (lock) => lock && begin(false));
    if (begun || signal.aborted) return;
    signal.addEventListener("abort", giveUp);
    const timer = host.setTimeout(giveUp, patience);
    const stop = () => host.clearTimeout(timer);
    await locks.request(name, { signal: given.signal }, () => (stop(), begin(true))).finally(stop);
  } catch (error) {
    if (begun) throw error;
    // Not given in time, or not to this page at all.
    if (!signal.aborted) await step(true);
  }
}

/** Ends early when the signal says so. */
function pause(host: Host, milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = host.setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => (host.clearTimeout(timer), resolve()), { once: true });
  });
}
