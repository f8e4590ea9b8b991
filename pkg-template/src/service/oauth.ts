// The neutral part: tokens and their exchange (RFC 6749), revocation (RFC 7009), introspection
// (RFC 7662), the public keys (RFC 7517) and where all of that is (RFC 8414).
//
// Who a client is, and who signs in, the host says. What a stranger sends is answered in the codes of
// RFC 6749 section 5.2; where a list is missing or too old, with 503, so that nobody is signed out
// for it.

import { readHost } from "../binding.js";
import { SetupError } from "../errors.js";
import type { IssuerSettings, Pair } from "../issue-types.js";
import { Issuer } from "../issuer.js";
import type { KeySet } from "../keys.js";
import { readObject, readText } from "../options.js";
import type { Policy } from "../policy-types.js";
import type { Claims, Decision, Refusal } from "../types.js";
import { inspect } from "../verifier.js";
import { answerCached, json, oauthError } from "./answers.js";
import { type Presented, readClient } from "./client.js";
import { textOf } from "./fields.js";
import { found, foundById } from "./found.js";
import { lifeOf } from "./lives.js";
import { throwOut } from "./one-token.js";
import { tryRefresh } from "./trial.js";
import type { Asked, Fields, Ground, Part, RouteAnswer, ServiceRoute } from "./types.js";

/** What the neutral part is made of. */
export interface OAuthOptions {
  /** Of which the newest active one signs; the public ones are published. */
  keys: KeySet;
  /** `iss` of the tokens: the service's own https address (RFC 8414 section 2). */
  issuer: string;
  /** `aud` of the tokens. */
  audience: string | string[];
  /**
   * What else is said of the tokens' making, such as `accessTtl`. Clients and families are claims of
   * fixed names here: `client_id` and `family`.
   */
  settings?: Omit<IssuerSettings, "issuer" | "audience" | "claims">;
  /** What else tokens must meet that are shown here. */
  policy?: Omit<Partial<Policy>, "issuer" | "audience" | "kind">;
  /**
   * Who a client is, by its name and its secret (null: it shows none, as public clients do), or null.
   * An unknown client should take as long as a wrong secret.
   */
  client: (given: Presented, request: Request) => Client | null | Promise<Client | null>;
  /** What else gets tokens than refresh tokens, by `grant_type`, such as "password". */
  grants?: Record<string, Grant>;
}

/** A client of the service. */
export interface Client {
  /** Tokens hold it as `client_id`. */
  id: string;
  /** Whether it may ask about tokens of other clients, as an API may. Default "own". */
  introspects?: "own" | "any";
}

/** A way to get tokens. */
export interface Grant {
  /** A pair, or as for client credentials an access token alone. */
  tokens: "pair" | "access";
  /** The claims of the tokens, `sub` among them, or null where nobody is to have any. */
  signIn: (asked: GrantRequest) => Claims | null | Promise<Claims | null>;
}

/** What a grant is asked with. */
export interface GrantRequest {
  /** What the body holds. */
  fields: Fields;
  /** The client that asks. */
  client: Client;
  /** The request; its body has been read. */
  request: Request;
  /** The time of the request, in seconds. */
  now: number;
}

/** The neutral part. Throws a `SetupError` that names the option. */
export function oauth(options: OAuthOptions): Part {
  const { keys, issuer: iss, audience, settings = {}, policy, client, grants = {} } = options;
  const { claims } = readObject(settings, "settings");
  if (claims !== undefined) throw new SetupError("claims", "is not an option here");
  readText(iss, "issuer");
  readHost(options, "options", ["client"]);
  for (const grant of Object.values(grants)) readHost(grant, "grants", ["signIn"]);
  return (ground) => {
    const names = { issuer: iss, audience };
    const issuer = new Issuer({ keys, ...settings, ...names });
    const verifierOf = (kind: "access" | "refresh") =>
      ground.verifier({ keys, ...policy, ...names, kind });
    const verifiers = { access: verifierOf("access"), refresh: verifierOf("refresh") };
    const tokens = { ground, issuer, verifiers, client, grants };
    return { routes: [...endpointsOf(tokens), keyRoute(keys), metadataRoute(iss, grants)] };
  };
}

/** What the endpoints work with. */
interface Tokens {
  ground: Ground;
  issuer: Issuer;
  verifiers: Record<"access" | "refresh", ReturnType<Ground["verifier"]>>;
  client: OAuthOptions["client"];
  grants: Record<string, Grant>;
}

function endpointsOf(tokens: Tokens): ServiceRoute[] {
  const steps = { "/token": token, "/revoke": revoke, "/introspect": introspect };
  return Object.entries(steps).map(([path, step]) => ({
    method: "POST",
    path,
    guesses: "counted",
    answer: async (asked: Asked) => {
      const shown = readClient(asked);
      if (shown === "twice") return invalidRequest("a client shows itself in two ways");
      const client = shown === null ? null : foundById(await tokens.client(shown, asked.request));
      return client === null ? invalidClient(asked) : step(tokens, client, asked);
    },
  }));
}

/** RFC 6749 sections 4.3, 4.4 and 6, and whatever else the host grants. */
async function token(tokens: Tokens, client: Client, asked: Asked): Promise<RouteAnswer> {
  const { fields, request, now } = asked;
  const type = textOf(fields, "grant_type");
  if (type === null) return invalidRequest("grant_type is missing");
  if (type === "refresh_token") return refresh(tokens, client, asked);
  const grant = Object.hasOwn(tokens.grants, type) ? tokens.grants[type] : undefined;
  if (grant === undefined) return oauthError(400, "unsupported_grant_type", "there is no such grant");
  const claims = found(await grant.signIn({ fields, client, request, now }));
  if (claims === null) return invalidGrant("the credentials are not right");
  const own = { ...claims, client_id: client.id };
  if (grant.tokens === "pair") return pairAnswer(tokens, await tokens.issuer.issuePair(own, { now }));
  const access = await tokens.issuer.issue(own, { kind: "access", now });
  await tokens.ground.keep(access.record);
  return json(200, { access_token: access.token, ...TYPE, expires_in: lifeOf(access) });
}

async function refresh(
  { ground, issuer, verifiers, ...tokens }: Tokens,
  client: Client,
  { fields, now }: Asked,
): Promise<RouteAnswer> {
  const shown = textOf(fields, "refresh_token", MAX_TOKEN);
  if (shown === null) return invalidRequest("refresh_token is missing");
  // Before the exchange, so that a client cannot use up what is another's; that the token says the
  // truth, the exchange finds out.
  const said = inspect(shown);
  if (said.ok && !isOf(client, said)) return invalidGrant("the token is another client's");
  const verifier = verifiers.refresh;
  const answer = await issuer.refresh(shown, { verifier, families: ground.store.families, now });
  if (answer.ok) return pairAnswer({ ground, issuer, verifiers, ...tokens }, answer);
  if (answer.entry !== null) await ground.revoke([answer.entry]);
  return refused(answer);
}

async function pairAnswer({ ground }: Tokens, { access, refresh }: Pair): Promise<RouteAnswer> {
  await ground.keep(access.record);
  await ground.keep(refresh.record);
  const tokens = { access_token: access.token, ...TYPE, expires_in: lifeOf(access) };
  return json(200, { ...tokens, refresh_token: refresh.token });
}

/** RFC 7009: what is not good any more needs no revocation, and is answered as if it had one. */
async function revoke(tokens: Tokens, client: Client, asked: Asked): Promise<RouteAnswer> {
  const token = textOf(asked.fields, "token", MAX_TOKEN);
  if (token === null) return invalidRequest("token is missing");
  const { kind, decision } = await look(tokens, token, asked);
  if (!decision.ok) return isOurs(decision) ? refused(decision) : json(200, {});
  if (!isOf(client, decision)) return invalidGrant("the token is another client's");
  const shown = { token, claims: decision.claims, isRefresh: kind === "refresh" };
  await throwOut(tokens.ground, shown, { ...tokens, now: asked.now });
  return json(200, {});
}

/** RFC 7662: what is not good, or not to be known, is not active, and why is not said. */
async function introspect(tokens: Tokens, client: Client, asked: Asked): Promise<RouteAnswer> {
  const token = textOf(asked.fields, "token", MAX_TOKEN);
  if (token === null) return invalidRequest("token is missing");
  const { kind, decision: seen } = await look(tokens, token, asked);
  const isSpendable = seen.ok && kind === "refresh";
  const decision = isSpendable ? await wouldRefresh(tokens, token, asked) : seen;
  if (!decision.ok) return isOurs(decision) ? refused(decision) : json(200, { active: false });
  const mayKnow = client.introspects === "any" || isOf(client, decision);
  if (!mayKnow) return json(200, { active: false });
  return json(200, { ...decision.claims, active: true, ...(kind === "access" && TYPE) });
}

/** Of a refresh token the verifier does not know whether it was exchanged already. */
function wouldRefresh(
  { ground, issuer, verifiers }: Tokens,
  token: string,
  { now }: Asked,
): Promise<Decision> {
  const { families } = ground.store;
  return tryRefresh(issuer, token, { verifier: verifiers.refresh, families, now });
}

/** A token of either kind; the client's hint only says which to try first. */
async function look(
  { verifiers }: Tokens,
  token: string,
  { fields, now }: Asked,
): Promise<{ kind: "access" | "refresh"; decision: Decision }> {
  const isHinted = textOf(fields, "token_type_hint") === "refresh_token";
  const [first, second] = isHinted ? (["refresh", "access"] as const) : (["access", "refresh"] as const);
  const decision = await verifiers[first].verify(token, { now });
  if (decision.ok || decision.code !== "wrong_kind") return { kind: first, decision };
  return { kind: second, decision: await verifiers[second].verify(token, { now }) };
}

function keyRoute(keys: KeySet): ServiceRoute {
  return {
    method: "GET",
    path: "/.well-known/jwks.json",
    answer: ({ request }) => answerCached(request, JSON.stringify(keys.toJwks()), 300),
  };
}

function metadataRoute(issuer: string, grants: Record<string, Grant>): ServiceRoute {
  const at = (path: string) => issuer.replace(/\/$/, "") + path;
  const methods = ["client_secret_basic", "client_secret_post", "none"];
  const metadata = {
    issuer,
    token_endpoint: at("/token"),
    revocation_endpoint: at("/revoke"),
    introspection_endpoint: at("/introspect"),
    jwks_uri: at("/.well-known/jwks.json"),
    grant_types_supported: ["refresh_token", ...Object.keys(grants)],
    response_types_supported: [],
    token_endpoint_auth_methods_supported: methods,
    revocation_endpoint_auth_methods_supported: methods,
  };
  return {
    method: "GET",
    path: "/.well-known/oauth-authorization-server",
    answer: ({ request }) => answerCached(request, JSON.stringify(metadata), 300),
  };
}

/** RFC 6750 section 6.1.1. */
const TYPE = { token_type: "Bearer" };

/** The longest token that is looked at, in characters. */
const MAX_TOKEN = 16384;

function isOf(client: Client, { claims }: { claims: Claims }): boolean {
  return claims.client_id === client.id;
}

/** Where it is the service that cannot say, the token may be good: to come again, not to sign in. */
function isOurs({ code }: Refusal): boolean {
  return code === "not_covered" || code === "stale_list" || code === "internal_error";
}

function refused(refusal: Refusal): RouteAnswer {
  // Nobody guesses tokens; and of many who share an address, some have sessions that are over.
  if (!isOurs(refusal)) return { ...invalidGrant(refusal.message), guess: "none" };
  return json(503, { error: "temporarily_unavailable" }, { "Retry-After": "5" });
}

function invalidGrant(problem: string): RouteAnswer {
  return oauthError(400, "invalid_grant", problem);
}

function invalidRequest(problem: string): RouteAnswer {
  return oauthError(400, "invalid_request", problem);
}

/** RFC 6749 section 5.2: challenged in the way that was tried. */
function invalidClient({ request }: Asked): RouteAnswer {
  const answer = oauthError(401, "invalid_client", "the client is not known by what it shows");
  const isBasic = request.headers.has("authorization");
  const headers = { ...answer.headers, ...(isBasic && { "WWW-Authenticate": 'Basic realm="token"' }) };
  return { ...answer, headers };
}
