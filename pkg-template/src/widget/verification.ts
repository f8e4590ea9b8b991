// Verification in the page, where the caller wants it and the page lets it run.
//
// It guards the page's own use of the claims; the server judges every token anyway. So a page that
// forbids wasm, or has no crypto.subtle, goes on without, and says so. Must not import the verifier.

import { isObject } from "../errors.js";
import type { Decision } from "../types.js";
import type { Verifier } from "../verifier.js";
import { SessionError } from "./errors.js";
import { secretGiven } from "./reading.js";
import type { SessionOptions } from "./types.js";

/** What the page itself forbids, however often it is tried. */
const BLOCKED = ["wasm_blocked", "no_web_crypto", "needs_async"];

/** What may be there the next time: keys, and the wasm, that come from elsewhere. */
const AWAY = ["keys_unavailable", "wasm_unavailable"];

/** What verifies tokens here, and whether the page lets it. */
export class Verification {
  #verifier: SessionOptions["verifier"];
  /** Whether the page does not let it run. */
  isBlocked = false;

  constructor(verifier: SessionOptions["verifier"]) {
    this.#verifier = verifier;
  }

  /** Whether the token is verified; throws if it is refused. `now` in seconds. */
  async check(token: string, now: number): Promise<boolean> {
    if (this.#verifier === undefined || this.isBlocked) return false;
    try {
      const decision = await (await this.#made()).verify(token, { now });
      refuseUnfit(decision);
      return true;
    } catch (error) {
      const code = codeOf(error);
      if (AWAY.includes(code)) throw new SessionError("unavailable", "the verifier could not be had");
      if (!BLOCKED.includes(code)) throw error;
      this.isBlocked = true;
      return false;
    }
  }

  async #made(): Promise<Verifier> {
    if (typeof this.#verifier === "function") this.#verifier = await this.#verifier();
    return this.#verifier as Verifier;
  }
}

function refuseUnfit(decision: Decision): void {
  if (!decision.ok) {
    throw new SessionError("not_verified", "the verifier refused the token", decision.code);
  }
  // Who can check a MAC can make one, and so could whoever reads the page.
  if (decision.header.alg.startsWith("HS")) throw secretGiven("verifier");
}

/** Of any object: `edge-jwt/full` has a class of its own. */
function codeOf(error: unknown): string {
  try {
    return isObject(error) && "code" in error ? String(error.code) : "";
  } catch {
    return "";
  }
}
