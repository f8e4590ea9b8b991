// Webhooks: what is sent is signed, what arrives is checked, over the raw octets of the body.
//
// A body and its headers are a stranger's: what is wrong with them is a refusal.

import { type Wasm, enter, refusal, refuseFault } from "./containment.js";
import { SetupError, isObject, isRecord, setup } from "./errors.js";
import type { Secret } from "./key-types.js";
import { type Written, readSecret, utf8 } from "./keys.js";
import { MAX_TEXT, jsonText, readNow, readObject, readText, refOctets, refuseMembers } from "./options.js";
import { type Body, Resident, bodyOf } from "./resident.js";
import type { At, Duration, Refusal } from "./types.js";

/** How the bodies of one sender are signed; the defaults are Zoom's. */
export interface WebhookOptions {
  /** The one secret, or in `secrets` several, the newest first: it signs, all are taken. */
  secret?: Secret;
  /** Several secrets, the newest first; goes without `secret`. */
  secrets?: Secret[];
  /** Default "v0". */
  version?: string;
  /** For how long after its signing a body is taken. Default 300 seconds. */
  maxAge?: Duration;
  /** How far ahead the sender's clock may be, in seconds, 0 to 600. Default 60. */
  clockTolerance?: number;
  /** The names of the headers. Default "x-zm-request-timestamp" and "x-zm-signature". */
  headers?: { timestamp?: string; signature?: string };
  /** The token that old webhooks carry in the `authorization` header, for `matchesVerificationToken`. */
  verificationToken?: string;
}

/**
 * A body: its text as it was received, or its octets.
 *
 * @inline
 */
export type RawBody = string | Uint8Array | ArrayBuffer;

/**
 * The headers that came with a body, or what they hold.
 *
 * @inline
 */
export type Sent =
  | { get(name: string): string | null | undefined }
  | { timestamp: string; signature: string }
  | Record<string, string | string[] | undefined>;

/**
 * What to send with a body.
 *
 * @inline
 */
export interface SignedBody {
  /** When it was signed, in seconds since 1970, as text. */
  timestamp: string;
  /** The signature with its version, such as `v0=...`. */
  signature: string;
  /** Both, by the names of the headers. */
  headers: Record<string, string>;
}

/** The longest header that is looked at, in characters. */
const MAX_HEADER = 1024;

/** One sender's webhooks. */
export class Webhook extends Resident {
  readonly #secrets: Written[];
  readonly #token: Uint8Array | undefined;
  readonly #names: { timestamp: string; signature: string };

  /** Throws a `SetupError` that names the option. */
  constructor(options: WebhookOptions) {
    const { secret, secrets, headers, verificationToken, ...rest } = readObject(options, "options");
    const text = jsonText(rest, "options");
    const given = readSecrets(secret, secrets);
    const names = readNames(headers);
    const token = readToken(verificationToken);
    super("Webhook", (wasm) => makeBody(wasm, text, given));
    this.#secrets = given;
    this.#token = token;
    this.#names = names;
  }

  /** The time, the signature and the headers to send a body with. */
  sign(body: RawBody, at?: At): SignedBody {
    const now = readNow(at);
    const octets = readBody(body);
    if (octets === undefined) throw new SetupError("body", "is larger than 1 MiB");
    const webhook = bodyOfWebhook(this);
    const { timestamp, signature } = JSON.parse(enter(() => webhook.sign(octets, now)));
    const { timestamp: time, signature: code } = this.#names;
    return { timestamp, signature, headers: { [time]: timestamp, [code]: signature } };
  }

  /** Whether a body was signed with one of the secrets, and lately. */
  verify(body: RawBody, sent: Sent, at?: At): { ok: true } | Refusal {
    Resident.check(this, "Webhook", "webhook");
    const now = readNow(at);
    const { timestamp, signature } = readSent(sent, this.#names);
    const octets = readBody(body);
    const webhook = bodyOfWebhook(this);
    try {
      if (octets === undefined) return refusal("token_too_large");
      const refused = enter(() => webhook.verify(octets, timestamp, signature, now));
      return refused === undefined ? { ok: true } : JSON.parse(refused);
    } catch (error) {
      return refuseFault(error);
    }
  }

  /**
   * What to answer a sender who asks whether this address is meant for its events, or null for any
   * other body. Call it for bodies that have been verified.
   */
  answerUrlValidation(body: RawBody): { plainToken: string; encryptedToken: string } | null {
    const octets = readBody(body);
    const webhook = bodyOfWebhook(this);
    if (octets === undefined) return null;
    return JSON.parse(enter(() => webhook.answerUrlValidation(octets)) ?? "null");
  }

  /** Whether the value of an `authorization` header is the old verification token. */
  matchesVerificationToken(given: string | null | undefined): boolean {
    const octets = new TextEncoder().encode(readHeader(given));
    bodyOfWebhook(this);
    const token = this.#token;
    if (token === undefined) throw new SetupError("verificationToken", "has not been given");
    return enter((wasm) => wasm.equal(octets, token));
  }

  /** Wipes and releases the secrets. */
  override free(): void {
    Resident.check(this, "Webhook", "webhook");
    super.free();
    for (const { octets } of this.#secrets.splice(0)) octets.fill(0);
    this.#token?.fill(0);
  }
}

function readToken(token: unknown): Uint8Array | undefined {
  if (token === "") throw new SetupError("verificationToken", "is empty");
  return token === undefined ? undefined : utf8(token, "verificationToken");
}

function makeBody(wasm: Wasm, text: string, secrets: Written[]): Body<"Webhook"> {
  const body = new wasm.Webhook(text);
  try {
    for (const { octets, ...written } of secrets) body.addSecret(JSON.stringify(written), octets);
  } catch (error) {
    body.free();
    throw error;
  }
  return body;
}

/** The most secrets, as the Rust side has it. */
const MAX_SECRETS = 8;

function readSecrets(secret: unknown, secrets: unknown): Written[] {
  if ((secret === undefined) === (secrets === undefined)) {
    throw new SetupError("secret", "must be given, or secrets, and not both");
  }
  if (secret !== undefined) return [readSecret(secret)];
  const list: Written[] = [];
  setup("secrets", () => {
    for (const one of secrets as Iterable<unknown>) {
      if (list.length === MAX_SECRETS) throw new SetupError("secrets", "are more than eight");
      list.push(readSecret(one));
    }
  });
  if (list.length === 0) throw new SetupError("secrets", "are none");
  return list;
}

function readNames(headers: unknown): { timestamp: string; signature: string } {
  const { timestamp, signature, ...rest } = readObject(headers ?? {}, "headers");
  refuseMembers(rest);
  return {
    timestamp: readName(timestamp ?? "x-zm-request-timestamp"),
    signature: readName(signature ?? "x-zm-signature"),
  };
}

/** A field name (RFC 9110 section 5.1), in lower case. */
function readName(name: unknown): string {
  const text = readText(name, "headers");
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(text)) throw new SetupError("headers", "holds no header's name");
  return text.toLowerCase();
}

/** Nothing where there is more than may cross. */
function readBody(body: unknown): Uint8Array | undefined {
  if (typeof body === "string" && body.length > MAX_TEXT) return undefined;
  const octets = typeof body === "string" ? utf8(body, "body") : refOctets(body, "body");
  return octets.length > MAX_TEXT ? undefined : octets;
}

/** Names without regard to case; one that came twice is no good one. */
function readSent(
  sent: unknown,
  names: { timestamp: string; signature: string },
): { timestamp: string; signature: string } {
  return setup("headers", () => {
    if (!isObject(sent)) throw new SetupError("headers", "are not an object");
    if ("get" in sent && typeof sent.get === "function") {
      const valueOf = (name: string) => readHeader((sent as Headers).get(name));
      return { timestamp: valueOf(names.timestamp), signature: valueOf(names.signature) };
    }
    const fields = Object.entries(readObject(sent, "headers"));
    const valueOf = (name: string) => {
      const values = fields.filter(([field]) => field.toLowerCase() === name);
      return readHeader(values.length > 1 ? values : values[0]?.[1]);
    };
    const timestamp = valueOf(names.timestamp) || valueOf("timestamp");
    return { timestamp, signature: valueOf(names.signature) || valueOf("signature") };
  });
}

/** A header's value: nothing is no text, and what cannot be one is a text that fits nothing. */
function readHeader(value: unknown): string {
  if (value === undefined || value === null) return "";
  const isText = typeof value === "string" && value.length <= MAX_HEADER;
  return isText && !/\p{Surrogate}/u.test(value) ? value : " ";
}

/** A subscription to events; whatever else it holds is without effect. */
export interface Subscription {
  /** What its owner calls it. */
  name?: string | null;
  /** Where events go while the app is being developed. */
  development: string;
  /** Where they go then. */
  production: string;
  /** The names of the events that it is for. */
  events: string[];
}

/** Whether subscriptions keep the rules; if not, the first that does not, and its member at fault. */
export type SubscriptionDecision =
  | { ok: true }
  | {
      ok: false;
      code: "invalid_subscription";
      index: number;
      option: "list" | "development" | "production" | "name" | "events";
      message: string;
    };

/**
 * Checks what a stranger subscribes to: at most `max` subscriptions, https addresses for development
 * and production, and events that have names.
 */
export function checkSubscriptions(list: unknown, options: { max?: number } = {}): SubscriptionDecision {
  const { max = 10, ...rest } = readObject(options, "options");
  refuseMembers(rest);
  if (!Number.isInteger(max) || (max as number) < 1 || (max as number) > 1000) {
    throw new SetupError("max", "is not a whole number from 1 to 1000");
  }
  const lines = setup("list", () => {
    const some = Array.isArray(list) ? list.slice(0, (max as number) + 1) : [null];
    return some.map((one) => (isRecord(one) ? jsonText(one, "list") : "null"));
  });
  return JSON.parse(enter((wasm) => wasm.checkSubscriptions(lines.join("\n"), max as number)));
}

/** HMAC-SHA-256 in lower-case hex. */
export function hmacHex(secret: Secret, message: RawBody): string {
  const { octets, ...written } = readSecret(secret);
  const text = JSON.stringify(written);
  const body = readBody(message);
  if (body === undefined) throw new SetupError("message", "is larger than 1 MiB");
  const made = enter((wasm) => wasm.hmacHex(text, octets, body));
  octets.fill(0);
  return made;
}

/** Whether two texts or runs of octets are one, in the same time wherever they differ. */
export function equal(one: RawBody, other: RawBody): boolean {
  const [first, second] = [readBody(one), readBody(other)];
  if (first === undefined || second === undefined) throw new SetupError("equal", "is given too much");
  return enter((wasm) => wasm.equal(first, second));
}

function bodyOfWebhook(webhook: Webhook): Body<"Webhook"> {
  return bodyOf(webhook, "Webhook", "webhook");
}
