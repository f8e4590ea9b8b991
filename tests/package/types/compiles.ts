// Right use: must compile as it stands.

import {
  Issuer,
  KeySet,
  MemoryFamilies,
  RemoteKeySet,
  Revocations,
  SetupError,
  Verifier,
  generateKey,
  init,
  inspect,
  profile,
} from "edge-jwt";
import type { Code, Decision, Families, Pair, Policy } from "edge-jwt";
import { entriesOf, entriesOfNotBefore, readRevocationRequest } from "edge-jwt/events";
import { Verifier as SlimVerifier } from "edge-jwt/slim";

interface Visitor {
  sub: string;
  name: string;
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
