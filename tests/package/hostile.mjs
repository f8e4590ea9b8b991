// What a careless or hostile host passes, into everything that the library exports: nothing but a
// SetupError, or a refusal where a token is judged, may come out, and nothing may stay behind.
// The library is an argument, and so is another copy of it.

import { same, thrownBy } from "./check.mjs";
import { runChecks } from "./suite.mjs";

/** Runs every check; answers as the suite does. */
export function runHostile(library, other) {
  return runChecks(CHECKS, library, other);
}

const NOW = { now: 1700000000 };
const SECRET = "s".repeat(32);
const HMAC = { alg: "HS256", secret: SECRET };
const ANY = { issuer: null, audience: null };
const URL_OF_KEYS = "https://issuer.example/jwks";

// The values, each made anew for every call.

const fail = () => {
  throw new Error("a trap");
};

const TRAPS = ["get", "has", "set", "ownKeys", "getPrototypeOf", "getOwnPropertyDescriptor", "apply"];
const throwing = Object.fromEntries([...TRAPS, "construct", "deleteProperty"].map((trap) => [trap, fail]));

const revoked = (target) => {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
};

/** An object every member of which is this getter's. */
const withGetter = (get) => {
  const members = ["keys", "alg", "secret", "kid", "now", "jti", "sub", "iss", "length", "claim", "headers"];
  return Object.defineProperties(
    {},
    Object.fromEntries(members.map((name) => [name, { get, enumerable: true }])),
  );
};

const deep = () => {
  let value = {};
  for (let level = 0; level < 100_000; level += 1) value = { value };
  return value;
};

const circular = () => {
  const value = { list: [] };
  value.list.push(value);
  return value;
};

/** Each level ten times the one before: ten thousand million in all. */
const multiplied = () => {
  let value = ["x"];
  for (let level = 0; level < 10; level += 1) value = Array(10).fill(value);
  return { value };
};

const detached = () => {
  const octets = new Uint8Array(32);
  structuredClone(octets.buffer, { transfer: [octets.buffer] });
  return octets;
};

/** Pages that are not isolated have shared memory only this way. */
const shared = () => {
  const { buffer } = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  return new Uint8Array(buffer, 0, 32);
};

const resized = (length) => {
  const buffer = new ArrayBuffer(32, { maxByteLength: 64 });
  const octets = new Uint8Array(buffer, ...(length === undefined ? [] : [0, length]));
  buffer.resize(16);
  return octets;
};

class Liar extends Uint8Array {
  get length() {
    return 2 ** 40;
  }
  get buffer() {
    return fail();
  }
}

export function valuesFor(library, other, { keys, verifier, list, good }) {
  const { KeySet, Verifier, Revocations } = library;
  const reenter = () => {
    verifier.verifySync(good, NOW);
    new KeySet([HMAC]).free();
    list.revoke({ jti: "again" });
    list.unrevoke({ jti: "again" });
    return "again";
  };
  const freed = (made) => {
    made.free();
    return made;
  };
  let turn = 0;
  return {
    undefined: () => undefined,
    null: () => null,
    true: () => true,
    NaN: () => NaN,
    Infinity: () => Infinity,
    "a negative number": () => -1,
    "a large number": () => 1e308,
    "a BigInt": () => 5n,
    "a symbol": () => Symbol("value"),
    "empty text": () => "",
    "a lone surrogate": () => "\ud800",
    "text that ends in one": () => `${SECRET}\udfff`,
    "long text": () => "x".repeat(3 << 20),
    "the name __proto__": () => "__proto__",
    "the name constructor": () => "constructor",
    "text of JSON": () => '{"alg":"HS256"}',
    "a function": () => fail,
    "an async function": () => async () => "x",
    "a class": () => class {},
    "an empty object": () => ({}),
    "an object without a prototype": () => Object.create(null),
    "a frozen object": () => Object.freeze({ kid: "a" }),
    "a member named __proto__": () => JSON.parse('{"__proto__":{"alg":"HS256"}}'),
    "symbols for names": () => ({ [Symbol("kid")]: "a" }),
    "many members": () => Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`m${n}`, n])),
    "an empty list": () => [],
    "a list of strange things": () => [null, undefined, 5n, fail, {}],
    "a list of holes": () => new Array(100),
    "a list longer than memory": () => new Array(2 ** 32 - 1),
    "what looks like a list": () => ({ length: 2 ** 40, 0: "a" }),
    "a date": () => new Date(0),
    "no date": () => new Date(NaN),
    "a map": () => new Map([["kid", "a"]]),
    "an error": () => new Error("an error"),
    "a boxed string": () => new String("x"),
    "a boxed number": () => new Number(5),
    "a promise": () => Promise.resolve(5),
    "a thenable that throws": () => ({ then: fail }),
    "a transparent proxy": () => new Proxy({}, {}),
    "a proxy that throws": () => new Proxy({}, throwing),
    "a function's proxy that throws": () => new Proxy(function () {}, throwing),
    "a list's proxy that throws": () => new Proxy([], throwing),
    "a proxy that answers with itself": () => {
      const proxy = new Proxy({}, { get: () => proxy, has: () => true });
      return proxy;
    },
    "a proxy of endless names": () => new Proxy({}, { ownKeys: () => ["a", "a"] }),
    "a revoked proxy": () => revoked({}),
    "a list's revoked proxy": () => revoked([]),
    "a function's revoked proxy": () => revoked(fail),
    "a proxy of octets": () => new Proxy(new Uint8Array(32), {}),
    "a proxy of keys": () => new Proxy(keys, {}),
    "a proxy of a list": () => new Proxy(list, {}),
    "a proxy that passes for keys": () => new Proxy({}, { getPrototypeOf: () => KeySet.prototype }),
    "getters that throw": () => withGetter(fail),
    "getters that throw nothing": () =>
      withGetter(() => {
        throw undefined;
      }),
    "getters that throw a revoked proxy": () =>
      withGetter(() => {
        throw revoked({});
      }),
    "getters that re-enter": () => withGetter(reenter),
    "getters that never say the same": () => withGetter(() => [SECRET, 5, null, {}][(turn += 1) % 4]),
    "toJSON that throws": () => ({ toJSON: fail }),
    "toJSON that answers nothing": () => ({ toJSON: () => undefined }),
    "toJSON that re-enters": () => ({ toJSON: reenter }),
    "toJSON further down that answers nothing": () => ({ a: { toJSON: () => undefined } }),
    "toString that throws": () => ({ toString: fail, valueOf: fail, [Symbol.toPrimitive]: fail }),
    "an iterator that throws": () => ({ [Symbol.iterator]: fail }),
    "an iterator of nonsense without end": () => ({ [Symbol.iterator]: () => ({ next: () => ({}) }) }),
    "an iterator that is none": () => ({ [Symbol.iterator]: () => 5 }),
    circular,
    deep,
    multiplied,
    "no octets": () => new Uint8Array(),
    "detached octets": detached,
    "shared octets": shared,
    "octets of a buffer that shrank": () => resized(),
    "octets that a buffer lost": () => resized(32),
    "octets that lie": () => new Liar(32),
    "more octets than may be": () => new Uint8Array(3 << 20),
    "numbers that are no octets": () => new Uint16Array(32),
    "a buffer": () => new ArrayBuffer(32),
    "a view": () => new DataView(new ArrayBuffer(32)),
    "keys of another copy": () => new other.KeySet([HMAC]),
    "a list of another copy": () => new other.Revocations(),
    "an object of the class that is not one": () => Object.create(KeySet.prototype),
    "a prototype": () => Verifier.prototype,
    "freed keys": () => freed(new KeySet([HMAC])),
    "a freed list": () => freed(new Revocations()),
  };
}

// The places.

const LIST = [
  ...["keys", "issuer", "trustUnsigned", "maxBytes", "maxEntries", "maxStaleness", "onStale"],
  ...["youngerThan", "minSeq", "maxStatusBytes", "claims", "x"],
];

const GATE = [
  ...["verifier", "routes", "headers", "schemes", "schemeCase", "query", "cookie", "access", "roles"],
  ...["preflight", "pathCase", "base", "outside", "routeQuery", "scripts", "profile", "x"],
];

const PAIRS = ["secret", "tokensNameIt", "issuer", "tokenTtl", "encoding", "x"];

const WEBHOOK = [
  ...["secrets", "version", "maxAge", "clockTolerance", "headers", "verificationToken", "x"],
];

const RECORD = ["key", "owner", "hash", "created", "state", "name"];

const BUILDER = ["issuer", "seq", "epoch", "ttl", "exp", "partition", "maxEntries", "x"];

/** Every argument of every export, and every option: what makes the call with a value there. */
function placesFor(library, { keys, verifier, issuer, list, good, refreshing, spare, gate }) {
  const { KeySet, RemoteKeySet, Verifier, Issuer, Revocations, inspect, generateKey } = library;
  const { RevocationBuilder, Gate, profile, toResponse } = library;
  const members = (names, call) => names.map((name) => [name, (value) => call({ [name]: value })]);
  const named = (call, places) =>
    Object.fromEntries(places.map(([name, make]) => [`${call} ${name}`, make]));
  const remote = (options) => new RemoteKeySet(URL_OF_KEYS, { timeout: 20, fetch: fail, ...options });
  const throwsValue = (value) => async () => {
    throw value;
  };
  const keyMembers = ["alg", "kid", "state", "secret", "pem", "der", "jwk", "allowShortSecret", "x"];
  const policy = [
    ...["keys", "issuer", "audience", "requireExp", "clockTolerance", "maxTokenBytes", "x", "cache"],
    ...["customCheck", "subject", "typ", "kind", "required", "equals", "prefix", "forbidden", "nonce"],
    ...["maxAge", "versions", "algorithms", "allowNumericSub"],
  ];
  const objecting = (customCheck) => new Verifier({ keys, ...ANY, customCheck });
  const throws = (value) => () => {
    throw value;
  };
  const settings = [
    ...["keys", "kid", "issuer", "audience", "accessTtl", "maxTtl", "defaults", "headerOrder", "kinds"],
    ...["allowNumericSub", "claims", "refreshTtl", "refreshMode", "refreshGrace", "maxSession", "x"],
  ];
  const terms = ["now", "ttl", "jti", "exp", "iat", "nbf", "kid", "kind", "typ", "x"];
  const exchange = (given) =>
    issuer.refresh(spare, { verifier: refreshing, families: null, ...NOW, ...given });
  const kept = (given) =>
    exchange({ families: { read: () => null, swap: () => true, ...given } });
  const trusting = () => new Revocations({ trustUnsigned: true });
  const signed = () => new Revocations({ keys, issuer: null });
  const builder = (given) => new RevocationBuilder({ issuer: "me", seq: 1, exp: 2e9, ...given });
  const remoteOptions = ["alg", "maxAge", "coolDown", "keepOnFailure", "timeout", "maxBytes", "x"];
  const calls = {
    "new KeySet": (value) => new KeySet(value),
    "new KeySet of one": (value) => new KeySet([value]),
    ...named("a key's", members(keyMembers, (key) => new KeySet([{ ...HMAC, ...key }]))),
    "a key's der": (der) => new KeySet([{ alg: "ES256", der }]),
    "a key's pem": (pem) => new KeySet([{ alg: "ES256", pem }]),
    "a key's jwk": (jwk) => new KeySet([{ alg: "ES256", jwk }]),
    "a JWK's k": (k) => new KeySet([{ alg: "HS256", jwk: { kty: "oct", k } }]),
    "a secret's base64": (base64) => new KeySet([{ ...HMAC, secret: { base64 } }]),
    fromJwks: (value) => KeySet.fromJwks(value),
    "fromJwks, keys": (value) => KeySet.fromJwks({ keys: value }),
    "fromJwks, a key": (value) => KeySet.fromJwks({ keys: [value] }),
    "fromJwks, options": (value) => KeySet.fromJwks({ keys: [] }, value),
    "fromJwks, alg": (alg) => KeySet.fromJwks({ keys: [{ kty: "oct" }] }, { alg }),
    fromPems: (value) => KeySet.fromPems(value),
    "fromPems, a pem": (a) => KeySet.fromPems({ a }),
    "fromPems, options": (value) => KeySet.fromPems({ a: "x" }, value),
    toJwks: (value) => keys.toJwks(value),
    "new RemoteKeySet": (value) => new RemoteKeySet(value),
    "new RemoteKeySet, options": (value) => new RemoteKeySet(URL_OF_KEYS, value),
    ...named("new RemoteKeySet,", members([...remoteOptions, "fetch", "headers"], remote)),
    "a header": (value) => remote({ headers: { value } }),
    current: (value) => remote().current(value),
    refresh: (value) => remote().refresh(value),
    "stats of a URL": (value) => remote().stats(value),
    "a fetch's answer": (value) => remote({ fetch: async () => value }).current(),
    "a fetch's answer at once": (value) => remote({ fetch: () => value }).current(),
    "a fetch's error": (value) => remote({ fetch: throwsValue(value) }).current(),
    "a fetch's body": (value) => remote({ fetch: async () => ({ status: 200, body: value }) }).current(),
    "new Verifier": (value) => new Verifier(value),
    ...named("new Verifier,", members(policy, (given) => new Verifier({ keys, ...ANY, ...given }))),
    "an objection": (value) => objecting(() => value).verifySync(good, NOW),
    "an objection to come": (value) => objecting(async () => value).verify(good, NOW),
    "an objection to come, at once": (value) => objecting(async () => value).verifySync(good, NOW),
    "an objection's code": (code) => objecting(() => ({ code })).verifySync(good, NOW),
    "an objection's claim": (claim) =>
      objecting(() => ({ code: "wrong_kind", claim })).verify(good, NOW),
    "an error in place of an objection": (value) => objecting(throws(value)).verifySync(good, NOW),
    "an error in place of one to come": (value) => objecting(throwsValue(value)).verify(good, NOW),
    "stats of a verifier": (value) => verifier.stats(value),
    setRevocations: (value) => new Verifier({ keys, ...ANY }).setRevocations(value),
    "setRevocations, demands": (value) => new Verifier({ keys, ...ANY }).setRevocations(list, value),
    ...named(
      "setRevocations,",
      members(["mode", "irrevocable", "x"], (demands) =>
        new Verifier({ keys, ...ANY }).setRevocations(list, demands),
      ),
    ),
    verify: (value) => verifier.verify(value),
    "verify, at": (value) => verifier.verify(good, value),
    "verify, now": (now) => verifier.verify(good, { now }),
    verifySync: (value) => verifier.verifySync(value),
    "verifySync, at": (value) => verifier.verifySync(good, value),
    "verifySync, now": (now) => verifier.verifySync(good, { now }),
    "verifySync, x": (x) => verifier.verifySync(good, { x }),
    "verifier.inspect": (value) => verifier.inspect(value),
    inspect: (value) => inspect(value),
    "new Issuer": (value) => new Issuer(value),
    ...named("new Issuer,", members(settings, (given) => new Issuer({ keys, ...given }))),
    issue: (value) => issuer.issue(value, NOW),
    "issue, options": (value) => issuer.issue({}, value),
    issueSync: (value) => issuer.issueSync(value, NOW),
    "issueSync, options": (value) => issuer.issueSync({}, value),
    ...named("issueSync,", members(terms, (at) => issuer.issueSync({}, at))),
    issuePair: (value) => issuer.issuePair(value, NOW),
    "issuePair, options": (value) => issuer.issuePair({}, value),
    issuePairSync: (value) => issuer.issuePairSync(value, NOW),
    ...named("issuePairSync,", members(["now", "family", "x"], (at) => issuer.issuePairSync({}, at))),
    "issuer.refresh": (value) => issuer.refresh(value, { verifier: refreshing, families: null }),
    "issuer.refresh, options": (value) => issuer.refresh(spare, value),
    ...named("issuer.refresh,", members(["verifier", "families", "claims", "now", "x"], exchange)),
    "families' read": (read) => kept({ read }),
    "families' swap": (swap) => kept({ swap }),
    "what families keep": (value) => kept({ read: () => value }),
    "what families will keep": (value) => kept({ read: async () => value }),
    "what families say of a swap": (value) => kept({ swap: () => value }),
    "an error in place of a family": (value) => kept({ read: throwsValue(value) }),
    "MemoryFamilies.read": (value) => new library.MemoryFamilies().read(value),
    "MemoryFamilies.swap": (value) => new library.MemoryFamilies().swap(value, value, value, value),
    "MemoryFamilies.prune": (value) => new library.MemoryFamilies().prune(value),
    ...named("a claim", members(["sub", "exp", "aud", "x"], (claims) => issuer.issueSync(claims, NOW))),
    "a claim further down": (value) => issuer.issueSync({ a: [{ b: value }] }, NOW),
    "new Revocations": (value) => new Revocations(value),
    revoke: (value) => new Revocations().revoke(value),
    ...named("revoke,", members(["jti", "sub", "kid", "x"], (entry) => new Revocations().revoke(entry))),
    ...named(
      "revoke a subject,",
      members(["before", "exp", "issuer"], (terms) => new Revocations().revoke({ sub: "a", ...terms })),
    ),
    unrevoke: (value) => new Revocations().unrevoke(value),
    forget: (value) => new Revocations().forget(value),
    prune: (value) => new Revocations().prune(value),
    check: (value) => list.check(value),
    "check, header": (value) => list.check({}, value),
    "check, kid": (kid) => list.check({}, { kid }),
    "check, now": (now) => list.check({}, {}, now),
    "check, token": (token) => list.check({}, {}, 0, token),
    "stats of a list": (value) => list.stats(value),
    ...named("new Revocations,", members(LIST, (given) => new Revocations({ keys, issuer: null, ...given }))),
    load: (value) => trusting().load(value, new Uint8Array()),
    "load, signed": (value) => signed().load(value, new Uint8Array()),
    "load, body": (value) => trusting().load("{}", value),
    "load, at": (value) => trusting().load("{}", new Uint8Array(), value),
    apply: (value) => trusting().apply(value, new Uint8Array()),
    "apply, body": (value) => trusting().apply("{}", value),
    loadShard: (value) => trusting().loadShard(value, new Uint8Array()),
    "loadShard, body": (value) => trusting().loadShard(0, value),
    loadStatusList: (value) => trusting().loadStatusList(value),
    "loadStatusList, signed": (value) => signed().loadStatusList(value),
    "loadStatusList, options": (value) => trusting().loadStatusList("{}", value),
    "loadStatusList, format": (format) => trusting().loadStatusList("{}", { format }),
    forgetStatusList: (value) => list.forgetStatusList(value),
    neededShards: (value) => list.neededShards(value),
    "new RevocationBuilder": (value) => new RevocationBuilder(value),
    ...named("new RevocationBuilder,", members(BUILDER, (given) => builder(given))),
    add: (value) => builder().add(value),
    remove: (value) => builder().remove(value),
    addJson: (value) => builder().addJson(value),
    "addJson, an entry": (value) => builder().addJson([value]),
    "addEvent, read": (value) => builder().addEvent(value, {}),
    "addEvent, entries": (value) => builder().addEvent(() => value, {}),
    addNdjson: (value) => builder().addNdjson(value),
    addList: (value) => builder().addList(value),
    "addList, body": (body) => builder().addList({ body }),
    "addList, shards": (shards) => builder().addList({ body: new Uint8Array(), shards }),
    build: (value) => builder().build(value),
    ...named(
      "build,",
      members(["signWith", "kid", "previous", "now", "x"], (given) =>
        builder().build({ signWith: keys, ...given }),
      ),
    ),
    "build, previous manifest": (manifest) =>
      builder().build({ previous: { manifest, body: new Uint8Array() } }),
    "new Gate": (value) => new Gate(value),
    ...named("new Gate,", members(GATE, (given) => new Gate({ verifier, base: "/b", ...given }))),
    "a route": (value) => new Gate({ verifier, routes: [value] }),
    ...named(
      "a route's",
      members(["path", "method", "access", "roles", "x"], (route) =>
        new Gate({ verifier, routes: [{ path: "/a", access: "required", ...route }] }),
      ),
    ),
    ...named(
      "a role rule's",
      members(["claim", "allow", "deny", "x"], (roles) =>
        new Gate({ verifier, roles: { claim: "/a", allow: "a", ...roles } }),
      ),
    ),
    "check a request": (value) => gate.check(value, NOW),
    "checkSync a request": (value) => gate.checkSync(value, NOW),
    "check a request, at": (value) => gate.check(requestOf(good), value),
    ...named(
      "a request's",
      members(["method", "url", "headers"], (given) =>
        gate.checkSync({ ...requestOf(good), ...given }, NOW),
      ),
    ),
    "a request's header": (authorization) =>
      gate.checkSync({ ...requestOf(good), headers: { authorization } }, NOW),
    "a request's header, among others": (value) =>
      gate.check({ ...requestOf(good), headers: { authorization: ["a", value] } }, NOW),
    "what headers answer": (value) =>
      gate.check({ ...requestOf(good), headers: { get: () => value } }, NOW),
    toResponse: (value) => toResponse(value),
    ...named(
      "toResponse,",
      members(["status", "headers", "body"], (given) =>
        toResponse({ status: 401, headers: {}, body: "", ...given }),
      ),
    ),
    ...placesOfService(library, { members, named }),
    profile: (value) => profile(value),
    ...named("a profile's", [
      ["policy", (value) => profile("zoom").policy(value, { apiKey: "K" })],
      ["policy's facts", (value) => profile("zoom").policy("api", value)],
      ["issuer", (value) => profile("wp-jwt-auth").issuer(value)],
      ["claims", (value) => profile("tiledesk").claims(value, {})],
      ["claims' facts", (value) => profile("tiledesk").claims("guest", value)],
      ["gate", (value) => profile("miniorange").gate(value)],
      ["answer", (value) => profile("zoom").answer(value)],
      ["answer's code", (code) => profile("zoom").answer({ code })],
      ["answer's claim", (claim) => profile("zoom").answer({ code: "expired", claim })],
      ["answer's place", (value) => profile("zoom").answer({ code: "expired" }, value)],
      ["response", (value) => profile("miniorange").respond(value, {})],
      ["response's facts", (value) => profile("miniorange").respond("preflight", value)],
      ["request", (value) => profile("hubspot").request(value, {})],
      ["request's facts", (value) => profile("hubspot").request("token", value)],
    ]),
    ...named(
      "a profile's fact",
      members(["id", "firstname", "attributes", "jti", "ttl", "now", "withoutJti", "x"], (facts) =>
        profile("tiledesk").claims("guest", facts),
      ),
    ),
    ...named(
      "a gate's fact",
      members(["header", "excluded", "outside", "x"], (facts) => profile("miniorange").gate(facts)),
    ),
    generateKey: (value) => generateKey(value),
    "generateKey, options": (value) => generateKey("HS256", value),
    ...named("generateKey,", members(["kid", "modulusLength", "x"], (given) => generateKey("HS256", given))),
    init: (value) => library.init(value),
    initSync: (value) => library.initSync(value),
  };
  const { KeyPairs, Webhook } = library;
  const lists = [Revocations, RevocationBuilder];
  const classes = [KeySet, RemoteKeySet, Verifier, Issuer, ...lists, Gate, KeyPairs, Webhook];
  const methods = classes.flatMap((of) => methodsOf(of));
  const onThis = methods.map(([name, method]) => [`the this of ${name}`, (value) => method.call(value, {})]);
  return { ...calls, ...Object.fromEntries(onThis) };
}

/** The same for key pairs, history and webhooks. */
function placesOfService(library, { members, named }) {
  const { KeyPairs, Webhook, listHistory, revokeByJti, revokeById } = library;
  const pairs = new KeyPairs({ secret: SECRET, tokensNameIt: "key" });
  const webhook = new Webhook({ secret: SECRET, verificationToken: "old" });
  const pair = pairs.create({ owner: 1, name: "a" });
  const given = { key: pair.record.key, secret: pair.secret };
  const all = { sub: null };
  const old = { key: "a", salt: "b", secret: "c", hash: "d" };
  const query = ["sortField", "direction", "page", "limit", "x"];
  const row = ["id", "jti", "sub", "exp", "createdAt", "fingerprint", "iss"];
  const subscription = { development: "https://a", production: "https://b", events: ["c"] };
  return {
    "new KeyPairs": (value) => new KeyPairs(value),
    ...named(
      "new KeyPairs,",
      members(PAIRS, (given) => new KeyPairs({ secret: SECRET, tokensNameIt: "key", ...given })),
    ),
    create: (value) => pairs.create(value),
    ...named(
      "create,",
      members(["owner", "name", "now", "x"], (given) => pairs.create({ owner: 1, name: "a", ...given })),
    ),
    "a pair": (value) => pairs.verify(value, pair.record),
    ...named("a pair's", members(["key", "secret"], (own) => pairs.verify({ ...given, ...own }, null))),
    "a pair's record": (value) => pairs.verify(given, value),
    "a pair's options": (value) => pairs.verify(given, pair.record, value),
    ...named("a use's", members(["ip", "now", "x"], (use) => pairs.verify(given, pair.record, use))),
    ...named(
      "a record's",
      members(RECORD, (own) => pairs.verify(given, { ...pair.record, ...own })),
    ),
    "list pairs": (value) => pairs.list(value),
    "list a pair": (value) => pairs.list([value]),
    ...named("list a pair's", members(RECORD, (own) => pairs.list([{ ...pair.record, ...own }]))),
    "revoke pairs": (value) => pairs.revoke(value, "a"),
    "revoke a pair's key": (value) => pairs.revoke([pair.record], value),
    "revoke a pair, options": (value) => pairs.revoke([pair.record], "a", value),
    ...named(
      "revoke a pair,",
      members(["owner", "now", "x"], (given) => pairs.revoke([pair.record], "a", given)),
    ),
    "revokeAll of": (value) => pairs.revokeAll(value, 1),
    "revokeAll, owner": (value) => pairs.revokeAll([pair.record], value),
    "revokeAll, at": (value) => pairs.revokeAll([pair.record], 1, value),
    regenerate: (value) => pairs.regenerate(value),
    "regenerate, at": (value) => pairs.regenerate(pair.record, value),
    deactivate: (value) => pairs.deactivate(value),
    ...named("deactivate, a record's", members(RECORD, (own) => pairs.deactivate({ ...pair.record, ...own }))),
    reactivate: (value) => pairs.reactivate(value),
    verifyWordPressHash: (value) => pairs.verifyWordPressHash(value),
    ...named(
      "verifyWordPressHash,",
      members([...Object.keys(old), "x"], (given) => pairs.verifyWordPressHash({ ...old, ...given })),
    ),
    listHistory: (value) => listHistory(value, {}, all),
    "listHistory, a record": (value) => listHistory([value], {}, all),
    ...named("listHistory, a record's", members(row, (record) => listHistory([record], {}, all))),
    "listHistory, query": (value) => listHistory([], value, all),
    ...named("listHistory,", members(query, (asked) => listHistory([], asked, all))),
    "listHistory, whose": (value) => listHistory([], {}, value),
    "listHistory, sub": (sub) => listHistory([], {}, { sub }),
    revokeByJti: (value) => revokeByJti(value, "a", all),
    "revokeByJti, jti": (value) => revokeByJti([], value, all),
    "revokeByJti, whose": (value) => revokeByJti([], "a", value),
    ...named("revokeByJti, a record's", members(row, (own) => revokeByJti([{ jti: "a", ...own }], "a", all))),
    revokeById: (value) => revokeById([], value, all),
    "new Webhook": (value) => new Webhook(value),
    ...named("new Webhook,", members(WEBHOOK, (given) => new Webhook({ secret: SECRET, ...given }))),
    "new Webhook, secret": (secret) => new Webhook({ secret }),
    "new Webhook, a secret": (value) => new Webhook({ secrets: [value] }),
    "new Webhook, a header": (timestamp) => new Webhook({ secret: SECRET, headers: { timestamp } }),
    sign: (value) => webhook.sign(value),
    "sign, at": (value) => webhook.sign("a", value),
    "verify a body": (value) => webhook.verify(value, { timestamp: "1", signature: "v0=" }),
    "verify a body's headers": (value) => webhook.verify("a", value),
    ...named(
      "verify a body's",
      members(["timestamp", "signature", "x-zm-signature", "get"], (sent) => webhook.verify("a", sent)),
    ),
    "verify a body, at": (value) => webhook.verify("a", { timestamp: "1", signature: "v0=" }, value),
    answerUrlValidation: (value) => webhook.answerUrlValidation(value),
    matchesVerificationToken: (value) => webhook.matchesVerificationToken(value),
    checkSubscriptions: (value) => library.checkSubscriptions(value),
    "checkSubscriptions, one": (value) => library.checkSubscriptions([value]),
    ...named(
      "checkSubscriptions, one's",
      members([...Object.keys(subscription), "name", "x"], (own) =>
        library.checkSubscriptions([{ ...subscription, ...own }]),
      ),
    ),
    "checkSubscriptions, options": (value) => library.checkSubscriptions([], value),
    "checkSubscriptions, max": (max) => library.checkSubscriptions([], { max }),
    hmacHex: (value) => library.hmacHex(value, "a"),
    "hmacHex, message": (value) => library.hmacHex("a", value),
    equal: (value) => library.equal(value, "a"),
    "equal, other": (value) => library.equal("a", value),
  };
}

function methodsOf({ name, prototype }) {
  const own = Object.getOwnPropertyNames(prototype).filter((method) => method !== "constructor");
  // What is not declared, and so not for hosts.
  const isDeclared = { Revocations: true, Gate: true };
  const declared = own.filter((method) => !["check", "sign"].includes(method) || isDeclared[name]);
  return declared.map((method) => [`${name}.${method}`, prototype[method]]);
}

const CHECKS = {
  "no value in any place brings out anything but a typed error": async (library, other) => {
    const world = worldOf(library);
    const values = valuesFor(library, other, world);
    const before = stateOfPrototypes();
    for (const [place, call] of Object.entries(placesFor(library, world))) {
      for (const [value, make] of Object.entries(values)) {
        // Freeing is what its `this` is for.
        if (place.endsWith(".free") && value.startsWith("a prototype")) continue;
        await checkTyped(library, `${value} as ${place}`, () => call(make()));
        checkWorld(world, `after ${value} as ${place}`);
      }
    }
    same(stateOfPrototypes(), before, "the prototypes");
  },

  "every class needs new, and says so as the language does": (library) => {
    const lists = ["Revocations", "RevocationBuilder"];
    for (const name of ["KeySet", "Verifier", "Issuer", ...lists, "Gate", "KeyPairs", "Webhook"]) {
      const of = library[name];
      same(thrownBy(() => of([HMAC])) instanceof TypeError, true, of.name);
    }
  },

  "classes can be derived from": (library) => {
    class Keys extends library.KeySet {}
    class Judge extends library.Verifier {}
    const keys = new Keys([HMAC]);
    const { token } = new library.Issuer({ keys }).issueSync({}, NOW);
    same(new Judge({ keys, ...ANY }).verifySync(token, NOW).ok, true);
  },

  "what is freed while a call reads its arguments is freed, and no more": async (library) => {
    const { KeySet, Verifier, Issuer, Revocations } = library;
    const calls = {
      "a verifier's keys": ({ keys, verifier, good }, freeing) => verifier.verifySync(good, freeing(keys)),
      "a verifier": ({ verifier, good }, freeing) => verifier.verifySync(good, freeing(verifier)),
      "a verifier's list": ({ list, verifier, good }, freeing) => verifier.verify(good, freeing(list)),
      "an issuer's keys": ({ keys, issuer }, freeing) => issuer.issueSync({}, freeing(keys)),
      "an issuer": ({ issuer }, freeing) => issuer.issue({}, freeing(issuer)),
      "an issuer of pairs": ({ issuer }, freeing) => issuer.issuePairSync({}, freeing(issuer)),
      "a refreshing verifier": ({ issuer, refreshing: verifier, spare }, freeing) =>
        issuer.refresh(spare, { verifier, families: null, claims: freeing(verifier), ...NOW }),
      "an issuer's keys, by a claim": ({ keys, issuer }, freeing) =>
        issuer.issueSync({ deep: [freeing(keys)] }, NOW),
      "a new verifier's keys": ({ keys }, freeing) =>
        new Verifier({ keys, audience: [freeing(keys)], issuer: null }),
      "a new issuer's keys": ({ keys }, freeing) => new Issuer({ keys, audience: [freeing(keys)] }),
      "a list": ({ list }, freeing) => list.revoke(freeing(list)),
      "a gate": ({ gate, good }, freeing) => gate.checkSync(requestOf(good), freeing(gate)),
      "a gate's verifier": ({ gate, verifier, good }, freeing) =>
        gate.check(requestOf(good), freeing(verifier)),
    };
    const control = worldOf(library);
    for (const [what, call] of Object.entries(calls)) {
      const world = worldOf(library);
      const freeing = (victim) => ({
        get now() {
          victim.free();
          return NOW.now;
        },
      });
      const error = await checkTyped(library, what, () => call(world, freeing));
      same(error instanceof library.SetupError, true, what);
      checkWorld(control, what);
    }
    for (const made of [new KeySet([HMAC]), new Revocations()]) {
      made.free();
      made.free();
      same(thrownBy(() => (made.toJwks ?? made.stats).call(made)).message.endsWith("has been freed"), true);
    }
  },

  "every member is read once, however often it would change": async (library) => {
    const { KeySet, Verifier, Issuer, Revocations, RemoteKeySet } = library;
    const { keys, verifier, issuer, good } = worldOf(library);
    const jwk = await library.generateKey("ES256", { kid: "a" });
    const { reads, counted } = counter();
    new KeySet([counted({ ...HMAC, kid: "a", state: "active" })]);
    new KeySet([counted({ alg: "HS256", secret: counted({ base64: btoa(SECRET) }) })]);
    new KeySet([counted({ jwk: counted(jwk) })]);
    KeySet.fromJwks(counted({ keys: [counted(jwk)] }), counted({ alg: "ES256" }));
    new Verifier(counted({ keys, issuer: [counted({}).x, "a"].slice(1), audience: null, clockTolerance: 5 }));
    new RemoteKeySet(URL_OF_KEYS, counted({ maxAge: 5, headers: counted({ a: "b" }) }));
    new Issuer(counted({ keys, issuer: "a", accessTtl: 60 }));
    const claims = counted({ sub: "a", deep: counted({ list: [counted({ x: 1 })] }) });
    const { token } = issuer.issueSync(claims, counted({ now: NOW.now, ttl: 60, jti: "j" }));
    const list = new Revocations();
    list.revoke(counted({ sub: "u", before: 1700000000000, exp: 1700000000 }));
    list.unrevoke(counted({ sub: "u", issuer: "a" }));
    list.check(counted({ sub: "x" }), counted({ kid: "k" }));
    same(verifier.verifySync(token, counted(NOW)).claims.deep.list[0].x, 1);
    same((await verifier.verify(good, counted(NOW))).ok, true);
    await library.generateKey("HS256", counted({ kid: "a" }));
    const roles = counted({ claim: "/sub", allow: "u1" });
    const routes = [counted({ path: "/x", method: "GET", access: "required", roles })];
    const gate = new library.Gate(counted({ verifier, headers: "authorization", routes }));
    const { headers, ...rest } = requestOf(good);
    const request = counted({ ...rest, headers: counted({ ...headers, "x-http-method": "GET" }) });
    same(gate.checkSync(request, counted(NOW)).outcome, "allow");
    readService(library, counted);
    const twice = Object.entries(reads).filter(([, times]) => times !== 1);
    same(JSON.stringify(twice), "[]", "members not read once");
    same(Object.keys(reads).length > 30, true, "members were read");
  },

  "a secret is what it was when it was given": (library) => {
    const octets = new Uint8Array(32).fill(1);
    const given = () => new Uint8Array(32).fill(1);
    const keys = new library.KeySet([{ alg: "HS256", secret: octets }]);
    octets.fill(2);
    const { token } = new library.Issuer({ keys }).issueSync({}, NOW);
    const codeUnder = (secret) => {
      const under = new library.KeySet([{ alg: "HS256", secret }]);
      return new library.Verifier({ keys: under, ...ANY }).verifySync(token, NOW).code;
    };
    same(codeUnder(given()), undefined);
    same(codeUnder(octets), "invalid_signature");
    for (const make of [detached, shared, () => resized(32)]) {
      same(thrownBy(() => codeUnder(make())).option, "secret");
      same(thrownBy(() => new library.KeySet([{ alg: "ES256", der: make() }])).option, "der");
    }
  },

  "no setter on Object.prototype ever fires, and nothing there counts as an option": async (library) => {
    const names = [
      ...["ok", "code", "stage", "message", "claim", "claims", "header", "kid", "expiresIn", "host"],
      ...["decision", "key", "signed", "signature", "token", "record", "jti", "iat", "exp", "sub", "iss"],
      ...["aud", "alg", "typ", "secret", "pem", "der", "jwk", "keys", "state", "form", "encoding", "k"],
      ...["option", "problem", "issuer", "audience", "requireExp", "now", "ttl", "before", "status", "by"],
      ...["access", "refresh", "entry", "turn", "pair", "refusal", "family", "families", "claimsText"],
      ...["entries", "admin", "text", "octets", "cause", "name", "algorithm", "toJSON", "outcome"],
      ...["response", "roles", "status", "body", "headers", "method", "url", "authorization"],
    ];
    const fired = [];
    for (const name of names) {
      const set = () => fired.push(name);
      Object.defineProperty(Object.prototype, name, { get: () => undefined, set, configurable: true });
    }
    try {
      const world = worldOf(library);
      checkWorld(world, "with setters planted");
      const { token } = world.issuer.issueSync({ admin: false, key: 1 }, NOW);
      same(Object.hasOwn(world.verifier.verifySync(token, NOW).claims, "admin"), true);
      const jwk = await library.generateKey("ES256");
      const keys = new library.KeySet([{ jwk }]);
      const made = await new library.Issuer({ keys }).issue({}, NOW);
      same((await new library.Verifier({ keys, ...ANY }).verify(made.token, NOW)).ok, true);
      same(library.inspect(made.token).ok, true);
      const { refreshing, spare, issuer } = world;
      const next = await issuer.refresh(spare, { verifier: refreshing, families: null, ...NOW });
      same(Object.hasOwn(next, "refresh") && next.refresh.record.sub, "u1");
      const error = thrownBy(() => new library.KeySet([{ alg: "none", secret: "x" }]));
      same(Object.hasOwn(error, "option") && error.option, "alg");
    } finally {
      for (const name of names) delete Object.prototype[name];
    }
    same(fired.join(), "", "setters fired");
    Object.prototype.kid = "planted";
    Object.prototype.host = 0;
    Object.prototype.outcome = "public";
    Object.prototype.authorization = "Bearer x";
    try {
      checkWorld(worldOf(library), "with values planted");
    } finally {
      for (const name of ["kid", "host", "outcome", "authorization"]) delete Object.prototype[name];
    }
  },
};

const requestOf = (token) => ({
  method: "GET",
  url: "/x",
  headers: { authorization: `Bearer ${token}` },
});

export function worldOf({ KeySet, Verifier, Issuer, Revocations, Gate }) {
  const keys = new KeySet([{ ...HMAC, kid: "main" }]);
  const verifier = new Verifier({ keys, ...ANY });
  const issuer = new Issuer({ keys });
  const list = new Revocations();
  list.revoke({ jti: "out" });
  verifier.setRevocations(list);
  const good = issuer.issueSync({ sub: "u1" }, NOW).token;
  const bad = issuer.issueSync({ sub: "u1" }, { ...NOW, jti: "out" }).token;
  const refreshing = new Verifier({ keys, ...ANY, kind: "refresh" });
  const spare = issuer.issuePairSync({ sub: "u1" }, NOW).refresh.token;
  const gate = new Gate({ verifier, routes: [{ path: "/open", access: "public" }] });
  return { keys, verifier, issuer, list, good, bad, refreshing, spare, gate };
}

function checkWorld({ verifier, good, bad, gate }, what) {
  same(gate.checkSync(requestOf(good), NOW).outcome, "allow", `${what}: the good request`);
  same(gate.checkSync(requestOf(bad), NOW).outcome, "deny", `${what}: the revoked request`);
  same(verifier.verifySync(good, NOW).ok, true, `${what}: the good token`);
  same(verifier.verifySync(bad, NOW).code, "revoked_token", `${what}: the revoked token`);
}

/** Makes a call that may fail, but only as the library says; answers the error. */
async function checkTyped({ SetupError }, what, call) {
  try {
    const value = await call();
    same(value?.code === "internal_error", false, `${what}: an internal error`);
    return undefined;
  } catch (error) {
    same(isA(SetupError, error), true, `${what}: threw ${describe(error)}`);
    if (error.code === "internal_error") throw new Error(`${what}: ${describe(error.cause)}`);
    same(typeof error.option === "string" && typeof error.message === "string", true, what);
    return error;
  }
}

function isA(type, value) {
  try {
    return value instanceof type;
  } catch {
    return false;
  }
}

function describe(error) {
  try {
    return `${error?.stack ?? error}`;
  } catch {
    return "what cannot even be looked at";
  }
}

/** Has key pairs, history and webhooks read every member that they look at. */
function readService({ KeyPairs, Webhook, listHistory, revokeById, checkSubscriptions }, counted) {
  const pairs = new KeyPairs(counted({ secret: counted({ base64: btoa(SECRET) }), tokensNameIt: "key" }));
  const { secret, record } = pairs.create(counted({ owner: 1, name: "a", ...NOW }));
  const given = counted({ key: record.key, secret });
  same(pairs.verify(given, counted(record), counted({ ip: "192.0.2.1", ...NOW })).ok, true);
  same(pairs.regenerate(counted(record), counted(NOW)).record.name, "a");
  same(pairs.deactivate(counted(record)).record.name, "a");
  same(pairs.list([counted(record)])[0].name, "a");
  same(pairs.revoke([counted(record)], record.key, counted({ owner: 1, ...NOW })).removed, 1);
  const row = counted({ id: 1, jti: "a", sub: "u", createdAt: 5, more: 5 });
  same(listHistory([row], counted({ page: "0", limit: 5 }), counted({ sub: "u" })).count, 1);
  same(revokeById([counted({ id: 1, jti: "a", exp: 5 })], 1, counted({ sub: null })).ok, true);
  const headers = counted({ timestamp: "x-a", signature: "x-b" });
  const webhook = new Webhook(counted({ secrets: [counted({ hex: "00ff" })], maxAge: 5, headers }));
  const sent = webhook.sign("a", counted(NOW)).headers;
  same(webhook.verify("a", counted(sent), counted(NOW)).ok, true);
  const one = counted({ development: "https://a", production: "https://b", events: ["c"], more: 5 });
  same(checkSubscriptions([one], counted({ max: 1 })).ok, true);
}

/** Counts how often each member of the objects it makes is read. */
function counter() {
  const reads = {};
  let objects = 0;
  const counted = (members) => {
    objects += 1;
    const object = objects;
    const getters = Object.keys(members).map((name) => {
      const id = `${object}.${name}`;
      const get = () => {
        reads[id] = (reads[id] ?? 0) + 1;
        return reads[id] === 1 ? members[name] : Symbol("another value");
      };
      reads[id] = 0;
      return [name, { get, enumerable: true }];
    });
    return Object.defineProperties({}, Object.fromEntries(getters));
  };
  return { reads, counted };
}

/** What stands on the prototypes that everything shares. */
function stateOfPrototypes() {
  const shared = [Object.prototype, Array.prototype, Uint8Array.prototype, Function.prototype, Error.prototype];
  return shared.map((prototype) => Reflect.ownKeys(prototype).map(String).join()).join("\n");
}
