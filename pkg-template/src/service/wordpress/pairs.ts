// The routes of the WordPress plugin for key pairs (systems.md WP-7 to WP-10, WP-34): made, listed and
// removed by whoever may change their user.

import type { HttpAnswer } from "../../http.js";
import type { Entry } from "../../list-types.js";
import { json } from "../answers.js";
import { textOf } from "../fields.js";
import type { Asked, ServiceRoute } from "../types.js";
import { type Site, fault, isUserId, userOf } from "./site.js";

/** Under `/wp-json`. */
export function pairRoutes(site: Site): ServiceRoute[] {
  const ofUser = (step: UserStep) => (asked: Asked) => askUser(site, step, asked);
  const path = "/wp/v2/key-pair/{user}";
  return [
    { method: "GET", path, answer: ofUser(list) },
    { method: "POST", path, answer: ofUser(create) },
    { method: "DELETE", path: `${path}/{key}/revoke`, answer: ofUser(revoke) },
    { method: "DELETE", path: `${path}/revoke-all`, answer: ofUser(revokeAll) },
  ];
}

/** What is done with a user's key pairs. */
type UserStep = (site: Site, userId: number, asked: Asked) => Promise<HttpAnswer>;

/** WP-10: whoever may not change a user does not even hear whether there is one. */
async function askUser(site: Site, step: UserStep, asked: Asked): Promise<HttpAnswer> {
  const userId = Number(/^\d+$/.exec(asked.params.user ?? "")?.[0]);
  if (!isUserId(userId)) return fault(site, "invalid_user_error");
  const { options } = site;
  // Nothing but true: an answer that was meant to be waited for is no permission.
  if ((await options.mayEdit(asked.request, userId)) !== true) return fault(site, "edit_user_error");
  if ((await userOf(options, userId)) === null) return fault(site, "invalid_user_error");
  return step(site, userId, asked);
}

/** WP-34, by the names of WP-28. */
async function list({ ground, options }: Site, userId: number): Promise<HttpAnswer> {
  const shown = options.pairs.list(await ground.store.pairs.ofOwner(userId));
  const rows = shown.map(({ name, key, created, lastUsed, lastIp, state }) => ({
    ...{ name, api_key: key, created, last_used: lastUsed, last_ip: lastIp, state },
  }));
  return json(200, rows);
}

/** WP-7: the secret is nowhere but in this answer. */
async function create(site: Site, owner: number, { fields, now }: Asked): Promise<HttpAnswer> {
  const { ground, options, wp } = site;
  const name = textOf(fields, "name", 255);
  if (name === null) return fault(site, "required_name_error");
  const { secret, record } = options.pairs.create({ owner, name, now });
  if (!(await ground.store.pairs.put(record, null))) throw new Error("a pair has that key already");
  const { key, hash, created } = record;
  const { utcOffset } = options;
  const local = utcOffset === undefined ? {} : { utcOffset };
  return wp.respond("keyPair", { secret, name, key, hash, created, ...local });
}

/** WP-8: a pair of another user is as unknown as any. */
async function revoke(site: Site, owner: number, { params, now }: Asked): Promise<HttpAnswer> {
  const { ground, options, wp } = site;
  const { key = "" } = params;
  const owned = await ground.store.pairs.ofOwner(owner);
  const { entries } = options.pairs.revoke(owned, key, { owner, now });
  const removed = await drop(site, entries.length === 0 ? [] : [key], entries);
  return wp.respond("revoked", { removed: removed > 0 });
}

/** WP-9. */
async function revokeAll(site: Site, owner: number, { now }: Asked): Promise<HttpAnswer> {
  return site.wp.respond("revokedAll", { removed: await dropAll(site, owner, now) });
}

/** WP-31: removes all key pairs of a user; answers how many there were. */
export async function dropAll(site: Site, owner: number, now: number): Promise<number> {
  const owned = await site.ground.store.pairs.ofOwner(owner);
  const { entries } = site.options.pairs.revokeAll(owned, owner, { now });
  return drop(site, owned.map(({ key }) => key), entries);
}

/** Throws out first: whatever ends this in between, no token outlives its pair. */
async function drop({ ground }: Site, keys: string[], entries: Entry[]): Promise<number> {
  await ground.revoke(entries);
  let removed = 0;
  for (const key of keys) if (await ground.store.pairs.remove(key)) removed += 1;
  return removed;
}
