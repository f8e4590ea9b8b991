// Apps as Zoom has them (systems.md section 2): a key and a secret, with which an app signs its own
// tokens, and events that the app is told of. Who owns an app, the host says.

import { readHost } from "../../binding.js";
import { refusal } from "../../containment.js";
import { SetupError } from "../../errors.js";
import type { KeyPairs } from "../../keypairs.js";
import { jsonText, readNow, readObject, readText, refuseMembers } from "../../options.js";
import { profile } from "../../profile.js";
import { bodyOf } from "../../resident.js";
import type { Decision } from "../../types.js";
import { inspect } from "../../verifier.js";
import { partWithCalls } from "../calls.js";
import { textOf } from "../fields.js";
import type { PartRoutes } from "../types.js";
import { verifyWithSecret } from "../with-secret.js";
import { type Apps, findApp, openSecret } from "./apps.js";
import { deliveriesOf, sendDue } from "./deliveries.js";
import { endpointsOf } from "./endpoints.js";
import { MAX_TTL, appRoutes } from "./routes.js";
import { type Seal, sealOf } from "./seal.js";
import type { AppTerms, ZoomApps, ZoomAppsOptions } from "./types.js";

/** The part of apps. Throws a `SetupError` that names the option. */
export function zoomApps(given: ZoomAppsOptions): ZoomApps {
  const { pairs, seal, options } = readOptions(given);
  return partWithCalls(
    (ground): Apps => ({ ground, pairs, seal }),
    (apps) => routesOf(options, apps),
    (standing) => ({
      verify: async (token, at) => verify(standing(), token, readNow(at)),
      emit: async (key, event, payload, at) => {
        const now = readNow(at);
        const body = bodyOfEvent(event, payload, now);
        return keepEvent(standing(), key, event, { body, now, patience: options.patience ?? 86_400 });
      },
    }),
  );
}

function routesOf(options: AppTerms, apps: Apps): PartRoutes {
  const post = { deliveries: apps.ground.store.deliveries, apps, endpoints: endpointsOf(options) };
  const { base = "" } = options;
  return { base, routes: appRoutes(options, apps), scheduled: (now) => sendDue(post, now) };
}

async function verify(apps: Apps, token: string, now: number): Promise<Decision> {
  const seen = inspect(token);
  if (!seen.ok) return seen;
  const key = textOf(seen.claims, "iss");
  const app = key === null ? null : await findApp(apps, key);
  if (app === null) return refusal("unknown_key");
  return verifyWithSecret(apps.ground, token, {
    ...profile("zoom").policy("api", { apiKey: app.key }),
    // ZM-11: told only to whom knows the secret.
    customCheck: () => (app.state === "active" ? undefined : "suspended_client"),
    ...{ secret: await openSecret(apps, app, "secret"), now },
  });
}

async function keepEvent(
  apps: Apps,
  key: string,
  event: string,
  terms: Parameters<typeof deliveriesOf>[2],
): Promise<number> {
  const app = await findApp(apps, key);
  if (app?.state !== "active") return 0;
  const all = deliveriesOf(app, event, terms);
  for (const delivery of all) await apps.ground.store.deliveries.add(delivery);
  return all.length;
}

/** The text that is sent, made once (ZM-17). */
function bodyOfEvent(event: unknown, payload: unknown, now: number): string {
  const members = readObject(payload, "payload");
  const event_ts = Math.floor(now * 1000);
  return jsonText({ event: readText(event, "event"), event_ts, payload: members }, "payload");
}

function readOptions(given: ZoomAppsOptions): { pairs: KeyPairs; seal: Seal; options: AppTerms } {
  const { pairs, seal, ...options } = readObject(given, "options") as unknown as ZoomAppsOptions;
  const { owner, maxTtl, maxSubscriptions, patience, ...rest } = options;
  const { fetch, insecureEndpoints, base, ...unknown } = rest;
  refuseMembers(unknown);
  readHost(options, "options", fetch === undefined ? ["owner"] : ["owner", "fetch"]);
  readWhole(maxTtl, "maxTtl", MAX_TTL);
  readWhole(maxSubscriptions, "maxSubscriptions", 1000);
  readWhole(patience, "patience", 30 * 86_400);
  if (!nameClients(pairs)) throw new SetupError("pairs", 'were not made with tokensNameIt: "client"');
  return { pairs, seal: sealOf(seal), options };
}

/** Whether pairs keep their keys, by what they would throw out. */
function nameClients(pairs: KeyPairs): boolean {
  bodyOf(pairs, "KeyPairs", "pairs");
  const unused = { created: 0, lastUsed: null, lastIp: null, state: "active" } as const;
  const pair = { key: "any", owner: "any", name: "", hash: "", ...unused };
  return pairs.deactivate(pair).entries.every((entry) => "client" in entry);
}

function readWhole(value: unknown, option: string, most: number): void {
  const isOne = Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= most;
  if (value !== undefined && !isOne) {
    throw new SetupError(option, `is not a whole number from 1 to ${most}`);
  }
}
