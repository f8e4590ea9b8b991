// The token in sessionStorage, for a page that has asked for it. A page that may not store, or a
// full storage, is as one that has not asked.

import type { Settings } from "./reading.js";
import { type Said, readSaid } from "./said.js";

export function keep(said: Said, { host, keep, name }: Settings): void {
  if (keep === "memory") return;
  try {
    if (said.held === null) host.storage?.removeItem(name);
    else host.storage?.setItem(name, JSON.stringify(said));
  } catch {
    // The session lives in memory.
  }
}

/** What an earlier page of this tab has left. */
export function kept({ host, keep, name }: Settings): Said | undefined {
  if (keep === "memory") return undefined;
  try {
    return readSaid(JSON.parse(host.storage?.getItem(name) ?? "null"));
  } catch {
    return undefined;
  }
}
