// Issuer: claims in, a signed token out.

import { enter } from "./containment.js";
import { needsAsync } from "./errors.js";
import { hasWebCrypto, toBase64url } from "./host.js";
import type { KeySet } from "./keys.js";
import { checkNow, jsonText, readObject } from "./options.js";
import { Resident, bodyOf } from "./resident.js";
import type { Claims, IssueOptions, Issued, IssuerSettings } from "./types.js";

/** Makes tokens in one name. */
export class Issuer extends Resident {
  readonly #keys: KeySet;

  /** Throws a `SetupError` that names the option, or if no key of the set can sign. */
  constructor(options: { keys: KeySet } & IssuerSettings) {
    const { keys, ...settings } = readObject(options, "options");
    const text = jsonText(settings, "options");
    super("Issuer", (wasm) => new wasm.Issuer(text, bodyOf(keys, "KeySet", "keys")));
    this.#keys = keys as KeySet;
  }

  /**
   * Makes a token. `claims` may hold anything but what the issuer itself sets: `iat`, `exp`,
   * `jti`, and `iss` and `aud` where it has them.
   */
  async issue(claims: Claims, options: IssueOptions = {}): Promise<Issued> {
    const { host, ...made } = Issuer.#make(this, claims, options, hasWebCrypto());
    if (host === undefined) return made;
    const sign = await this.#keys.sign(host);
    return { ...made, token: `${made.token}.${toBase64url(await sign(made.token))}` };
  }

  /** As `issue`, at once; a `SetupError` for a key that only the host can use. */
  issueSync(claims: Claims, options: IssueOptions = {}): Issued {
    const { host, ...made } = Issuer.#make(this, claims, options, false);
    if (host !== undefined) throw needsAsync("issue");
    return made;
  }

  /** The token, or what the host is to sign and the place of the key for it. */
  static #make(
    issuer: Issuer,
    claims: Claims,
    options: IssueOptions,
    preferHost: boolean,
  ): Issued & { host?: number } {
    Resident.check(issuer, "Issuer", "issuer");
    const { now = Date.now() / 1000, ...rest } = readObject(options, "options");
    const time = checkNow(now);
    const claimsText = jsonText(claims, "claims");
    const optionsText = jsonText(rest, "options");
    const keys = bodyOf(issuer.#keys, "KeySet", "keys");
    const body = bodyOf(issuer, "Issuer", "issuer");
    const text = enter(() => body.issue(claimsText, optionsText, keys, time, preferHost));
    // Not to take for its own a member that somebody planted on Object.prototype.
    return Object.setPrototypeOf(JSON.parse(text), null);
  }
}
