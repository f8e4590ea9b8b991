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
  /** The headers of an answer. */
  headersFor(request: Request): Record<string, string>;
  /** The headers of the answer to a browser that asks before it sends. */
  preflightFor(request: Request, methods: string[]): Record<string, string>;
}

/** The rules of a list; without one, of none. */
export function corsRules({ origins, credentials = false, maxAge = 600 }: Cors = { origins: [] }): CorsRules {
  checkOrigins(origins, credentials);
  const headersFor = (request: Request): Record<string, string> => {
    if (origins.length === 0) return {};
    const origin = request.headers.get("origin");
    if (origins.includes("*")) return granted("*");
    const isListed = origin !== null && origins.includes(origin);
    return { Vary: "Origin", ...(isListed && granted(origin)) };
  };
  const granted = (origin: string) => ({
    "Access-Control-Allow-Origin": origin,
    "Access-Control-Expose-Headers": EXPOSED,
    ...(credentials && { "Access-Control-Allow-Credentials": "true" }),
  });
  const preflightFor = (request: Request, methods: string[]): Record<string, string> => {
    const headers = headersFor(request);
    if (headers["Access-Control-Allow-Origin"] === undefined) return headers;
    return {
      ...headers,
      "Access-Control-Allow-Methods": allowed(methods),
      "Access-Control-Allow-Headers": TAKEN,
      "Access-Control-Max-Age": `${maxAge}`,
    };
  };
  return { origins, headersFor, preflightFor };
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
