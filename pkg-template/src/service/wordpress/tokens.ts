// The routes of the WordPress plugin for tokens (systems.md WP-1 to WP-6): given for a key pair or a
// refresh token, and looked at.

import type { HttpAnswer } from "../../http.js";
import type { Pair } from "../../issue-types.js";
import type { KeyPairDecision, KeyPairRecord } from "../../keypairs.js";
import { textOf } from "../fields.js";
import { lifeOf } from "../lives.js";
import type { Asked, Fields, Ground, RouteAnswer, ServiceRoute } from "../types.js";
import { type Terms, tryRefresh } from "../trial.js";
import { type Site, fault, isGood, isUserId, typeOf, userIn, userOf } from "./site.js";
import type { Plugin, WordPressOptions } from "./types.js";

/** Under `/wp-json`. */
export function tokenRoutes(site: Site): ServiceRoute[] {
  const path = "/wp/v2/token";
  return [
    { method: "POST", path, guesses: "counted", answer: (asked) => token(site, asked) },
    { method: "GET", path: `${path}/validate`, answer: (asked) => validate(site, asked) },
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
  const stored = await userOf(options, id);
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
  const { ground, wp, issuer } = site;
  const answer = await issuer.refresh(shown, exchangeOf(site, now));
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

function exchangeOf({ ground, options, renewal }: Site, now: number): Terms {
  const families = options.reuseRefreshTokens ? null : ground.store.families;
  return { verifier: renewal, families, now };
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

/** The token that a gate has let pass. */
function tokenIn({ headers }: Request, { headers: names = ["authorization"] }: WordPressOptions): string {
  const shown = names.map((name) => /^Bearer +(\S+)/.exec(headers.get(name) ?? "")?.[1]);
  return shown.find((token) => token !== undefined) ?? "";
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
  if (isRefresh) {
    // The gate does not know whether it was exchanged already.
    const trial = await tryRefresh(site.issuer, tokenIn(request, options), exchangeOf(site, now));
    if (!trial.ok) return wp.answer(trial);
  }
  return wp.respond("valid", { kind, expiresIn: gated.decision.expiresIn ?? 0 });
}
