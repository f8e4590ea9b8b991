// Who guesses too often (MO-11): failures are counted for each address, in the store, and what is
// under way in this isolate counts as if it had failed, so that many at one time are not many
// guesses.

import { SetupError } from "../errors.js";
import type { Store } from "../store/types.js";
import type { GuessLimit, RouteAnswer } from "./types.js";

type Step = () => Promise<RouteAnswer | Response>;

/** Counts guesses. */
export interface Guesses {
  /** Who asks. */
  addressOf(request: Request): string | null;
  /** For how many seconds to wait, where it was too often; else does `step`, and looks how it went. */
  limit(
    address: string | null,
    now: number,
    step: Step,
  ): Promise<{ wait: number } | RouteAnswer | Response>;
}

/** What counts for a limit; null: nothing does. */
export function guessesOf(limit: GuessLimit | null, { failures }: Store): Guesses {
  if (limit === null) return { addressOf: () => null, limit: (_address, _now, step) => step() };
  const { address: addressOf, failures: most = 5, window = 60 } = readLimit(limit);
  const underWay = new Map<string, number>();
  return {
    addressOf,
    async limit(address, now, step) {
      const name = address ?? "";
      const others = underWay.get(name) ?? 0;
      underWay.set(name, others + 1);
      try {
        if (others + (await failures.count(name, now)) >= most) return { wait: window };
        return await counted(step, () => failures.add(name, now, window));
      } finally {
        leave(underWay, name);
      }
    },
  };
}

/** Takes a step, and counts it if it failed: what it throws may have come of a wrong secret too. */
async function counted(step: Step, count: () => Promise<unknown>): Promise<RouteAnswer | Response> {
  let isCounted = true;
  try {
    const answer = await step();
    isCounted = isFailure(answer);
    return answer;
  } finally {
    if (isCounted) await count();
  }
}

function readLimit(limit: GuessLimit): GuessLimit {
  if (typeof limit?.address === "function") return limit;
  throw new SetupError("guesses", "must say how the address is found, or be null");
}

function leave(underWay: Map<string, number>, name: string): void {
  const left = (underWay.get(name) ?? 1) - 1;
  if (left > 0) underWay.set(name, left);
  else underWay.delete(name);
}

/** That something is not there tells nothing of a secret. */
function isFailure(answer: RouteAnswer | Response): boolean {
  const isFree = "guess" in answer && answer.guess === "none";
  return answer.status >= 400 && answer.status < 500 && answer.status !== 404 && !isFree;
}
