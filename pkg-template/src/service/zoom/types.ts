// What the part of apps asks of the host and keeps of an app. No code.

import type { KeyPairRecord, KeyPairs } from "../../keypairs.js";
import type { At, Claims, Decision } from "../../types.js";
import type { Subscription } from "../../webhook.js";
import type { Part } from "../types.js";

/** What the part of apps is made of. */
export interface ZoomAppsOptions extends AppTerms {
  /** Makes keys and secrets; tokens name an app by their issuer, so `tokensNameIt` is "client". */
  pairs: KeyPairs;
  /** 32 octets that secrets are sealed under, kept apart from the store. */
  seal: Uint8Array;
}

/** What holds for all apps. */
export interface AppTerms {
  /**
   * Whose apps a request is about, or null: nobody's who is signed in. Where that goes by a cookie,
   * other sites' forms must be kept out.
   */
  owner: (request: Request) => string | null | Promise<string | null>;
  /** The longest life of a token for viewing, in seconds. Default, and at most, 172800 (ZM-22). */
  maxTtl?: number;
  /** The most subscriptions of an app. Default 10 (ZM-14). */
  maxSubscriptions?: number;
  /** For how many seconds the delivery of an event is tried. Default 86400. */
  patience?: number;
  /**
   * Sends events to where apps want them, which is any address: a host from which others within can
   * be reached must give one that does not reach them. Default: the host's.
   */
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** "allow", for tests alone: takes http addresses of this machine. Default "refuse". */
  insecureEndpoints?: "allow" | "refuse";
  /** What its paths stand under. Default: nothing. */
  base?: string;
}

/** The part of apps that sign their own tokens, and what its host calls. */
export interface ZoomApps extends Part {
  /** Decides on a token that an app has signed. */
  verify(token: string, at?: At): Promise<Decision<Claims>>;
  /**
   * Keeps an event for all subscriptions that name it, and answers how many those are. It is sent by
   * the service's `scheduled`, at least once: a receiver must drop what it has had, by the header
   * `x-delivery-id`.
   */
  emit(app: string, event: string, payload: object, at?: At): Promise<number>;
}

/** Which of its endpoints an app's events go to (ZM-15). */
export type Environment = "development" | "production";

/** What is kept of an app. */
export interface AppRecord extends KeyPairRecord {
  /** Whose app it is, as `owner` of the options says. */
  owner: string;
  /** Its secrets, sealed: that of its tokens, and that of what is sent to it. */
  sealed: { secret: string; webhookSecret: string };
  /** Which of its endpoints its events go to. */
  environment: Environment;
  /** Which events it wants, and where. */
  subscriptions: Subscription[];
  /** When endpoints last showed that they are the app's, in seconds (ZM-18). */
  validated: Record<string, number>;
}
