// Security event tokens (RFC 8417): CAEP's session-revoked and OpenID's logout token.
//
// The claims must be those that a Verifier has let pass: under the sender's keys, its issuer, the
// host as audience, and the type (`secevent+jwt`, `logout+jwt`) where the sender states one. The
// host must also judge whether that sender may speak for the `issuer` of an entry: the subject of an
// event may name another than the sender. A token that comes twice changes nothing.

import { SetupError } from "../errors.js";
import type { Entry } from "../list-types.js";
import { readObject } from "../options.js";
import type { Claims } from "../types.js";
import {
  type Keep,
  type Members,
  cutOff,
  entriesBefore,
  neededSeconds,
  neededText,
  readOptions,
  secondsOf,
  textOf,
} from "./reading.js";
import { selectorsOf } from "./subject.js";

const SESSION_REVOKED = "https://schemas.openid.net/secevent/caep/event-type/session-revoked";
const LOGOUT = "http://schemas.openid.net/event/backchannel-logout";

const ADAPTERS = { [SESSION_REVOKED]: sessionRevoked, [LOGOUT]: logout };

/**
 * The entries for a verified security event token or logout token, by what its `events` member
 * names (RFC 8417 section 2.2). Several statements in one token are about one event, so what is not
 * known here is passed over where something is known.
 */
export function entriesOf(claims: Claims, keep: Keep = {}): Entry[] {
  return adapted(claims, keep, [SESSION_REVOKED, LOGOUT]);
}

/**
 * OpenID CAEP 1.0 section 3.1, session-revoked: the entries for the `sub_id` of the token.
 *
 * The cut-off of a subject or tenant is `event_timestamp`, else `iat`, both in seconds. A time in
 * whole seconds throws out that whole second.
 *
 * `sub_id` may be `iss_sub` (all sessions of that subject), `jwt_id` (that token), `opaque` (a
 * session, or a subject, whichever there is), `aliases`, or `complex`: its session if it names one,
 * else its user, on every device, else its tenant if that is all. Other formats must be looked up
 * by the host, and are a `SetupError`.
 */
export function entriesOfSessionRevoked(claims: Claims, keep: Keep = {}): Entry[] {
  return adapted(claims, keep, [SESSION_REVOKED]);
}

/**
 * OpenID Connect Back-Channel Logout 1.0 sections 2.4 and 2.6: an entry for the session `sid`, or
 * without it for all that the subject began until the token's `iat`, that whole second included.
 * A token with a `nonce` is no logout token.
 */
export function entriesOfLogout(claims: Claims, keep: Keep = {}): Entry[] {
  return adapted(claims, keep, [LOGOUT]);
}

function adapted(claims: Claims, keep: Keep, names: (keyof typeof ADAPTERS)[]): Entry[] {
  const members = readObject(claims, "claims");
  const terms = readOptions(keep, ["exp", "maxLifetime"]);
  const events = readObject(members.events, "events");
  const known = names.filter((name) => name in events);
  if (known.length === 0) throw new SetupError("events", "names no event that is known here");
  return known.flatMap((name) => {
    return ADAPTERS[name](members, readObject(events[name], "events"), terms);
  });
}

function sessionRevoked(claims: Members, event: Members, keep: Members): Entry[] {
  const issuer = neededText(claims, "iss");
  const time = secondsOf(event, "event_timestamp") ?? neededSeconds(claims, "iat");
  return entriesBefore(cutOff(time), selectorsOf(claims.sub_id, "sub_id", "subject", issuer), keep);
}

function logout(claims: Members, _event: Members, keep: Members): Entry[] {
  if ("nonce" in claims) throw new SetupError("nonce", "must not be in a logout token");
  const issuer = neededText(claims, "iss");
  const session = textOf(claims, "sid");
  const target = session === undefined ? { sub: neededText(claims, "sub") } : { session };
  return entriesBefore(cutOff(neededSeconds(claims, "iat")), [{ ...target, issuer }], keep);
}
