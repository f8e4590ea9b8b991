// Issuer: claims in, a signed token out.

import type * as glue from "./edge_jwt.js";
import { setup } from "./errors.js";
import { wasm } from "./instance.js";
import { KeySet } from "./keys.js";
import { checkNow, jsonText, readObject } from "./options.js";
import { Resident, bodyOf } from "./resident.js";
import type { Claims, IssueOptions, Issued, IssuerSettings } from "./types.js";

/** Makes tokens in one name. */
export class Issuer extends Resident {
  readonly #keys: KeySet;

  /** Throws a `SetupError` that names the option, or if no key of the set can sign. */
  constructor(options: { keys: KeySet } & IssuerSettings) {
    const { keys, ...settings } = readObject(options, "options");
    const keysBody = bodyOf<glue.KeySet>(keys, KeySet, "keys");
    const text = jsonText(settings, "options");
    super(setup("options", () => new (wasm().Issuer)(text, keysBody)));
    this.#keys = keys as KeySet;
  }

  /**
   * Makes a token. `claims` may hold anything but what the issuer itself sets: `iat`, `exp`,
   * `jti`, and `iss` and `aud` where it has them.
   */
  async issue(claims: Claims, options: IssueOptions = {}): Promise<Issued> {
    return this.issueSync(claims, options);
  }

  /** As `issue`, at once. */
  issueSync(claims: Claims, options: IssueOptions = {}): Issued {
    const { now = Date.now() / 1000, ...rest } = readObject(options, "options");
    const time = checkNow(now);
    const claimsText = jsonText(claims, "claims");
    const optionsText = jsonText(rest, "options");
    const body = bodyOf<glue.Issuer>(this, Issuer, "issuer");
    const keys = bodyOf<glue.KeySet>(this.#keys, KeySet, "keys");
    return JSON.parse(setup("claims", () => body.issue(claimsText, optionsText, keys, time)));
  }
}
