// What a page and its suppliers hand over, each member read once.
//
// Promises: whatever looks like a secret key is a SetupError, wherever it comes in, for a page
// shows what it holds to everybody; no message repeats what was handed over.

import { SetupError, isObject, setup } from "../errors.js";
import { readEach, readObject, refuseMembers } from "../options.js";
import { SessionError } from "./errors.js";
import type { Host } from "./host.js";
import { isToken } from "./held.js";
import type { Facts, SessionOptions, TokenSupplier } from "./types.js";

/** Options, read. */
export interface Settings extends Required<Omit<SessionOptions, "verifier" | "tabs">> {
  verifier: SessionOptions["verifier"];
  host: Host;
}

export function readOptions(options: unknown, host: Host): Settings {
  const { token, verifier, ...others } = readObject(options, "options");
  const { origins = [host.origin].filter(isPlace), scheme = "Bearer", ...places } = others;
  const { keep = "memory", tabs = "shared", name = "", ...times } = places;
  const { renewAfter = 0.8, renewBefore = 30, ...tries } = times;
  const { retryFirst = 1, retryMost = 60, timeout = 10, ...rest } = tries;
  refuseSecrets(rest, "options");
  refuseMembers(rest);
  const isAlone = oneOf("tabs", tabs, ["shared", "apart"]) === "apart";
  return {
    token: readSupplier(token, "token"),
    verifier: readVerifier(verifier),
    origins: readEach(origins, "origins", 100, readOrigin),
    scheme: readScheme(scheme),
    keep: oneOf("keep", keep, ["memory", "sessionStorage"]),
    name: `edge-jwt:${readText(name, "name")}`,
    renewAfter: readNumber("renewAfter", renewAfter, 1),
    renewBefore: readNumber("renewBefore", renewBefore),
    retryFirst: readNumber("retryFirst", retryFirst),
    retryMost: readNumber("retryMost", retryMost),
    timeout: readNumber("timeout", timeout),
    host: isAlone ? { ...host, locks: undefined, openChannel: undefined } : host,
  };
}

export function readSupplier(supplier: unknown, option: string): TokenSupplier {
  refuseSecrets(supplier, option);
  if (typeof supplier === "function") return supplier as TokenSupplier;
  throw new SetupError(option, "is not a function");
}

/** What the page knows of its visitor: its own members, as they are. */
export function readFacts(facts: unknown): Facts {
  const members = readObject(facts, "facts");
  refuseSecrets(members, "facts");
  return members;
}

function readVerifier(verifier: unknown): SessionOptions["verifier"] {
  if (verifier === undefined || typeof verifier === "function") {
    return verifier as SessionOptions["verifier"];
  }
  refuseSecrets(verifier, "verifier");
  const fits = setup("verifier", () => isObject(verifier) && "setRevocations" in verifier);
  if (!fits) throw new SetupError("verifier", "is no Verifier, nor makes one");
  return verifier as NonNullable<SessionOptions["verifier"]>;
}

/** Not the page of a sandboxed frame, whose origin is that of all such frames: "null". */
function isPlace(origin: string): boolean {
  return /^https?:/.test(origin);
}

/** A pattern or a path would be taken for more than it is. */
function readOrigin(value: unknown): string {
  const text = readText(value, "origins");
  const { origin } = setup("origins", () => new URL(text));
  if (origin === text && isPlace(text)) return text;
  throw new SetupError("origins", "must hold origins, such as https://chat.example");
}

/** Of the names that RFC 9110 section 11.1 allows, those that are words. */
function readScheme(scheme: unknown): string {
  const text = readText(scheme, "scheme");
  if (/^[\w-]{1,64}$/.test(text)) return text;
  throw new SetupError("scheme", "is no name of a scheme");
}

function readText(value: unknown, option: string): string {
  if (typeof value === "string") return value;
  throw new SetupError(option, "is not a string");
}

function oneOf<const T>(option: string, value: unknown, values: readonly [T, T]): T {
  if (values.includes(value as T)) return value as T;
  throw new SetupError(option, `is neither ${values.join(" nor ")}`);
}

/** The most seconds: a day, and what all timers can count to. */
const MOST = 86400;

function readNumber(option: string, value: unknown, below = MOST): number {
  if (typeof value === "number" && value > 0 && value < below) return value;
  throw new SetupError(option, `is not a number above 0 and below ${below}`);
}

// What a supplier answers

/** A supplier's answer, read; `serverTime` in milliseconds. */
export interface Answer {
  token: string;
  expiresIn: number | null;
  serverTime: number | null;
}

/** Throws a `SessionError` for what is no token, and a `SetupError` for what is a secret. */
export async function readSupplied(supplied: unknown): Promise<Answer> {
  if (supplied === null) throw refused();
  if (isResponse(supplied)) return readResponse(supplied);
  return readAnswer(typeof supplied === "string" ? { token: supplied } : supplied);
}

async function readResponse(response: Response): Promise<Answer> {
  const { status } = response;
  if (status === 401 || status === 403) throw refused();
  if (!response.ok) throw new SessionError("unavailable", `the supplier's server answered ${status}`);
  const body: unknown = await response.json().catch(() => undefined);
  const answer = isObject(body) ? (body as Record<string, unknown>) : {};
  const { access_token, expires_in, ...members } = answer;
  const date = response.headers.get("date") ?? undefined;
  return readAnswer({ token: access_token, expiresIn: expires_in, ...members, date });
}

function readAnswer(answer: unknown): Answer {
  let members: Record<string, unknown>;
  try {
    members = readObject(answer, "token");
  } catch {
    throw badAnswer("no token");
  }
  const { token, expiresIn, date } = members;
  refuseSecrets(members, "token");
  if (!isToken(token)) throw badAnswer("no token");
  const serverTime = date === undefined ? null : timeOf(date);
  if (Number.isNaN(serverTime)) throw badAnswer("a date that is none");
  if (expiresIn === undefined || expiresIn === null) return { token, expiresIn: null, serverTime };
  const isSpan = typeof expiresIn === "number" && expiresIn > 0 && expiresIn < 1e11;
  if (isSpan) return { token, expiresIn, serverTime };
  throw badAnswer("an expiresIn that is none");
}

/** A time as an HTTP date or in seconds, in milliseconds; NaN if it is neither. */
export function timeOf(date: unknown): number {
  if (typeof date === "number") return Math.abs(date) < 1e11 ? date * 1000 : NaN;
  return typeof date === "string" ? Date.parse(date) : NaN;
}

function isResponse(value: unknown): value is Response {
  return value instanceof Response;
}

function refused(): SessionError {
  return new SessionError("refused", "the visitor gets no token");
}

function badAnswer(what: string): SessionError {
  return new SessionError("bad_answer", `the supplier answered ${what}`);
}

// Secrets

/** Members that only a secret or private key has (RFC 7518 section 6), beside `kty`. */
const SECRET_MEMBERS = ["d", "k", "priv"];

/** Names that speak for themselves. */
const SECRET_NAME = /(secret|private_?key|secret_?key)$/i;

/** Looks through what may be a key in any of its forms, a few levels deep. */
function refuseSecrets(value: unknown, option: string): void {
  setup(option, () => {
    if (holdsSecret(value, 4)) throw secretGiven(option);
  });
}

/** That a page was handed what it must not have. */
export function secretGiven(option: string): SetupError {
  return new SetupError(option, "is or holds a secret key, which no page may have");
}

function holdsSecret(value: unknown, depth: number): boolean {
  if (typeof value === "string") return value.includes("PRIVATE KEY");
  if (!isObject(value) || depth === 0) return false;
  if (ArrayBuffer.isView(value)) return true;
  const named = "kty" in value && SECRET_MEMBERS.some((name) => Object.hasOwn(value, name));
  return named || Object.entries(value).some(([name, member]) => {
    return SECRET_NAME.test(name) || holdsSecret(member, depth - 1);
  });
}
