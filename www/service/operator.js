// The operator's part: the history of tokens, what is thrown out, and the list that says so.

import { listHistory, revokeById } from "edge-jwt";
import { json, textOf } from "edge-jwt/service";

import { announce, takeBack, throwOut } from "./announcing.js";
import { REFRESH_SECONDS } from "./desk.js";

/** The most records that the history looks at. */
const MOST = 500;

export function operator(desk) {
  return (ground) => {
    const at = { ...desk, ...ground };
    return {
      base: "/api/operator",
      routes: [
        { method: "GET", path: "/history", answer: ({ url }) => history(at, url) },
        { method: "GET", path: "/entries", answer: async () => json(200, { entries: await entriesOf(at) }) },
        { method: "POST", path: "/revoke", answer: ({ fields }) => revoke(at, fields) },
        { method: "POST", path: "/take-back", answer: ({ fields }) => unrevoke(at, fields) },
        { method: "POST", path: "/publish", answer: async () => json(200, { seq: await announce(at) }) },
      ],
    };
  };
}

/** ?sortField=exp&direction=1&page=0&limit=8 */
async function history(at, { searchParams }) {
  const page = listHistory(await recentRecords(at), searchParams, { sub: null });
  if (!page.ok) return json(400, page);
  const prints = new Set((await entriesOf(at)).map(({ token }) => token));
  return json(200, { ...page, items: page.items.map((item) => withStatus(item, at, prints)) });
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

/** All that is thrown out. */
async function entriesOf({ store }) {
  const now = Date.now() / 1000;
  const { entries } = await store.revocations.page();
  return entries.filter(({ exp = Infinity }) => exp > now);
}

/** { by, value }: `value` is a record's id for "record", else a name. */
async function revoke(at, fields) {
  const [by, value] = [textOf(fields, "by"), textOf(fields, "value")];
  const entry = by === "record" ? await entryOfRecord(at, value) : entryBy(by, value);
  if (entry === undefined) return json(400, { message: "there is nothing to throw out by that" });
  await throwOut(at, [entry]);
  return json(200, { entry });
}

async function entryOfRecord(at, id) {
  const answer = revokeById(await recentRecords(at), id ?? "", { sub: null });
  return answer.ok ? answer.entry : undefined;
}

/** How far each reaches: a person and a tenant come back by signing in anew, a client is suspended. */
function entryBy(by, value) {
  const before = Date.now();
  const exp = Math.ceil(before / 1000) + REFRESH_SECONDS;
  if (by === "all") return { all: true, before, exp };
  if (value === null) return undefined;
  if (by === "sub" || by === "tenant") return { [by]: value, before, exp };
  if (by === "client" || by === "kid") return { [by]: value };
  if (["jti", "session", "family", "key"].includes(by)) return { [by]: value, exp };
  return undefined;
}

/** { entry }: one of all that is thrown out, as it stands there. */
async function unrevoke(at, { entry }) {
  const meant = JSON.stringify(entry);
  const found = (await entriesOf(at)).find((one) => JSON.stringify(one) === meant);
  if (found === undefined) return json(404, { message: "there is no such entry" });
  const { exp, ...selector } = found;
  await takeBack(at, [selector]);
  return json(200, {});
}
