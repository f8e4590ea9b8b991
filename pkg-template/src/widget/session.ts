// Session: one token at a time for a page and its other tabs, got, renewed and given up in time.
//
// Promises: one request to the supplier at a time; none sooner than the back-off lets, but for a
// sign-in; the newest sign-in or sign-out of any tab counts in all; after `close()` nothing runs.
// The token goes to the allowed origins alone, and no redirect takes it further.

import { SetupError, isObject, setup } from "../errors.js";
import { readObject } from "../options.js";
import type { Claims } from "../types.js";
import { SessionError } from "./errors.js";
import { type Held, claimsOf, renewalOf } from "./held.js";
import { type Host, pageHost } from "./host.js";
import { keep, kept } from "./keeping.js";
import { Listeners } from "./listeners.js";
import { type Settings, readFacts, readOptions, readSupplier, timeOf } from "./reading.js";
import { type Said, isNewer, readSaid } from "./said.js";
import { send } from "./sending.js";
import { type Question, supplied } from "./supply.js";
import { ASK, type Tabs, openTabs } from "./tabs.js";
import type { Facts, SessionEvents, SessionOptions, SessionState } from "./types.js";
import type { TokenReason, TokenSupplier } from "./types.js";
import { Verification } from "./verification.js";

type By = "here" | "elsewhere";

/** An attempt to get a token. */
interface Flight {
  reason: TokenReason;
  control: AbortController;
  ended: Promise<void>;
}

/** Who is asked for tokens, and with what. */
interface Source {
  supplier: TokenSupplier;
  facts?: Facts;
}

/** A day: browsers count no further than 25 of them. */
const LONGEST_WAIT = 86_400_000;

/** A page's session with the server that gives it tokens. */
export class Session {
  readonly #settings: Settings;
  readonly #tabs: Tabs;
  readonly #verification: Verification;
  readonly #stopWaking: () => void;
  readonly #listeners: Listeners;
  #said: Said = { state: "starting", since: 0, held: null };
  #source: Source;
  #flight: Flight | undefined;
  #timer: unknown;
  #renewAt = 0;
  #retryAt = 0;
  #failures = 0;
  #failure: Error | undefined;
  #offset = 0;
  /** The token that a server has answered 401 to, and the one that was told to be expired. */
  #refused: string | undefined;
  #expired: string | undefined;
  #closed = false;

  /**
   * Gets the first token at once. Throws a `SetupError` that names the option. `page` is for tests:
   * what of the page is replaced.
   */
  constructor(options: SessionOptions, page: Partial<Host> = {}) {
    this.#settings = readOptions(options, { ...pageHost(), ...readObject(page, "host") } as Host);
    const { host, name, token, verifier } = this.#settings;
    this.#source = { supplier: token };
    this.#verification = new Verification(verifier);
    this.#listeners = new Listeners(host.report);
    this.#tabs = openTabs(name, host, (message) => this.#hear(message));
    this.#stopWaking = host.onWake((cause) => this.#wake(cause));
    this.#resume(kept(this.#settings));
    this.#check();
  }

  /** Whose session it is. */
  get state(): SessionState {
    return Session.#of(this).#said.state;
  }

  /** What the token at hand says; null: there is none that is good, or it is no JWT. */
  get claims(): Claims | null {
    const held = Session.#of(this).#usable;
    return held === null ? null : claimsOf(held.token);
  }

  /** Whether the claims are verified: `blocked` where the page forbids it. */
  get verification(): "none" | "local" | "blocked" {
    const { isBlocked } = Session.#of(this).#verification;
    if (isBlocked) return "blocked";
    return this.#usable?.verified === true ? "local" : "none";
  }

  /** A token that is good now, such as for a WebSocket. Rejects with a `SessionError`. */
  async token(): Promise<string> {
    Session.#of(this);
    // More than once only where something newer has come meanwhile.
    for (let round = 0; round < ROUNDS; round += 1) {
      this.#refuseEnded();
      const held = this.#usable;
      if (held !== null && (this.#flight?.reason ?? "renewal") === "renewal") return held.token;
      await this.#get();
    }
    throw superseded();
  }

  /**
   * Signs the visitor in: with facts for the supplier, or with a supplier that takes its place in
   * this tab. Rejects if that fails, and all stays as it was.
   */
  async signIn(by?: TokenSupplier | Facts): Promise<void> {
    Session.#of(this).#refuseClosed();
    const source = this.#sourceOf(by);
    this.#cancel();
    await this.#begin("signedIn", source);
    this.#refuseEnded();
    if (this.#source !== source) throw superseded();
  }

  /** Gives the token up, in all tabs. Does nothing where there is none to give up. */
  signOut(): void {
    Session.#of(this);
    if (this.#closed || this.#said.state === "signedOut") return;
    this.#leave(this.#stamp());
  }

  /** Begins anew, anonymous, after a sign-out; else waits for the token under way. */
  async start(): Promise<void> {
    Session.#of(this).#refuseClosed();
    if (this.#said.state === "signedOut") {
      this.#said = { state: "starting", since: this.#stamp(), held: null };
      this.#retryAt = 0;
    }
    await this.token();
  }

  /**
   * As the page's `fetch`, with the token where the origin is allowed. A 401 has the token renewed
   * and the request sent once more; the answer to that is final. Redirects are not followed.
   */
  async fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    const { host, origins } = Session.#of(this).#settings;
    this.#refuseClosed();
    const request = setup("input", () => new Request(input, init));
    if (!origins.includes(new URL(request.url).origin)) return host.fetch(request);
    const spare = request.clone();
    const token = await this.token();
    const response = await this.#send(request, token);
    if (response.status !== 401) return response;
    const next = await this.#tokenAfter(token);
    if (next === undefined) return response;
    await response.body?.cancel();
    return this.#send(spare, next);
  }

  /** Calls a listener at each event of a kind; answers what ends that. */
  on<E extends keyof SessionEvents>(
    event: E,
    listener: (event: SessionEvents[E]) => void,
  ): () => void {
    return Session.#of(this).#listeners.add(event, listener);
  }

  /** Stops everything for this tab: timers, listeners, locks. What was signed in stays so. */
  close(): void {
    Session.#of(this).#closed = true;
    this.#cancel();
    this.#settings.host.clearTimeout(this.#timer);
    this.#stopWaking();
    this.#tabs.close();
    this.#listeners.clear();
  }

  /** Goes on with what an earlier page has left, unless another tab knows better. */
  #resume(said: Said | undefined): void {
    if (said === undefined || said.held === null) return;
    this.#settle(said, "elsewhere");
    this.#tabs.tell(said);
  }

  // Getting a token

  /**
   * The attempt under way, else a new one; none before its time. A sign-in that fails is told to
   * whoever signs in: to others all is as it was.
   */
  #get(): Promise<void> {
    const flight = this.#flight;
    if (flight?.reason === "signedIn") return flight.ended.catch(() => {});
    if (flight !== undefined) return flight.ended;
    if (this.#failure !== undefined && this.#now < this.#retryAt) throw this.#failure;
    return this.#begin(this.#reason, this.#source);
  }

  #begin(reason: TokenReason, source: Source): Promise<void> {
    const control = new AbortController();
    const ended = this.#obtain(reason, source, control.signal).finally(() => {
      if (this.#flight?.control === control) this.#flight = undefined;
      this.#plan();
    });
    this.#flight = { reason, control, ended };
    return ended;
  }

  /** Ends in silence if it is cancelled, for then something newer has come. */
  async #obtain(reason: TokenReason, source: Source, signal: AbortSignal): Promise<void> {
    // What listeners of this tab do at once comes before what the supplier does.
    await null;
    try {
      await this.#tabs.alone(signal, this.#settings.timeout * 1000, async (waited) => {
        const mayHave = reason === "first" || (waited && reason !== "signedIn");
        if (mayHave && !signal.aborted) await this.#tabs.ask(signal);
        if (signal.aborted) return;
        const held = await supplied(this.#question(reason, source), signal);
        if (!signal.aborted) this.#take(reason, source, held);
      });
    } catch (error) {
      if (!signal.aborted) throw this.#fail(reason, error);
    }
  }

  #question(reason: TokenReason, { supplier, facts }: Source): Question {
    const { state, held } = this.#said;
    const current = held?.token ?? null;
    const request = { reason, state, current, ...(facts !== undefined && { facts }) };
    const [settings, verification, offset] = [this.#settings, this.#verification, this.#offset];
    return { supplier, request, settings, verification, offset };
  }

  #sourceOf(by: unknown): Source {
    const { supplier, facts } = this.#source;
    if (by === undefined) return { supplier, ...(facts !== undefined && { facts }) };
    if (typeof by === "function") return { supplier: readSupplier(by, "supplier") };
    return { supplier: this.#settings.token, facts: readFacts(by) };
  }

  #take(reason: TokenReason, source: Source, held: Held): void {
    const signedIn = reason === "signedIn";
    const { state, since } = this.#said;
    if (signedIn) this.#source = source;
    const next = signedIn ? "signedIn" : state === "starting" ? "anonymous" : state;
    // A first token counts less than any sign-in or sign-out of another tab.
    this.#settle({ state: next, since: signedIn ? this.#stamp() : since, held }, "here");
    this.#tabs.tell(this.#said);
  }

  /** Takes note of a failure, and answers it typed. */
  #fail(reason: TokenReason, thrown: unknown): SessionError | SetupError {
    const error = typed(thrown);
    const code = SessionError.is(error) ? error.code : "setup";
    const isFinal = code === "refused" || code === "setup";
    const retryIn = isFinal || reason === "signedIn" ? null : this.#backOff(error);
    // Whoever is refused a first token says nothing of what other tabs have.
    const since = reason === "first" ? this.#said.since : this.#stamp();
    if (isFinal && reason !== "signedIn") this.#leave(since);
    this.#listeners.tell("failed", { code, error, retryIn });
    return error;
  }

  /** Sets when to try again; answers in how many seconds. */
  #backOff(error: Error): number {
    const { retryFirst, retryMost, host } = this.#settings;
    const wait = Math.min(retryFirst * 2 ** this.#failures, retryMost) * (1 - host.random() / 2);
    this.#failures += 1;
    this.#retryAt = this.#now + wait * 1000;
    this.#failure = error;
    return wait;
  }

  #cancel(): void {
    const flight = this.#flight;
    this.#flight = undefined;
    flight?.control.abort();
  }

  // What the session has come to

  /** Takes in a token, whoever got it. */
  #settle(said: Said, by: By): void {
    const before = this.#said;
    this.#said = said;
    this.#failures = this.#retryAt = 0;
    this.#failure = this.#refused = this.#expired = undefined;
    const { host } = this.#settings;
    if (said.held !== null) {
      this.#renewAt = renewalOf(said.held, this.#settings, by, host.random());
      this.#offset = said.held.offset;
    }
    keep(said, this.#settings);
    this.#plan();
    const { state } = said;
    const isSame = before.state === state && before.since === said.since && state !== "signedOut";
    if (isSame) this.#listeners.tell("renewed", { claims: this.claims, by });
    else this.#listeners.tell("change", { state, claims: this.claims, by });
  }

  #leave(since: number): void {
    this.#cancel();
    this.#source = { supplier: this.#settings.token };
    this.#settle({ state: "signedOut", since, held: null }, "here");
    if (since > 0) this.#tabs.tell(this.#said);
  }

  #hear(message: unknown): void {
    if (this.#closed) return;
    if (message === ASK) return this.#answer();
    const said = readSaid(message);
    if (said === undefined) return;
    if (isNewer(said, this.#said)) return this.#adopt(said);
    // Another tab has missed something; one that has only just begun need not know of a sign-out.
    if (!isNewer(this.#said, said)) return;
    if (said.since > 0) this.#tabs.tell(this.#said);
    else this.#answer();
  }

  #answer(): void {
    if (this.#usable !== null) this.#tabs.tell(this.#said);
  }

  #adopt(said: Said): void {
    if (this.#flight?.reason !== "signedIn") this.#cancel();
    if (said.held === null) this.#source = { supplier: this.#settings.token };
    this.#settle(said, "elsewhere");
  }

  /** When a sign-in or sign-out is: later than any before, whatever the clock does. */
  #stamp(): number {
    return Math.max(this.#now, this.#said.since + 1);
  }

  get #usable(): Held | null {
    const { held } = this.#said;
    if (held === null || held.token === this.#refused) return null;
    return held.expiresAt === null || this.#now < held.expiresAt ? held : null;
  }

  get #reason(): TokenReason {
    const { held } = this.#said;
    if (held === null) return "first";
    return held.token === this.#refused ? "refused" : "renewal";
  }

  get #now(): number {
    return this.#settings.host.now();
  }

  // Time

  /** Sets the timer for what comes next: the end of the token, its renewal, or another attempt. */
  #plan(): void {
    const { host } = this.#settings;
    host.clearTimeout(this.#timer);
    if (this.#closed || this.#said.state === "signedOut") return;
    const at = Math.min(this.#expiresAt, this.#flight === undefined ? this.#dueAt : Infinity);
    if (at === Infinity) return;
    const wait = Math.min(Math.max(at - this.#now, 0), LONGEST_WAIT);
    this.#timer = host.setTimeout(() => this.#check(), wait);
  }

  /** Does what is due. */
  #check(): void {
    if (this.#closed || this.#said.state === "signedOut") return;
    if (this.#now >= this.#expiresAt) {
      const token = (this.#said.held as Held).token;
      this.#expired = token;
      this.#listeners.tell("expired", { claims: claimsOf(token) });
    }
    const isDue = this.#flight === undefined && this.#now >= this.#dueAt;
    if (isDue) this.#begin(this.#reason, this.#source).catch(() => {});
    this.#plan();
  }

  /** When the token at hand expires, unless that has been told. */
  get #expiresAt(): number {
    const { held } = this.#said;
    return held === null || held.token === this.#expired ? Infinity : (held.expiresAt ?? Infinity);
  }

  /** When the next attempt is due. Offline there is none, but for the very first. */
  get #dueAt(): number {
    const isFirst = this.#reason === "first" && this.#failures === 0;
    if (!isFirst && !this.#settings.host.isOnline()) return Infinity;
    return Math.max(this.#reason === "renewal" ? this.#renewAt : 0, this.#retryAt);
  }

  /** Timers stand still in a page that sleeps, and attempts in one that is offline. */
  #wake(cause: "online" | "seen"): void {
    if (cause === "online") this.#retryAt = this.#failures = 0;
    this.#check();
  }

  // Requests

  async #send(request: Request, token: string): Promise<Response> {
    const response = await send(request, token, this.#settings);
    this.#readDate(response);
    return response;
  }

  /** Another token than the one that was answered 401; none if that cannot be had. */
  async #tokenAfter(token: string): Promise<string | undefined> {
    try {
      if (this.#said.held?.token === token) this.#refused = token;
      const next = await this.token();
      return next === token ? undefined : next;
    } catch {
      // Told by `failed`.
      return undefined;
    }
  }

  /** An answer out of a cache bears an old date, so none sets the server's clock back. */
  #readDate(response: Response): void {
    const ahead = timeOf(response.headers.get("date")) - this.#now - this.#offset;
    if (!(ahead > CLOCK_NOISE)) return;
    this.#offset += ahead;
    const { held } = this.#said;
    if (held === null || held.expiresAt === null || !held.byClock) return;
    const later = { ...held, expiresAt: held.expiresAt - ahead, offset: this.#offset };
    this.#said = { ...this.#said, held: later };
    this.#renewAt -= ahead;
    this.#plan();
  }

  // Misuse

  #refuseEnded(): void {
    this.#refuseClosed();
    if (this.#said.state !== "signedOut") return;
    throw new SessionError("signed_out", "the session is signed out");
  }

  #refuseClosed(): void {
    if (this.#closed) throw new SessionError("closed", "the session has been closed");
  }

  static #of(session: Session): Session {
    if (isObject(session) && #said in session) return session;
    throw new SetupError("session", "is not a Session");
  }
}

/** As many as a page can reasonably need; tokens that live for no time would need more. */
const ROUNDS = 5;

/** Milliseconds: a `Date` has whole seconds. */
const CLOCK_NOISE = 1000;

function superseded(): SessionError {
  return new SessionError("superseded", "something newer has come");
}

function typed(thrown: unknown): SessionError | SetupError {
  if (SessionError.is(thrown) || SetupError.is(thrown)) return thrown;
  return new SessionError("unavailable", "no token could be had", null, { cause: thrown });
}
