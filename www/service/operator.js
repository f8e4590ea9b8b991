// The operator's side: the history of tokens, what is thrown out, and the list that says so.

import { listHistory, revokeById } from "edge-jwt";

import { ISSUER, REFRESH_SECONDS } from "./desk.js";
import { note } from "./events.js";
import { json, readJson } from "./http.js";
import { publish } from "./lists.js";

/** The most records that the history looks at. */
const MOST = 500;

/** GET /api/operator/history?sortField=exp&direction=1&page=0&limit=8 */
export async function history(request, desk) {
  const { searchParams } = new URL(request.url);
  const page = listHistory(await recentRecords(desk), searchParams, { sub: null });
  if (!page.ok) return json(400, page);
  const prints = new Set((await allEntries(desk)).map(({ token }) => token));
  return json(200, { ...page, items: page.items.map((item) => withStatus(item, desk, prints)) });
}

/** The newest of the store's own table: a store hands out the records of one subject only. */
async function recentRecords({ db }) {
  const select = "SELECT record FROM jwt_tokens ORDER BY place DESC LIMIT ?";
  const { results } = await db.prepare(select).bind(MOST).all();
  return results.map(({ record }) => JSON.parse(record));
}

function withStatus(record, { list }, prints) {
  const { iss, jti, sub, iat, exp, family, client, session, tenant, key, kid } = record;
  const data = key && { user: { api_key: key } };
  const said = { iss, jti, sub, iat, exp, family, azp: client, sid: session, tenant, data };
  const claims = Object.fromEntries(Object.entries(said).filter(([, value]) => value != null));
  const { status, by = null } = list.check(claims, { kid });
  const isOut = status !== "good" || prints.has(record.fingerprint);
  const isOver = exp <= Date.now() / 1000;
  return { ...record, status: isOver ? "expired" : isOut ? "revoked" : "live", by };
}

/** GET /api/operator/entries: all that is thrown out. */
export async function entries(request, desk) {
  return json(200, { entries: await allEntries(desk) });
}

async function allEntries({ store }) {
  const now = Date.now() / 1000;
  const { entries } = await store.revocations.page();
  return entries.filter(({ exp = Infinity }) => exp > now);
}

/** POST /api/operator/revoke { by, value }: `value` is a record's id for "record", else a name. */
export async function revoke(request, desk) {
  const { by, value } = await readJson(request);
  const entry = by === "record" ? await entryOfRecord(value, desk) : entryBy(by, value);
  if (entry === undefined) return json(400, { message: "there is nothing to throw out by that" });
  await throwOut(desk, entry);
  return json(200, { entry });
}

async function entryOfRecord(id, desk) {
  const answer = revokeById(await recentRecords(desk), String(id), { sub: null });
  return answer.ok ? answer.entry : undefined;
}

/** How far each reaches: a person and a tenant come back by signing in anew, a client is suspended. */
function entryBy(by, value) {
  const exp = Math.ceil(Date.now() / 1000) + REFRESH_SECONDS;
  const before = Date.now();
  if (by === "all") return { all: true, before, exp };
  if (typeof value !== "string" || value === "") return undefined;
  if (by === "sub" || by === "tenant") return { [by]: value, before, exp };
  if (by === "client" || by === "kid") return { [by]: value };
  if (["jti", "session", "family", "key"].includes(by)) return { [by]: value, exp };
  return undefined;
}

/** POST /api/operator/take-back { entry }: as the list of entries has it. */
export async function takeBack(request, desk) {
  const { entry } = await readJson(request);
  const { exp, ...selector } = Object(entry);
  const wasThere = await desk.store.revocations.remove(selector).catch(() => false);
  if (!wasThere) return json(404, { message: "there is no such entry" });
  await note(desk, "revocation", `takes back ${nameOf(selector)}`);
  await announce(desk);
  return json(200, {});
}

/** POST /api/operator/publish: as the cron does. */
export async function publishNow(request, desk) {
  return json(200, { seq: await announce(desk) });
}

/** Throws something out, and does not wait for the cron to say so. */
export async function throwOut(desk, ...entries) {
  for (const entry of entries) {
    await desk.store.revocations.add({ issuer: ISSUER, ...entry });
    await note(desk, "revocation", `throws out ${nameOf(entry)}`);
  }
  await announce(desk);
}

/** Publishes, and reads it at once where it was said: the other region does so at its next poll. */
export async function announce(desk) {
  const seq = await publish(desk);
  await desk.follower.poll();
  return seq;
}

export function nameOf({ before, exp, issuer, ...selector }) {
  const [[kind, value]] = Object.entries(selector);
  return kind === "all" ? "all tokens until now" : `${kind} ${value}`;
}
