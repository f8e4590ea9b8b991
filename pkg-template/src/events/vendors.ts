// What products say of revocation in words of their own. Each of these comes from the product's API
// or its own database, over a connection that the host trusts.

import { SetupError } from "../errors.js";
import type { Entry } from "../list-types.js";
import { readObject } from "../options.js";
import { tokenOf } from "./oauth.js";
import {
  type Keep,
  type Members,
  type Of,
  endOf,
  entryOf,
  itemsOf,
  missing,
  neededSeconds,
  neededText,
  readOptions,
  secondsOf,
  textOf,
} from "./reading.js";

/** A record of Tiledesk's JWT history, or of the host's own: what of it counts here. */
export interface HistoryRecord {
  /** The `jti` of its token. */
  jti?: string | null;
  /** The token itself, by which one without `jti` is known. */
  token?: string | null;
  /** The token's `exp`, in seconds. */
  exp?: number | null;
}

/**
 * Tiledesk, `DELETE /v3/jwt/history/:jti` and `DELETE /v3/jwt/history/id/:id`: the entry for the
 * `jti` of the path, or for the record that the host has found by its id. Many Tiledesk tokens have
 * no `exp`, so an entry without one, here or in `options`, is kept for good.
 */
export function entriesOfTiledesk(
  record: string | HistoryRecord,
  options: Of & { exp?: number } = {},
): Entry[] {
  const members = readObject(typeof record === "string" ? { jti: record } : record, "record");
  const terms = readOptions(options, ["issuer", "exp"]);
  const exp = secondsOf(members, "exp") ?? secondsOf(terms, "exp");
  return [tokenOf(members, members, { issuer: textOf(terms, "issuer"), exp })];
}

/**
 * WordPress, WP-API/jwt-auth, `DELETE /wp/v2/key-pair/:user/:api_key/revoke`, `.../revoke-all` and
 * a change of password: entries for one `api_key`, or for all that a user had. Both kinds of token
 * carry it in `/data/user/api_key`. They live for up to 365 days, so `exp` is that far ahead.
 */
export function entriesOfKeyPairs(
  keys: string | readonly string[],
  options: Of & { exp?: number } = {},
): Entry[] {
  const terms = readOptions(options, ["issuer", "exp"]);
  const issuer = textOf(terms, "issuer");
  const exp = secondsOf(terms, "exp");
  const list = typeof keys === "string" ? [keys] : itemsOf(keys, "keys", MAX_KEYS);
  return list.map((api_key) => {
    const key = neededText({ api_key }, "api_key");
    if (!API_KEY.test(key)) throw new SetupError("api_key", "has characters that no key has");
    return entryOf({ key }, { issuer, exp });
  });
}

/** As the plugin's route has it. */
const API_KEY = /^[\w-]+$/;

/** More than a user can reasonably have. */
const MAX_KEYS = 10_000;

/** The payload of Keycloak's push: what of it counts here. */
export interface NotBeforeAction {
  /** `PUSH_NOT_BEFORE`. */
  action: string;
  /** Seconds; 0: the policy was taken back. */
  notBefore: number;
  /** The client to which it was sent. */
  resource?: string;
}

/** How far a push reaches. */
export interface PushOptions extends Keep {
  /** The realm's issuer, such as `https://sso.example/realms/main`. */
  issuer: string;
  /** Whose tokens: all of the realm's (default), or those issued to `resource` alone. */
  reach?: "realm" | "client";
}

/**
 * Keycloak, `k_push_not_before`: tokens issued before `notBefore` (seconds, `iat < notBefore`, as
 * Keycloak itself compares) are thrown out; with `notBefore` 0 there is no entry.
 *
 * The push must have been verified under the realm's keys. It has `expiration` (seconds) in place
 * of `exp`; an old one coming again changes nothing, since the latest cut-off counts. Keycloak
 * puts the receiving client into `resource` for a realm's policy as for a client's, so the two look
 * the same, and its adapters hold either against every token they see. So does `reach: "realm"`.
 */
export function entriesOfNotBefore(action: NotBeforeAction, options: PushOptions): Entry[] {
  const members = readObject(action, "action");
  const terms = readOptions(options, ["issuer", "reach", "exp", "maxLifetime"]);
  if (members.action !== PUSH) throw new SetupError("action", `is not ${PUSH}`);
  const issuer = neededText(terms, "issuer");
  return notBefore(members, { ...reached(members, terms), issuer }, terms);
}

const PUSH = "PUSH_NOT_BEFORE";

type Reached = { all: true } | { client: string };

function reached(members: Members, { reach = "realm" }: Members): Reached {
  if (reach === "realm") return { all: true };
  if (reach === "client") return { client: neededText(members, "resource") };
  throw new SetupError("reach", "is neither realm nor client");
}

/**
 * Keycloak, a user as its admin API shows one: tokens issued to the user before `notBefore`
 * (seconds) are thrown out. Keycloak pushes this to nobody.
 */
export function entriesOfKeycloakUser(
  user: { id: string; notBefore?: number },
  options: Keep & { issuer: string },
): Entry[] {
  const members = readObject(user, "user");
  const terms = readOptions(options, ["issuer", "exp", "maxLifetime"]);
  const target = { sub: neededText(members, "id"), issuer: neededText(terms, "issuer") };
  return notBefore(members, target, terms);
}

type Target = (Reached | { sub: string }) & { issuer: string };

function notBefore(members: Members, target: Target, keep: Members): Entry[] {
  const before = neededSeconds(members, "notBefore") * 1000;
  return before === 0 ? [] : [entryOf(target, { before, exp: endOf(keep, before) })];
}

/** A user as the Firebase Admin SDK or its REST API shows one: what of it counts here. */
export interface FirebaseUser {
  /** The user, in the Admin SDK. */
  uid?: string;
  /** The `uid` in the REST API. */
  localId?: string;
  /** Such as "Sat, 03 Feb 2001 04:05:06 GMT". */
  tokensValidAfterTime?: string;
  /** The same in the REST API: seconds, as text or a number. */
  validSince?: string | number;
}

/**
 * Firebase, after `revokeRefreshTokens` or a change of password: a cut-off for the user. Firebase
 * compares `auth_time < tokensValidAfterTime`, so whoever signed in within that second stays; the
 * list compares the earlier of `iat` and `auth_time`, which is the same. ID tokens and session
 * cookies have different issuers; without `issuer` the entry is for both.
 */
export function entriesOfFirebaseUser(user: FirebaseUser, options: Keep & Of = {}): Entry[] {
  const members = readObject(user, "user");
  const terms = readOptions(options, ["issuer", "exp", "maxLifetime"]);
  const sub = textOf(members, "uid") ?? textOf(members, "localId") ?? missing("uid");
  const before = (validAfter(members) ?? missing("tokensValidAfterTime")) * 1000;
  return [entryOf({ sub }, { issuer: textOf(terms, "issuer"), before, exp: endOf(terms, before) })];
}

/** In seconds. */
function validAfter(members: Members): number | undefined {
  const date = textOf(members, "tokensValidAfterTime");
  const since = members.validSince;
  if (date !== undefined) {
    return secondsOf({ tokensValidAfterTime: utc(date) }, "tokensValidAfterTime");
  }
  const isDigits = typeof since === "string" && /^\d+$/.test(since);
  return secondsOf({ validSince: isDigits ? Number(since) : since }, "validSince");
}

/** A date as `toUTCString` writes it, and no other: Date.parse takes nearly anything. */
function utc(date: string): number {
  const time = new Date(date);
  return time.toUTCString() === date ? time.getTime() / 1000 : NaN;
}
