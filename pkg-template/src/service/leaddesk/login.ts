// Machine login tokens (LD-17 to LD-20): made for who may, good for a minute, and taken at the form.

import type { HttpAnswer } from "../../http.js";
import { Issuer } from "../../issuer.js";
import type { UtcOffset } from "../../profile-types.js";
import { profile } from "../../profile.js";
import { json } from "../answers.js";
import { textOf } from "../fields.js";
import { found } from "../found.js";
import type { Asked, Ground, ServiceRoute } from "../types.js";
import type { LeadDeskCaller, LeadDeskLogin } from "./types.js";

/** How answers are to be made. */
interface Manner {
  base: string;
  /** What is told of the time. */
  local: { utcOffset?: UtcOffset };
}

/** The routes of login tokens. */
export function loginRoutes(
  ground: Ground,
  { keys, caller, hasUser, enter }: LeadDeskLogin,
  { base, local }: Manner,
): ServiceRoute[] {
  const leaddesk = profile("leaddesk");
  const issuer = new Issuer({ keys, ...leaddesk.issuer() });
  const verifier = ground.verifier({ keys, ...leaddesk.policy("login") });

  async function make({ request, params: { id = "" }, now }: Asked): Promise<HttpAnswer> {
    const asking = found(await caller(request));
    if (asking === null) return leaddesk.answer({ code: "missing_token" });
    if (!mayMake(asking)) return leaddesk.answer({ code: "forbidden_role" });
    if ((await hasUser(id)) !== true) return json(404, { error: "not_found" });
    const { claims, options } = leaddesk.claims("login", { id });
    const { token, record, claims: made } = await issuer.issue(claims, { ...options, now });
    await ground.keep(record);
    return leaddesk.respond("login", { token, exp: made.exp as number, ...local });
  }

  async function take(
    form: NonNullable<LeadDeskLogin["enter"]>,
    { request, fields, now }: Asked,
  ): Promise<HttpAnswer | Response> {
    const decision = await verifier.verify(textOf(fields, "login-token", 16_384) ?? "", { now });
    if (!decision.ok) return leaddesk.answer(decision);
    const { sub } = decision.claims;
    const isUser = sub !== undefined && (await hasUser(sub)) === true;
    return isUser ? form(sub, request) : leaddesk.answer({ code: "wrong_subject" });
  }

  const made: ServiceRoute = { method: "GET", path: `${base}/users/{id}/login_token`, answer: make };
  if (enter === undefined) return [made];
  return [made, { method: "POST", path: "/", answer: (asked) => take(enter, asked) }];
}

/** LD-17. */
function mayMake({ role, scopes }: LeadDeskCaller): boolean {
  return role === "admin" || scopes.includes("login-token:generate");
}
