// A worker in a process of its own, to be killed at its work, and started again over the same folder.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/**
 * Starts a worker over a folder. `ask` sends it a step, as JSON; `kill` ends it, workerd too, at once.
 */
export async function startKillable(t, entry, data, bindings = {}) {
  const script = fileURLToPath(new URL("store-server.mjs", import.meta.url));
  const stdio = ["ignore", "pipe", "inherit"];
  // A group of its own, so that the kill reaches the workerd that it starts.
  const options = { stdio, detached: true };
  const child = spawn(process.execPath, [script, entry, data, JSON.stringify(bindings)], options);
  const ended = once(child, "exit");
  const kill = async () => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid, "SIGKILL");
    await ended;
  };
  t.after(kill);
  const [said] = await once(child.stdout, "data");
  const address = String(said).trim();
  const ask = async (...step) => {
    const answer = await fetch(address, { method: "POST", body: JSON.stringify(step) });
    assert.equal(answer.status, 200, `${step}`);
    return answer.json();
  };
  return { address, ask, kill };
}

/** Steps one after the other, until the worker is gone; what it answered is told to `keep`. */
export async function until(gone, step, keep) {
  while (!gone()) {
    let answer;
    try {
      answer = await step();
    } catch (error) {
      // Only what comes of the kill: a wrong answer is a failure at any time.
      if (gone() && !(error instanceof assert.AssertionError)) return;
      throw error;
    }
    keep(answer);
  }
}
