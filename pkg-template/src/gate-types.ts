// The shapes of what goes into a gate and what comes out. No code.

import type { HttpAnswer } from "./http.js";
import type { Profiles } from "./profile-types.js";
import type { Claims, Pointer, Refusal, Verified } from "./types.js";

/** What a place asks for: nothing, a good token if there is one, or a good token. */
export type Access = "public" | "optional" | "required";

/** Which roles may pass, as a claim names them: those listed, or all but those listed. */
export type RoleRule = { claim: Pointer } & (
  | { allow: string | string[]; deny?: never }
  | { deny: string | string[]; allow?: never }
);

/** What holds at a place. The most specific route wins, in whatever order they are given. */
export interface Route {
  /**
   * A path, written without escapes: `/a/{name}/b` for any segment in the middle, `/a/**` for `/a`
   * and all beneath it.
   */
  path: string;
  /** In upper case; HEAD follows GET. Default: any. */
  method?: string | string[];
  /** What it asks for. */
  access: Access;
  /** Default: those of the gate. Null: any role. */
  roles?: RoleRule | null;
}

/** How a gate reads requests. */
export interface GateSettings {
  /** Whose way of answering denials is followed. Default: RFC 6750. */
  profile?: keyof Profiles | null;
  /** Where the token is: the first of these that is there decides. Default "authorization". */
  headers?: string | string[];
  /** What stands before the token. Default "Bearer". */
  schemes?: string | string[];
  /** Whether the scheme's case counts. Default "any": it does not. */
  schemeCase?: "any" | "exact";
  /** The name of a query parameter to look for where no header is there. Default: none. */
  query?: string | null;
  /** The name of a cookie to look for after that. It needs protection from other sites' forms. */
  cookie?: string | null;
  /** What holds where no route does. Default "required". */
  access?: Access;
  /** The roles that may pass with a token. Default: any. */
  roles?: RoleRule | null;
  /** Whether the browser's question before a request passes. Default "pass". */
  preflight?: "pass" | "guard";
  /** Whether a path's case counts (of ASCII letters). Default "exact": it does. */
  pathCase?: "any" | "exact";
  /** What the routes stand under, such as "/wp-json": one path or several. Default: nothing. */
  base?: string | string[] | null;
  /** With a base: what holds outside of it. Default "required". */
  outside?: Access;
  /** With a base: the query parameter by which a request outside may name a route. Default: none. */
  routeQuery?: string | null;
  /**
   * With a base: how the names of files end that are run with whatever path stands behind them, such
   * as ".php". A base behind such a file is ambiguous, unless it is itself one of `base`. Default: none.
   */
  scripts?: string | null;
}

/**
 * What a gate looks at: a `Request`, Node's `IncomingMessage`, or what has the same members.
 *
 * What is ambiguous is denied as `ambiguous_request`. A `Request` has had its URL resolved by the
 * host: dot segments and backslashes are gone before the gate sees it, so the application must go by
 * the same `Request`. Encoded slashes, needless and double escapes, empty segments, semicolons and
 * a second method are left, and denied. A body is not read: WordPress lets a posted form name
 * another route (`rest_route`), which only the host can refuse.
 */
export interface GateRequest {
  /** Such as GET. */
  method?: string | undefined;
  /** Whole, or path and query: what the application goes by (of Express `originalUrl`). */
  url?: string | undefined;
  /**
   * By `get`, or by their names in any case; one that came several times is a list, and no token
   * (`unsupported_scheme`).
   */
  headers: { get(name: string): string | null } | Record<string, string | string[] | undefined>;
}

/** What becomes of a request. */
export type Gated<C = Claims> = Admitted<C> | Denied;

/** It goes on, with a good token or without any. */
export type Admitted<C = Claims> = Allowed<C> | { outcome: "public" };

/** It goes on, with a good token. */
export interface Allowed<C = Claims> {
  /** It may pass. */
  outcome: "allow";
  /** The claims of its token. */
  claims: C;
  /** All that the verifier says of it. */
  decision: Verified<C>;
}

/** It goes no further. */
export interface Denied {
  /** It may not pass. */
  outcome: "deny";
  /** Why, as a refusal: of the verifier, or of stage `header` or `access`. */
  decision: Refusal;
  /** What to answer. */
  response: HttpAnswer;
}
