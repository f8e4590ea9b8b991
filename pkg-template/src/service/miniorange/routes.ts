// miniOrange's routes: a token for a user name and a password, whether it is valid, and where the host
// wants them an exchange and a revocation.

import type { HttpAnswer } from "../../http.js";
import type { Issued } from "../../issue-types.js";
import { json } from "../answers.js";
import { textOf } from "../fields.js";
import { found } from "../found.js";
import type { Asked, RouteAnswer, ServiceRoute } from "../types.js";
import { revokeToken } from "./revoking.js";
import type { Site } from "./site.js";

/** Under `/wp-json`. */
export function routesOf(site: Site): ServiceRoute[] {
  const { refreshRoute, revokeRoute } = site.options;
  const steps: Step[] = [
    { method: "POST", path: "/api/v1/token", answer: token },
    { method: "GET", path: "/api/v1/token-validate", answer: validate },
  ];
  if (refreshRoute) steps.push({ method: "POST", path: "/api/v1/token-refresh", answer: refresh });
  if (revokeRoute) steps.push({ method: "POST", path: "/api/v1/token-revoke", answer: revoke });
  return steps.flatMap(({ method, path, answer }): ServiceRoute[] => [
    { method, path, guesses: "counted", answer: (asked) => answer(site, asked) },
    { method: "OPTIONS", path, answer: (asked) => preflight(site, asked) },
  ]);
}

interface Step {
  method: string;
  path: string;
  answer: (site: Site, asked: Asked) => Promise<RouteAnswer>;
}

/** MO-1, MO-9: whatever is missing is as wrong as a wrong password. */
async function token(site: Site, { fields, request, now }: Asked): Promise<HttpAnswer> {
  const { options, mo, issuer } = site;
  const [username, password] = [textOf(fields, "username"), textOf(fields, "password")];
  if (username === null || password === null) return mo.respond("invalidCredentials");
  const user = found(await options.signIn(username, password, request));
  if (user === null) return mo.respond("invalidCredentials");
  const { claims } = mo.claims("access", { id: user.id, name: user.name });
  if (options.refreshRoute) {
    const { access, refresh } = await issuer.issuePair(claims, { now });
    return tokenAnswer(site, access, refresh);
  }
  return tokenAnswer(site, await issuer.issue(claims, { now }));
}

/** MO-20. */
async function refresh(site: Site, { fields, now }: Asked): Promise<RouteAnswer> {
  const { ground, mo, issuer, verifiers } = site;
  const shown = textOf(fields, "refresh_token", MAX_TOKEN);
  if (shown === null) return mo.respond("invalidCredentials");
  const { families } = ground.store;
  const answer = await issuer.refresh(shown, { verifier: verifiers.refresh, families, now });
  if (answer.ok) return tokenAnswer(site, answer.access, answer.refresh);
  if (answer.entry !== null) await ground.revoke([answer.entry]);
  // Nobody guesses tokens; and of many who share an address, some have one that is over.
  return { ...mo.answer(answer), guess: "none" };
}

/** MO-2, and beside it what the vendor has no known name for. */
async function tokenAnswer(
  { ground, options, mo }: Site,
  access: Issued,
  refresh?: Issued,
): Promise<HttpAnswer> {
  await ground.keep(access.record);
  if (refresh !== undefined) await ground.keep(refresh.record);
  const { iat, exp } = access.claims as { iat: number; exp: number };
  const { absoluteExpiresIn } = options;
  const manner = absoluteExpiresIn === undefined ? {} : { absoluteExpiresIn };
  const answer = mo.respond("token", { token: access.token, iat, exp, ...manner });
  if (refresh === undefined) return answer;
  const body = JSON.stringify({ ...JSON.parse(answer.body), refresh_token: refresh.token });
  return { ...answer, body };
}

/** MO-10; MO-11 counts failures here too. */
async function validate(site: Site, { request, now }: Asked): Promise<HttpAnswer> {
  const { gate, mo, options } = site;
  const gated = await gate.check(request, { now });
  if (gated.outcome === "deny") return mo.answer(gated.decision, options.failedValidation ?? "validate");
  return mo.respond("valid");
}

/** MO-21: a token of either kind; nothing but itself need be shown. */
async function revoke(site: Site, { fields, now }: Asked): Promise<RouteAnswer> {
  const shown = textOf(fields, "token", MAX_TOKEN);
  if (shown === null) return site.mo.respond("invalidCredentials");
  const decision = await revokeToken(site, shown, now);
  if (!decision.ok) return { ...site.mo.answer(decision), guess: "none" };
  return json(200, { status: "TRUE", message: "REVOKED_TOKEN", code: "200" });
}

/** The longest token that is looked at, in characters. */
const MAX_TOKEN = 16384;

/** MO-14, but for the service's own origins: never for any. */
function preflight({ ground, mo }: Site, { request }: Asked): HttpAnswer {
  const origin = request.headers.get("origin") ?? "";
  const answer = mo.respond("preflight", { origin, origins: [...ground.origins] });
  // Whether cookies may come along, the service says, here as in every other answer.
  const { "Access-Control-Allow-Credentials": _, ...headers } = answer.headers;
  return { ...answer, headers };
}
