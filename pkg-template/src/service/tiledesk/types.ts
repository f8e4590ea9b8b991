// What Tiledesk's part asks of the host. No code.

import type { KeySet } from "../../keys.js";
import type { Claims } from "../../types.js";

/** What Tiledesk's part is made of. */
export interface TiledeskOptions {
  /** The server's own keys; the newest active one signs for guests and users (TD-35). */
  keys: KeySet;
  /** The projects, and their visitors' secrets. */
  projects: TiledeskProjects;
  /**
   * Who signs in with a password, or null; an unknown address should take as long as a wrong
   * password.
   */
  signIn: (given: Password, request: Request) => TiledeskUser | null | Promise<TiledeskUser | null>;
  /**
   * Lets a person into a project, whose user they are from the first time on; false: they are not
   * active there (TD-20, TD-21). Default: lets everybody in.
   */
  admit?: (project: string, person: Claims) => boolean | Promise<boolean>;
  /** A bot by its id, or null. Default: there are no bots. */
  bot?: (id: string) => TiledeskBot | null | Promise<TiledeskBot | null>;
  /**
   * Seconds of life of guests' and users' tokens. Default: they have no end, as at the vendor's, and
   * then neither have their records, of which anybody can have one made.
   */
  ttl?: number;
  /** What its paths stand under. Default "/v3", as in the vendor's cloud. */
  base?: string;
}

/** The host's projects. */
export interface TiledeskProjects {
  /** A project, with the secret that its visitors' tokens are signed with (null: none yet). */
  find(id: string): TiledeskProject | null | Promise<TiledeskProject | null>;
  /** Puts a secret in place of the old one. From then on `find` answers the new one everywhere. */
  setSecret(id: string, secret: string): unknown;
  /** Whether a user is agent of a project, or more. */
  isAgent(id: string, user: string): boolean | Promise<boolean>;
}

/** A project, as far as its tokens go. */
export interface TiledeskProject {
  /** At least 32 octets. */
  secret: string | null;
}

/** What somebody signs in with. */
export interface Password {
  /** Who they say they are. */
  email: string;
  /** The password, as typed. */
  password: string;
}

/** A user of the server. */
export interface TiledeskUser {
  /** Their name, which tokens hold as `_id`. */
  id: string;
  /** The address that they sign in with. */
  email: string;
  /** First name. */
  firstname: string;
  /** Last name. */
  lastname: string;
  /** Whether that address is known to be theirs. */
  emailVerified: boolean;
}

/** A bot of a project, with a secret of its own of at least 32 octets. */
export interface TiledeskBot {
  /** The project that it is of. */
  project: string;
  /** What it is called. */
  name: string;
  /** At least 32 octets. */
  secret: string;
}
