// What the host says to miniOrange's part, and what it calls. No code.

import type { KeySet } from "../../keys.js";
import type { Profiles } from "../../profile-types.js";
import type { At, Decision } from "../../types.js";
import type { Part } from "../types.js";

/**
 * The vendor's forms.
 *
 * @inline
 */
export type Plugin = Profiles["miniorange"];

/** What the part is made of, the making of its tokens among it. */
export type MiniOrangeOptions = Plugin["issuer"] & {
  /** Of which the newest active one signs. */
  keys: KeySet;
  /** Of the keys. Default "HS256". */
  alg?: "HS256" | "RS256";
  /** Who signs in, or null. An unknown user should take as long as a wrong password. */
  signIn: (
    username: string,
    password: string,
    request: Request,
  ) => MiniOrangeUser | null | Promise<MiniOrangeUser | null>;
  /** Whether a token's user is still there. Null, said aloud: that is not asked. */
  isUser: ((user: MiniOrangeUser) => boolean | Promise<boolean>) | null;
  /** The one header that holds the token, in the place of the usual ones. */
  header?: string;
  /** Tells the end of a token where its length is asked for, as the vendor does. */
  absoluteExpiresIn?: true;
  /** "validate-status-200" answers a token of another algorithm with the status of success. */
  failedValidation?: "validate" | "validate-status-200";
  /**
   * Beside each token gives a refresh token, to be exchanged at `/api/v1/token-refresh`. Where the
   * vendor has this, and how, is not known.
   */
  refreshRoute?: true;
  /** Lets whoever has a token throw it out, at `/api/v1/token-revoke`. The same holds for it. */
  revokeRoute?: true;
};

/** A user of the site. */
export interface MiniOrangeUser {
  /** Their number in WordPress. */
  id: number;
  /** By which they sign in. */
  name: string;
}

/** The part, and what its host calls. Tokens name no issuer: subjects are anybody's of that number. */
export interface MiniOrange extends Part {
  /** Throws out a token that is still good, and of a refresh token all that came of that sign-in. */
  revokeToken(token: string, at?: At): Promise<Decision>;
  /**
   * Throws out all tokens of a user until `restoreUser`; or, `before` a time in milliseconds, those
   * made before then, such as all so far: `{ before: Date.now() }`.
   */
  revokeUser(userId: number, cutOff?: { before?: number }): Promise<void>;
  /** Takes `revokeUser` back. */
  restoreUser(userId: number): Promise<void>;
}
