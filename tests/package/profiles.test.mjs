// The five systems as they are met: the vendors' own tokens under each profile's policy, with its
// answer where they are refused, and tokens made by each profile as others read them.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

import * as jose from "jose";

import { installInto } from "./install.mjs";

const folder = installInto("profiles");
const entry = join(folder, "node_modules/edge-jwt/lib/hosts/node.js");
const library = await import(pathToFileURL(entry).href);
const { Issuer, KeySet, MemoryFamilies, Verifier, generateKey, inspect, profile } = library;

const NOW = 1700000000;
const SITE = "https://example.org";

/** The vendors' tokens; undefined where they are not on this machine. */
const file = new URL("../../../shared/spec/vectors.json", import.meta.url);
const vectors = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).tokens : undefined;
const ABSENT = vectors === undefined && "../shared/spec/vectors.json is not on this machine";

const visitor = {
  project: "5e5f4e220b28440012117be4",
  id: "12345678",
  firstname: "Andrea",
  lastname: "Leo",
  email: "andrea@example.com",
  attributes: { plan: "pro" },
  jti: "11111111-1111-4111-8111-111111111111",
};
const agent = {
  audience: "my-system",
  id: 166320930817,
  name: "Anna Agent",
  role: "agent",
  email: "anna@example.com",
  lang: "fi",
  clientId: 1,
  clientName: "Client Oy",
};
const wpUser = {
  id: 1,
  login: "admin",
  email: "admin@sample.org",
  key: "1AbCdEfGhIjKlMnOpQrStUvWx",
};
const subscription = {
  id: "5c4f1c2e081bde0016cd61d4",
  target: "https://example.com/hook",
  event: "request.close",
  project: visitor.project,
  withoutJti: true,
};
const uuid = (d) => `${d.repeat(8)}-${d.repeat(4)}-4${d.repeat(3)}-8${d.repeat(3)}-${d.repeat(12)}`;

const ZOOM_401 = { status: 401, body: { code: 124, message: "Invalid access token." } };
const wp403 = (code) => ({ status: 403, code: `rest_authentication_${code}` });

/**
 * For each of the vendors' tokens: the policy that takes it, what makes the same token, and the
 * answer at the wrong time.
 */
const TOKENS = {
  // LD-1, LD-2, LD-3, LD-5, LD-7, LD-8, LD-9, LD-11
  "LD-identity": {
    vendor: "leaddesk",
    policy: ["identity", { audience: "my-system" }],
    claims: ["identity", agent],
    answer: { status: 401, code: "expired" },
  },
  // LD-12, LD-13, LD-14, LD-15, LD-16
  "LD-report": {
    vendor: "leaddesk",
    policy: ["report"],
    claims: ["report", { id: 166320930817, role: "agent", clientId: 1, signature: "b0ca383cb83906bf" }],
    answer: { status: 401, code: "expired" },
  },
  // LD-19, LD-20
  "LD-login-token": {
    vendor: "leaddesk",
    policy: ["login"],
    claims: ["login", { id: "42" }],
    answer: { status: 401, code: "expired" },
  },
  // ZM-3, ZM-4, ZM-5, ZM-12
  "ZM-api": {
    vendor: "zoom",
    policy: ["api", { apiKey: "API_KEY" }],
    claims: ["api", { apiKey: "API_KEY" }],
    answer: { status: 401, code: 124, body: { code: 124, message: "Access token is expired." } },
  },
  // ZM-6: the vendor's own sample, refused at any time.
  "ZM-api-millis-exp": {
    vendor: "zoom",
    policy: ["api", { apiKey: "API_KEY" }],
    never: "invalid_claim",
    answer: ZOOM_401,
  },
  // ZM-21, ZM-22
  "ZM-meeting-sdk": {
    vendor: "zoom",
    policy: ["meeting", { apiKey: "SDK_KEY" }],
    claims: ["meeting", { apiKey: "SDK_KEY", meeting: "123456789", role: 0 }],
    answer: { status: 401, code: 124 },
  },
  // TD-12, TD-13, TD-14
  "TD-userexternal": {
    vendor: "tiledesk",
    policy: ["userexternal", { project: visitor.project }],
    claims: ["userexternal", visitor],
    answer: { status: 401, text: "Unauthorized" },
  },
  // TD-31
  "TD-guest": {
    vendor: "tiledesk",
    policy: ["guest"],
    claims: ["guest", { id: visitor.jti, jti: uuid("2") }],
    answer: { status: 401, text: "Unauthorized" },
  },
  // TD-32
  "TD-user": {
    vendor: "tiledesk",
    policy: ["user"],
    claims: [
      "user",
      {
        id: "5ab11c6b83dc240014d46095",
        email: "a@example.com",
        firstname: "andrea",
        lastname: "leo",
        emailVerified: true,
        jti: uuid("3"),
      },
    ],
    answer: { status: 401, text: "Unauthorized" },
  },
  // TD-33
  "TD-bot": {
    vendor: "tiledesk",
    policy: ["bot", { bot: "5ce3ee855c520200176c189e" }],
    claims: [
      "bot",
      { id: "5ce3ee855c520200176c189e", name: "bot", project: visitor.project, jti: uuid("4") },
    ],
    answer: { status: 401, text: "Unauthorized" },
  },
  // TD-11, TD-34
  "TD-subscription-nojti": {
    vendor: "tiledesk",
    policy: ["subscription", { subscription: subscription.id }],
    claims: ["subscription", subscription],
    answer: { status: 401, text: "Unauthorized" },
  },
  // WP-16, WP-17, WP-18, WP-20, WP-22
  "WP-access": {
    vendor: "wp-jwt-auth",
    policy: ["access", { site: SITE }],
    claims: ["access", wpUser],
    answer: wp403("token_error"),
  },
  // WP-19
  "WP-refresh": {
    vendor: "wp-jwt-auth",
    policy: ["refresh", { site: SITE }],
    claims: ["refresh", wpUser],
    answer: wp403("token_error"),
  },
  // MO-3, MO-5, MO-6
  "MO-HS256": {
    vendor: "miniorange",
    policy: ["access"],
    claims: ["access", { id: 1, name: "admin" }],
    answer: { status: 401, error: "UNAUTHORIZED" },
  },
  // MO-15, MO-23
  "MO-RS256": {
    vendor: "miniorange",
    policy: ["access", { alg: "RS256" }],
    claims: ["access", { id: 1, name: "admin" }],
    answer: { status: 401, error: "UNAUTHORIZED" },
  },
};

/** The settings that a vendor's issuer cannot be made without. */
const ISSUER = { "wp-jwt-auth": { site: SITE }, zendesk: { kid: "k" } };

/** The keys that check a vendor's token, or that make it. All RSA tokens are of one key. */
function keysOf({ header, alg, secret, publicPem }, isToSign = false) {
  const { kid } = JSON.parse(header);
  const terms = { alg, ...(kid !== undefined && { kid }) };
  if (secret !== undefined) return new KeySet([{ ...terms, secret, allowShortSecret: true }]);
  const { privatePem } = vectors.find((vector) => vector.privatePem !== undefined);
  return new KeySet([{ ...terms, pem: isToSign ? privatePem : publicPem }]);
}

function checkAnswer(answer, expected, what) {
  assert.equal(answer.status, expected.status, what);
  if (expected.text !== undefined) {
    assert.equal(answer.headers["Content-Type"], "text/plain", what);
    return assert.equal(answer.body, expected.text, what);
  }
  assert.equal(answer.headers["Content-Type"], "application/json", what);
  const body = JSON.parse(answer.body);
  if (expected.body !== undefined) assert.deepEqual(body, expected.body, what);
  if (expected.code !== undefined) assert.equal(body.code, expected.code, what);
  if (expected.error !== undefined) assert.equal(body.error, expected.error, what);
}

const EVERY = "every vendor's token is taken at its time and answered at the wrong one";
test(EVERY, { skip: ABSENT }, async (t) => {
  assert.deepEqual(vectors.map(({ id }) => id).sort(), Object.keys(TOKENS).sort());
  for (const vector of vectors) {
    await t.test(vector.id, async () => {
      const { vendor, policy, never, answer } = TOKENS[vector.id];
      const { policy: policyOf, answer: answerOf } = profile(vendor);
      const verifier = new Verifier({ keys: keysOf(vector), ...policyOf(...policy) });
      const payload = JSON.parse(vector.payload);
      const good = await verifier.verify(vector.token, { now: vector.now });
      if (never === undefined) {
        assert.equal(good.ok, true, JSON.stringify(good));
        assert.deepEqual(good.claims, payload);
      } else {
        assert.equal(good.code, never);
        checkAnswer(answerOf(good), answer);
      }
      const [wrong, code] = payload.exp === undefined
        ? [payload.iat - 1, "issued_in_future"]
        : [payload.exp, "expired"];
      const late = await verifier.verify(vector.token, { now: Math.min(wrong, 2e9) });
      assert.equal(late.code, never ?? code);
      checkAnswer(answerOf(late), answer, vector.id);
      // A forgery, which is none of what the time says.
      const [start, end] = [vector.token.slice(0, -6), vector.token.slice(-5)];
      const forged = `${start}${vector.token.at(-6) === "A" ? "B" : "A"}${end}`;
      const refused = await verifier.verify(forged, { now: vector.now });
      assert.equal(refused.code, "invalid_signature");
      assert.ok([401, 403].includes(answerOf(refused).status));
    });
  }
});

// WP-17 for the order of the header; every claim as the vendor has it, and no other.
test("each profile makes the vendor's own token", { skip: ABSENT }, async (t) => {
  for (const vector of vectors.filter(({ id }) => TOKENS[id].claims !== undefined)) {
    await t.test(vector.id, async () => {
      const { vendor, claims } = TOKENS[vector.id];
      const { issuer: settingsOf, claims: claimsOf } = profile(vendor);
      const keys = keysOf(vector, true);
      const issuer = new Issuer({ keys, ...settingsOf(ISSUER[vendor] ?? {}) });
      const [kind, facts] = claims;
      const made = claimsOf(kind, { ...facts, now: vector.now });
      const { token } = await issuer.issue(made.claims, { ...made.options, now: vector.now });
      assert.deepEqual(jose.decodeJwt(token), JSON.parse(vector.payload));
      const [header, own] = [token, vector.token].map((text) => text.split(".")[0]);
      // An asymmetric key has a name of its own here, which this vendor's header does not say.
      if (vector.id !== "MO-RS256") {
        assert.equal(header, own);
      }
    });
  }
});

/** What each kind of token is made of where the vectors have none, or are not at hand. */
const MADE = {
  ...Object.fromEntries(
    Object.entries(TOKENS)
      .filter(([, { claims }]) => claims !== undefined)
      .map(([id, { vendor, policy, claims }]) => [id, { vendor, policy, claims }]),
  ),
  "a video session": {
    vendor: "zoom",
    policy: ["video", { apiKey: "K" }],
    claims: ["video", { apiKey: "K", topic: "t", user: "u" }],
  },
  // TD-38
  "an older visitor": {
    vendor: "tiledesk",
    policy: ["external"],
    claims: ["external", { id: "42", name: "A", email: "a@example.com" }],
  },
  "a subscription to all": {
    vendor: "tiledesk",
    policy: ["globalSubscription"],
    claims: ["globalSubscription", { id: "s1", target: "https://example.com/hook", event: "e" }],
  },
  // TD-36: the chat's own server verifies it, and so no policy does.
  "a chat21 token": {
    vendor: "tiledesk",
    claims: ["chat21", { id: "u1", client: "c", scope: ["rabbitmq.read:*"] }],
  },
  // Section 6
  "a Zendesk visitor": {
    vendor: "zendesk",
    policy: ["visitor"],
    claims: ["visitor", { id: "42", email: "a@example.com", emailVerified: true }],
  },
  "an Intercom visitor": {
    vendor: "intercom",
    policy: ["visitor"],
    claims: ["visitor", { id: "42", name: "A" }],
  },
  "a Freshchat visitor": {
    vendor: "freshchat",
    policy: ["visitor"],
    claims: ["visitor", { uuid: "w1", name: "A" }],
  },
};

for (const [what, { vendor, policy, claims }] of Object.entries(MADE)) {
  test(`jose verifies ${what} as made here, and so does its policy`, async () => {
    const { policy: policyOf, issuer: settingsOf, claims: claimsOf } = profile(vendor);
    const rules = policy === undefined ? { issuer: null, audience: null } : policyOf(...policy);
    const [asked] = rules.algorithms ?? ["HS256"];
    const jwk = await generateKey(asked, { kid: "k" });
    const keys = new KeySet([{ jwk }]);
    const issuer = new Issuer({ keys, ...settingsOf(ISSUER[vendor] ?? {}) });
    const now = Math.floor(Date.now() / 1000);
    const made = claimsOf(...claims);
    const { token, claims: issued } = await issuer.issue(made.claims, made.options);
    const [published = jwk] = keys.toJwks().keys;
    const verified = await jose.jwtVerify(token, await jose.importJWK(published, asked), {
      algorithms: [asked],
      typ: "JWT",
    });
    assert.deepEqual(verified.payload, issued);
    const verifier = new Verifier({ keys: new KeySet([{ jwk: published }]), ...rules });
    const decision = await verifier.verify(token);
    assert.equal(decision.ok, true, JSON.stringify(decision));
    assert.ok(decision.expiresIn === null || decision.expiresIn <= issued.exp - now);
  });
}

// LD-4: a map by `kid`, a list, and blocks in one text, all active at once.
test("keys published as PEM are taken in any of their shapes", { skip: ABSENT }, async () => {
  const identity = vectors.find(({ id }) => id === "LD-identity");
  const { publicPem: pem, token, now } = identity;
  const { publicKey } = await jose.generateKeyPair("RS256", { extractable: true });
  const other = await jose.exportSPKI(publicKey);
  const policy = profile("leaddesk").policy("identity", { audience: "my-system" });
  const terms = { alg: "RS256" };
  for (const keys of [
    KeySet.fromPems({ "ld-key-1": pem, "ld-key-2": other }, terms),
    new KeySet([{ kid: "ld-key-2", pem: other, ...terms }, { kid: "ld-key-1", pem, ...terms }]),
  ]) {
    assert.equal((await new Verifier({ keys, ...policy }).verify(token, { now })).ok, true);
  }
  const several = new KeySet([{ pem: `${other}\n${pem}`, ...terms }]);
  assert.equal(several.toJwks().keys.length, 2);
  // LD-3: the `kid` chooses, and one that nobody knows is told apart.
  const others = KeySet.fromPems({ "ld-key-2": other }, terms);
  const decision = await new Verifier({ keys: others, ...policy }).verify(token, { now });
  assert.equal(decision.code, "unknown_key");
});

// TD-24, TD-25, TD-26: the address in `aud` says which key to load, and no address is no exception.
test("what a Tiledesk token says of itself leads to its key", async () => {
  const keys = new KeySet([{ alg: "HS256", secret: "s".repeat(32) }]);
  const issuer = new Issuer({ keys, ...profile("tiledesk").issuer() });
  const { claims, options } = profile("tiledesk").claims("bot", { id: "b1", name: "n", project: "p1" });
  const { token } = await issuer.issue(claims, options);
  const { hints } = inspect(token);
  assert.deepEqual([hints.audType, hints.audId], ["bots", "b1"]);
  const odd = await issuer.issue({ ...claims, aud: "no address" }, options);
  assert.equal(inspect(odd.token).hints.audType, null);
  const verifier = new Verifier({ keys, ...profile("tiledesk").policy("bot") });
  assert.equal((await verifier.verify(odd.token)).code, "wrong_audience");
  assert.equal((await verifier.verify(token)).captured.bot, "b1");
});

// TD-8, TD-9, TD-10, TD-16, ZM-10, WP-21, WP-32, MO-21: a good token is out once it is revoked, by
// what the vendor revokes by, and the profile says so.
test("each vendor's ways to revoke reach its tokens", async () => {
  const keys = new KeySet([{ kid: "k", alg: "HS256", secret: "s".repeat(32) }]);
  const cases = [
    ["tiledesk", ["userexternal"], TOKENS["TD-userexternal"].claims, { jti: visitor.jti }, 401],
    ["tiledesk", ["user"], TOKENS["TD-user"].claims, { kid: "k" }, 401],
    ["wp-jwt-auth", ["access", { site: SITE }], ["access", wpUser], { key: wpUser.key }, 403],
    ["miniorange", ["access"], ["access", { id: 1, name: "admin" }], { sub: "1" }, 401],
    ["zoom", ["api", { apiKey: "K" }], ["api", { apiKey: "K" }], { all: true, issuer: "K" }, 401],
  ];
  for (const [vendor, policy, of, entry, status] of cases) {
    const { policy: policyOf, issuer: settingsOf, claims: claimsOf, answer } = profile(vendor);
    const issuer = new Issuer({ keys, ...settingsOf(ISSUER[vendor] ?? {}) });
    const { claims, options } = claimsOf(...of);
    const { token, record } = await issuer.issue(claims, options);
    // A record for the history, by which each token can be named, with a `jti` or without.
    assert.equal(record.jti ?? null, options.jti ?? null);
    assert.equal(typeof (record.jti ?? record.fingerprint), "string");
    const verifier = new Verifier({ keys, ...policyOf(...policy) });
    assert.equal((await verifier.verify(token)).ok, true, vendor);
    const list = new library.Revocations();
    list.revoke(entry);
    verifier.setRevocations(list);
    const refusal = await verifier.verify(token);
    assert.equal(refusal.stage, "revocation", vendor);
    assert.equal(answer(refusal).status, status, vendor);
    if (vendor === "wp-jwt-auth") {
      assert.equal(JSON.parse(answer(refusal).body).code, "rest_authentication_revoked_api_key");
    }
    list.unrevoke(entry);
    assert.equal((await verifier.verify(token)).ok, true, vendor);
  }
});

// ZM-11: switched off and on again, and what has not expired goes on.
test("a Zoom app that is switched off is answered 401 until it is on again", async () => {
  const keys = new KeySet([{ alg: "HS256", secret: "s".repeat(32) }]);
  const zoom = profile("zoom");
  const { claims, options } = zoom.claims("api", { apiKey: "K" });
  const { token } = await new Issuer({ keys, ...zoom.issuer() }).issue(claims, options);
  const verifier = new Verifier({ keys, ...zoom.policy("api", { apiKey: "K" }) });
  const list = new library.Revocations({ claims: { client: "/iss" } });
  verifier.setRevocations(list);
  list.revoke({ client: "K" });
  const refusal = await verifier.verify(token);
  assert.equal(refusal.code, "suspended_client");
  checkAnswer(zoom.answer(refusal), ZOOM_401);
  list.unrevoke({ client: "K" });
  assert.equal((await verifier.verify(token)).ok, true);
});

// TD-37: who is banned by `_id` is out with every token, and in again when the ban is lifted.
test("a banned Tiledesk user is refused whatever the token", async () => {
  const keys = new KeySet([{ alg: "HS256", secret: "s".repeat(32) }]);
  const tiledesk = profile("tiledesk");
  const { claims, options } = tiledesk.claims("guest", { id: "g1" });
  const { token } = await new Issuer({ keys, ...tiledesk.issuer() }).issue(claims, options);
  const verifier = new Verifier({ keys, ...tiledesk.policy("guest") });
  const bans = new library.Revocations({ claims: { client: "/_id" } });
  verifier.setRevocations(bans);
  bans.revoke({ client: "g1" });
  const refusal = await verifier.verify(token);
  assert.equal(refusal.code, "suspended_client");
  checkAnswer(tiledesk.answer(refusal), { status: 401, text: "Unauthorized" });
  bans.unrevoke({ client: "g1" });
  assert.equal((await verifier.verify(token)).ok, true);
});

// TD-35: one key for all, also an RSA key whose line breaks are written as two characters.
test("Tiledesk's global key is a PEM with escaped line breaks", async () => {
  const { publicKey, privateKey } = await jose.generateKeyPair("RS256", { extractable: true });
  const escaped = (pem) => pem.trim().replaceAll("\n", "\\n");
  const ours = escaped(await jose.exportPKCS8(privateKey));
  const theirs = escaped(await jose.exportSPKI(publicKey));
  assert.ok(!ours.includes("\n"));
  const tiledesk = profile("tiledesk");
  const signing = new KeySet([{ kid: "g", alg: "RS256", pem: ours }]);
  const { claims, options } = tiledesk.claims("guest");
  const { token } = await new Issuer({ keys: signing, ...tiledesk.issuer() }).issue(claims, options);
  const keys = new KeySet([{ kid: "g", alg: "RS256", pem: theirs }]);
  const verifier = new Verifier({ keys, ...tiledesk.policy("guest") });
  assert.equal((await verifier.verify(token)).ok, true);
});

// WP-23: a user who has changed is found out by the host, and answered in the plugin's words.
test("a WordPress user whose e-mail has changed is told so", async () => {
  const keys = new KeySet([{ alg: "HS256", secret: "s".repeat(32) }]);
  const wp = profile("wp-jwt-auth");
  const { claims, options } = wp.claims("access", wpUser);
  const { token } = await new Issuer({ keys, ...wp.issuer({ site: SITE }) }).issue(claims, options);
  const stored = { user_login: "admin", user_email: "new@sample.org" };
  const customCheck = ({ claims: { data } }) => {
    const changed = Object.keys(stored).find((name) => data.user[name] !== stored[name]);
    return changed && { code: "wrong_subject", claim: `/data/user/${changed}` };
  };
  const policy = wp.policy("access", { site: SITE });
  const refusal = await new Verifier({ keys, ...policy, customCheck }).verify(token);
  checkAnswer(wp.answer(refusal), wp403("invalid_token_user_email"));
});

// WP-1, WP-2, WP-19, WP-24, WP-25, WP-32: a pair, of which neither does for the other.
for (const reuse of [false, true]) {
  const how = reuse ? "used again where that is asked for" : "rotated";
  test(`a WordPress pair is told apart by its claim, and ${how}`, async () => {
    const wp = profile("wp-jwt-auth");
    const keys = new KeySet([{ alg: "HS256", secret: "s".repeat(32) }]);
    const asked = reuse ? { reuseRefreshTokens: true } : {};
    const issuer = new Issuer({ keys, ...wp.issuer({ site: SITE, ...asked }) });
    // The claim for the kind stands where the plugin has it if it is there from the start.
    const { claims } = wp.claims("refresh", wpUser);
    const { access, refresh } = await issuer.issuePair(claims);
    const verifiers = Object.fromEntries(
      ["access", "refresh"].map((kind) => [kind, new Verifier({ keys, ...wp.policy(kind, { site: SITE }) })]),
    );
    assert.equal((await verifiers.access.verify(access.token)).ok, true);
    assert.equal((await verifiers.refresh.verify(refresh.token)).ok, true);
    const crossed = await verifiers.access.verify(refresh.token);
    assert.equal(crossed.code, "wrong_kind");
    checkAnswer(wp.answer(crossed), wp403("invalid_token_type"));
    const other = await verifiers.refresh.verify(access.token);
    checkAnswer(wp.answer(other, "token"), wp403("invalid_token_type"));
    const user = {
      id: 1,
      type: "wp_user",
      user_login: "admin",
      user_email: wpUser.email,
    };
    assert.deepEqual(access.claims.data, { user: { ...user, api_key: wpUser.key } });
    assert.equal(
      JSON.stringify(refresh.claims.data.user),
      JSON.stringify({ ...user, token_type: "refresh", api_key: wpUser.key }),
    );
    assert.equal(access.claims.exp - access.claims.iat, 604800);
    assert.equal(refresh.claims.exp - refresh.claims.iat, 31536000);
    if (reuse) {
      const names = ["data", "exp", "iat", "iss", "nbf"];
      for (const { claims } of [access, refresh]) assert.deepEqual(Object.keys(claims).sort(), names);
    }
    const families = reuse ? {} : { families: new MemoryFamilies() };
    const exchange = () => issuer.refresh(refresh.token, { verifier: verifiers.refresh, ...families });
    const first = await exchange();
    assert.equal(first.ok, true, JSON.stringify(first));
    assert.deepEqual(first.access.claims.data, access.claims.data);
    assert.equal((await exchange()).ok, true, "in time for a lost answer");
  });
}

// MO-16, MO-20: an hour and two weeks, and a refresh token opens nothing.
test("a miniOrange pair is told apart by its typ", async () => {
  const mo = profile("miniorange");
  const keys = new KeySet([{ alg: "HS256", secret: "s".repeat(32) }]);
  const issuer = new Issuer({ keys, ...mo.issuer() });
  const { claims } = mo.claims("access", { id: 1, name: "admin" });
  const { access, refresh } = await issuer.issuePair(claims);
  assert.equal(access.claims.exp - access.claims.iat, 3600);
  assert.equal(refresh.claims.exp - refresh.claims.iat, 1209600);
  const [opens, renews] = ["access", "refresh"].map((kind) => new Verifier({ keys, ...mo.policy(kind) }));
  assert.equal((await opens.verify(access.token)).ok, true);
  assert.equal((await opens.verify(refresh.token)).code, "wrong_kind");
  assert.equal((await renews.verify(access.token)).code, "wrong_kind");
  const next = await issuer.refresh(refresh.token, { verifier: renews, families: new MemoryFamilies() });
  assert.equal(next.ok, true, JSON.stringify(next));
  assert.equal(next.access.claims.sub, 1);
});

test("a profile is what it says, and no more can be put into it", () => {
  const zoom = profile("zoom");
  assert.throws(() => Object.assign(zoom, { policy: () => ({}) }), TypeError);
  for (const [misuse, option] of [
    [() => profile("zoom2"), "name"],
    [() => zoom.policy("api"), "apiKey"],
    [() => zoom.policy("apis", { apiKey: "K" }), "kind"],
    [() => zoom.policy("api", { apiKey: "K", audience: "x" }), "audience"],
    [() => zoom.claims("api", { apiKey: "K", now: "x" }), "now"],
    [() => zoom.answer({ code: "expired" }, "signin"), "place"],
    [() => zoom.answer({ code: "no_such_code" }), "refusal"],
    [() => profile("hubspot").policy("visitor"), "kind"],
  ]) {
    assert.throws(misuse, { name: "SetupError", option });
  }
});
