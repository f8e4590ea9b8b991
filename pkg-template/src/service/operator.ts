// The operator's part: what has been issued, and who and what is thrown out.

import { SetupError } from "../errors.js";
import { type HistoryQuery, listHistory } from "../history.js";
import type { HttpAnswer } from "../http.js";
import type { Entry } from "../list-types.js";
import { readHost } from "../binding.js";
import { json, oauthError } from "./answers.js";
import type { Asked, Ground, Part, ServiceRoute } from "./types.js";

/** Who operates. */
export interface OperatorOptions {
  /** Whether a request is an operator's: all that this part does is open to whom this says so of. */
  mayOperate: (request: Request) => boolean | Promise<boolean>;
  /** What its paths stand under. Default "/operator". */
  base?: string;
}

/** The operator's part. Throws a `SetupError` that names the option. */
export function operator(options: OperatorOptions): Part {
  const { mayOperate, base = "/operator" } = readHost(options, "options", ["mayOperate"]);
  return (ground) => ({
    base,
    routes: routesOf(ground).map((route) => ({
      ...route,
      guesses: "counted",
      answer: async (asked) => {
        // Nothing but true: an answer that was meant to be waited for is no permission.
        if ((await mayOperate(asked.request)) === true) return route.answer(asked);
        return oauthError(403, "access_denied", "this is for operators");
      },
    })),
  });
}

function routesOf(ground: Ground): ServiceRoute[] {
  return [
    { method: "GET", path: "/tokens", answer: (asked) => listTokens(ground, asked) },
    { method: "GET", path: "/revocations", answer: (asked) => listEntries(ground, asked) },
    { method: "POST", path: "/revocations", answer: (asked) => change(ground, "revoke", asked) },
    { method: "DELETE", path: "/revocations", answer: (asked) => change(ground, "unrevoke", asked) },
  ];
}

/** The tokens of a subject: `?sub=`, and the page as `listHistory` is asked for it. */
async function listTokens({ store }: Ground, { url }: Asked): Promise<HttpAnswer> {
  const { sub, ...query } = Object.fromEntries(url.searchParams);
  if (sub === undefined) return invalid("sub is missing");
  const page = listHistory(await store.tokens.ofSubject(sub), query as HistoryQuery, { sub });
  return page.ok ? json(200, page) : invalid(page.message);
}

/** What is thrown out, as the store pages it: `?after=`. */
async function listEntries({ store }: Ground, { url }: Asked): Promise<HttpAnswer> {
  const after = url.searchParams.get("after") ?? "0";
  if (!/^\d{1,15}$/.test(after)) return invalid("after is not a place");
  return json(200, await store.revocations.page(Number(after), 1000));
}

/** Throws out, or takes back, what the body says: an entry as `Revocations` takes it. */
async function change(
  ground: Ground,
  step: "revoke" | "unrevoke",
  { fields }: Asked,
): Promise<HttpAnswer> {
  try {
    await ground[step]([fields as unknown as Entry]);
    return json(200, { ok: true });
  } catch (error) {
    if (SetupError.is(error) && error.code === "invalid_option") return invalid(error.message);
    throw error;
  }
}

function invalid(problem: string): HttpAnswer {
  return oauthError(400, "invalid_request", problem);
}
