// What a token service is made of: parts with routes, and the ground that all of them stand on. No
// code.

import type { HttpAnswer } from "../http.js";
import type { TokenRecord } from "../issue-types.js";
import type { PollHost } from "../lists/follower.js";
import type { Demands, Entry, Selector } from "../list-types.js";
import type { Revocations } from "../revocations.js";
import type { Store } from "../store/types.js";
import type { Verifier, VerifierOptions } from "../verifier.js";

/** What a token service is made of. */
export interface TokenServiceOptions {
  /** Where all is kept that must be remembered. */
  store: Store;
  /**
   * The list that the service's own verifiers ask; what this isolate throws out is on it at once.
   * Null, said aloud: none, and then a token that was thrown out stays good here.
   */
  revocations: Revocations | null;
  /** What the verifiers ask of that list. Default: nothing. */
  demands?: Demands;
  /** Keeps the list fresh: asked at each request, such as a `ListFollower`. */
  follower?: Follower;
  /** What it serves; two parts with the same route are misuse. */
  parts: Part[];
  /** Which pages of other origins may ask. Default: none. */
  cors?: Cors;
  /** Who guesses too often is told to wait. Null, said aloud: nobody is. */
  guesses: GuessLimit | null;
  /**
   * For how many seconds what has ended is kept, so that a history still shows it. Default 86400; ten
   * minutes at least, for which a verifier may still take it.
   */
  retention?: number;
  /** The most octets of a body. Default 16384, at most 1048576. */
  maxBody?: number;
  /** The time in seconds. Default: the host's clock. */
  now?: () => number;
  /** Is told what went wrong within; the answer was a 500. Default: the console. */
  onError?: (error: unknown) => void;
}

/** What keeps a list fresh. */
export interface Follower {
  /** Looks for a newer list, if it is time. */
  refresh(host?: PollHost): Promise<unknown>;
}

/** Pages of other origins that may ask. */
export interface Cors {
  /** Such as "https://shop.example"; "*" alone means any, and does not go with `credentials`. */
  origins: string[];
  /** Whether browsers may send cookies along. Default false. */
  credentials?: boolean;
  /** For how many seconds a browser may keep the answer. Default 600. */
  maxAge?: number;
}

/** How often one address may fail where secrets and tokens can be guessed. */
export interface GuessLimit {
  /**
   * Who asks: the address that the host vouches for, such as Cloudflare's header
   * `CF-Connecting-IP`. Never a header that the asker can set. All of null count as one.
   */
  address: (request: Request) => string | null;
  /** After how many failures. Default 5. */
  failures?: number;
  /** For how many seconds after the last of them. Default 60. */
  window?: number;
}

/** A token service. */
export interface TokenService {
  /** Answers a request. It does not reject: what goes wrong within is a 500. */
  fetch(request: Request, host?: PollHost): Promise<Response>;
  /**
   * What is due by time: rows that may be forgotten, and what the parts do. All of it is tried;
   * rejects if something of it failed.
   */
  scheduled(host?: PollHost): Promise<void>;
}

/** A set of routes: one vendor's, or one standard's. */
export type Part = (ground: Ground) => PartRoutes;

/** The routes of a part. */
export interface PartRoutes {
  /** What its paths stand under, such as "/wp-json". Default: nothing. */
  base?: string;
  /** The query parameter by which a request to any other path may name a route. Default: none. */
  routeQuery?: string;
  /** What it answers. */
  routes: ServiceRoute[];
  /** How those are answered who guess too often. Default: 429 as of OAuth. */
  tooMany?: (seconds: number) => HttpAnswer;
  /** What is due by time. */
  scheduled?: (now: number) => Promise<unknown>;
}

/** A route of a service. */
export interface ServiceRoute {
  /** In upper case; HEAD follows GET. */
  method: string;
  /** A path such as "/key-pair/{user}/revoke-all": a brace stands for one segment. */
  path: string;
  /**
   * Whether an answer of 4xx, but for 404, counts as a guess that failed, and so what it throws.
   * Default "free".
   */
  guesses?: "counted" | "free";
  /** Answers a request; what it throws becomes a 500. */
  answer: (asked: Asked) => RouteAnswer | Response | Promise<RouteAnswer | Response>;
}

/** The answer of a route. */
export interface RouteAnswer extends HttpAnswer {
  /** "none": what was wrong is no guess, such as a token that was good once. */
  guess?: "none";
}

/** A request that has reached its route. */
export interface Asked {
  /** The request; its body has been read. */
  request: Request;
  /** Its address. */
  url: URL;
  /** What the braces of the path stand for, unescaped. */
  params: Record<string, string>;
  /** What the body holds, a form's or of JSON; empty where there is none. */
  fields: Fields;
  /** Who asks, as `GuessLimit.address` says. */
  address: string | null;
  /** The time of the request, in seconds. */
  now: number;
}

/** A stranger's values by their names; nothing is inherited. */
export type Fields = Readonly<Record<string, unknown>>;

/** What all parts stand on. */
export interface Ground {
  /** Where all is kept that must be remembered. */
  store: Store;
  /** Of `Cors`. */
  origins: readonly string[];
  /** A verifier that asks the service's list. */
  verifier(options: VerifierOptions): Verifier;
  /**
   * Throws out, in this isolate at once and elsewhere with the next list. An entry without an issuer
   * is about anybody's tokens.
   */
  revoke(entries: Iterable<Entry>): Promise<void>;
  /** Takes back, with the next list. */
  unrevoke(entries: Iterable<Selector & { before?: number }>): Promise<void>;
  /** Keeps the record of an issued token, so that it can be listed and thrown out. */
  keep(record: TokenRecord): Promise<void>;
}
