// The addresses that events are sent to: a stranger's, so https alone, no redirects, three seconds,
// and no more of an answer than can be one.

import { isObject } from "../../errors.js";
import { toBase64url } from "../../host.js";
import { readUpTo } from "../../octets.js";
import { type Subscription, Webhook, equal, hmacHex } from "../../webhook.js";
import type { AppTerms } from "./types.js";

/** Sends bodies to an app's endpoints. */
export interface Endpoints {
  /** Whether the endpoint took a body. */
  send(to: { url: string; secret: string; body: string; id: string; now: number }): Promise<boolean>;
  /** Whether the endpoint knows the app's secret (ZM-18). */
  validate(to: { url: string; secret: string; now: number }): Promise<boolean>;
}

/** For how long an endpoint is waited for (ZM-18). */
const PATIENCE_MS = 3000;

/** The most octets of an answer to a question. */
const MAX_ANSWER = 4096;

/** What must stand between apps and the world. */
export function endpointsOf({ fetch: own, insecureEndpoints }: AppTerms): Endpoints {
  const fetchFrom = own ?? ((url, init) => fetch(url, init));
  const mayGoTo = (url: string) =>
    url.startsWith("https://") || (insecureEndpoints === "allow" && LOOPBACK.test(url));

  async function post(
    { url, secret, body, now }: { url: string; secret: string; body: string; now: number },
    more: Record<string, string> = {},
  ): Promise<Response | null> {
    if (!mayGoTo(url)) return null;
    const webhook = new Webhook({ secret });
    // ZM-16: signed when it is sent, so that it is never too old to be taken.
    const { headers } = webhook.sign(body, { now });
    webhook.free();
    return fetchFrom(url, {
      ...{ method: "POST", body, redirect: "manual" },
      headers: { "Content-Type": "application/json", ...headers, ...more },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  }

  return {
    send: ({ id, ...to }) =>
      orNot(async () => {
        const response = await post(to, { "X-Delivery-Id": id });
        await response?.body?.cancel();
        return response?.ok === true;
      }),
    validate: ({ url, secret, now }) =>
      orNot(async () => {
        const plainToken = toBase64url(crypto.getRandomValues(new Uint8Array(16)));
        const response = await post({ ...{ url, secret, now }, body: question(plainToken, now) });
        if (response?.status !== 200 || response.body === null) return false;
        const octets = await readUpTo(response.body, MAX_ANSWER);
        return isRight(octets, plainToken, hmacHex(secret, plainToken));
      }),
  };
}

/** Whatever goes wrong at an endpoint, it did not take it. */
async function orNot(step: () => Promise<boolean>): Promise<boolean> {
  return step().catch(() => false);
}

function question(plainToken: string, now: number): string {
  const event_ts = Math.floor(now * 1000);
  return JSON.stringify({ event: "endpoint.url_validation", payload: { plainToken }, event_ts });
}

function isRight(octets: Uint8Array | undefined, plainToken: string, expected: string): boolean {
  const answer: unknown = JSON.parse(new TextDecoder().decode(octets));
  if (!isObject(answer)) return false;
  const { plainToken: plain, encryptedToken: code } = answer as Record<string, unknown>;
  return plain === plainToken && typeof code === "string" && equal(code, expected);
}

const LOOPBACK = /^http:\/\/(127\.0\.0\.1|localhost)(?=[:/?]|$)/;

/** Subscriptions as if this machine's http addresses were https: for tests, so as to be checked. */
export function asSecure(subscriptions: unknown): unknown {
  const secure = (url: unknown) =>
    typeof url === "string" ? url.replace(LOOPBACK, "https://$1") : url;
  if (!Array.isArray(subscriptions)) return subscriptions;
  return subscriptions.map((one: unknown) => {
    if (!isObject(one) || Array.isArray(one)) return one;
    const { development, production } = one as Subscription;
    return { ...one, development: secure(development), production: secure(production) };
  });
}
