// LeadDesk's part (systems.md section 1): who is signed in, for other systems to know; the public
// keys by which they know it; and login tokens for programs.

import { readHost } from "../../binding.js";
import { SetupError } from "../../errors.js";
import type { HttpAnswer } from "../../http.js";
import { Issuer } from "../../issuer.js";
import { readObject, refuseMembers } from "../../options.js";
import type { UtcOffset } from "../../profile-types.js";
import { profile } from "../../profile.js";
import { answerCached, oauthError } from "../answers.js";
import { textOf } from "../fields.js";
import { found } from "../found.js";
import type { Asked, Ground, Part } from "../types.js";
import { loginRoutes } from "./login.js";
import { pemsOf } from "./pems.js";
import type { LeadDeskOptions } from "./types.js";

/** LeadDesk's part. Throws a `SetupError` that names the option. */
export function leaddesk(given: LeadDeskOptions): Part {
  const { keys, login = null, utcOffset, base = "/stable", ...options } = readOptions(given);
  const local = utcOffset === undefined ? {} : { utcOffset };
  return (ground) => {
    const issuer = new Issuer({ keys, ...profile("leaddesk").issuer() });
    return {
      routes: [
        {
          ...{ method: "POST", path: `${base}/identity_token` },
          answer: (asked) => identify({ ground, issuer, local, ...options }, asked),
        },
        {
          ...{ method: "GET", path: `${base}/public_keys/signature/pem` },
          answer: async ({ request }) =>
            answerCached(request, JSON.stringify(await pemsOf(keys)), 300),
        },
        ...(login === null ? [] : loginRoutes(ground, login, { base, local })),
      ],
    };
  };
}

/** What identity tokens are made with. */
interface Desk extends Pick<LeadDeskOptions, "agent" | "systems"> {
  ground: Ground;
  issuer: Issuer;
  local: { utcOffset?: UtcOffset };
}

/** LD-1, LD-8, LD-9: two minutes in which another system may take the agent for signed in. */
async function identify(
  { ground, issuer, local, agent: agentOf, systems }: Desk,
  { request, fields, now }: Asked,
): Promise<HttpAnswer> {
  const leaddesk = profile("leaddesk");
  const agent = found(await agentOf(request));
  if (agent === null) return leaddesk.answer({ code: "missing_token" });
  const audience = textOf(fields, "audience");
  if (audience === null || !systems.includes(audience)) {
    return oauthError(400, "invalid_target", "audience is no system that is registered");
  }
  const { id, name, role, email, lang, clientId, clientName } = agent;
  const facts = { audience, id, name, role, email, lang, clientId, clientName };
  const { claims, options } = leaddesk.claims("identity", facts);
  const { token, record, claims: made } = await issuer.issue(claims, { ...options, now });
  // It has no `sub` (LD-11), but a record is somebody's.
  await ground.keep({ ...record, sub: `${id}` });
  return leaddesk.respond("login", { token, exp: made.exp as number, ...local });
}

function readOptions(given: LeadDeskOptions): LeadDeskOptions {
  const members = readObject(given, "options") as unknown as LeadDeskOptions;
  const { keys, systems, agent, login, utcOffset, base, ...unknown } = members;
  refuseMembers(unknown);
  readHost(members, "options", ["agent"]);
  if (login != null) readHost(login, "login", ["caller", "hasUser"]);
  if (!Array.isArray(systems)) throw new SetupError("systems", "are not a list");
  // A secret would have to be everybody's who verifies (LD-2).
  if (keys.toJwks().keys.length === 0) throw new SetupError("keys", "hold no public half to publish");
  return members;
}
