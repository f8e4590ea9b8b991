// Right use: must compile as it stands.

import {
  Gate,
  Issuer,
  KeyPairs,
  KeySet,
  MemoryFamilies,
  RemoteKeySet,
  Revocations,
  SetupError,
  Verifier,
  Webhook,
  checkSubscriptions,
  equal,
  generateKey,
  hmacHex,
  init,
  inspect,
  listHistory,
  revokeById,
  revokeByJti,
  profile,
  toResponse,
} from "edge-jwt";
import type { Code, Decision, Families, GateSettings, Gated, KeyPairRecord } from "edge-jwt";
import type { Pair, Policy } from "edge-jwt";
import { entriesOf, entriesOfNotBefore, readRevocationRequest } from "edge-jwt/events";
import { guard as guardFetch, guardExpress, guardNode } from "edge-jwt/handler";
import { type Guarded, guardHono } from "edge-jwt/hono";
import { ListFollower, type ListReader, type ListStore, answerList, httpLists } from "edge-jwt/lists";
import { type KvLike, type R2Like, kv, makeStatusList, memoryLists, publishList } from "edge-jwt/lists";
import { r2, statusAt } from "edge-jwt/lists";
import { type Part, createTokenService, lists, miniorange } from "edge-jwt/service";
import { statusLists, wordpress } from "edge-jwt/service";
import type { MiniOrangeUser, WordPressUser } from "edge-jwt/service";
import { Verifier as SlimVerifier } from "edge-jwt/slim";
import { type EntryPage, MemoryStore, type SqlDriver, SqlStore, type Store } from "edge-jwt/store";
import { type D1Like, type LibsqlLike, type SqliteLike, d1, libsql, sqlite } from "edge-jwt/store";
import { Hono } from "hono";
import { Session, SessionError } from "edge-jwt/widget";
import type { SessionState, TokenSupplier } from "edge-jwt/widget";

interface Visitor {
  sub: string;
  name: string;
}

/** As of a fetch handler, and as of Node, whose types are not at hand here. */
export async function guard(request: Request, verifier: Verifier): Promise<Response | undefined> {
  const settings: GateSettings = { schemes: ["Bearer", "JWT"], schemeCase: "exact", query: null };
  const gate = new Gate({
    verifier,
    ...settings,
    base: ["/wp-json", "/index.php/wp-json"],
    outside: "public",
    routeQuery: "rest_route",
    pathCase: "any",
    roles: { claim: "/user/role", deny: "banned" },
    routes: [
      { path: "/wp/v2/posts/{id}", method: ["GET", "PUT"], access: "optional", roles: null },
      { path: "/admin/**", access: "required", roles: { claim: "/user/role", allow: ["admin"] } },
    ],
  });
  const incoming: { method?: string | undefined; url?: string | undefined; headers: { [name: string]: string | string[] | undefined } } =
    { method: "GET", url: "/x", headers: { cookie: "a=b", "set-cookie": ["c=d"] } };
  const now: Gated<Visitor> = gate.checkSync<Visitor>(incoming, { now: 1700000000 });
  if (now.outcome === "allow") return new Response(`${now.claims.name} ${now.decision.expiresIn}`);
  const gated = await gate.check(request);
  if (gated.outcome !== "deny") return undefined;
  const code: Code = gated.decision.code;
  return code === "forbidden_role" ? new Response(null, { status: 404 }) : toResponse(gated.response);
}

export async function use(token: string): Promise<string> {
  await init();
  const keys = new KeySet([
    { kid: "a", alg: "HS256", secret: { base64url: "c2VjcmV0" }, allowShortSecret: true },
    { alg: "HS512", secret: new Uint8Array(64), state: "verify" },
    { alg: "RS256", pem: "-----BEGIN PUBLIC KEY-----" },
    { der: new Uint8Array(), kid: "d" },
    { jwk: await generateKey("ES256", { kid: "e" }), state: "active" },
  ]);
  const remote = new RemoteKeySet("https://issuer.example/jwks", { alg: "RS256", maxAge: 60 });
  new Verifier({ keys: remote, issuer: "a", audience: null });
  KeySet.fromPems({ a: "-----BEGIN PUBLIC KEY-----" }, { alg: "PS256" });
  const published: string | undefined = KeySet.fromJwks(keys.toJwks()).toJwks().keys[0]?.kid;
  const policy: Policy = { issuer: ["a", "b"], audience: null, clockTolerance: 5 };
  const verifier = new Verifier({ keys, ...policy });
  const visitors = new Verifier({
    keys,
    issuer: null,
    audience: { url: "https://chat.example/projects/{project}" },
    algorithms: ["HS256", "ES256"],
    kind: { claim: "/token_use", value: null },
    required: ["/email"],
    equals: { "/data/user/type": "wp_user", "/n": 1, "/b": true },
    prefix: { "/_id": "{project}_" },
    forbidden: ["/role"],
    versions: { claim: "/ver", rules: [{ version: 1, required: ["/user/id"] }] },
    maxLifetime: 600,
    cache: { maxEntries: 10 },
    customCheck: async ({ claims }) => (claims.sub === "x" ? { code: "revoked_session" } : undefined),
  });
  const hits: number = visitors.stats().cache?.hits ?? 0;
  const list = new Revocations();
  list.revoke({ sub: "u", before: Date.now(), issuer: "a" });
  list.revoke({ jti: "t", exp: 1700000000 });
  verifier.setRevocations(list);
  new SlimVerifier({ keys, issuer: null, audience: null }).free();

  const decision: Decision<Visitor> = await verifier.verify<Visitor>(token, { now: 1700000000 });
  if (!decision.ok) {
    const code: Code = decision.code;
    return `${decision.stage} ${code} ${decision.claim ?? ""}`;
  }
  const event = await verifier.verify(token);
  if (event.ok) entriesOf(event.claims, { maxLifetime: 900 }).forEach((entry) => list.revoke(entry));
  const push = { action: "PUSH_NOT_BEFORE", notBefore: 1700000000, resource: "api" };
  entriesOfNotBefore(push, { issuer: "a", reach: "client" }).forEach((entry) => list.revoke(entry));
  const hint: "access_token" | "refresh_token" | null = readRevocationRequest("token=x").hint;
  const left: number | null = decision.expiresIn;
  const project: string | undefined = decision.captured?.project;
  const hints = inspect(token);
  const issued = await new Issuer({ keys, issuer: "a" }).issue({ sub: "u", deep: { a: [1] } }, { ttl: 60 });
  const pair: Pair = await new Issuer({ keys, refreshTtl: "14d" }).issuePair({ sub: "u" });
  const refreshing = new Verifier({ keys, issuer: null, audience: null, kind: "refresh" });
  const next = await new Issuer({ keys }).refresh(pair.refresh.token, {
    verifier: refreshing,
    families: new MemoryFamilies(),
    claims: { roles: [] },
  });
  if (next.entry !== null) list.revoke(next.entry);
  if (next.ok) new Issuer({ keys }).issueSync(next.claims, { ttl: "60m", kind: "widget", nbf: "now" });
  const kept: Families = { read: async () => null, swap: async (family, from, to, exp) => exp > 0 };
  await new Issuer({ keys }).refresh("", { verifier: refreshing, families: kept });
  try {
    keys.free();
  } catch (error) {
    if (error instanceof SetupError) return `${error.option} ${error.code}`;
  }
  return `${published} ${project} ${hits} ${hint} ${decision.claims.name} ${left} ${hints.ok && hints.hints.audId} ${issued.record.jti}`;
}

interface Row extends KeyPairRecord {
  id: bigint;
}

export function serve(rows: Row[], request: Request, body: string, secret: string): string[] {
  const pairs = new KeyPairs({ secret: { hex: secret }, tokensNameIt: "key", tokenTtl: "14d" });
  const made = pairs.create({ owner: 7, name: "app" });
  const found: Row | undefined = rows.find(({ key }) => key === made.record.key);
  const decision = pairs.verify({ key: made.record.key, secret: made.secret }, found, { ip: null });
  const kept: bigint | string = decision.ok ? decision.record.id : decision.code;
  const list = new Revocations();
  const { records, removed, entries } = pairs.revokeAll(rows, 7);
  const left: Row[] = pairs.revoke(records, "key", { owner: 7 }).records;
  entries.forEach((entry) => list.revoke(entry));
  const row = left[0];
  if (row !== undefined) {
    const { record, secret, entries } = pairs.regenerate(row);
    entries.forEach((entry) => list.revoke(entry));
    pairs.reactivate(pairs.deactivate(record).record).unrevoke.forEach((entry) => list.unrevoke(entry));
    pairs.verifyWordPressHash({ key: record.key, salt: "a", secret, hash: "b" });
  }
  const names: string[] = pairs.list(rows).map(({ id, name }) => `${id} ${name}`);

  const history = [new Issuer({ keys: new KeySet([]) }).issueSync({}).record];
  const page = listHistory(history, new URL(request.url).searchParams, { sub: "u" });
  const jti = page.ok ? page.items[0]?.jti : page.option;
  for (const revoked of [revokeById(history, 5, { sub: null }), revokeByJti(history, "a", { sub: "u" })]) {
    if (revoked.ok) list.revoke(revoked.entry);
  }

  const webhook = new Webhook({ secrets: ["new", "old"], maxAge: "5m", headers: { signature: "x-code" } });
  const verified = webhook.verify(body, request.headers);
  const { headers } = webhook.sign(body);
  webhook.verify(new TextEncoder().encode(body), headers);
  const answer = webhook.answerUrlValidation(body)?.encryptedToken ?? "";
  const checked = checkSubscriptions(JSON.parse(body), { max: 20 });
  const fault = checked.ok ? "" : `${checked.index} ${checked.option}`;
  const code = verified.ok ? hmacHex("secret", body) : verified.code;
  return [`${kept} ${removed} ${jti} ${equal(code, answer)} ${fault}`, ...names];
}

export async function useProfiles(keys: KeySet): Promise<number> {
  const zoom = profile("zoom");
  new Verifier({ keys, ...zoom.policy("api", { apiKey: "K" }), clockTolerance: 5 });
  const issuer = new Issuer({ keys, ...zoom.issuer() });
  const { claims, options } = zoom.claims("meeting", { apiKey: "K", meeting: "1", role: 0, ttl: "2h" });
  await issuer.issue(claims, options);
  const tiledesk = profile("tiledesk");
  tiledesk.claims("guest");
  tiledesk.claims("userexternal", { project: "p", id: "1", email: "e", attributes: { n: [1] } });
  tiledesk.policy("userexternal");
  tiledesk.gate({ secretTokenInQuery: true });
  const wp = profile("wp-jwt-auth");
  new Issuer({ keys, ...wp.issuer({ site: "https://example.org", accessTtl: "1d" }) });
  const decision = await new Verifier({ keys, ...wp.policy("access", { site: "s" }) }).verify("x");
  if (!decision.ok) return wp.answer(decision, "validate").status;
  profile("leaddesk").respond("login", { token: "t", exp: 1, utcOffset: "+02:00" });
  profile("miniorange").respond("valid");
  profile("zendesk").issuer({ kid: "k" });
  return profile("hubspot").request("token", { email: "e" }).ttl ?? 0;
}

interface Env {
  SECRET: string;
}

/** As a worker, Deno, Node, Express and Hono take them. */
export function useGuards(gate: Gate, make: (env: Env) => Promise<Gate>) {
  const worker = {
    fetch: guardFetch<Visitor, [env: Env, ctx: { waitUntil(promise: Promise<unknown>): void }]>(
      make,
      async (request, gated, env, ctx) => {
        ctx.waitUntil(request.text());
        return new Response(gated.outcome === "allow" ? gated.claims.name : env.SECRET);
      },
    ),
  };
  const answered: Promise<Response> = guardFetch(gate, (request, gated) =>
    Response.json({ url: request.url, sub: gated.outcome === "allow" && gated.claims.sub }),
  )(new Request("https://a.example"));
  const listener = guardNode(gate, (request: { url?: string; headers: {} }, response: { writeHead(status: number): { end(body?: string): void } }, gated) => {
    response.writeHead(200).end(`${request.url} ${gated.outcome}`);
  }, { onError: () => {} });
  const app = new Hono<{ Bindings: Env; Variables: Guarded<Visitor> }>();
  app.use(guardHono<Visitor, Env>(make)).use("/x/*", guardHono(gate));
  app.get("/", (c) => {
    const gated = c.get("gated");
    return c.text(gated.outcome === "allow" ? gated.claims.name : "nobody");
  });
  new Hono().use(guardHono(gate));
  return { worker, answered, listener, express: guardExpress(gate), app };
}

interface Kept extends KeyPairRecord {
  note: string;
}

export async function useStores(db: D1Like, client: LibsqlLike, file: SqliteLike, pair: Pair, kept: Kept) {
  const drivers: SqlDriver[] = [d1(db), libsql(client), sqlite(file)];
  const stores = drivers.map((driver) => new SqlStore(driver));
  for (const store of stores) await store.migrate();
  const store: Store<Pair["access"]["record"], Kept> = new MemoryStore();
  await store.tokens.add(pair.access.record);
  const found = await store.pairs.byKey("k");
  await store.pairs.put({ ...kept, note: found?.note ?? "" }, found);
  await store.revocations.add({ client: "c", before: Date.now(), issuer: null });
  await store.revocations.remove({ client: "c" });
  const { entries, next }: EntryPage = await store.revocations.page(0, 10);
  const families: Families = store.families;
  const gone: number = await store.prune(Date.now() / 1000);
  return { entries, next, families, gone, number: await store.lists.raise() };
}

export async function serveWordPress(keys: KeySet, pairs: KeyPairs, users: Map<number, WordPressUser>) {
  const plugin = wordpress({
    keys,
    site: "https://example.org",
    pairs,
    user: (id) => users.get(id) ?? null,
    mayEdit: async (request, userId) => request.headers.get("x-user") === `${userId}`,
    accessTtl: "1h",
    reuseRefreshTokens: true,
    failedValidation: "validate-status-200",
    utcOffset: "+02:00",
  });
  const signIn = async (name: string): Promise<MiniOrangeUser | null> => ({ id: 1, name });
  const orange = miniorange({ keys, signIn, isUser: null, refreshRoute: true, refreshTtl: "14d" });
  const store = new MemoryStore();
  const service = createTokenService({ store, revocations: null, guesses: null, parts: [plugin, orange] });
  const dropped: number = await plugin.dropPairsOf(1, { now: 1700000000 });
  const decision: Decision = await orange.revokeToken("a.b.c");
  await orange.revokeUser(1, { before: Date.now() });
  await orange.restoreUser(1);
  return { dropped, decision, response: await service.fetch(new Request("https://example.org/")) };
}

export async function useLists(namespace: KvLike, bucket: R2Like, store: Store, signWith: KeySet) {
  const places: ListStore[] = [kv(namespace, { ttl: 3600, prefix: "e2/" }), r2(bucket), memoryLists()];
  const [to = memoryLists()] = places;
  const { seq, delta, pointed } = await publishList({ store, lists: to, signWith, issuer: "me", ttl: 60, life: 600 });
  const from: ListReader = httpLists("https://me.example/revocations", { timeout: 1000 });
  const list = new Revocations({ keys: signWith, issuer: "me" });
  const follower = new ListFollower({ list, from, every: 5, onError: ({ name, code }) => console.warn(name, code) });
  await follower.refresh({ waitUntil: (look: Promise<unknown>) => void look });
  const age: number | undefined = follower.health().published?.age;
  const answer: Response | null = await answerList(new Request("https://me.example/latest"), to, { maxAge: 5 });
  const { status_list } = statusAt(await store.statuses.allot(null), "https://me.example/status");
  const token = await makeStatusList({ statuses: store.statuses, base: status_list.uri, list: 1, signWith, issuer: "me" });
  const parts: Part[] = [
    lists({ signWith, issuer: "me", to, mayRead: null }),
    statusLists({ signWith, issuer: "me", url: "https://me.example/status" }),
  ];
  const failed: number = await store.failures.add("::1", 1000, 60);
  await store.deliveries.add({ id: "d", app: "a", url: "https://a.example", body: "{}", due: 1000, until: 2000 });
  const [taken] = await store.deliveries.take(1000, 30);
  return { seq, delta, pointed, age, answer, token, parts, failed, times: taken?.taken };
}

export async function useSession(verifier: Verifier): Promise<string> {
  const token: TokenSupplier = ({ reason, state, current, facts, signal }) =>
    fetch("/token", { method: "POST", signal, body: JSON.stringify({ reason, state, current, facts }) });
  new Session({ token: () => "a.b.c", tabs: "apart", keep: "sessionStorage", name: "other" }).close();
  new Session({ token: async () => null, verifier: async () => verifier });
  const session = new Session({
    token,
    verifier,
    origins: ["https://api.example"],
    scheme: "JWT",
    renewAfter: 0.5,
    renewBefore: 10,
    retryFirst: 2,
    retryMost: 30,
    timeout: 5,
  });
  const off: () => void = session.on("change", ({ state, by, claims }) => `${state} ${by} ${claims?.sub}`);
  session.on("failed", ({ code, error, retryIn }) => {
    if (error instanceof SessionError && error.code === "not_verified") return error.refusal;
    return code === "setup" ? error.message : (retryIn ?? 0);
  });
  session.on("renewed", ({ claims }) => claims);
  session.on("expired", ({ claims }) => claims?.exp);
  await session.signIn({ sub: "ada" });
  await session.signIn(() => ({ token: "a.b.c", expiresIn: 60, date: 1700000000 }));
  await session.signIn();
  const { status }: Response = await session.fetch("/messages", { method: "POST" });
  session.signOut();
  await session.start();
  off();
  const state: SessionState = session.state;
  return `${state} ${status} ${session.verification === "blocked"} ${session.claims?.sub} ${await session.token()}`;
}
