// What LeadDesk's part asks of the host. No code.

import type { KeySet } from "../../keys.js";
import type { LeadDesk, LeadDeskRole, UtcOffset } from "../../profile-types.js";

/** What LeadDesk's part is made of. */
export interface LeadDeskOptions {
  /** Private keys, of which the newest active one signs; the public halves are published (LD-2). */
  keys: KeySet;
  /** The names under which other systems are registered: whom an identity token may be for (LD-7). */
  systems: string[];
  /**
   * The agent who is signed in, or null. Where that goes by a cookie, other sites' forms must be kept
   * out.
   */
  agent: (request: Request) => LeadDeskAgent | null | Promise<LeadDeskAgent | null>;
  /** Machine login tokens. Null (default): they are off, as at the vendor's (LD-17). */
  login?: LeadDeskLogin | null;
  /** How far the time that answers tell is ahead of UTC. Default "+00:00". */
  utcOffset?: UtcOffset;
  /** What its paths stand under, but for the form of a login. Default "/stable". */
  base?: string;
}

/** A signed-in agent, as their identity token tells it (LD-9). */
export type LeadDeskAgent = Omit<LeadDesk["claims"]["identity"], "audience" | "ttl">;

/** Machine login tokens, by which a program signs a user in. */
export interface LeadDeskLogin {
  /** A secret of at least 64 octets, for HS512 (LD-20). */
  keys: KeySet;
  /** Who asks for a token, or null: an admin or who has the scope `login-token:generate` may. */
  caller: (request: Request) => LeadDeskCaller | null | Promise<LeadDeskCaller | null>;
  /** Whether there is a user of that id who may be signed in. */
  hasUser: (id: string) => boolean | Promise<boolean>;
  /**
   * What is answered to whom posts a good token to "/": the same token may come several times while
   * it is good (LD-19). Default: there is no such form.
   */
  enter?: (id: string, request: Request) => Response | Promise<Response>;
}

/** Who asks for a login token. */
export interface LeadDeskCaller {
  /** Their role. */
  role: LeadDeskRole;
  /** What they may do. */
  scopes: string[];
}
