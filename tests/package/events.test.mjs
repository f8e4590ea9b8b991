// `edge-jwt/events`: every adapter against the examples of the text that it follows, against what
// is no such event, and against hostile values in every place of every event. The claims of tokens
// stand here as a Verifier would have let them pass.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

import { thrownBy } from "./check.mjs";
import { valuesFor, worldOf } from "./hostile.mjs";
import { installInto } from "./install.mjs";

const lib = join(installInto("events"), "node_modules/edge-jwt/lib");
const events = await import(pathToFileURL(join(lib, "events/index.js")).href);
const library = await import(pathToFileURL(join(lib, "hosts/node.js")).href);
const {
  SetupError,
  entriesOf,
  entriesOfFirebaseUser,
  entriesOfGlobalRevocation,
  entriesOfKeyPairs,
  entriesOfKeycloakUser,
  entriesOfLogout,
  entriesOfNotBefore,
  entriesOfSessionRevoked,
  entriesOfTiledesk,
  entriesOfToken,
  readRevocationRequest,
} = events;

const SESSION_REVOKED = "https://schemas.openid.net/secevent/caep/event-type/session-revoked";
const LOGOUT = "http://schemas.openid.net/event/backchannel-logout";
const IDP = "https://idp.example.com/123456789/";

/** The SETs of OpenID CAEP 1.0 section 3.1.2, less what explains the event to people. */
const set = (sub_id, event = { event_timestamp: 1615304991 }) => ({
  iss: IDP,
  jti: "24c63fb56e5a2d77a6b512616ca9fa24",
  iat: 1615305159,
  aud: "https://sp.example.com/caep",
  txn: "8675309",
  sub_id,
  events: { [SESSION_REVOKED]: event },
});
const SESSION = { format: "opaque", id: "dMTlD|1600802906337.16|16008.16" };
const USER = { format: "iss_sub", iss: IDP, sub: "99beb27c-c1c2-4955-882a-e0dc4996fcbc" };
const DEVICE = { format: "iss_sub", iss: IDP, sub: "e9297990-14d2-42ec-a4a9-4036db86509a" };
const TENANT = { format: "opaque", id: "123456789" };

/** The second after `event_timestamp`, and after `iat`. */
const AFTER_EVENT = 1615304992000;
const AFTER_ISSUE = 1615305160000;

/** OpenID Connect Back-Channel Logout 1.0 section 2.4. */
const logoutToken = (changes = {}) => ({
  iss: "https://server.example.com",
  sub: "248289761001",
  aud: "s6BhdRkqt3",
  iat: 1471566154,
  exp: 1471569754,
  jti: "bWJq",
  sid: "08a5019c-17e1-4977-8f42-65a12843ea02",
  events: { [LOGOUT]: {} },
  ...changes,
});

/** RFC 9493 section 3.2, each format's example. */
const RFC_9493 = {
  account: { format: "account", uri: "acct:example.user@service.example.com" },
  email: { format: "email", email: "user@example.com" },
  iss_sub: { format: "iss_sub", iss: "https://issuer.example.com/", sub: "145234573" },
  opaque: { format: "opaque", id: "11112222333344445555" },
  phone_number: { format: "phone_number", phone_number: "+12065550100" },
  did: { format: "did", url: "did:example:123456" },
  uri: { format: "uri", uri: "https://user.example.com/" },
};

/** What is wrong with a call: the member at fault. */
const faultOf = (call) => {
  const error = thrownBy(call);
  assert.ok(error instanceof SetupError, String(error));
  return error.option;
};

test("the package has them under edge-jwt/events, without anything that loads wasm", () => {
  const { exports } = JSON.parse(readFileSync(join(lib, "../package.json"), "utf8"));
  const served = { types: "./lib/events/index.d.ts", default: "./lib/events/index.js" };
  assert.deepEqual(exports["./events"], served);
  const seen = new Set();
  const follow = (file) => {
    if (seen.has(file)) return;
    seen.add(file);
    const text = readFileSync(file, "utf8");
    assert.doesNotMatch(text, /import\(|require\(|\bfetch\b|WebAssembly/, file);
    for (const [, name] of text.matchAll(/from\s*"([^"]+)"/g)) follow(join(dirname(file), name));
  };
  follow(fileURLToPath(pathToFileURL(join(lib, "events/index.js"))));
  const names = [...seen].map((file) => file.slice(lib.length + 1)).sort();
  assert.deepEqual(names.filter((name) => !name.startsWith("shared/")), ["events/index.js", "ground.js"]);
});

test("CAEP's simple subject is a session, or a subject, of the sender", () => {
  assert.deepEqual(entriesOfSessionRevoked(set(SESSION)), [
    { session: SESSION.id, issuer: IDP },
    { sub: SESSION.id, issuer: IDP, before: AFTER_EVENT },
  ]);
});

test("CAEP's complex subject with a session is that session alone", () => {
  const subject = { format: "complex", session: SESSION, user: USER, tenant: TENANT };
  assert.deepEqual(entriesOfSessionRevoked(set(subject)), [{ session: SESSION.id, issuer: IDP }]);
});

test("CAEP's complex subject of a user on a device is the user, on every device", () => {
  const user = { ...USER, sub: "jane.smith@example.com" };
  const subject = { format: "complex", user, device: DEVICE, tenant: TENANT };
  assert.deepEqual(entriesOfSessionRevoked(set(subject)), [
    { sub: "jane.smith@example.com", issuer: IDP, before: AFTER_EVENT },
  ]);
});

test("a tenant is thrown out where it is all that is named, and not for one of its devices", () => {
  assert.deepEqual(entriesOfSessionRevoked(set({ format: "complex", tenant: TENANT })), [
    { tenant: "123456789", issuer: IDP, before: AFTER_EVENT },
  ]);
  for (const more of [{ device: DEVICE }, { application: DEVICE }, { group: TENANT }]) {
    const subject = { format: "complex", tenant: TENANT, ...more };
    assert.equal(faultOf(() => entriesOfSessionRevoked(set(subject))), "sub_id");
  }
  assert.equal(faultOf(() => entriesOfSessionRevoked(set({ format: "complex" }))), "sub_id");
});

// OpenID Shared Signals Framework 1.0, the example of the format.
test("a JWT ID is that token, of the issuer it names", () => {
  const jti = "B70BA622-9515-4353-A866-823539EECBC8";
  const subject = { format: "jwt_id", iss: IDP, jti };
  const entries = [{ jti, issuer: IDP }];
  assert.deepEqual(entriesOfSessionRevoked(set(subject)), entries);
  assert.deepEqual(entriesOfSessionRevoked(set({ format: "complex", session: subject })), entries);
  const user = { format: "complex", user: subject };
  assert.equal(faultOf(() => entriesOfSessionRevoked(set(user))), "format");
});

test("each format of RFC 9493 is mapped, or is an error that says which it is", () => {
  const { iss_sub: known, opaque, ...others } = RFC_9493;
  assert.deepEqual(entriesOfSessionRevoked(set(known)), [
    { sub: "145234573", issuer: "https://issuer.example.com/", before: AFTER_EVENT },
  ]);
  assert.equal(entriesOfSessionRevoked(set(opaque))[0].session, "11112222333344445555");
  const { email, phone_number } = RFC_9493;
  const aliases = { format: "aliases", identifiers: [email, phone_number, email] };
  for (const [format, subject] of Object.entries({ ...others, aliases })) {
    const error = thrownBy(() => entriesOfSessionRevoked(set(subject)));
    assert.equal(error.option, "format");
    assert.ok(error.message.startsWith(`format: ${format} names no token`), error.message);
    for (const secret of Object.values(subject).slice(1)) {
      assert.ok(!error.message.includes(String(secret)), error.message);
    }
  }
  const unknown = thrownBy(() => entriesOfSessionRevoked(set({ format: "constructor" })));
  assert.ok(unknown.message.startsWith("format: names no token"), unknown.message);
});

test("aliases are mapped as far as they can be, and do not nest", () => {
  const { email, iss_sub: known } = RFC_9493;
  const aliases = (...identifiers) => ({ format: "aliases", identifiers });
  assert.deepEqual(entriesOfSessionRevoked(set(aliases(email, known, USER))), [
    { sub: "145234573", issuer: "https://issuer.example.com/", before: AFTER_EVENT },
    { sub: USER.sub, issuer: IDP, before: AFTER_EVENT },
  ]);
  assert.equal(faultOf(() => entriesOfSessionRevoked(set(aliases(aliases(known))))), "format");
  assert.equal(faultOf(() => entriesOfSessionRevoked(set(aliases()))), "format");
  const many = aliases(...Array(101).fill(known));
  assert.equal(faultOf(() => entriesOfSessionRevoked(set(many))), "identifiers");
});

test("without a time of its own an event is as old as its token", () => {
  const [entry] = entriesOfSessionRevoked(set(USER, {}));
  assert.equal(entry.before, AFTER_ISSUE);
  const { iat: _, ...undated } = set(USER, {});
  assert.equal(faultOf(() => entriesOfSessionRevoked(undated)), "iat");
});

test("a time in whole seconds throws out the whole second, one with a fraction that moment", () => {
  const before = (event_timestamp) => entriesOfSessionRevoked(set(USER, { event_timestamp }))[0].before;
  assert.equal(before(1615304991), 1615304992000);
  assert.equal(before(1615304991.5), 1615304991500);
  assert.equal(before(0), 1000);
  // As earlier drafts of CAEP had it, and what a JSON writer may make of a number.
  for (const wrong of [1615304991643, -1, NaN, Infinity, "1615304991", true, {}]) {
    assert.equal(faultOf(() => before(wrong)), "event_timestamp", String(wrong));
  }
});

test("what is no SET of a revoked session is an error that names the member", () => {
  const good = set(USER);
  for (const [changes, option] of [
    [{ iss: undefined }, "iss"],
    [{ iss: "" }, "iss"],
    [{ iss: 5 }, "iss"],
    [{ events: undefined }, "events"],
    [{ events: [SESSION_REVOKED] }, "events"],
    [{ events: {} }, "events"],
    [{ events: { [SESSION_REVOKED]: null } }, "events"],
    [{ events: { "https://example.com/unknown": {} } }, "events"],
    [{ events: { [LOGOUT]: {} } }, "events"],
    [{ sub_id: undefined }, "sub_id"],
    [{ sub_id: USER.sub }, "sub_id"],
    [{ sub_id: { iss: IDP, sub: "a" } }, "format"],
    [{ sub_id: { format: "iss_sub", iss: IDP } }, "sub"],
    [{ sub_id: { format: "iss_sub", sub: "a" } }, "iss"],
    [{ sub_id: { format: "iss_sub", iss: IDP, sub: "" } }, "sub"],
    [{ sub_id: { format: "opaque", id: 5 } }, "id"],
    [{ sub_id: { format: "opaque", id: "\ud800" } }, "id"],
    [{ sub_id: { format: "jwt_id", iss: IDP } }, "jti"],
    [{ sub_id: { format: "complex", session: null } }, "session"],
  ]) {
    const changed = { ...good, ...changes };
    assert.equal(faultOf(() => entriesOfSessionRevoked(changed)), option, JSON.stringify(changes));
  }
  assert.equal(faultOf(() => entriesOfSessionRevoked("a token's text")), "claims");
});

test("OpenID's logout token is its session, or without one all that its subject began", () => {
  const issuer = "https://server.example.com";
  assert.deepEqual(entriesOfLogout(logoutToken()), [
    { session: "08a5019c-17e1-4977-8f42-65a12843ea02", issuer },
  ]);
  for (const sid of [undefined, null]) {
    const entries = [{ sub: "248289761001", issuer, before: 1471566155000 }];
    assert.deepEqual(entriesOfLogout(logoutToken({ sid })), entries);
  }
});

test("what is no logout token is an error that names the member", () => {
  for (const [changes, option] of [
    [{ nonce: "n-0S6_WzA2Mj" }, "nonce"],
    [{ nonce: null }, "nonce"],
    [{ sid: undefined, sub: undefined }, "sub"],
    [{ sid: 5 }, "sid"],
    [{ sid: "" }, "sid"],
    [{ iss: undefined }, "iss"],
    [{ iat: undefined }, "iat"],
    [{ events: { [LOGOUT]: true } }, "events"],
    [{ events: { [SESSION_REVOKED]: {} } }, "events"],
    [{ events: LOGOUT }, "events"],
  ]) {
    const changed = logoutToken(changes);
    assert.equal(faultOf(() => entriesOfLogout(changed)), option, JSON.stringify(changes));
  }
});

test("entriesOf goes by what a token's events name, and passes over what it does not know", () => {
  assert.deepEqual(entriesOf(set(USER)), entriesOfSessionRevoked(set(USER)));
  assert.deepEqual(entriesOf(logoutToken()), entriesOfLogout(logoutToken()));
  const more = { "https://example.com/unknown": 5, [LOGOUT]: {} };
  assert.deepEqual(entriesOf(logoutToken({ events: more })), entriesOfLogout(logoutToken()));
  const both = { ...set(USER), sid: "s", events: { ...set(USER).events, [LOGOUT]: {} } };
  assert.deepEqual(entriesOf(both).map(Object.keys), [["sub", "issuer", "before"], ["session", "issuer"]]);
  const access = { iss: IDP, sub: "a", exp: 1615308591 };
  assert.equal(faultOf(() => entriesOf(access)), "events");
  assert.equal(faultOf(() => entriesOf({ ...access, events: {} })), "events");
});

test("an entry ends with the last token that it throws out, where that is known", () => {
  const [sub] = entriesOf(set(USER), { maxLifetime: 900 });
  assert.equal(sub.exp, AFTER_EVENT / 1000 + 900);
  const [session] = entriesOf(logoutToken(), { maxLifetime: 900 });
  assert.equal(session.exp, 1471566155 + 900);
  const [said] = entriesOf(set(USER), { maxLifetime: 900, exp: 1700000000 });
  assert.equal(said.exp, 1700000000);
  assert.ok(!("exp" in entriesOf(set(USER))[0]));
  assert.equal(faultOf(() => entriesOf(set(USER), { maxLifetime: "900" })), "maxLifetime");
  assert.equal(faultOf(() => entriesOf(set(USER), { exp: 1700000000000 })), "exp");
  assert.equal(faultOf(() => entriesOf(set(USER), { ttl: 5 })), "ttl");
  assert.equal(faultOf(() => entriesOf(set(USER), null)), "options");
});

// RFC 7009 section 2.1, its example.
test("a revocation request is read as its form says", () => {
  const body = "token=45ghiukldjahdnhzdauz&token_type_hint=refresh_token";
  const read = { token: "45ghiukldjahdnhzdauz", hint: "refresh_token" };
  assert.deepEqual(readRevocationRequest(body), read);
  assert.deepEqual(readRevocationRequest(new URLSearchParams(body)), read);
  for (const [form, hint] of [
    ["token=a%2Bb+c", null],
    ["token=a%2Bb+c&token_type_hint=", null],
    ["token=a%2Bb+c&token_type_hint=saml", null],
    ["client_id=x&token_type_hint=access_token&token=a%2Bb+c", "access_token"],
  ]) {
    assert.deepEqual(readRevocationRequest(form), { token: "a+b c", hint });
  }
});

test("a form without one token is no revocation request", () => {
  for (const [form, option] of [
    ["", "token"],
    ["token=", "token"],
    ["Token=a", "token"],
    ["token=a&token=b", "token"],
    ["token=a&token_type_hint=x&token_type_hint=y", "token_type_hint"],
    [undefined, "body"],
    [{ token: "a" }, "body"],
    [new Map([["token", "a"]]), "body"],
    ["\ud800", "body"],
  ]) {
    assert.equal(faultOf(() => readRevocationRequest(form)), option, String(form));
  }
});

test("a token is thrown out by its jti until its exp, or else by itself", () => {
  const token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl";
  const claims = { iss: "a", sub: "u", exp: 1700000060, jti: "t" };
  assert.deepEqual(entriesOfToken(claims, { token }), [{ jti: "t", issuer: "a", exp: 1700000060 }]);
  const { jti: _, ...unnamed } = claims;
  assert.deepEqual(entriesOfToken(unnamed, { token }), [{ token, issuer: "a", exp: 1700000060 }]);
  assert.deepEqual(entriesOfToken({ jti: "t" }), [{ jti: "t" }]);
  assert.deepEqual(entriesOfToken({ jti: "t" }, { exp: 5 }), [{ jti: "t", exp: 5 }]);
  assert.equal(faultOf(() => entriesOfToken(unnamed)), "jti");
  for (const wrong of ["", "a.b", "a.b.c.d", "a.b.c=", " a.b.c", "a b.c.d", 5, null]) {
    const option = wrong === null ? "jti" : "token";
    assert.equal(faultOf(() => entriesOfToken(unnamed, { token: wrong })), option, String(wrong));
  }
  assert.equal(faultOf(() => entriesOfToken({ jti: 5 }, { token })), "jti");
  assert.equal(faultOf(() => entriesOfToken({ jti: "t", exp: "x" })), "exp");
  assert.equal(faultOf(() => entriesOfToken(claims, { refresh: "yes" })), "refresh");
});

test("a refresh token takes its family along, which outlives it", () => {
  const claims = { iss: "a", exp: 1700000060, jti: "t", family: "f" };
  const itself = { jti: "t", issuer: "a", exp: 1700000060 };
  assert.deepEqual(entriesOfToken(claims), [itself]);
  assert.deepEqual(entriesOfToken(claims, { refresh: false }), [itself]);
  assert.deepEqual(entriesOfToken(claims, { refresh: true }), [itself, { family: "f", issuer: "a" }]);
  const { family: _, ...cognito } = { ...claims, origin_jti: "o" };
  assert.deepEqual(entriesOfToken(cognito, { refresh: true, exp: 1800000000 }), [
    itself,
    { family: "o", issuer: "a", exp: 1800000000 },
  ]);
  assert.deepEqual(entriesOfToken({ jti: "t" }, { refresh: true }), [{ jti: "t" }]);
});

// draft-parecki-oauth-global-token-revocation, its examples.
test("a global revocation is a cut-off of the subject at the time of receipt", () => {
  const body = { sub_id: { format: "opaque", id: "U1234567890" } };
  const received = { now: 1700000000.25, issuer: "https://as.example" };
  assert.deepEqual(entriesOfGlobalRevocation(body, received), [
    { sub: "U1234567890", issuer: "https://as.example", before: 1700000000250 },
  ]);
  assert.deepEqual(entriesOfGlobalRevocation(body, { now: 1700000000, maxLifetime: 60 }), [
    { sub: "U1234567890", before: 1700000001000, exp: 1700000061 },
  ]);
  assert.deepEqual(entriesOfGlobalRevocation({ sub_id: RFC_9493.iss_sub }, received), [
    { sub: "145234573", issuer: "https://issuer.example.com/", before: 1700000000250 },
  ]);
  for (const [wrong, option] of [
    [{ sub_id: { format: "email", email: "user@example.com" } }, "format"],
    [{ sub_id: { format: "jwt_id", iss: IDP, jti: "a" } }, "format"],
    [{ sub_id: { format: "complex", user: USER } }, "format"],
    [{ subject: body.sub_id }, "sub_id"],
    [JSON.stringify(body), "body"],
  ]) {
    assert.equal(faultOf(() => entriesOfGlobalRevocation(wrong, received)), option);
  }
  assert.equal(faultOf(() => entriesOfGlobalRevocation(body, {})), "now");
  assert.equal(faultOf(() => entriesOfGlobalRevocation(body, { now: Date.now() })), "now");
});

test("Tiledesk's history revokes by the jti of the path, or by the record found by its id", () => {
  const jti = "0ff7c2b2-4cb6-4a3c-9e4e-5a3b0f3a9a3e";
  const issuer = "https://tiledesk.com";
  assert.deepEqual(entriesOfTiledesk(jti), [{ jti }]);
  assert.deepEqual(entriesOfTiledesk({ _id: "5f", jti, exp: 1700000060 }, { issuer }), [
    { jti, issuer, exp: 1700000060 },
  ]);
  assert.deepEqual(entriesOfTiledesk({ jti: null, token: "a.b.c" }, { exp: 5 }), [{ token: "a.b.c", exp: 5 }]);
  assert.equal(faultOf(() => entriesOfTiledesk("")), "jti");
  assert.equal(faultOf(() => entriesOfTiledesk({ id: "5f" })), "jti");
  assert.equal(faultOf(() => entriesOfTiledesk({ jti }, { maxLifetime: 60 })), "maxLifetime");
});

test("WordPress's key pairs are thrown out one, or all that a user had", () => {
  const issuer = "https://blog.example";
  assert.deepEqual(entriesOfKeyPairs("1ab-C_9", { issuer, exp: 5 }), [{ key: "1ab-C_9", issuer, exp: 5 }]);
  assert.deepEqual(entriesOfKeyPairs(["a", "b"]), [{ key: "a" }, { key: "b" }]);
  assert.deepEqual(entriesOfKeyPairs([]), []);
  for (const wrong of ["", "a b", "a/b", [""], [5], [["a"]], ["a\n"]]) {
    assert.equal(faultOf(() => entriesOfKeyPairs(wrong)), "api_key", JSON.stringify(wrong));
  }
  for (const wrong of [undefined, 5, { api_key: "a" }, new Array(10_001)]) {
    assert.equal(faultOf(() => entriesOfKeyPairs(wrong)), "keys");
  }
});

// keycloak/keycloak: PushNotBeforeAction and AdminAction.
test("Keycloak's push is a cut-off of the realm as Keycloak's adapters take it, or of the client", () => {
  const issuer = "https://sso.example/realms/main";
  const action = { id: "p1", expiration: 1700000030, resource: "api", action: "PUSH_NOT_BEFORE" };
  const push = { ...action, notBefore: 1700000000 };
  const before = 1700000000000;
  assert.deepEqual(entriesOfNotBefore(push, { issuer }), [{ all: true, issuer, before }]);
  assert.deepEqual(entriesOfNotBefore(push, { issuer, reach: "realm", maxLifetime: 300 }), [
    { all: true, issuer, before, exp: 1700000300 },
  ]);
  assert.deepEqual(entriesOfNotBefore(push, { issuer, reach: "client" }), [{ client: "api", issuer, before }]);
  assert.deepEqual(entriesOfNotBefore({ ...push, notBefore: 0 }, { issuer }), []);
  for (const [changes, options, option] of [
    [{}, {}, "issuer"],
    [{}, undefined, "issuer"],
    [{}, { issuer, reach: "user" }, "reach"],
    [{ resource: undefined }, { issuer, reach: "client" }, "resource"],
    [{ action: "LOGOUT" }, { issuer }, "action"],
    [{ notBefore: undefined }, { issuer }, "notBefore"],
    [{ notBefore: before }, { issuer }, "notBefore"],
    [{ notBefore: -1 }, { issuer }, "notBefore"],
  ]) {
    assert.equal(faultOf(() => entriesOfNotBefore({ ...push, ...changes }, options)), option);
  }
});

test("Keycloak's user has a cut-off of its own", () => {
  const issuer = "https://sso.example/realms/main";
  const user = { id: "f3c4", username: "jane", notBefore: 1700000000 };
  assert.deepEqual(entriesOfKeycloakUser(user, { issuer }), [{ sub: "f3c4", issuer, before: 1700000000000 }]);
  assert.deepEqual(entriesOfKeycloakUser({ ...user, notBefore: 0 }, { issuer }), []);
  assert.equal(faultOf(() => entriesOfKeycloakUser(user)), "issuer");
  assert.equal(faultOf(() => entriesOfKeycloakUser({ id: "f3c4" }, { issuer })), "notBefore");
  assert.equal(faultOf(() => entriesOfKeycloakUser({ ...user, id: undefined }, { issuer })), "id");
});

// firebase/firebase-admin-node src/auth/user-record.ts: the form of the date.
test("Firebase's user has a cut-off at the second that Firebase compares with", () => {
  const issuer = "https://securetoken.google.com/p1";
  const user = { uid: "u1", tokensValidAfterTime: "Sat, 03 Feb 2001 04:05:06 GMT" };
  const before = Date.UTC(2001, 1, 3, 4, 5, 6);
  assert.deepEqual(entriesOfFirebaseUser(user, { issuer }), [{ sub: "u1", issuer, before }]);
  assert.deepEqual(entriesOfFirebaseUser(user, { maxLifetime: 3600 }), [
    { sub: "u1", before, exp: before / 1000 + 3600 },
  ]);
  for (const validSince of [String(before / 1000), before / 1000]) {
    assert.deepEqual(entriesOfFirebaseUser({ localId: "u1", validSince }), [{ sub: "u1", before }]);
  }
  const wrongDates = [
    ...["", "Invalid Date", "2001", "2001-02-03T04:05:06Z", "Sat, 03 Feb 2001 04:05:06", 981173106000],
    ...["Sun, 03 Feb 2001 04:05:06 GMT", "Fri, 01 Jan 1960 00:00:00 GMT"],
  ];
  for (const date of wrongDates) {
    const wrong = { uid: "u1", tokensValidAfterTime: date };
    assert.equal(faultOf(() => entriesOfFirebaseUser(wrong)), "tokensValidAfterTime", String(date));
  }
  for (const validSince of ["", "1e9", " 5", "981173106000", 981173106000, -1, {}]) {
    assert.equal(faultOf(() => entriesOfFirebaseUser({ uid: "u1", validSince })), "validSince");
  }
  assert.equal(faultOf(() => entriesOfFirebaseUser({ uid: "u1" })), "tokensValidAfterTime");
  assert.equal(faultOf(() => entriesOfFirebaseUser({ validSince: 5 })), "uid");
});

/** One good call of each function, with every member that it reads. */
const KEEP = { exp: 1700000000, maxLifetime: 60 };
const CALLS = {
  entriesOf: [logoutToken(), KEEP],
  entriesOfSessionRevoked: [
    set({ format: "complex", session: SESSION, user: USER, tenant: TENANT }),
    KEEP,
  ],
  "entriesOfSessionRevoked of aliases": [
    set({ format: "aliases", identifiers: [RFC_9493.email, USER] }),
    KEEP,
  ],
  entriesOfLogout: [logoutToken({ sid: undefined }), KEEP],
  readRevocationRequest: ["token=a&token_type_hint=refresh_token"],
  entriesOfToken: [
    { iss: "a", exp: 1700000060, family: "f", origin_jti: "o" },
    { token: "a.b.c", refresh: true, exp: 5 },
  ],
  entriesOfGlobalRevocation: [
    { sub_id: { format: "opaque", id: "u" } },
    { now: 1700000000, issuer: "a", ...KEEP },
  ],
  entriesOfTiledesk: [{ jti: "t", token: "a.b.c", exp: 5 }, { issuer: "a", exp: 5 }],
  entriesOfKeyPairs: [["a", "b"], { issuer: "a", exp: 5 }],
  entriesOfNotBefore: [
    { action: "PUSH_NOT_BEFORE", notBefore: 1700000000, resource: "api", expiration: 1700000030 },
    { issuer: "a", reach: "client", ...KEEP },
  ],
  entriesOfKeycloakUser: [{ id: "u", notBefore: 1700000000 }, { issuer: "a", ...KEEP }],
  entriesOfFirebaseUser: [
    { uid: "u", localId: "u", tokensValidAfterTime: "Sat, 03 Feb 2001 04:05:06 GMT", validSince: "5" },
    { issuer: "a", ...KEEP },
  ],
};
const functionOf = (name) => events[name.split(" ")[0]];

/** Every place in a value, itself included: what puts another value there. */
function placesIn(value) {
  const whole = (other) => other;
  if (typeof value !== "object" || value === null) return [whole];
  const within = Object.keys(value).flatMap((name) =>
    placesIn(value[name]).map((put) => (other) => {
      const copy = Array.isArray(value) ? [...value] : { ...value };
      copy[name] = put(other);
      return copy;
    }),
  );
  return [whole, ...within];
}

/** An answer is made of what may be in one, whatever the event was made of. */
function checkAnswer(answer, what) {
  for (const entry of Array.isArray(answer) ? answer : []) {
    const { issuer, before, exp, ...target } = entry;
    const [[name, value], ...more] = Object.entries(target);
    assert.deepEqual(more, [], what);
    assert.ok(name === "all" ? value === true : typeof value === "string" && value !== "", what);
    assert.ok(issuer === undefined || typeof issuer === "string", what);
    for (const time of [before, exp]) assert.ok(time === undefined || Number.isFinite(time), what);
    assert.ok(Object.values(entry).every((member) => member !== undefined), what);
  }
}

test("the good calls are good, and every function has one", () => {
  const functions = Object.keys(events).filter((name) => name !== "SetupError");
  const called = Object.keys(CALLS).map((name) => name.split(" ")[0]);
  assert.deepEqual([...new Set(called)].sort(), functions.sort());
  for (const [name, given] of Object.entries(CALLS)) checkAnswer(functionOf(name)(...given), name);
});

test("no value in any place of any event brings out anything but a SetupError", () => {
  const values = valuesFor(library, library, worldOf(library));
  let refused = 0;
  for (const [name, given] of Object.entries(CALLS)) {
    for (const put of placesIn(given).slice(1)) {
      for (const [value, make] of Object.entries(values)) {
        const what = `${value} in ${name}`;
        try {
          checkAnswer(functionOf(name)(...put(make())), what);
        } catch (error) {
          assert.ok(error instanceof SetupError, `${what}: ${error}`);
          assert.ok(error.message.length < 200, what);
          refused += 1;
        }
      }
    }
  }
  assert.ok(refused > 1000, `${refused} refused`);
});

test("no message holds anything of the event", () => {
  const secret = "s3cr3t";
  const wrong = [secret, `${secret} ${secret}`, { [secret]: secret }, [secret], `\ud800${secret}`];
  let refused = 0;
  for (const [name, given] of Object.entries(CALLS)) {
    for (const put of placesIn(given[0])) {
      for (const value of wrong) {
        const error = thrownBy(() => functionOf(name)(put(value), given[1]));
        if (!(error instanceof SetupError)) continue;
        assert.ok(!`${error.message} ${error.stack}`.includes(secret), `${name}: ${error.message}`);
        refused += 1;
      }
    }
  }
  assert.ok(refused > 100, `${refused} refused`);
});

test("what stands on Object.prototype is no member of an event, and no setter there fires", () => {
  const names = [
    ...["iss", "iat", "exp", "jti", "sub", "sid", "nonce", "events", "sub_id", "format", "id", "token"],
    ...["session", "user", "tenant", "identifiers", "family", "origin_jti", "refresh", "issuer", "now"],
    ...["maxLifetime", "action", "notBefore", "resource", "reach", "uid", "localId", "validSince"],
    ...["tokensValidAfterTime", "before", "all", "key", "client", LOGOUT, SESSION_REVOKED],
  ];
  const good = Object.entries(CALLS).map(([name, given]) => [name, functionOf(name)(...given)]);
  const empty = Object.keys(CALLS).map((name) => [name, String(thrownBy(() => functionOf(name)({})))]);
  const bare = { jti: entriesOfToken({ jti: "t" }), path: entriesOfTiledesk("t") };
  const fired = [];
  for (const name of names) {
    const set = () => fired.push(name);
    Object.defineProperty(Object.prototype, name, { get: () => "planted", set, configurable: true });
  }
  const found = {};
  try {
    found.good = Object.entries(CALLS).map(([name, given]) => [name, functionOf(name)(...given)]);
    found.empty = Object.keys(CALLS).map((name) => [name, String(thrownBy(() => functionOf(name)({})))]);
    found.bare = { jti: entriesOfToken({ jti: "t" }), path: entriesOfTiledesk("t") };
  } finally {
    for (const name of names) delete Object.prototype[name];
  }
  assert.deepEqual(found, { good, empty, bare });
  assert.deepEqual(fired, []);
});

test("every member is read once, however often it would change", () => {
  const reads = new Map();
  const counted = (value, path = "") => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    const object = {};
    for (const [name, member] of Object.entries(value)) {
      const at = `${path}/${name}`;
      const get = () => {
        reads.set(at, (reads.get(at) ?? 0) + 1);
        return counted(member, at);
      };
      Object.defineProperty(object, name, { get, enumerable: true });
    }
    return object;
  };
  for (const [name, given] of Object.entries(CALLS)) {
    functionOf(name)(...given.map((value, at) => counted(value, `${name} ${at}`)));
  }
  assert.deepEqual([...reads].filter(([, times]) => times !== 1), []);
  assert.ok(reads.size > 50, `${reads.size} members were read`);
});

// auth_time * 1000 < validSince * 1000 is revoked: firebase-admin-node src/auth/base-auth.ts.
test("a list with Firebase's entry keeps whoever signed in within the second of the cut-off", () => {
  const [entry] = entriesOfFirebaseUser({ uid: "u", validSince: 1700000000 });
  assert.deepEqual(statusesUnder(entry, 1700000000), ["revoked", "good", "good"]);
});

test("a list with CAEP's entry throws out the whole second of the event, and no more", () => {
  const [entry] = entriesOfSessionRevoked(set(USER));
  assert.deepEqual(statusesUnder(entry, 1615304991), ["revoked", "revoked", "good"]);
});

/** What a list of that entry says of the subject's tokens of the second before, this, the next. */
function statusesUnder(entry, second) {
  const list = new library.Revocations();
  list.revoke(entry);
  const claims = { sub: entry.sub, ...(entry.issuer && { iss: entry.issuer }) };
  return [-1, 0, 1].map((after) => list.check({ ...claims, iat: second + after }).status);
}

test("a builder takes an event by what reads it, and nothing that is none", async () => {
  const claims = set(SESSION);
  const listOf = async (add) => {
    const builder = new library.RevocationBuilder({ issuer: IDP, seq: 1, exp: 1700000000 });
    add(builder);
    return (await builder.build({ now: 1615305200 })).body;
  };
  const terms = { exp: 1615400000 };
  const added = await listOf((builder) => builder.addEvent(entriesOf, claims, terms));
  assert.deepEqual(added, await listOf((builder) => builder.addJson(entriesOf(claims, terms))));
  assert.notDeepEqual(added, await listOf(() => {}));
  await assert.rejects(listOf((builder) => builder.addEvent(entriesOf, {})), { option: "events" });
});
