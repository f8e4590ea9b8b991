// The part of the WordPress plugin WP-API/jwt-auth (systems.md section 4): pairs of tokens for a key
// pair, such as an application password, and the key pairs themselves.
//
// Users, and who may change whose key pairs, are the host's. A key pair that is gone takes its tokens
// with it: here at once, elsewhere with the next list. Whatever a stranger sends is answered in the
// plugin's words.

import { readHost } from "../binding.js";
import { SetupError } from "../errors.js";
import { Gate } from "../gate.js";
import type { HttpAnswer } from "../http.js";
import type { Pair } from "../issue-types.js";
import { Issuer } from "../issuer.js";
import type { KeyPairDecision, KeyPairRecord, KeyPairs } from "../keypairs.js";
import type { KeySet } from "../keys.js";
import type { Entry } from "../list-types.js";
import { readNow } from "../options.js";
import type { Objection } from "../policy-types.js";
import type { Profiles, UtcOffset, WordPressReason } from "../profile-types.js";
import { type Profile, profile } from "../profile.js";
import type { At, Claims, Verified } from "../types.js";
import type { Verifier } from "../verifier.js";
import { json } from "./answers.js";
import { partWithCalls } from "./calls.js";
import { textOf } from "./fields.js";
import { lifeOf } from "./lives.js";
import type { Asked, Fields, Ground, Part, RouteAnswer, ServiceRoute } from "./types.js";

type Plugin = Profiles["wp-jwt-auth"];

/** What the part is made of, the making of its tokens among it: `site` is their `iss`. */
export type WordPressOptions = Plugin["issuer"] & {
  /** HS256: the site's `SECURE_AUTH_KEY`. */
  keys: KeySet;
  /**
   * Makes and checks key pairs; tokens name theirs by its key (`tokensNameIt: "key"`). Where their
   * `tokenTtl` is the life of a refresh token, what is thrown out is forgotten when it has ended.
   * The address of their last use is as the service's `guesses` find it.
   */
  pairs: KeyPairs;
  /** A user as stored now, or null. Whoever has another login or e-mail by now needs new tokens. */
  user: (id: number) => WordPressUser | null | Promise<WordPressUser | null>;
  /**
   * Whether a request is of somebody who may change that user, such as by a cookie and its nonce,
   * never by a token of this part. Its body has been read.
   */
  mayEdit: (request: Request, userId: number) => boolean | Promise<boolean>;
  /** Where a token may be, in order. Default "authorization". */
  headers?: string[];
  /** How far the site's local time is ahead of UTC, in which it writes out dates. Default: not at all. */
  utcOffset?: UtcOffset;
  /** "validate-status-200" answers a missing token with the status of success, as the plugin does. */
  failedValidation?: "validate" | "validate-status-200";
};

/** A user of the site. */
export interface WordPressUser {
  login: string;
  email: string;
  /** Default "wp_user". */
  type?: string;
}

/** The part, and what its host calls. */
export interface WordPress extends Part {
  /**
   * Removes all key pairs of a user, and throws out what was made with them: to be called when they
   * have a new password. Answers how many there were.
   */
  dropPairsOf(userId: number, at?: At): Promise<number>;
}

/** The plugin's part. Throws a `SetupError` that names the option. */
export function wordpress(options: WordPressOptions): WordPress {
  readHost(options, "options", ["user", "mayEdit"]);
  checkPairs(options.pairs);
  return partWithCalls(
    (ground) => siteOn(ground, options),
    (site) => ({ base: "/wp-json", routeQuery: "rest_route", routes: routesOf(site) }),
    (site) => ({
      dropPairsOf: async (userId: number, at?: At) => dropAll(site(), userId, readNow(at)),
    }),
  );
}

/** Tokens that do not name their pair by its key would stay good when it is gone. */
function checkPairs(pairs: KeyPairs): void {
  const any = { key: "0", owner: 0 } as KeyPairRecord;
  const { entries } = readHost(pairs, "pairs", ["revokeAll"]).revokeAll([any], 0);
  if (entries.some((entry) => "key" in entry)) return;
  throw new SetupError("pairs", 'do not say that tokens name them by the "key"');
}

/** What the routes work with. */
interface Site {
  ground: Ground;
  options: WordPressOptions;
  wp: Profile<Plugin>;
  issuer: Issuer;
  verifiers: Record<"access" | "refresh", Verifier>;
  gates: Record<"access" | "refresh", Gate>;
}

function siteOn(ground: Ground, options: WordPressOptions): Site {
  const { keys, pairs, user, mayEdit, headers, utcOffset, failedValidation, ...making } = options;
  const wp = profile("wp-jwt-auth");
  const customCheck = (token: Verified) => objectionTo(token, ground, user);
  const verifierOf = (kind: "access" | "refresh") =>
    ground.verifier({ keys, ...wp.policy(kind, { site: making.site }), customCheck });
  const verifiers = { access: verifierOf("access"), refresh: verifierOf("refresh") };
  const settings = wp.gate(headers === undefined ? {} : { headers });
  const gateOf = (verifier: Verifier) => new Gate({ verifier, ...settings });
  const gates = { access: gateOf(verifiers.access), refresh: gateOf(verifiers.refresh) };
  return { ground, options, wp, issuer: new Issuer({ keys, ...wp.issuer(making) }), verifiers, gates };
}

/** WP-21, WP-23, WP-32: what stands in no token: the user as stored, and whether the pair is there. */
async function objectionTo(
  { claims }: Verified,
  { store }: Ground,
  user: WordPressOptions["user"],
): Promise<Objection> {
  const { id, type, user_login: login, user_email: email, ...said } = userIn(claims);
  const wrong = (member: string) => ({ code: "wrong_subject", claim: `/data/user/${member}` }) as const;
  const stored = isUserId(id) ? await user(id) : null;
  if (stored === null || typeOf(stored) !== type) return wrong("id");
  if (stored.login !== login) return wrong("user_login");
  if (stored.email !== email) return wrong("user_email");
  const key = textOf(said, "api_key");
  const pair = key === null ? null : await store.pairs.byKey(key);
  return isGood(pair) && pair.owner === id ? undefined : "revoked_credential";
}

/** The policy has seen to it that there is one. */
function userIn(claims: Claims): Fields {
  return (claims.data as { user: Fields }).user;
}

function typeOf({ type = "wp_user" }: WordPressUser): string {
  return type;
}

function isUserId(id: unknown): id is number {
  return Number.isSafeInteger(id) && (id as number) > 0;
}

function isGood(pair: KeyPairRecord | null): pair is KeyPairRecord {
  return pair !== null && pair.state === "active";
}

function routesOf(site: Site): ServiceRoute[] {
  const ofUser = (step: UserStep) => (asked: Asked) => askUser(site, step, asked);
  const pairs = "/wp/v2/key-pair/{user}";
  return [
    {
      method: "POST",
      path: "/wp/v2/token",
      guesses: "counted",
      answer: (asked) => token(site, asked),
    },
    { method: "GET", path: "/wp/v2/token/validate", answer: (asked) => validate(site, asked) },
    { method: "GET", path: pairs, answer: ofUser(list) },
    { method: "POST", path: pairs, answer: ofUser(create) },
    { method: "DELETE", path: `${pairs}/{key}/revoke`, answer: ofUser(revoke) },
    { method: "DELETE", path: `${pairs}/revoke-all`, answer: ofUser(revokeAll) },
  ];
}

/** WP-1, WP-3: a refresh token is looked at first, even beside a key pair. */
async function token(site: Site, asked: Asked): Promise<RouteAnswer> {
  const { fields } = asked;
  if (isGiven(fields, "refresh_token")) return refresh(site, fields.refresh_token as string, asked);
  const [key, secret] = [textOf(fields, "api_key"), textOf(fields, "api_secret")];
  if (key === null || secret === null) return fault(site, "required_api_key_secret");
  return signIn(site, { key, secret }, asked);
}

function isGiven(fields: Fields, name: string): boolean {
  return Object.hasOwn(fields, name) && fields[name] !== null && fields[name] !== "";
}

async function signIn(
  site: Site,
  given: { key: string; secret: string },
  { address: ip, now }: Asked,
): Promise<HttpAnswer> {
  const { ground, options, wp, issuer } = site;
  const judge = (was: KeyPairRecord | null) => options.pairs.verify(given, was, { ip, now });
  const used = await use(ground, given.key, now, judge);
  if (!used.ok) {
    const isOff = used.code === "deactivated";
    return fault(site, isOff ? "revoked_api_key" : "invalid_api_key_secret");
  }
  const { owner: id, key } = used.record;
  if (!isUserId(id)) return fault(site, "missing_user_id");
  const stored = await options.user(id);
  if (stored === null) return fault(site, "invalid_api_key_secret");
  const { login, email } = stored;
  if (!login) return fault(site, "missing_user_login");
  if (!email) return fault(site, "missing_user_email");
  // Of this kind from the start, `token_type` stands where the plugin has it.
  const { claims } = wp.claims("refresh", { id, type: typeOf(stored), login, email, key });
  return pairAnswer(site, await issuer.issuePair(claims, { now }));
}

/** WP-25: once only, unless the host says otherwise. */
async function refresh(site: Site, shown: string, { address: ip, now }: Asked): Promise<RouteAnswer> {
  const { ground, options, wp, issuer, verifiers } = site;
  const families = options.reuseRefreshTokens ? null : ground.store.families;
  const answer = await issuer.refresh(shown, { verifier: verifiers.refresh, families, now });
  if (!answer.ok) {
    if (answer.entry !== null) await ground.revoke([answer.entry]);
    // Nobody guesses tokens; and of many who share an address, some have one that is over.
    return { ...wp.answer(answer, "token"), guess: "none" };
  }
  const key = userIn(answer.access.claims).api_key as string;
  const used = await use(ground, key, now, (was) => {
    if (!isGood(was)) return GONE;
    return { ok: true, record: { ...was, lastUsed: Math.floor(now), lastIp: ip ?? was.lastIp } };
  });
  return used.ok ? pairAnswer(site, answer) : fault(site, "revoked_api_key");
}

const GONE = { ok: false, code: "deactivated", message: "the key pair is gone" } as const;

/** How often a pair that changes meanwhile is looked at again. */
const MAX_LOOKS = 8;

/** WP-30: writes down that a pair is used, if `judge` finds it right as it is by then. */
async function use(
  { store }: Ground,
  key: string,
  now: number,
  judge: (was: KeyPairRecord | null) => KeyPairDecision<KeyPairRecord>,
): Promise<KeyPairDecision<KeyPairRecord>> {
  for (let look = 0; look < MAX_LOOKS; look += 1) {
    const was = await store.pairs.byKey(key);
    const judged = judge(was);
    if (!judged.ok) return judged;
    // Whoever came in between has written down a use at this second.
    if (look > 0 && (was?.lastUsed ?? -Infinity) >= Math.floor(now)) return judged;
    if (await store.pairs.put(judged.record, was)) return judged;
  }
  throw new Error("a key pair changed each time that it was read");
}

/** WP-2. */
async function pairAnswer({ ground, wp }: Site, { access, refresh }: Pair): Promise<HttpAnswer> {
  const { id, type, user_login: login, user_email: email, api_key: key } = userIn(access.claims);
  // The tokens have no `sub`; by that of their records they can be listed for their user.
  await ground.keep({ ...access.record, sub: `${id}` });
  await ground.keep({ ...refresh.record, sub: `${id}` });
  const named = { id, type, login, email, key } as Omit<Plugin["claims"]["access"], "ttl">;
  const [tokens, ttl] = [{ access: access.token, refresh: refresh.token }, lifeOf(access)];
  return wp.respond("token", { ...named, ...tokens, ...(ttl !== undefined && { ttl }) });
}

/** WP-4, WP-6: what is wrong with a token that is there, the gate says. */
async function validate(site: Site, { request, now }: Asked): Promise<HttpAnswer> {
  const { gates, options, wp } = site;
  const first = await gates.access.check(request, { now });
  const isRefresh = first.outcome === "deny" && first.decision.code === "wrong_kind";
  const gated = isRefresh ? await gates.refresh.check(request, { now }) : first;
  const place = options.failedValidation ?? "validate";
  if (gated.outcome === "public") return wp.answer({ code: "missing_token" }, place);
  if (gated.outcome === "deny") return gated.response;
  const kind = isRefresh ? "refresh" : "access";
  return wp.respond("valid", { kind, expiresIn: gated.decision.expiresIn ?? 0 });
}

/** What is done with a user's key pairs. */
type UserStep = (site: Site, userId: number, asked: Asked) => Promise<HttpAnswer>;

/** WP-10: whoever may not change a user does not even hear whether there is one. */
async function askUser(site: Site, step: UserStep, asked: Asked): Promise<HttpAnswer> {
  const userId = Number(/^\d+$/.exec(asked.params.user ?? "")?.[0]);
  if (!isUserId(userId)) return fault(site, "invalid_user_error");
  const { user, mayEdit } = site.options;
  // Nothing but true: an answer that was meant to be waited for is no permission.
  if ((await mayEdit(asked.request, userId)) !== true) return fault(site, "edit_user_error");
  if ((await user(userId)) === null) return fault(site, "invalid_user_error");
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

/** WP-31. */
async function dropAll(site: Site, owner: number, now: number): Promise<number> {
  const owned = await site.ground.store.pairs.ofOwner(owner);
  const { entries } = site.options.pairs.revokeAll(owned, owner, { now });
  return drop(site, owned.map(({ key }) => key), entries);
}

/** Throws out first: whatever ends this in between, no token outlives its pair. */
async function drop({ ground, options }: Site, keys: string[], entries: Entry[]): Promise<number> {
  // In a published list an entry without an issuer is about that of the list.
  await ground.revoke(entries.map((entry) => ({ ...entry, issuer: options.site })));
  let removed = 0;
  for (const key of keys) if (await ground.store.pairs.remove(key)) removed += 1;
  return removed;
}

/** WP-35: what the host finds wrong. */
function fault({ wp }: Site, reason: WordPressReason): HttpAnswer {
  return wp.respond("error", { reason });
}
