// Pages of other origins (the Fetch standard, section 3.2): those of a list, and nobody else. Any
// origin with credentials is misuse.

import { SetupError } from "../errors.js";
import { allowed } from "./routing.js";
import type { Cors } from "./types.js";

/** What a page may read besides what it always may. */
const EXPOSED = "Date, ETag, List-Manifest, Retry-After, WWW-Authenticate";

/** What a page may send besides what it always may. */
const TAKEN = "Authorization, Content-Type, If-None-Match, X-WP-Nonce";

/** What is said to pages of other origins. */
export interface CorsRules {
  origins: readonly string[];
  /** Adds to the headers of an answer. */
  addTo(headers: Headers, request: Request): void;
  /** What else an answer has to a browser that asks before it sends. */
  preflightFor(request: Request, methods: string[]): Record<string, string>;
}

/** The rules of a list; without one, of none. */
export function corsRules({ origins, credentials = false, maxAge = 600 }: Cors = { origins: [] }): CorsRules {
  checkOrigins(origins, credentials);
  const isForAny = origins.includes("*");
  /** The origin that is granted to a request. */
  const grantedTo = ({ headers }: Request): string | undefined =>
    isForAny ? "*" : origins.find((origin) => origin === headers.get("origin"));
  const addTo = (headers: Headers, request: Request) => {
    if (origins.length > 0 && !isForAny) addVary(headers, "Origin");
    const origin = grantedTo(request);
    if (origin === undefined) return;
    headers.set("Access-Control-Allow-Origin", origin);
    headers.set("Access-Control-Expose-Headers", EXPOSED);
    if (credentials) headers.set("Access-Control-Allow-Credentials", "true");
  };
  const preflightFor = (request: Request, methods: string[]): Record<string, string> => {
    if (grantedTo(request) === undefined) return {};
    return {
      "Access-Control-Allow-Methods": allowed(methods),
      "Access-Control-Allow-Headers": TAKEN,
      "Access-Control-Max-Age": `${maxAge}`,
    };
  };
  return { origins, addTo, preflightFor };
}

/** Beside what the answer varies by already. */
function addVary(headers: Headers, name: string): void {
  const names = (headers.get("vary") ?? "").toLowerCase().split(/ *, */);
  if (!names.includes(name.toLowerCase()) && !names.includes("*")) headers.append("Vary", name);
}

function checkOrigins(origins: readonly string[], credentials: boolean): void {
  if (!Array.isArray(origins)) throw new SetupError("origins", "are not a list");
  for (const origin of origins) {
    if (origin === "*" && origins.length === 1 && !credentials) continue;
    if (typeof origin !== "string" || !isOrigin(origin)) {
      throw new SetupError("origins", 'holds what is no origin such as "https://shop.example"');
    }
  }
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text && text !== "null";
}
