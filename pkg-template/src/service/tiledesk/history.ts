// The history of one's own tokens, and throwing them out (TD-1 to TD-7). What the vendor answers to
// that is not documented (TD-6): these answers are ours.

import { type RecordRevoked, listHistory, revokeById, revokeByJti } from "../../history.js";
import type { HttpAnswer } from "../../http.js";
import type { TokenRecord } from "../../issue-types.js";
import { profile } from "../../profile.js";
import { json } from "../answers.js";
import type { Asked, Ground, ServiceRoute } from "../types.js";
import type { Asking, Caller } from "./callers.js";

/** The routes of the history. */
export function historyRoutes(
  ground: Ground,
  callerOf: (asked: Asked) => Promise<Asking>,
): ServiceRoute[] {
  const route = (
    method: string,
    path: string,
    answer: (ground: Ground, caller: Caller, asked: Asked) => Promise<HttpAnswer>,
  ): ServiceRoute => ({
    ...{ method, path, guesses: "counted" },
    answer: async (asked) => {
      const asking = await callerOf(asked);
      return asking.ok ? answer(ground, asking.caller, asked) : asking.answer;
    },
  });
  return [
    route("GET", "/jwt/history", list),
    route("DELETE", "/jwt/history/{jti}", dropByJti),
    route("DELETE", "/jwt/history/id/{id}", dropById),
  ];
}

async function list({ store }: Ground, { bearer: sub }: Caller, { url }: Asked): Promise<HttpAnswer> {
  const tiledesk = profile("tiledesk");
  const answer = listHistory(await store.tokens.ofSubject(sub), url.searchParams, { sub });
  if (answer.ok) {
    const { ok, items, ...page } = answer;
    const form = tiledesk.respond("history", { ...page, items: [] });
    // A form takes no more than a token may hold; a page may have a thousand records.
    return { ...form, body: JSON.stringify({ ...JSON.parse(form.body), items }) };
  }
  const { option: param, message: msg } = answer;
  return tiledesk.respond("invalid", { errors: [{ location: "query", param, msg }] });
}

async function dropByJti(
  ground: Ground,
  { bearer: sub }: Caller,
  { params: { jti = "" } }: Asked,
): Promise<HttpAnswer> {
  const record = await ground.store.tokens.byJti(jti);
  return drop(ground, revokeByJti(record === null ? [] : [record], jti, { sub }));
}

async function dropById(
  ground: Ground,
  { bearer: sub }: Caller,
  { params: { id = "" } }: Asked,
): Promise<HttpAnswer> {
  const record = await ground.store.tokens.byId(id);
  return drop(ground, revokeById(record === null ? [] : [record], id, { sub }));
}

/** What is another's is answered as what is not there. */
async function drop(ground: Ground, found: RecordRevoked<TokenRecord>): Promise<HttpAnswer> {
  if (!found.ok) return json(404, { success: false, msg: "JWT not found" });
  await ground.revoke([found.entry]);
  const { id, jti } = found.record;
  return json(200, { success: true, id, jti });
}
