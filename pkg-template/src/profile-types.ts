// What each vendor's forms are given. No code. What a member is for stands in `src/profiles/`.

import type { Duration, Json } from "./types.js";

/** The kinds of each part, with what each is given; no vendor has all parts. */
export interface Vendor {
  /** What tokens must meet, by their kind. */
  policy: object;
  /** How tokens are made. */
  issuer: object;
  /** What tokens hold, by their kind. */
  claims: object;
  /** How requests carry tokens. */
  gate: object;
  /** Where refusals are met. */
  place: string;
  /** What is answered, by its kind. */
  respond: object;
  /** What is sent, by its kind. */
  request: object;
}

/** Nothing is said. */
export type Nothing = Record<never, never>;

/** How far local time is ahead of UTC, such as "+02:00". */
export type UtcOffset = `${"+" | "-"}${number}:${number}`;

/** The vendors. */
export interface Profiles {
  /** LeadDesk. */
  leaddesk: LeadDesk;
  /** Zoom. */
  zoom: Zoom;
  /** Tiledesk. */
  tiledesk: Tiledesk;
  /** WordPress with WP-API/jwt-auth. */
  "wp-jwt-auth": WpJwtAuth;
  /** WordPress with miniOrange's REST API Authentication. */
  miniorange: MiniOrange;
  /** Zendesk's messaging widget. */
  zendesk: Zendesk;
  /** Intercom's messenger. */
  intercom: Intercom;
  /** Freshchat's widget. */
  freshchat: Freshchat;
  /** HubSpot's chat widget. */
  hubspot: HubSpot;
}

/**
 * What signs.
 *
 * @inline
 */
interface Signing {
  /** The key to sign with. Default: the newest active one. */
  kid?: string;
}

/**
 * How long it lives.
 *
 * @inline
 */
interface Life {
  /** Seconds, or text such as "10m". */
  ttl?: Duration;
}

/** What an agent may be. */
export type LeadDeskRole = "agent" | "admin" | "teamleader" | "sponsor" | "manager";

/** Tokens of a logged-in agent, which other systems verify. */
export interface LeadDesk extends Vendor {
  policy: {
    /** `audience`: the name under which one's own system is registered. */
    identity: { audience: string };
    /** Of the older report token. */
    report: Nothing;
    /** Of a login token. */
    login: Nothing;
  };
  issuer: Signing;
  claims: {
    /** For two minutes, unless `ttl` says otherwise. */
    identity: Life & {
      /** Whom it is for: the name under which that system is registered. */
      audience: string;
      /** The agent's number. */
      id: number;
      /** The agent's name. */
      name: string;
      /** What the agent may be taken for. */
      role: LeadDeskRole;
      /** The agent's address. */
      email: string;
      /** ISO 639-1. */
      lang: string;
      /** The number of the agent's company. */
      clientId: number;
      /** Its name. */
      clientName: string;
    };
    /** Until midnight where `utcOffset` is, or without it for five minutes. */
    report: {
      id: number;
      role: LeadDeskRole;
      clientId: number;
      signature: string;
      utcOffset?: UtcOffset;
    };
    /** By which a program signs in the user of this id. */
    login: { id: string };
  };
  /** Which roles may pass. Default: any. */
  gate: { roles?: LeadDeskRole[] };
  place: "gate";
  /** `login`: the token and its end, in seconds, written out in local time. */
  respond: { login: { token: string; exp: number; utcOffset?: UtcOffset } };
  request: Nothing;
}

/** Tokens that a client signs itself, with an API key and its secret. */
export interface Zoom extends Vendor {
  policy: {
    /** Of an app that calls the API. */
    api: { apiKey: string };
    /** Of a page that joins a meeting. */
    meeting: { apiKey: string };
    /** Of a page that joins a session of the Video SDK. */
    video: { apiKey: string };
  };
  issuer: Signing;
  claims: {
    /** For a minute, unless `ttl` says otherwise. */
    api: Life & { apiKey: string };
    /** For two hours, unless `ttl` says otherwise: from half an hour to 48. */
    meeting: Life & {
      apiKey: string;
      /** The meeting's number, as text. */
      meeting: string;
      /** 0 joins, 1 starts it. */
      role: 0 | 1;
    };
    /** For a session: its topic, and who joins. For two hours, unless `ttl` says otherwise. */
    video: Life & { apiKey: string; topic: string; user?: string };
  };
  gate: Nothing;
  place: "gate";
  /** `invalid`: 400, with what is wrong. */
  respond: { invalid: { errors: Json[] } };
  request: Nothing;
}

/** Tokens for widget visitors, and the server's own. */
export interface Tiledesk extends Vendor {
  policy: {
    /** Without `project`: of any, by the key. */
    userexternal: { project?: string };
    /** The older payload of a visitor. */
    external: Nothing;
    /** What lives for ten minutes at most. */
    decode: Nothing;
    /** Of the server's own, for somebody without an account. */
    guest: Nothing;
    /** Of the server's own, for a user. */
    user: Nothing;
    /** Of a bot, by its id, or without it of any. */
    bot: { bot?: string };
    /** Of one subscription to events, or without its id of any. */
    subscription: { subscription?: string };
    /** Of subscriptions of the whole server. */
    globalSubscription: Nothing;
  };
  issuer: Signing;
  claims: {
    /** For ten minutes, unless `ttl` says otherwise. */
    userexternal: Life & TokenId & {
      project: string;
      /** One's own name for the visitor. */
      id: string;
      email: string;
      firstname?: string;
      lastname?: string;
      attributes?: { [name: string]: Json };
    };
    /** The older payload of a visitor. */
    external: Life & { id: string; name: string; email: string };
    /** Without end, as all that follow, unless `ttl` is said. */
    guest: Life & TokenId & {
      id?: string;
      firstname?: string;
      lastname?: string;
      email?: string;
      attributes?: { [name: string]: Json };
    };
    /** Who has signed in. */
    user: Life & TokenId & {
      id: string;
      email: string;
      firstname: string;
      lastname: string;
      emailVerified: boolean;
    };
    /** A bot of a project. */
    bot: Life & TokenId & { id: string; name: string; project: string };
    /** For calls to the target of a subscription. */
    subscription: Life & TokenId & { id: string; target: string; event: string; project: string };
    /** The same, of the whole server. */
    globalSubscription: Life & TokenId & { id: string; target: string; event: string };
    /** For the chat server. */
    chat21: TokenId & { id: string; client: string; scope: string[] };
  };
  gate: {
    /** Takes a token in `?secret_token=` too, where no header is there. */
    secretTokenInQuery?: true;
  };
  /**
   * The gate; the same where Basic authentication is open too; a route that wants a header; the
   * sign-in with a visitor's token; the endpoint that decodes.
   */
  place: "gate" | "basic" | "route" | "signin" | "decode";
  respond: {
    /** 200: the token of a sign-in, and whose it is. */
    signin: { token: string; user: { [name: string]: Json } };
    /** 422. */
    invalid: { errors: Json[] };
    /** 401. */
    failed: { message: string };
    /** 200: what a token holds. */
    decoded: { claims: { [name: string]: unknown } };
    /** 404. */
    noProject: Nothing;
    /** 200: a project's secret, and its public keys where it has such. */
    keys: { secret: string; publicKey?: string; privateKey?: string };
    /** 200: a new token of a bot. */
    bot: { token: string };
    /** Of what a listing of the history answers. */
    history: {
      perPage: number;
      count: number;
      page: number;
      sortField: string;
      direction: number;
      items: unknown[];
    };
  };
  request: {
    /** An event, sent to who subscribed to it. */
    webhook: {
      target: string;
      hook: { [name: string]: Json };
      payload: { [name: string]: Json };
      timestamp: number;
      token: string;
    };
  };
}

/**
 * What a token is told by.
 *
 * @inline
 */
interface TokenId {
  /** Default: a random UUID. */
  jti?: string;
  /** Makes a token that cannot be revoked alone, as the vendor does. */
  withoutJti?: true;
}

/**
 * A user, and the application password that the token is made with.
 *
 * @inline
 */
interface WordPressUser {
  id: number;
  /** Default "wp_user". */
  type?: string;
  login: string;
  email: string;
  /** The application password's public half. */
  key: string;
}

/** A pair of tokens for an application password of WordPress. */
export interface WpJwtAuth extends Vendor {
  /** `site`: the address that is `iss`. */
  policy: { access: { site: string }; refresh: { site: string } };
  issuer: Signing & {
    /** The address that is `iss`. */
    site: string;
    /** Default a week. */
    accessTtl?: Duration;
    /** Default a year. */
    refreshTtl?: Duration;
    /** Leaves a refresh token good after its exchange, as the plugin does. */
    reuseRefreshTokens?: true;
  };
  claims: { access: WordPressUser & Life; refresh: WordPressUser & Life };
  gate: {
    /** Where the token is, in order. Default "authorization". */
    headers?: string[];
    /**
     * Where the REST API is: of a site in a folder "/blog/wp-json" and "/blog/index.php/wp-json".
     * Default "/wp-json" and "/index.php/wp-json".
     */
    base?: string[];
    /** What holds outside of it. Default "required". */
    outside?: "public" | "optional" | "required";
    /** Opens the routes of key pairs, because the host itself asks who is signed in there. */
    keyPairsGuardedByHost?: true;
  };
  /** Protected routes; the exchange of a refresh token; the question whether a token is valid. */
  place: "gate" | "token" | "validate" | "validate-status-200";
  respond: {
    /** `ttl`: the seconds of life that it tells. */
    token: WordPressUser & { access: string; refresh: string; ttl?: number };
    /** 200: of which kind the token is, and for how many seconds it is good. */
    valid: { kind: "access" | "refresh"; expiresIn: number };
    /** `created` in seconds; default: now. */
    keyPair: {
      secret: string;
      name: string;
      key: string;
      hash: string;
      created?: number;
      utcOffset?: UtcOffset;
    };
    /** 200: whether there was such a pair. */
    revoked: { removed: boolean };
    /** 200: how many there were. */
    revokedAll: { removed: number };
    /** The status and the words that the plugin has for that reason. */
    error: { reason: WordPressReason; message?: string };
  };
  request: Nothing;
}

/** What the host finds wrong before there is a token. */
export type WordPressReason =
  | "required_api_key_secret"
  | "invalid_api_key_secret"
  | "revoked_api_key"
  | "invalid_refresh_token"
  | "missing_user_id"
  | "missing_user_login"
  | "missing_user_email"
  | "token_expired"
  | "required_name_error"
  | "invalid_user_error"
  | "edit_user_error";

/** Tokens of WordPress users, by miniOrange's plugin. */
export interface MiniOrange extends Vendor {
  /** `alg`: default "HS256". */
  policy: { access: { alg?: "HS256" | "RS256" }; refresh: { alg?: "HS256" | "RS256" } };
  issuer: Signing & { accessTtl?: Duration; refreshTtl?: Duration };
  /** A user, by their number and the name that they sign in with. */
  claims: { access: Life & { id: number; name: string } };
  gate: {
    /** The one header that holds the token, in the place of the usual ones. */
    header?: string;
    /** Routes that are public, such as "/wp/v2/posts". */
    excluded?: string[];
    /**
     * Where the REST API is: of a site in a folder "/blog/wp-json" and "/blog/index.php/wp-json".
     * Default "/wp-json" and "/index.php/wp-json".
     */
    base?: string[];
    /** What holds outside of it. Default "required". */
    outside?: "public" | "optional" | "required";
  };
  place: "gate" | "validate" | "validate-status-200";
  respond: {
    /** `absoluteExpiresIn`: tells the end where a length is asked for, as the plugin does. */
    token: { token: string; iat: number; exp: number; absoluteExpiresIn?: true };
    /** 200. */
    valid: Nothing;
    /** 400, 401 and 403: `INVALID_CREDENTIALS`, `BAD_REQUEST` and `FORBIDDEN`. */
    invalidCredentials: Nothing;
    noSecret: Nothing;
    noCredentials: Nothing;
    /** 429. */
    tooMany: Nothing;
    /** Granted to `origins`, or as the plugin does to any. */
    preflight: { origin: string; origins?: string[]; anyOriginWithCredentials?: true };
  };
  request: Nothing;
}

/** A vendor's widget: a token says who the visitor is. */
interface Widget extends Vendor {
  policy: { visitor: Nothing };
  issuer: Signing;
  gate: never;
  place: "gate";
  respond: Nothing;
  request: Nothing;
}

/** Zendesk's messaging. */
export interface Zendesk extends Widget {
  /** The key's id at the vendor's. */
  issuer: { kid: string };
  claims: {
    visitor: Life & { id: string; name?: string; email?: string; emailVerified?: boolean };
  };
}

/** Intercom's messenger. */
export interface Intercom extends Widget {
  claims: { visitor: Life & { id: string; name?: string; email?: string } };
}

/** Freshchat's widget. */
export interface Freshchat extends Widget {
  /** `uuid`: the widget's own, which it gives before. */
  claims: { visitor: Life & { uuid: string; id?: string; name?: string; email?: string } };
}

/** Here the vendor makes the token. */
export interface HubSpot extends Vendor {
  policy: Nothing;
  issuer: never;
  claims: Nothing;
  gate: never;
  place: "gate";
  respond: Nothing;
  request: { token: { email: string; firstname?: string; lastname?: string } };
}
