// What a project's agents do with its keys: a new secret for its visitors (TD-15, TD-16), a token for
// a bot (TD-33); and the older check of a visitor's token (TD-29).
//
// A new secret ends all tokens of the old one at once: nothing overlaps. The older test token, which
// anybody could have made, is not here (TD-30).

import type { HttpAnswer } from "../../http.js";
import { profile } from "../../profile.js";
import { found } from "../found.js";
import type { Asked, Ground, ServiceRoute } from "../types.js";
import { verifyWithSecret } from "../with-secret.js";
import { type Asking, orRefused, readToken } from "./callers.js";
import type { Tokens } from "./tokens.js";
import type { TiledeskOptions } from "./types.js";

/** What these routes work with. */
export interface Desk {
  ground: Ground;
  options: TiledeskOptions;
  tokens: Tokens;
  callerOf: (asked: Asked) => Promise<Asking>;
}

/** The routes under a project's id. */
export function projectRoutes(desk: Desk): ServiceRoute[] {
  return [
    {
      ...{ method: "POST", path: "/{project}/keys/generate", guesses: "counted" },
      answer: (asked) => ofAgent(desk, asked, generate),
    },
    {
      ...{ method: "GET", path: "/{project}/bots/{bot}/jwt", guesses: "counted" },
      answer: (asked) => ofAgent(desk, asked, botToken),
    },
    {
      ...{ method: "POST", path: "/{project}/jwt/decode" },
      answer: (asked) => decode(desk, asked),
    },
  ];
}

/** A step that only agents of the project may take. */
async function ofAgent(
  desk: Desk,
  asked: Asked,
  step: (desk: Desk, project: string, asked: Asked) => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  const { projects } = desk.options;
  const { project = "" } = asked.params;
  const asking = await desk.callerOf(asked);
  if (!asking.ok) return asking.answer;
  if (found(await projects.find(project)) === null) return profile("tiledesk").respond("noProject");
  const { user } = asking.caller;
  // Nothing but true: an answer that was meant to be waited for is no permission.
  const isAgent = user !== null && (await projects.isAgent(project, user)) === true;
  return isAgent
    ? step(desk, project, asked)
    : profile("tiledesk").answer({ code: "forbidden_role" }, "basic");
}

async function generate({ options }: Desk, project: string): Promise<HttpAnswer> {
  const secret = crypto.randomUUID();
  await options.projects.setSecret(project, secret);
  return unkept(profile("tiledesk").respond("keys", { secret }));
}

async function botToken(
  { options, tokens }: Desk,
  project: string,
  { params: { bot: id = "" }, now }: Asked,
): Promise<HttpAnswer> {
  const bot = found((await options.bot?.(id)) ?? null);
  if (bot === null || bot.project !== project) return profile("tiledesk").respond("noProject");
  const { token } = await tokens.issueToBot(id, bot, now);
  return unkept(profile("tiledesk").respond("bot", { token }));
}

async function decode(
  { ground, options }: Desk,
  { request, params, now }: Asked,
): Promise<HttpAnswer> {
  const tiledesk = profile("tiledesk");
  const secret = found(await options.projects.find(params.project ?? ""))?.secret ?? null;
  if (secret === null) return tiledesk.respond("noProject");
  const read = readToken(request);
  if (!read.ok) return tiledesk.answer(read, "decode");
  const terms = { ...tiledesk.policy("decode"), secret, now };
  const decision = await verifyWithSecret(ground, read.token, terms);
  if (!decision.ok) return tiledesk.answer(decision, "decode");
  const { claims } = decision;
  return orRefused(() => tiledesk.respond("decoded", { claims }), "decode");
}

function unkept(answer: HttpAnswer): HttpAnswer {
  return { ...answer, headers: { ...answer.headers, "Cache-Control": "no-store" } };
}
