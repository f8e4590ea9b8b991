// Verifier: one token and one time in, one decision out.
//
// A token is measured before it is copied and written straight into a buffer in wasm, because
// linear memory never shrinks; what comes back is JSON text, because only JSON.parse keeps a
// claim named "__proto__" a claim.

import { answerOf, freeze, secondsOrNull } from "./answer.js";
import { enter, refusal, refuseFault } from "./containment.js";
import { SetupError, needsAsync } from "./errors.js";
import { hasWebCrypto } from "./host.js";
import { type View, isStale, textAt, viewOf } from "./instance.js";
import type { KeySet } from "./keys.js";
import type { Demands } from "./list-types.js";
import { type CustomCheck, objected, objectionNow, objectionOf } from "./objection.js";
import { jsonText, readNow, readObject } from "./options.js";
import type { CacheOptions, CacheStats, Policy } from "./policy-types.js";
import { RemoteKeySet } from "./remote.js";
import { type Body, Resident, bodyOf } from "./resident.js";
import type { Revocations } from "./revocations.js";
import { type Judge, SeenTokens } from "./seen.js";
import type { At, Claims, Code, Decision, Header, Inspection, Verified } from "./types.js";

const encoder = new TextEncoder();

/** A signature for the host, its octets in the token's buffer; the decision holds if it fits. */
interface Question {
  host: { key: number; signed: number; signature: number };
  decision: Decision;
}

function isQuestion(answer: Decision | Question): answer is Question {
  // Its own member: what others plant on Object.prototype decides nothing.
  return Object.hasOwn(answer, "host");
}

/** The largest token that `inspect` looks at, in UTF-16 units. */
const MAX_INSPECTED = 16384;

/**
 * The keys of a verifier: at hand, or at a URL.
 *
 * @inline
 */
export type Keys = KeySet | RemoteKeySet;

/** What a verifier is made of. */
export interface VerifierOptions extends Policy {
  /** The keys that tokens may be signed with. */
  keys: Keys;
  /**
   * Remembers accepted tokens, so as to skip the signature. The claims of its answers are frozen.
   * Default: nothing is remembered.
   */
  cache?: CacheOptions;
  /** Refuses a token by answering a code; what it throws becomes a `SetupError`. */
  customCheck?: CustomCheck;
}

/** A list on which nothing stands; one serves all, because a body that nobody frees stays. */
class NoList extends Resident {
  static #only: NoList | undefined;

  static get only(): NoList {
    NoList.#only ??= new NoList();
    return NoList.#only;
  }

  private constructor() {
    super("Revocations", (wasm) => new wasm.Revocations("{}"));
  }
}

/** Decides on tokens by keys, a policy and, if set, a revocation list. */
export class Verifier extends Resident {
  readonly #keys: Keys;
  readonly #seen: SeenTokens | undefined;
  readonly #customCheck: CustomCheck | undefined;
  readonly #capacity: number;
  #view: View | undefined;
  readonly #demands: { text: string };
  #revocations: Resident;
  /** The header of the token accepted last, and how that token begins, up to the first dot. */
  #header: Header | undefined;
  #headerPart = "";

  /** Throws a `SetupError` that names the option; `issuer` and `audience` must be said. */
  constructor(options: VerifierOptions) {
    const { keys, customCheck, ...policy } = readObject(options, "options");
    if (!RemoteKeySet.is(keys)) bodyOf(keys, "KeySet", "keys");
    if (customCheck !== undefined && typeof customCheck !== "function") {
      throw new SetupError("customCheck", "is not a function");
    }
    const text = jsonText(policy, "options");
    const demands = { text: "{}" };
    super("Verifier", (wasm) => {
      const body = new wasm.Verifier(text);
      body.demand(demands.text);
      return body;
    });
    this.#demands = demands;
    this.#revocations = NoList.only;
    this.#keys = keys as Keys;
    this.#seen = policy.cache == null ? undefined : new SeenTokens();
    this.#customCheck = customCheck as CustomCheck | undefined;
    const body = bodyOfVerifier(this);
    this.#capacity = enter(() => body.tokenCapacity());
  }

  /**
   * Sets the list that every later decision consults (null: none), and what is asked of it: whether
   * one must have been published, and what becomes of a token that no entry could name.
   */
  setRevocations(revocations: Revocations | null, demands: Demands = {}): void {
    const text = jsonText(demands, "demands");
    if (revocations !== null) bodyOf(revocations, "Revocations", "revocations");
    const body = bodyOfVerifier(this);
    enter(() => body.demand(text));
    this.#demands.text = text;
    this.#revocations = revocations ?? NoList.only;
  }

  /** Decides on a token. Refusals are data; only misuse of the API rejects. */
  async verify<C = Claims>(token: string, at?: At): Promise<Decision<C>> {
    try {
      Resident.check(this, "Verifier", "verifier");
      const now = readNow(at);
      const decided = RemoteKeySet.is(this.#keys)
        ? this.#decideRemotely(token, now, this.#keys)
        : this.#decide(token, now, this.#keys);
      const decision = decided instanceof Promise ? await decided : decided;
      if (!decision.ok || this.#customCheck === undefined) return decision as Decision<C>;
      return objected(decision, await objectionOf(decision, this.#customCheck)) as Decision<C>;
    } catch (error) {
      return refuseFault(error);
    }
  }

  /** As `verify`, at once; a `SetupError` for keys that only the host can use or that are remote. */
  verifySync<C = Claims>(token: string, at?: At): Decision<C> {
    try {
      Resident.check(this, "Verifier", "verifier");
      if (RemoteKeySet.is(this.#keys)) throw needsAsync("verify");
      const decision = this.#answer(token, readNow(at), this.#keys, false);
      if (isQuestion(decision)) throw needsAsync("verify");
      if (!decision.ok || this.#customCheck === undefined) return decision as Decision<C>;
      return objected(decision, objectionNow(decision, this.#customCheck)) as Decision<C>;
    } catch (error) {
      return refuseFault(error);
    }
  }

  /** Header and claims of a token that nobody has vouched for, such as to load the right key. */
  inspect(token: string): Inspection {
    return inspect(token);
  }

  /** What the verifier remembers; null where it was not asked to. */
  stats(): { cache: CacheStats | null } {
    const body = bodyOfVerifier(this);
    return { cache: enter(() => this.#seen?.stats(body)) ?? null };
  }

  /** At once, unless the host has a part in it. */
  #decide(token: string, now: number, keys: KeySet): Decision | Promise<Decision> {
    const answer = this.#answer(token, now, keys, hasWebCrypto());
    return isQuestion(answer) ? this.#askHost(token, keys, answer) : answer;
  }

  async #askHost(token: string, keys: KeySet, { host, decision }: Question): Promise<Decision> {
    const { key, signed, signature } = host;
    let check = keys.check(key);
    // Looked up only now: making a key ready can move memory.
    let octets = this.#buffer;
    if (check instanceof Promise) {
      // Copied before anything is awaited: the buffer is the next caller's. A check that is at hand
      // makes its own copy at once (Web Cryptography API, section 14.3.4).
      octets = octets.slice(0, signed + 1 + signature);
      check = await check;
    }
    const data = octets.subarray(0, signed);
    const received = octets.subarray(signed + 1, signed + 1 + signature);
    let fits = false;
    try {
      fits = await check(received, data);
    } catch {
      // What the host cannot check does not fit.
    }
    if (!fits) return refusal("invalid_signature");
    if (decision.ok) this.#keep(token, keys, decision);
    return decision;
  }

  async #decideRemotely(token: string, now: number, remote: RemoteKeySet): Promise<Decision> {
    const decision = await this.#decide(token, now, await remote.current(now));
    if (decision.ok || decision.code !== "unknown_key") return decision;
    // The key may be new: asked for once more, as often as the cool-down lets.
    return this.#decide(token, now, await remote.refresh(now));
  }

  /** The decision, or what the host must find out before it holds. */
  #answer(token: unknown, now: number, keys: KeySet, preferHost: boolean): Decision | Question {
    const judge = this.#judge(keys);
    const length = this.#write(token);
    if (typeof length === "string") return refusal(length);
    return enter(() => this.#judged(judge, token, length, now, preferHost));
  }

  /** The same for a token that stands in the buffer. */
  #judged(
    judge: Judge,
    token: unknown,
    length: number,
    now: number,
    preferHost: boolean,
  ): Decision | Question {
    const recalled = this.#seen?.recall(judge, length, now);
    if (recalled !== undefined) return recalled;
    const { verifier } = judge;
    const isGood = verifier.verify(length, judge.keys, judge.revocations, now, preferHost);
    const said = JSON.parse(textAt(verifier.answerText(), verifier.answerLength()));
    const decision = isGood
      ? answerOf(said, this.#headerOf(token, verifier), secondsOrNull(verifier.timeLeft()))
      : this.#complete(said, token, verifier);
    const key = verifier.askedKey();
    if (key !== undefined) {
      const [signed, signature] = [verifier.signedLength(), verifier.signatureLength()];
      return { host: { key, signed, signature }, decision };
    }
    if (decision.ok) this.#seen?.keep(judge, length, decision);
    return decision;
  }

  /** A decision with the header of its token. */
  #complete(decision: Decision, token: unknown, verifier: Body<"Verifier">): Decision {
    if (!decision.ok) return decision;
    const { ok, claims, expiresIn, ...extras } = decision as Omit<Verified, "header" | "kid">;
    return answerOf(claims, this.#headerOf(token, verifier), expiresIn, extras);
  }

  /** The header of a token just read, parsed once for all tokens that share it. */
  #headerOf(token: unknown, verifier: Body<"Verifier">): Readonly<Header> {
    const text = token as string;
    if (this.#header === undefined || !text.startsWith(this.#headerPart)) {
      this.#header = freeze(JSON.parse(verifier.header() as string) as Header);
      this.#headerPart = text.slice(0, text.indexOf(".") + 1);
    }
    return this.#header;
  }

  /** Remembers a token that the host has agreed to. */
  #keep(token: string, keys: KeySet, decision: Verified): void {
    const seen = this.#seen;
    if (seen === undefined) return;
    const judge = this.#judge(keys);
    const length = this.#write(token) as number;
    enter(() => seen.keep(judge, length, decision));
  }

  #judge(keys: KeySet): Judge {
    return {
      verifier: bodyOfVerifier(this),
      keys: bodyOf(keys, "KeySet", "keys"),
      revocations: bodyOf(this.#revocations, "Revocations", "revocations"),
    };
  }

  /** Puts the token where wasm reads it: its length there, or why it cannot be one. */
  #write(token: unknown): number | Code {
    const refused = refuseUnreadable(token, this.#capacity - 1);
    if (refused !== undefined) return refused;
    const { read, written } = encoder.encodeInto(token as string, this.#buffer);
    return read === (token as string).length ? written : "token_too_large";
  }

  /** Where tokens come in; it moves with linear memory when that grows or is replaced. */
  get #buffer(): Uint8Array<ArrayBuffer> {
    if (this.#view === undefined || isStale(this.#view)) {
      const body = bodyOfVerifier(this);
      this.#view = viewOf(enter(() => body.tokenBuffer()), this.#capacity);
    }
    return this.#view.octets;
  }
}

function bodyOfVerifier(verifier: Verifier): Body<"Verifier"> {
  return bodyOf(verifier, "Verifier", "verifier");
}

/** Header and claims of a token, without any check of who made it. Never throws. */
export function inspect(token: string): Inspection {
  try {
    const refused = refuseUnreadable(token, MAX_INSPECTED);
    if (refused !== undefined) return refusal(refused);
    const octets = encoder.encode(token);
    return JSON.parse(enter((wasm) => wasm.inspect(octets))) as Inspection;
  } catch (error) {
    return refuseFault(error);
  }
}

function refuseUnreadable(token: unknown, maxLength: number): Code | undefined {
  if (token === undefined || token === null || token === "") return "missing_token";
  if (typeof token !== "string") return "malformed_token";
  return token.length > maxLength ? "token_too_large" : undefined;
}
