// The part of miniOrange's WordPress REST API authentication (systems.md section 5): a token for a
// user name and a password, and whether a token is valid.
//
// Passwords and users are the host's. Whatever a stranger sends is answered in the vendor's words.

import { readHost } from "../binding.js";
import { SetupError } from "../errors.js";
import { endFamily } from "../families.js";
import { Gate } from "../gate.js";
import type { HttpAnswer } from "../http.js";
import type { Issued } from "../issue-types.js";
import { Issuer } from "../issuer.js";
import type { KeySet } from "../keys.js";
import type { Entry } from "../list-types.js";
import { readNow } from "../options.js";
import type { Objection } from "../policy-types.js";
import type { Profiles } from "../profile-types.js";
import { type Profile, profile } from "../profile.js";
import type { At, Claims, Decision, Verified } from "../types.js";
import type { Verifier } from "../verifier.js";
import { json } from "./answers.js";
import { partWithCalls } from "./calls.js";
import { fingerprintOf } from "./digest.js";
import { textOf } from "./fields.js";
import { lastEnd } from "./lives.js";
import type { Asked, Ground, Part, RouteAnswer, ServiceRoute } from "./types.js";

type Plugin = Profiles["miniorange"];

/** What the part is made of, the making of its tokens among it. */
export type MiniOrangeOptions = Plugin["issuer"] & {
  keys: KeySet;
  /** Of the keys. Default "HS256". */
  alg?: "HS256" | "RS256";
  /** Who signs in, or null. An unknown user should take as long as a wrong password. */
  signIn: (
    username: string,
    password: string,
    request: Request,
  ) => MiniOrangeUser | null | Promise<MiniOrangeUser | null>;
  /** Whether a token's user is still there. Null, said aloud: that is not asked. */
  isUser: ((user: MiniOrangeUser) => boolean | Promise<boolean>) | null;
  /** The one header that holds the token, in the place of the usual ones. */
  header?: string;
  /** Tells the end of a token where its length is asked for, as the vendor does. */
  absoluteExpiresIn?: true;
  /** "validate-status-200" answers a token of another algorithm with the status of success. */
  failedValidation?: "validate" | "validate-status-200";
  /**
   * Beside each token gives a refresh token, to be exchanged at `/api/v1/token-refresh`. Where the
   * vendor has this, and how, is not known.
   */
  refreshRoute?: true;
  /** Lets whoever has a token throw it out, at `/api/v1/token-revoke`. The same holds for it. */
  revokeRoute?: true;
};

/** A user of the site. */
export interface MiniOrangeUser {
  id: number;
  /** By which they sign in. */
  name: string;
}

/** The part, and what its host calls. Tokens name no issuer: subjects are anybody's of that number. */
export interface MiniOrange extends Part {
  /** Throws out a token that is still good, and of a refresh token all that came of that sign-in. */
  revokeToken(token: string, at?: At): Promise<Decision>;
  /**
   * Throws out all tokens of a user until `restoreUser`; or, `before` a time in milliseconds, those
   * made before then, such as all so far: `{ before: Date.now() }`.
   */
  revokeUser(userId: number, cutOff?: { before?: number }): Promise<void>;
  /** Takes `revokeUser` back. */
  restoreUser(userId: number): Promise<void>;
}

/** The vendor's part. Throws a `SetupError` that names the option. */
export function miniorange(options: MiniOrangeOptions): MiniOrange {
  const asked = options?.isUser === null ? (["signIn"] as const) : (["signIn", "isUser"] as const);
  readHost(options, "options", asked);
  return partWithCalls(
    (ground) => siteOn(ground, options),
    (site) => ({
      base: "/wp-json",
      routeQuery: "rest_route",
      routes: routesOf(site),
      tooMany: () => site.mo.respond("tooMany"),
    }),
    (site) => ({
      revokeToken: async (token: string, at?: At) => revokeToken(site(), token, readNow(at)),
      revokeUser: async (userId: number, { before }: { before?: number } = {}) =>
        site().ground.revoke([{ ...ofUser(userId), ...(before !== undefined && { before }) }]),
      restoreUser: async (userId: number) => site().ground.unrevoke([ofUser(userId)]),
    }),
  );
}

/** MO-3: such tokens have no issuer. In a published list an entry without one is about the list's. */
const ANY = { issuer: null };

function ofUser(userId: number): { sub: string; issuer: null } {
  if (!Number.isSafeInteger(userId)) throw new SetupError("userId", "is not a whole number");
  return { sub: `${userId}`, ...ANY };
}

/** What the routes work with. */
interface Site {
  ground: Ground;
  options: MiniOrangeOptions;
  mo: Profile<Plugin>;
  issuer: Issuer;
  verifiers: Record<"access" | "refresh", Verifier>;
  gate: Gate;
}

function siteOn(ground: Ground, options: MiniOrangeOptions): Site {
  const { keys, alg = "HS256", signIn, isUser, header, absoluteExpiresIn, ...rest } = options;
  const { failedValidation, refreshRoute, revokeRoute, ...making } = rest;
  const mo = profile("miniorange");
  const customCheck = (token: Verified) => objectionTo(token, isUser);
  const verifierOf = (kind: "access" | "refresh") =>
    ground.verifier({ keys, ...mo.policy(kind, { alg }), customCheck });
  const verifiers = { access: verifierOf("access"), refresh: verifierOf("refresh") };
  const settings = mo.gate(header === undefined ? {} : { header });
  // The vendor's public routes look at no token; where this asks, one is wanted.
  const gate = new Gate({ verifier: verifiers.access, ...settings, routes: [] });
  return { ground, options, mo, issuer: new Issuer({ keys, ...mo.issuer(making) }), verifiers, gate };
}

/** MO-6: the user is looked up. */
async function objectionTo(
  { claims }: Verified<Claims | { sub: unknown; name: unknown }>,
  isUser: MiniOrangeOptions["isUser"],
): Promise<Objection> {
  if (isUser === null) return undefined;
  const { sub: id, name } = claims;
  const isNamed = Number.isSafeInteger(id) && typeof name === "string";
  // Nothing but true: an answer that was meant to be waited for is nobody.
  const isThere = isNamed && (await isUser({ id: id as number, name })) === true;
  return isThere ? undefined : { code: "wrong_subject", claim: "sub" };
}

function routesOf(site: Site): ServiceRoute[] {
  const { refreshRoute, revokeRoute } = site.options;
  const steps: Step[] = [
    { method: "POST", path: "/api/v1/token", answer: token },
    { method: "GET", path: "/api/v1/token-validate", answer: validate },
  ];
  if (refreshRoute) steps.push({ method: "POST", path: "/api/v1/token-refresh", answer: refresh });
  if (revokeRoute) steps.push({ method: "POST", path: "/api/v1/token-revoke", answer: revoke });
  return steps.flatMap(({ method, path, answer }): ServiceRoute[] => [
    { method, path, guesses: "counted", answer: (asked) => answer(site, asked) },
    { method: "OPTIONS", path, answer: (asked) => preflight(site, asked) },
  ]);
}

interface Step {
  method: string;
  path: string;
  answer: (site: Site, asked: Asked) => Promise<RouteAnswer>;
}

/** MO-1, MO-9: whatever is missing is as wrong as a wrong password. */
async function token(site: Site, { fields, request, now }: Asked): Promise<HttpAnswer> {
  const { options, mo, issuer } = site;
  const [username, password] = [textOf(fields, "username"), textOf(fields, "password")];
  if (username === null || password === null) return mo.respond("invalidCredentials");
  const user = await options.signIn(username, password, request);
  if (!user) return mo.respond("invalidCredentials");
  const { claims } = mo.claims("access", { id: user.id, name: user.name });
  if (options.refreshRoute) {
    const { access, refresh } = await issuer.issuePair(claims, { now });
    return tokenAnswer(site, access, refresh);
  }
  return tokenAnswer(site, await issuer.issue(claims, { now }));
}

/** MO-20. */
async function refresh(site: Site, { fields, now }: Asked): Promise<RouteAnswer> {
  const { ground, mo, issuer, verifiers } = site;
  const shown = textOf(fields, "refresh_token", MAX_TOKEN);
  if (shown === null) return mo.respond("invalidCredentials");
  const { families } = ground.store;
  const answer = await issuer.refresh(shown, { verifier: verifiers.refresh, families, now });
  if (answer.ok) return tokenAnswer(site, answer.access, answer.refresh);
  if (answer.entry !== null) await ground.revoke([answer.entry]);
  // Nobody guesses tokens; and of many who share an address, some have one that is over.
  return { ...mo.answer(answer), guess: "none" };
}

/** MO-2, and beside it what the vendor has no known name for. */
async function tokenAnswer(
  { ground, options, mo }: Site,
  access: Issued,
  refresh?: Issued,
): Promise<HttpAnswer> {
  await ground.keep(access.record);
  if (refresh !== undefined) await ground.keep(refresh.record);
  const { iat, exp } = access.claims as { iat: number; exp: number };
  const { absoluteExpiresIn } = options;
  const manner = absoluteExpiresIn === undefined ? {} : { absoluteExpiresIn };
  const answer = mo.respond("token", { token: access.token, iat, exp, ...manner });
  if (refresh === undefined) return answer;
  const body = JSON.stringify({ ...JSON.parse(answer.body), refresh_token: refresh.token });
  return { ...answer, body };
}

/** MO-10; MO-11 counts failures here too. */
async function validate(site: Site, { request, now }: Asked): Promise<HttpAnswer> {
  const { gate, mo, options } = site;
  const gated = await gate.check(request, { now });
  if (gated.outcome === "deny") return mo.answer(gated.decision, options.failedValidation ?? "validate");
  return mo.respond("valid");
}

/** MO-21: a token of either kind; nothing but itself need be shown. */
async function revoke(site: Site, { fields, now }: Asked): Promise<RouteAnswer> {
  const shown = textOf(fields, "token", MAX_TOKEN);
  if (shown === null) return site.mo.respond("invalidCredentials");
  const decision = await revokeToken(site, shown, now);
  if (!decision.ok) return { ...site.mo.answer(decision), guess: "none" };
  return json(200, { status: "TRUE", message: "REVOKED_TOKEN", code: "200" });
}

/** The longest token that is looked at, in characters. */
const MAX_TOKEN = 16384;

async function revokeToken(site: Site, token: string, now: number): Promise<Decision> {
  const { ground, verifiers } = site;
  const access = await verifiers.access.verify(token, { now });
  const isRefresh = !access.ok && access.code === "wrong_kind";
  const decision = isRefresh ? await verifiers.refresh.verify(token, { now }) : access;
  if (!decision.ok) return decision;
  const { claims } = decision;
  const entries = [await entryOf(token, claims)];
  if (isRefresh && typeof claims.family === "string") {
    const { family } = claims;
    const exp = lastEnd(claims, now);
    // Where the store is asked, at once; where lists are, with the next one.
    await endFamily(ground.store.families, family, exp);
    entries.push({ family, ...ANY, exp });
  }
  await ground.revoke(entries);
  return decision;
}

async function entryOf(token: string, { jti, exp }: Claims): Promise<Entry> {
  const name = jti === undefined ? { token: await fingerprintOf(token) } : { jti };
  return { ...name, ...ANY, ...(exp !== undefined && { exp }) };
}

/** MO-14, but for the service's own origins: never for any. */
function preflight({ ground, mo }: Site, { request }: Asked): HttpAnswer {
  const origin = request.headers.get("origin") ?? "";
  const answer = mo.respond("preflight", { origin, origins: [...ground.origins] });
  // Whether cookies may come along, the service says, here as in every other answer.
  const { "Access-Control-Allow-Credentials": _, ...headers } = answer.headers;
  return { ...answer, headers };
}
