// Revocation requests of OAuth: RFC 7009, one token, and Global Token Revocation, one subject.
//
// Both are requests to an authorization server. Who may make them is the host's to check first: the
// client's authentication (RFC 7009 section 2.1), or that of the identity provider.

import { SetupError, setup } from "../errors.js";
import type { Entry } from "../list-types.js";
import { readObject, readText } from "../options.js";
import type { Claims } from "../types.js";
import {
  type Keep,
  type Members,
  type Of,
  cutOff,
  entriesBefore,
  entryOf,
  missing,
  neededSeconds,
  readOptions,
  secondsOf,
  textOf,
} from "./reading.js";
import { selectorsOf } from "./subject.js";

/** What a revocation request asks for. */
export interface RevocationRequest {
  /** The token, of whatever kind, verified by nobody yet. */
  token: string;
  /** What the client takes it for; null where it does not say, or says something else. */
  hint: "access_token" | "refresh_token" | null;
}

/**
 * RFC 7009 section 2.1: reads the body of a revocation request, which is
 * `application/x-www-form-urlencoded`. A parameter given twice is an error (RFC 6749 section 3.2).
 */
export function readRevocationRequest(body: string | URLSearchParams): RevocationRequest {
  const form = new URLSearchParams(setup("body", () => formText(body)));
  const token = single(form, "token") || missing("token");
  const hint = single(form, "token_type_hint");
  return { token, hint: HINTS.find((known) => known === hint) ?? null };
}

const HINTS = ["access_token", "refresh_token"] as const;

/** A proxy, or what only looks like it, makes the method throw. */
function formText(body: unknown): string {
  const text = typeof body === "string" ? body : URLSearchParams.prototype.toString.call(body);
  return readText(text, "body");
}

function single(form: URLSearchParams, name: string): string | undefined {
  const [value, ...more] = form.getAll(name);
  if (more.length > 0) throw new SetupError(name, "is there twice");
  return value;
}

/** How a token is thrown out. */
export interface TokenOptions {
  /** The compact JWT, to throw it out by where it has no `jti`. */
  token?: string;
  /** Whether it is a refresh token, by whose family its access tokens are known. Default false. */
  refresh?: boolean;
  /**
   * When the last token of the family ends, in seconds; also when the token itself does, if it has
   * no `exp`. Default: never.
   */
  exp?: number;
}

/**
 * RFC 7009 section 2.1: the entries for a token whose claims a `Verifier` has let pass. A client
 * may revoke no token but its own, which is for the host to check.
 *
 * By `jti` and until `exp` where the token has them, else by its text. For a refresh token also by
 * its family (`family`, or Cognito's `origin_jti`), for good or until `options.exp`: the family
 * goes on after the `exp` of each of its tokens.
 */
export function entriesOfToken(claims: Claims, options: TokenOptions = {}): Entry[] {
  const members = readObject(claims, "claims");
  const terms = readOptions(options, ["token", "refresh", "exp"]);
  const issuer = textOf(members, "iss");
  const until = secondsOf(terms, "exp");
  const itself = tokenOf(members, terms, { issuer, exp: secondsOf(members, "exp") ?? until });
  const family = textOf(members, "family") ?? textOf(members, "origin_jti");
  if (!isTrue(terms.refresh) || family === undefined) return [itself];
  return [itself, entryOf({ family }, { issuer, exp: until })];
}

function isTrue(refresh: unknown): boolean {
  if (refresh === undefined || typeof refresh === "boolean") return refresh === true;
  throw new SetupError("refresh", "is not true or false");
}

/**
 * An entry by `jti`, else by the compact JWT itself.
 *
 * @internal
 */
export function tokenOf(
  named: Members,
  held: Members,
  terms: { issuer: string | undefined; exp: number | undefined },
): Entry {
  const jti = textOf(named, "jti");
  if (jti !== undefined) return entryOf({ jti }, terms);
  const token = textOf(held, "token") ?? missing("jti");
  if (!COMPACT.test(token)) throw new SetupError("token", "is not a compact JWT");
  return entryOf({ token }, terms);
}

/** RFC 7515 section 7.1. */
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/** When and where a request for global revocation came in. */
export interface ReceivedOptions extends Keep, Of {
  /** The time of receipt, in seconds, with its fraction: `Date.now() / 1000`. */
  now: number;
}

/**
 * Global Token Revocation (draft-parecki-oauth-global-token-revocation): a cut-off at the time of
 * receipt for the subject of a request, `{ sub_id: { format, ... } }`.
 *
 * `opaque` is a subject of the host's own (`options.issuer`), `iss_sub` one of the issuer named.
 * Tokens that the host itself has issued, to a user who signed in there, have another subject,
 * which the host must look up and pass as `opaque`. So it must for an e-mail address and the like.
 */
export function entriesOfGlobalRevocation(body: unknown, options: ReceivedOptions): Entry[] {
  const { sub_id: subject } = readObject(body, "body");
  const terms = readOptions(options, ["now", "issuer", "exp", "maxLifetime"]);
  const before = cutOff(neededSeconds(terms, "now"));
  const targets = selectorsOf(subject, "sub_id", "user", textOf(terms, "issuer"));
  return entriesBefore(before, targets, terms);
}
