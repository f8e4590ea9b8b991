// Issuer: claims in, signed tokens out; a refresh token in, the next pair out.

import { enter, refusal, refuseFault } from "./containment.js";
import { SetupError, needsAsync } from "./errors.js";
import { type Families, MAX_LOOKS, readFamilies } from "./families.js";
import { hasWebCrypto, toBase64url } from "./host.js";
import type { IssueOptions, Issued, IssuerSettings, Pair, PairOptions } from "./issue-types.js";
import type { Refreshed } from "./issue-types.js";
import type { KeySet } from "./keys.js";
import type { Entry } from "./list-types.js";
import { checkNow, jsonText, readNow, readObject, refuseMembers } from "./options.js";
import { type Body, Resident, bodyOf } from "./resident.js";
import type { At, Claims, Header, Refusal, Verified } from "./types.js";
import { Verifier, inspect } from "./verifier.js";

/** What an exchange of a refresh token needs. */
export interface RefreshOptions extends At {
  /** Verifies the token: a policy of `kind: "refresh"`, and a revocation list if there is one. */
  verifier: Verifier;
  /**
   * Where what is known of families is kept. Null, said aloud: nowhere; then a token is retired only
   * by putting the `entry` of the answer on the verifier's list, and of two exchanges at one time
   * both may succeed. With `refreshMode: "reuse"` there is nothing to keep.
   */
  families: Families | null;
  /**
   * What the new tokens say besides who it is; default: the same as the token shown. Subject,
   * session, family, client, tenant, key and `auth_time` are carried over; these must not say
   * otherwise. A place on a status list is carried over unless these say another.
   */
  claims?: Claims;
}

/** A token without its signature, and the place of the key by which the host is to sign it. */
type Unsigned = Issued & { host: number };

/** What wasm says of an exchange. */
interface Exchange {
  pair?: Pair;
  refusal?: Refusal;
  entry: Entry | null;
  turn: { family: string; text: string; exp: number } | null;
}

/** What is known of a family where a list has retired the token shown. */
const SPENT = JSON.stringify({ current: "", previous: "", turned: 0 });

/** Makes tokens in one name. */
export class Issuer extends Resident {
  readonly #keys: KeySet;
  readonly #rotates: boolean;

  /** Throws a `SetupError` that names the option, or if no key of the set can sign. */
  constructor(options: { keys: KeySet } & IssuerSettings) {
    const { keys, ...settings } = readObject(options, "options");
    const text = jsonText(settings, "options");
    super("Issuer", (wasm) => new wasm.Issuer(text, bodyOf(keys, "KeySet", "keys")));
    this.#keys = keys as KeySet;
    this.#rotates = settings.refreshMode !== "reuse";
  }

  /**
   * Makes a token. `claims` may hold anything but what the issuer itself sets: `iat`, `exp`,
   * `jti`, and `iss` and `aud` where it has them.
   */
  async issue(claims: Claims, options?: IssueOptions): Promise<Issued> {
    const made = Issuer.#make<Issued | Unsigned>(this, "issue", claims, options, hasWebCrypto());
    return this.#signed(made);
  }

  /** As `issue`, at once; a `SetupError` for a key that only the host can use. */
  issueSync(claims: Claims, options?: IssueOptions): Issued {
    return whole(Issuer.#make<Issued | Unsigned>(this, "issue", claims, options, false), "issue");
  }

  /** Makes the access and the refresh token of a sign-in; `claims` go into both. */
  async issuePair(claims: Claims, options?: PairOptions): Promise<Pair> {
    const made = Issuer.#make<Pair>(this, "issuePair", claims, options, hasWebCrypto());
    return this.#signedPair(made);
  }

  /** As `issuePair`, at once; a `SetupError` for a key that only the host can use. */
  issuePairSync(claims: Claims, options?: PairOptions): Pair {
    const { access, refresh } = Issuer.#make<Pair>(this, "issuePair", claims, options, false);
    return { access: whole(access, "issuePair"), refresh: whole(refresh, "issuePair") };
  }

  /**
   * Exchanges a refresh token for a new pair. Whatever is wrong with the token is a refusal: that of
   * the verifier, or `refresh_reused` for one that was exchanged before; then `entry` names the
   * family to revoke. Of two exchanges of one token at one time, one gets the pair and the other
   * `refresh_reused` without an entry.
   */
  async refresh(token: string, options: RefreshOptions): Promise<Refreshed> {
    try {
      Resident.check(this, "Issuer", "issuer");
      const { verifier, families, claims, now = Date.now() / 1000, ...rest } =
        readObject(options, "options");
      refuseMembers(rest);
      const time = checkNow(now);
      Resident.check(verifier, "Verifier", "verifier");
      const kept = this.#rotates || families != null ? readFamilies(families) : null;
      const fresh = claims === undefined ? undefined : jsonText(claims, "claims");
      const decision = await (verifier as Verifier).verify(token, { now: time });
      if (decision.ok) return await this.#exchange(decision, shownAs(decision, fresh, time), kept);
      const isListed = this.#rotates && kept === null && decision.code === "revoked_token";
      return isListed ? this.#reused(token, decision, time) : { ...decision, entry: null };
    } catch (error) {
      return { ...refuseFault(error), entry: null };
    }
  }

  async #exchange(
    decision: Verified,
    shown: Shown,
    families: Families | null,
  ): Promise<Refreshed> {
    const family = families === null ? undefined : this.#familyOf(shown);
    for (let look = 0; look < MAX_LOOKS; look++) {
      const known = family === undefined ? null : await families!.read(family);
      const { pair, refusal: refused, entry, turn } = this.#step(shown, known);
      const isKept =
        families === null
        || turn === null
        || (await families.swap(turn.family, known, turn.text, turn.exp));
      if (pair !== undefined) {
        // If somebody else had this token's turn meanwhile, the new pair is nobody's.
        if (!isKept) return { ...refusal("refresh_reused"), entry: null };
        return { ...decision, ...(await this.#signedPair(pair)), entry };
      }
      if (isKept) return { ...(refused as Refusal), entry };
    }
    throw new SetupError("families", "changed each time that they were read");
  }

  /** A token that the list has retired: it was shown before. */
  #reused(token: string, refused: Refusal, now: number): Refreshed {
    // The list comes after the signature, so what the token says of itself is believed by now.
    const said = inspect(token);
    if (!said.ok) return { ...refused, entry: null };
    const { refusal = refused, entry } = this.#step(shownAs(said, undefined, now), SPENT);
    return { ...refusal, entry };
  }

  #step({ claims, typ, fresh, now }: Shown, known: string | null): Exchange {
    const [keys, body] = this.#bodies();
    const prefersHost = hasWebCrypto();
    const told = enter(() =>
      body.exchange(claims, typ, fresh, known ?? undefined, keys, now, prefersHost),
    );
    return Object.setPrototypeOf(JSON.parse(told), null) as Exchange;
  }

  #familyOf({ claims }: Shown): string | undefined {
    const body = bodyOf(this, "Issuer", "issuer");
    return enter(() => body.familyOf(claims));
  }

  #bodies(): [Body<"KeySet">, Body<"Issuer">] {
    return [bodyOf(this.#keys, "KeySet", "keys"), bodyOf(this, "Issuer", "issuer")];
  }

  async #signedPair({ access, refresh }: Pair): Promise<Pair> {
    const [signedAccess, signedRefresh] = await Promise.all([this.#signed(access), this.#signed(refresh)]);
    return { access: signedAccess, refresh: signedRefresh };
  }

  /** The token with its signature, which the host makes where wasm did not. */
  async #signed(unsigned: Issued | Unsigned): Promise<Issued> {
    if (isWhole(unsigned)) return unsigned;
    const { host, ...made } = unsigned as Unsigned;
    const sign = await this.#keys.sign(host);
    return { ...made, token: `${made.token}.${toBase64url(await sign(made.token))}` };
  }

  /** What wasm makes of claims and options. */
  static #make<T>(
    issuer: Issuer,
    call: "issue" | "issuePair",
    claims: Claims,
    options: IssueOptions | PairOptions | undefined,
    preferHost: boolean,
  ): T {
    Resident.check(issuer, "Issuer", "issuer");
    const [time, optionsText] = options === undefined ? [readNow(options), "{}"] : readTimed(options);
    const claimsText = jsonText(claims, "claims");
    const [keys, body] = issuer.#bodies();
    const text = enter(() => body[call](claimsText, optionsText, keys, time, preferHost));
    return JSON.parse(text) as T;
  }
}

/** A refresh token that has been verified, as it crosses into wasm. */
interface Shown {
  claims: string;
  typ: string | undefined;
  fresh: string | undefined;
  now: number;
}

function shownAs(
  { header, claims }: { header: Header; claims: Claims },
  fresh: string | undefined,
  now: number,
): Shown {
  return { claims: jsonText(claims, "claims"), typ: header.typ, fresh, now };
}

/** The time of a call, and its other options as JSON text. */
function readTimed(options: unknown): [now: number, rest: string] {
  const { now = Date.now() / 1000, ...rest } = readObject(options, "options");
  return [checkNow(now), jsonText(rest, "options")];
}

/** The token, if it is whole. */
function whole(made: Issued | Unsigned, call: string): Issued {
  if (isWhole(made)) return made;
  throw needsAsync(call);
}

/** By its own members: what somebody planted on Object.prototype decides nothing. */
function isWhole(made: Issued | Unsigned): made is Issued {
  return !Object.hasOwn(made, "host");
}
