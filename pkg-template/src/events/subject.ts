// What a subject identifier names (RFC 9493 section 3; OpenID Shared Signals Framework 1.0 section
// 3, for `complex` and `jwt_id`).
//
// An entry throws out whatever it fits, so several entries reach further than each, and none can
// mean "only where both fit". A subject of several parts is therefore mapped by the part that says
// most, and where the parts together would say less than that part, more is thrown out than asked.

import { SetupError } from "../errors.js";
import type { Selector } from "../list-types.js";
import { readObject } from "../options.js";
import { type Members, itemsOf, neededText } from "./reading.js";

/**
 * What an identifier stands in for: the whole subject of an event, or one part of it.
 *
 * @internal
 */
export type Role = "subject" | "session" | "user" | "tenant";

/** What is thrown out, by the format of the identifier. No other format names what an entry can. */
const TARGETS: Record<Role, Map<string, ("jti" | "session" | "sub" | "tenant")[]>> = {
  // The framework leaves open what an opaque id is of; CAEP's own example is a session's.
  subject: new Map([["opaque", ["session", "sub"]], ["iss_sub", ["sub"]], ["jwt_id", ["jti"]]]),
  session: new Map([["opaque", ["session"]], ["iss_sub", ["session"]], ["jwt_id", ["jti"]]]),
  user: new Map([["opaque", ["sub"]], ["iss_sub", ["sub"]]]),
  tenant: new Map([["opaque", ["tenant"]], ["iss_sub", ["tenant"]]]),
};

/** The member that holds the identifier. */
const VALUE: Record<string, string> = { opaque: "id", iss_sub: "sub", jwt_id: "jti" };

/** Formats that are known, and that only the host can look up; their names may be shown. */
const LOOKED_UP = ["account", "aliases", "did", "email", "phone_number", "uri"];

/** As many as one subject can reasonably have. */
const MAX_ALIASES = 100;

/**
 * What to throw out for a subject, with `issuer` for an opaque id, whose issuer is not told.
 *
 * @internal
 */
export function selectorsOf(
  subject: unknown,
  name: string,
  role: Role,
  issuer?: string,
): Selector[] {
  const members = readObject(subject, name);
  const format = neededText(members, "format");
  const map = format === "aliases" ? aliases : one;
  const found = map(members, format, role, issuer);
  if (found.length === 0) throw unmapped(format);
  return found;
}

/** RFC 9493 section 3.2.8: all of them name one subject, and they do not nest. */
function aliases(members: Members, _: string, role: Role, issuer?: string): Selector[] {
  return itemsOf(members.identifiers, "identifiers", MAX_ALIASES).flatMap((identifier) => {
    const alias = readObject(identifier, "identifiers");
    return one(alias, neededText(alias, "format"), role, issuer);
  });
}

function one(members: Members, format: string, role: Role, issuer?: string): Selector[] {
  if (format === "complex" && role === "subject") return complex(members, issuer);
  const targets = TARGETS[role].get(format) ?? [];
  return targets.map((target) => {
    const value = neededText(members, VALUE[format] as string);
    const of = format === "opaque" ? issuer : neededText(members, "iss");
    return { [target]: value, ...(of !== undefined && { issuer: of }) } as Selector;
  });
}

/** A session is known by itself; a user on one device is thrown out on all of them. */
function complex(members: Members, issuer?: string): Selector[] {
  const { format: _, session, user, tenant, ...others } = members;
  if (session !== undefined) return selectorsOf(session, "session", "session", issuer);
  if (user !== undefined) return selectorsOf(user, "user", "user", issuer);
  // A device or an application of a tenant is by far less than the tenant.
  if (tenant !== undefined && Object.keys(others).length === 0) {
    return selectorsOf(tenant, "tenant", "tenant", issuer);
  }
  throw new SetupError("sub_id", "names no session, no user and not a tenant alone");
}

function unmapped(format: string): SetupError {
  const known = LOOKED_UP.includes(format) ? `${format} ` : "";
  const problem = "names no token, session, subject or tenant: look it up and pass an iss_sub";
  return new SetupError("format", known + problem);
}
