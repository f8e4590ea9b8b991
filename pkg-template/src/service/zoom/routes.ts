// What the owner of apps does with them: everything that the vendor's web pages do.

import type { HttpAnswer } from "../../http.js";
import { Issuer } from "../../issuer.js";
import { KeySet } from "../../keys.js";
import { profile } from "../../profile.js";
import { type Subscription, checkSubscriptions } from "../../webhook.js";
import { json } from "../answers.js";
import { textOf } from "../fields.js";
import { isName } from "../found.js";
import type { Asked, ServiceRoute } from "../types.js";
import { type Apps, type SecretName, changeApp, createApp, findApp, listApps } from "./apps.js";
import { openSecret, putApp, renewSecret } from "./apps.js";
import { asSecure } from "./endpoints.js";
import type { AppRecord, Environment, AppTerms } from "./types.js";

/** The longest life of a token that its verifiers take (ZM-22). */
export const MAX_TTL = 172_800;

/** The routes under `/apps`. */
export function appRoutes(options: AppTerms, apps: Apps): ServiceRoute[] {
  const mine = (
    method: string,
    path: string,
    step: (owner: string, asked: Asked) => Promise<HttpAnswer>,
  ): ServiceRoute => ({
    ...{ method, path },
    answer: async (asked) => {
      const owner = await options.owner(asked.request);
      // Nothing but a name: else everybody who has none would own the same apps.
      if (isName(owner)) return step(owner, asked);
      return profile("zoom").answer({ code: "missing_token" });
    },
  });
  /** What is another's is answered as what is not there. */
  const ofApp = (
    method: string,
    path: string,
    step: (app: AppRecord, asked: Asked) => Promise<HttpAnswer | null>,
  ) =>
    mine(method, `/apps/{key}${path}`, async (owner, asked) => {
      const app = await findApp(apps, asked.params.key ?? "");
      const answer = app?.owner === owner ? await step(app, asked) : null;
      return answer ?? json(404, { code: 404, message: "there is no such app" });
    });
  const renewed = (name: SecretName) => async ({ key }: AppRecord, { now }: Asked) => {
    const secret = await renewSecret(apps, key, { name, now });
    return secret === null ? null : json(200, { [name]: secret });
  };
  const put = (state: AppRecord["state"]) => async ({ key }: AppRecord) =>
    shownOrNull(await putApp(apps, key, state));

  return [
    mine("POST", "/apps", (owner, asked) => create(apps, owner, asked)),
    mine("GET", "/apps", (owner) => list(apps, owner)),
    ofApp("GET", "", async (app) => json(200, shown(app))),
    ofApp("POST", "/token", (app, asked) => viewToken(options, apps, app, asked)),
    ofApp("POST", "/secret", renewed("secret")),
    ofApp("POST", "/webhook-secret", renewed("webhookSecret")),
    ofApp("POST", "/deactivate", put("deactivated")),
    ofApp("POST", "/reactivate", put("active")),
    ofApp("PUT", "/environment", (app, asked) => setEnvironment(apps, app, asked)),
    ofApp("PUT", "/subscriptions", (app, asked) => subscribe(options, apps, app, asked)),
  ];
}

/** ZM-2: key and secret, the secrets to be seen this once. */
async function create(apps: Apps, owner: string, { fields, now }: Asked): Promise<HttpAnswer> {
  const name = textOf(fields, "name", 200);
  if (name === null) return invalid("name: is not a text of 1 to 200 characters");
  const { app, secrets } = await createApp(apps, owner, { name, now });
  return json(201, { ...shown(app), ...secrets });
}

async function list(apps: Apps, owner: string): Promise<HttpAnswer> {
  const all = await listApps(apps, owner);
  return json(200, { apps: all.map(shown) });
}

/** ZM-9: a token made from the present key and secret, for trying things out. */
async function viewToken(
  { maxTtl = MAX_TTL }: AppTerms,
  apps: Apps,
  app: AppRecord,
  { fields: { expiresIn: ttl }, now }: Asked,
): Promise<HttpAnswer> {
  if (!Number.isSafeInteger(ttl) || (ttl as number) < 1 || (ttl as number) > maxTtl) {
    return invalid(`expiresIn: is not a whole number of seconds from 1 to ${maxTtl}`);
  }
  const zoom = profile("zoom");
  const { claims, options } = zoom.claims("api", { apiKey: app.key, ttl: ttl as number });
  const keys = new KeySet([{ alg: "HS256", secret: await openSecret(apps, app, "secret") }]);
  const issuer = new Issuer({ keys, ...zoom.issuer() });
  try {
    const { token, claims: made } = issuer.issueSync(claims, { ...options, now });
    return json(200, { token, exp: made.exp });
  } finally {
    issuer.free();
    keys.free();
  }
}

/** ZM-15: which of their endpoints events go to. */
async function setEnvironment(
  apps: Apps,
  { key }: AppRecord,
  { fields: { environment } }: Asked,
): Promise<HttpAnswer | null> {
  if (environment !== "development" && environment !== "production") {
    return invalid("environment: is neither development nor production");
  }
  const chosen: Environment = environment;
  return shownOrNull(await changeApp(apps, key, (app) => ({ ...app, environment: chosen })));
}

/** ZM-14, ZM-15: these in place of all that there were. */
async function subscribe(
  { maxSubscriptions: max = 10, insecureEndpoints }: AppTerms,
  apps: Apps,
  { key }: AppRecord,
  { fields: { subscriptions: given } }: Asked,
): Promise<HttpAnswer | null> {
  const checked = insecureEndpoints === "allow" ? asSecure(given) : given;
  const decision = checkSubscriptions(checked, { max });
  if (!decision.ok) {
    return invalid(`subscriptions: ${decision.index}: ${decision.option}: ${decision.message}`);
  }
  const subscriptions = (given as Subscription[]).map(readSubscription);
  return shownOrNull(await changeApp(apps, key, (app) => ({ ...app, subscriptions })));
}

/** What else it holds is not kept. */
function readSubscription(given: Subscription): Subscription {
  const { name = null, development, production, events } = given;
  return { name, development, production, events };
}

/** ZM-21: how the vendor's samples answer bad input. */
function invalid(problem: string): HttpAnswer {
  return profile("zoom").respond("invalid", { errors: [problem] });
}

function shownOrNull(app: AppRecord | null): HttpAnswer | null {
  return app && json(200, shown(app));
}

/** An app without what is secret. */
function shown({ key, name, state, created, ...app }: Omit<AppRecord, "hash">) {
  const { environment, subscriptions } = app;
  return { key, name, state, created, environment, subscriptions };
}
