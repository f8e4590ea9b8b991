// What the host says to the WordPress plugin's part, and what it calls. No code.

import type { KeyPairs } from "../../keypairs.js";
import type { KeySet } from "../../keys.js";
import type { Profiles, UtcOffset } from "../../profile-types.js";
import type { At } from "../../types.js";
import type { Part } from "../types.js";

/**
 * The plugin's forms.
 *
 * @inline
 */
export type Plugin = Profiles["wp-jwt-auth"];

/** What the part is made of, the making of its tokens among it: `site` is their `iss`. */
export type WordPressOptions = Plugin["issuer"] & {
  /** HS256: the site's `SECURE_AUTH_KEY`. */
  keys: KeySet;
  /**
   * Makes and checks key pairs; tokens name theirs by its key (`tokensNameIt: "key"`). Where their
   * `tokenTtl` is the life of a refresh token, what is thrown out is forgotten when it has ended.
   * The address of their last use is as the service's `guesses` find it.
   */
  pairs: KeyPairs;
  /** A user as stored now, or null. Whoever has another login or e-mail by now needs new tokens. */
  user: (id: number) => WordPressUser | null | Promise<WordPressUser | null>;
  /**
   * Whether a request is of somebody who may change that user, such as by a cookie and its nonce,
   * never by a token of this part. Its body has been read.
   */
  mayEdit: (request: Request, userId: number) => boolean | Promise<boolean>;
  /** Where a token may be, in order. Default "authorization". */
  headers?: string[];
  /** How far the site's local time is ahead of UTC, in which it writes out dates. Default: not at all. */
  utcOffset?: UtcOffset;
  /** "validate-status-200" answers a missing token with the status of success, as the plugin does. */
  failedValidation?: "validate" | "validate-status-200";
};

/** A user of the site. */
export interface WordPressUser {
  /** Their user name. */
  login: string;
  /** Their address. */
  email: string;
  /** Default "wp_user". */
  type?: string;
}

/** The part, and what its host calls. */
export interface WordPress extends Part {
  /**
   * Removes all key pairs of a user, and throws out what was made with them: to be called when they
   * have a new password. Answers how many there were.
   */
  dropPairsOf(userId: number, at?: At): Promise<number>;
}
