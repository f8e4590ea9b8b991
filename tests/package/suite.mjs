// What must hold on every host. The library is an argument, and so is everything that a host
// might lack; a check says what it found by throwing.

import { same, thrownBy } from "./check.mjs";
import { REFRESH_CHECKS } from "./refresh.mjs";

/** Runs every check; answers their names, each with what went wrong if something did. */
export function runSuite(library, vectors) {
  const checks = { ...CHECKS, ...REFRESH_CHECKS, ...(vectors.build === "full" && FULL_CHECKS) };
  return runChecks(checks, library, vectors);
}

/** The same for any checks. */
export async function runChecks(checks, ...given) {
  const results = [];
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check(...given);
      results.push({ name });
    } catch (error) {
      results.push({ name, error: `${error.name}: ${error.message}` });
    }
  }
  return results;
}

const NOW = { now: 1700000000 };

/** Every algorithm that the host of the test has. */
const ALGORITHMS = [
  ...["HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512"],
  ...["ES256", "ES384", "ES512", "EdDSA", "Ed25519"],
];

const CHECKS = {
  "every vector gets its verdict, and the next good token is accepted": async (library, vectors) => {
    const { keys, verifier, revocations } = worldOf(library, vectors);
    for (const claims of vectors.statusLists) {
      const loaded = await revocations.loadStatusList(JSON.stringify(claims), { now: claims.iat });
      same(loaded.uri, claims.sub);
    }
    const good = goodToken(vectors);
    for (const { id, policy, demands, token, code, claim } of vectors.cases) {
      const own = new library.Verifier({ keys, ...vectors.policy, ...policy });
      own.setRevocations(revocations, demands);
      const decision = own.verifySync(token, NOW);
      same(decision.ok, code === undefined, `${id}: ${JSON.stringify(decision)}`);
      same(decision.code, code, id);
      same(decision.claim, claim, id);
      same(verifier.verifySync(good, NOW).ok, true, `the good token after ${id}`);
    }
  },

  "every request gets its verdict and its answer, asked for in each way": async (library, vectors) => {
    const { verifier } = worldOf(library, vectors);
    for (const { id, gate: settings, routes, request, outcome, ...expected } of vectors.requests) {
      const gate = new library.Gate({ verifier, ...settings, routes });
      const url = new URL(request.url, "https://api.example").href;
      const asked = { ...request, headers: new Headers(request.headers) };
      const answers = [gate.checkSync(request, NOW), await gate.check(request, NOW)];
      answers.push(gate.checkSync(asked, NOW));
      // Of a Request the host has taken out dot segments, and a browser headers that it sets itself.
      const isKept = !["dot-segments", "preflight"].includes(id);
      if (isKept) answers.push(await gate.check(new Request(url, request), NOW));
      for (const answer of answers) {
        same(answer.outcome, outcome, `${id}: ${JSON.stringify(answer)}`);
        same(answer.decision?.code, expected.code, id);
        same(answer.decision?.claim, expected.claim, id);
        same(answer.response?.status, expected.status, id);
        same(outcome === "allow", typeof answer.claims === "object", id);
        if (outcome === "deny") same(library.toResponse(answer.response).status, expected.status, id);
      }
    }
  },

  "verify answers as verifySync does": async (library, vectors) => {
    const { verifier } = worldOf(library, vectors);
    for (const { token } of vectors.cases) {
      const answers = [await verifier.verify(token, NOW), verifier.verifySync(token, NOW)];
      same(JSON.stringify(answers[0]), JSON.stringify(answers[1]));
    }
  },

  "what is no string is refused with a code, never with an exception": (library, vectors) => {
    const { verifier } = worldOf(library, vectors);
    const good = goodToken(vectors);
    const trap = new Proxy({}, { get: () => { throw new Error("a trap"); } });
    const values = [
      [undefined, "missing_token"],
      [null, "missing_token"],
      ["", "missing_token"],
      [5, "malformed_token"],
      [5n, "malformed_token"],
      [NaN, "malformed_token"],
      [true, "malformed_token"],
      [{}, "malformed_token"],
      [[good], "malformed_token"],
      [Symbol("token"), "malformed_token"],
      [() => good, "malformed_token"],
      [new String(good), "malformed_token"],
      [trap, "malformed_token"],
      ["\ud800", "malformed_token"],
      [`${good}\udfff`, "malformed_token"],
      [`${good}€`, "malformed_token"],
      ["x".repeat(20_000), "token_too_large"],
      ["€".repeat(6_000), "token_too_large"],
      ["x".repeat(5_000_000), "token_too_large"],
    ];
    for (const [value, code] of values) {
      same(verifier.verifySync(value, NOW).code, code, typeof value);
      same(library.inspect(value).ok, false, typeof value);
      same(verifier.verifySync(good, NOW).ok, true, `the good token after a ${typeof value}`);
    }
  },

  "a character that does not fit the buffer cannot be cut off": (library, vectors) => {
    const good = goodToken(vectors);
    const { keys } = worldOf(library, vectors);
    const policy = { ...vectors.policy, keys, maxTokenBytes: good.length };
    const verifier = new library.Verifier(policy);
    same(verifier.verifySync(good, NOW).ok, true);
    for (const tail of ["€", "\ud800", "é", "é€", "x"]) {
      same(verifier.verifySync(good + tail, NOW).ok, false, tail);
    }
  },

  "every altered octet is refused": (library, vectors) => {
    const { verifier } = worldOf(library, vectors);
    const good = goodToken(vectors);
    for (let at = 0; at < good.length; at += 1) {
      const other = good[at] === "A" ? "B" : "A";
      const altered = good.slice(0, at) + other + good.slice(at + 1);
      same(verifier.verifySync(altered, NOW).ok, false, `octet ${at}`);
    }
  },

  "a token issued here verifies here, until it is revoked": async (library, vectors) => {
    const { verifier, issuer, revocations } = worldOf(library, vectors);
    const { token, claims, record } = await issuer.issue({ sub: "u9", n: 2 ** 53 - 1 }, NOW);
    const decision = await verifier.verify(token, NOW);
    same(JSON.stringify(decision.claims), JSON.stringify(claims));
    same(decision.claims.n, 9007199254740991);
    same(decision.expiresIn, 3600);
    same(decision.kid, record.kid);

    for (const [entry, code, by] of [
      [{ jti: record.jti }, "revoked_token", "jti"],
      [{ sub: "u9" }, "revoked_subject", "sub"],
      [{ sub: "u9", before: 1700000000001 }, "revoked_subject", "sub"],
      [{ kid: record.kid }, "revoked_key", "kid"],
    ]) {
      revocations.revoke(entry);
      same((await verifier.verify(token, NOW)).code, code);
      same(revocations.check(claims, decision.header).by, by);
      same(revocations.unrevoke(entry), true);
      same((await verifier.verify(token, NOW)).ok, true, `after taking back ${by}`);
    }
  },

  "a policy names the parts of an address and reads the claims it is told to": (library, vectors) => {
    const visitor = vectors.cases.find(({ id }) => id === "good-tiledesk-visitor");
    const { keys } = worldOf(library, vectors);
    const verifier = new library.Verifier({ keys, ...visitor.policy });
    const decision = verifier.verifySync(visitor.token, NOW);
    same(JSON.stringify(decision.captured), '{"project":"p1"}');
    same(JSON.stringify(library.inspect(visitor.token).hints), JSON.stringify({
      kid: "main", iss: null, ver: null, audType: "projects", audId: "p1",
    }));
  },

  "the host has the last word on a good token, and only on a good one": async (library, vectors) => {
    const { keys } = worldOf(library, vectors);
    const good = goodToken(vectors);
    const forged = vectors.cases.find(({ id }) => id === "forged").token;
    const looked = [];
    const checking = (answer) =>
      new library.Verifier({
        ...vectors.policy,
        keys,
        cache: {},
        customCheck: (token) => {
          looked.push(token.claims.sub);
          return answer(token);
        },
      });
    const objecting = checking(() => ({ code: "revoked_session", claim: "sid" }));
    for (const decision of [objecting.verifySync(good, NOW), await objecting.verify(good, NOW)]) {
      same(decision.ok, false);
      same(decision.code, "revoked_session");
      same(decision.stage, "revocation");
      same(decision.claim, "sid");
    }
    same(objecting.verifySync(forged, NOW).code, "invalid_signature");
    same(looked.join(), "u1,u1", "looked at the good token alone, also when it was remembered");

    same(checking(() => undefined).verifySync(good, NOW).ok, true);
    same((await checking(async () => "forbidden_role").verify(good, NOW)).stage, "access");
    same(thrownBy(() => checking(async () => {}).verifySync(good, NOW)).code, "needs_async");
    for (const broken of [() => false, () => "no_such_code", () => ({ code: 5 }), () => null]) {
      same(thrownBy(() => checking(broken).verifySync(good, NOW)).option, "customCheck");
    }
    const throwing = checking(() => { throw new Error("mine"); });
    same(thrownBy(() => throwing.verifySync(good, NOW)).cause.message, "mine");
    const error = await checking(async () => { throw new Error("mine"); }).verify(good, NOW).catch((e) => e);
    same(error instanceof library.SetupError, true);
  },

  "every code can be the host's, with its stage and message": (library, vectors) => {
    const { keys } = worldOf(library, vectors);
    const good = goodToken(vectors);
    const all = [...vectors.cases, ...vectors.requests];
    const codes = new Set([...vectors.awaited, ...all.map(({ code }) => code)]);
    codes.delete(undefined);
    for (const code of codes) {
      const verifier = new library.Verifier({ ...vectors.policy, keys, customCheck: () => code });
      const decision = verifier.verifySync(good, NOW);
      same(decision.code, code);
      same(typeof decision.stage, "string");
      same(/^[a-z].*[^.]$/.test(decision.message), true, code);
    }
  },

  // Catalogue 29: a hit is the whole token's, and its answer is nobody else's.
  "a token seen before is judged again by time, policy and lists": async (library, vectors) => {
    const { keys, revocations, issuer } = worldOf(library, vectors);
    const verifier = new library.Verifier({ ...vectors.policy, keys, cache: {} });
    verifier.setRevocations(revocations);
    const hits = () => verifier.stats().cache.hits;
    const { token, claims, record } = await issuer.issue({ sub: "u9", nested: { list: [1, {}] } }, NOW);
    const first = verifier.verifySync(token, NOW);
    const again = verifier.verifySync(`${token} `.trim(), { now: NOW.now + 10.25 });
    same(hits(), 1);
    same(JSON.stringify(again), JSON.stringify({ ...first, expiresIn: 3589.75 }));
    same(JSON.stringify(await verifier.verify(token, NOW)), JSON.stringify(first));
    same(hits(), 2);

    // What a caller does to an answer stays with that caller.
    for (const { claims: given, header } of [first, again]) {
      for (const part of [given, given.nested.list[1], header]) {
        same(thrownBy(() => { part.admin = true; }) instanceof TypeError, true);
      }
    }
    again.claims = { sub: "admin" };
    first.kid = "x";
    same(JSON.stringify(verifier.verifySync(token, NOW).claims), JSON.stringify(claims));
    same(verifier.verifySync(token, NOW).kid, "main");

    same(verifier.verifySync(token, { now: NOW.now + 3599.999 }).ok, true);
    same(verifier.verifySync(token, { now: NOW.now + 3600 }).code, "expired");
    same(verifier.verifySync(token, NOW).ok, true, "a clock that goes back");
    revocations.revoke({ jti: record.jti });
    same(verifier.verifySync(token, NOW).code, "revoked_token");
    revocations.unrevoke({ jti: record.jti });
    same(verifier.verifySync(token, NOW).ok, true);
    const none = new library.Revocations();
    none.revoke({ sub: "u9" });
    verifier.setRevocations(none);
    same(verifier.verifySync(token, NOW).code, "revoked_subject");
  },

  "one flipped bit of a token seen before is a miss, and refused": (library, vectors) => {
    const { keys } = worldOf(library, vectors);
    const verifier = new library.Verifier({ ...vectors.policy, keys, cache: {} });
    const good = goodToken(vectors);
    same(verifier.verifySync(good, NOW).ok, true);
    for (let at = 0; at < good.length; at += 1) {
      for (const bit of [1, 2, 4, 8, 16, 32, 64]) {
        const octet = String.fromCharCode(good.charCodeAt(at) ^ bit);
        const altered = good.slice(0, at) + octet + good.slice(at + 1);
        same(verifier.verifySync(altered, NOW).ok, false, `octet ${at}`);
      }
    }
    const { hits, misses, entries } = verifier.stats().cache;
    same(`${hits} ${misses} ${entries}`, `0 ${1 + 7 * good.length} 1`);
  },

  "the cache holds accepted tokens alone, and no more than it may": async (library, vectors) => {
    const { keys, issuer } = worldOf(library, vectors);
    const make = (options) => new library.Verifier({ ...vectors.policy, keys, ...options });
    const tokens = [];
    for (let n = 0; n < 40; n += 1) tokens.push(issuer.issueSync({ n }, NOW).token);
    const few = make({ cache: { maxEntries: 10 } });
    for (const token of tokens) same(few.verifySync(token, NOW).ok, true);
    same(few.stats().cache.entries, 10);
    same(few.stats().cache.bytes, tokens.slice(-10).join("").length);
    for (const [n, token] of tokens.entries()) same(few.verifySync(token, NOW).claims.n, n);

    const small = make({ cache: { maxBytes: 1000 } });
    for (const token of tokens) small.verifySync(token, NOW);
    same(small.stats().cache.bytes <= 1000 && small.stats().cache.entries > 0, true);
    for (const { token, policy } of vectors.cases.filter(({ code }) => code !== undefined)) {
      if (policy === undefined) small.verifySync(token, { now: NOW.now + 1 });
    }
    same(make({}).stats().cache, null);
    for (const cache of [true, [], { maxEntries: 0 }, { maxBytes: Infinity }, { size: 5 }]) {
      same(thrownBy(() => make({ cache })) instanceof library.SetupError, true);
    }
  },

  "a remembered token of the host's is not shown before the host has agreed": async (library) => {
    const jwk = await library.generateKey("ES256");
    const keys = new library.KeySet([{ jwk }]);
    const { token } = await new library.Issuer({ keys }).issue({}, NOW);
    const verifier = new library.Verifier({ keys, issuer: null, audience: null, cache: {} });
    same((await verifier.verify(flipped(token), NOW)).code, "invalid_signature");
    same((await verifier.verify(flipped(token), NOW)).code, "invalid_signature");
    same(verifier.stats().cache.entries, 0);
    same((await verifier.verify(token, NOW)).ok, true);
    same(verifier.verifySync(token, NOW).ok, true, "at once, once it has been verified");
    same(verifier.stats().cache.hits, 1);
    keys.free();
    same(thrownBy(() => verifier.verifySync(token, NOW)).option, "keys");
  },

  // Catalogue 34: a token just made is good on every host.
  "the host's clock is used when no time is given": async (library, vectors) => {
    const { verifier, issuer } = worldOf(library, vectors);
    const { token, claims } = await issuer.issue({}, { ttl: 60 });
    same(Math.abs(claims.iat - Date.now() / 1000) < 5, true);
    same((await verifier.verify(token)).ok, true);
    same((await verifier.verify(token, { now: claims.exp })).code, "expired");
  },

  "tokens stay readable while linear memory grows": (library, vectors) => {
    const { verifier, revocations } = worldOf(library, vectors);
    const good = goodToken(vectors);
    for (let i = 0; i < 40_000; i += 1) revocations.revoke({ jti: `${i}`.padStart(40, "0") });
    same(verifier.verifySync(good, NOW).ok, true);
    same(revocations.stats().entries > 40_000, true);
  },

  // Catalogue 30: the claims are read by JSON.parse, which sets no prototype.
  "a claim named __proto__ is a claim": (library, vectors) => {
    const { verifier, issuer } = worldOf(library, vectors);
    const given = JSON.parse('{"__proto__":{"admin":true}}');
    const { claims } = verifier.verifySync(issuer.issueSync(given, NOW).token, NOW);
    same(Object.getPrototypeOf(claims), Object.prototype);
    same(claims.admin, undefined);
    same(Object.keys(claims).includes("__proto__"), true);
  },

  "inspect reads what nobody vouches for": (library, vectors) => {
    const forged = vectors.cases.find(({ id }) => id === "forged");
    const { header, claims } = library.inspect(forged.token);
    same(JSON.stringify(header), forged.header);
    same(JSON.stringify(claims), forged.payload);
    same(library.inspect("a.b").code, "malformed_token");
  },

  // Catalogue 4, 18: what would leave out a key or a check is an error when it is said.
  "misuse is a SetupError that names the option": (library, vectors) => {
    const { KeySet, Verifier, Issuer, Revocations } = library;
    const { keys, verifier, issuer, revocations } = worldOf(library, vectors);
    const policy = { keys, issuer: null, audience: null };
    const secret = "x".repeat(32);
    const hmac = { alg: "HS256", secret };
    const getter = { get issuer() { throw new Error("a trap"); } };
    for (const [option, misuse] of [
      ["keys", () => new KeySet(undefined)],
      ["keys", () => new KeySet([5])],
      ["secret", () => new KeySet([{ ...hmac, secret: "" }])],
      ["secret", () => new KeySet([{ ...hmac, secret: "short" }])],
      ["secret", () => new KeySet([{ ...hmac, secret: 5 }])],
      ["secret", () => new KeySet([{ ...hmac, secret: { base64: "*" } }])],
      ["secret", () => new KeySet([{ ...hmac, secret: { base64: "eHg=", hex: "00" } }])],
      ["secret", () => new KeySet([{ ...hmac, secret: `\ud800${secret}` }])],
      ["secret", () => new KeySet([{ ...hmac, secret: new Uint8Array(2 << 20) }])],
      ["encoding", () => new KeySet([{ ...hmac, secret: { rot13: secret } }])],
      ["alg", () => new KeySet([{ secret }])],
      ["alg", () => new KeySet([{ ...hmac, alg: "none" }])],
      ["state", () => new KeySet([{ ...hmac, state: "old" }])],
      ["kid", () => new KeySet([{ ...hmac, kid: "a" }, { ...hmac, kid: "a" }])],
      ["kid", () => new KeySet([{ ...hmac, kid: 5n }])],
      ["options", () => new Verifier()],
      ["options", () => new Verifier(getter)],
      ["keys", () => new Verifier({ ...policy, keys: [hmac] })],
      ["keys", () => new Verifier({ ...policy, keys: Object.create(KeySet.prototype) })],
      ["issuer", () => new Verifier({ keys, audience: null })],
      ["audience", () => new Verifier({ keys, issuer: null })],
      ["audience", () => new Verifier({ ...policy, audience: () => "api" })],
      ["clockTolerance", () => new Verifier({ ...policy, clockTolerance: Infinity })],
      ["ignoreExp", () => new Verifier({ ...policy, ignoreExp: true })],
      ["now", () => verifier.verifySync("", { now: NaN })],
      ["now", () => verifier.verifySync("", { now: "1700000000" })],
      ["now", () => verifier.verifySync("", { now: 1700000000000 })],
      ["at", () => verifier.verifySync("", { at: 5 })],
      ["revocations", () => verifier.setRevocations({})],
      ["accessTtl", () => new Issuer({ keys, accessTtl: -1 })],
      ["kid", () => new Issuer({ keys: new KeySet([]) })],
      ["claims", () => issuer.issueSync("claims")],
      ["claims", () => issuer.issueSync({ exp: 5 })],
      ["at", () => issuer.issueSync({ at: 5n })],
      ["ttl", () => issuer.issueSync({}, { ttl: 0 })],
      ["entry", () => revocations.revoke({})],
      ["before", () => revocations.revoke({ sub: "a", before: 1700000000 })],
      ["maxEntries", () => new Revocations({ maxEntries: 0.5 })],
    ]) {
      const error = thrownBy(misuse);
      same(error instanceof library.SetupError, true, `${misuse}: ${error}`);
      same(error.option, option, `${misuse}: ${error}`);
      same(error.message.includes(secret), false, "no secret in a message");
    }
    same(verifier.verifySync(goodToken(vectors), NOW).ok, true);
  },

  "every algorithm signs and verifies, and no other token passes": async (library) => {
    for (const alg of ALGORITHMS) {
      const jwk = await library.generateKey(alg, { kid: alg });
      const keys = new library.KeySet([{ jwk }]);
      const issuer = new library.Issuer({ keys, issuer: "me", audience: "api" });
      const verifier = new library.Verifier({ keys, issuer: "me", audience: "api" });
      const { token, claims } = await issuer.issue({ sub: "u1" }, NOW);
      const decision = await verifier.verify(token, NOW);
      same(JSON.stringify(decision.claims), JSON.stringify(claims), alg);
      same(decision.header.alg, alg);
      same((await verifier.verify(token, { now: claims.exp })).code, "expired", alg);

      const [header, payload, signature] = token.split(".");
      const other = { ...claims, sub: "u2" };
      for (const forged of [
        `${header}.${btoa(JSON.stringify(other)).replaceAll("=", "")}.${signature}`,
        `${header}.${payload}.${flipped(signature)}`,
        `${header}.${payload}.${signature.slice(0, 40)}`,
        `${header}.${payload}.`,
      ]) {
        same((await verifier.verify(forged, NOW)).code, "invalid_signature", alg);
      }
      same((await verifier.verify(token, NOW)).ok, true, alg);
    }
  },

  "tokens by jose verify, under the public key alone": async (library, { byJose }) => {
    for (const { alg, jwk, token } of byJose) {
      const keys = new library.KeySet([{ jwk, alg }]);
      const verifier = new library.Verifier({ keys, issuer: "jose", audience: null });
      same((await verifier.verify(token, NOW)).ok, true, alg);
    }
  },

  "what can be done at once is, and what only the host can do says so": async (library, { build }) => {
    for (const alg of ALGORITHMS.filter((alg) => !alg.startsWith("HS"))) {
      const keys = new library.KeySet([{ jwk: await library.generateKey(alg) }]);
      const issuer = new library.Issuer({ keys });
      const verifier = new library.Verifier({ keys, issuer: null, audience: null });
      const { token } = await issuer.issue({}, NOW);
      same(verifier.verifySync("x", NOW).code, "malformed_token");
      if (build === "full" && alg !== "ES512") {
        same(verifier.verifySync(token, NOW).ok, true, alg);
        same(verifier.verifySync(flipped(token), NOW).code, "invalid_signature", alg);
        same((await verifier.verify(issuer.issueSync({}, NOW).token, NOW)).ok, true, alg);
      } else {
        same(thrownBy(() => verifier.verifySync(token, NOW)).code, "needs_async", alg);
        same(thrownBy(() => issuer.issueSync({}, NOW)).code, "needs_async", alg);
      }
    }
  },

  "many verifications at once do not disturb one another": async (library) => {
    const jwk = await library.generateKey("ES256");
    const keys = new library.KeySet([{ jwk }]);
    const issuer = new library.Issuer({ keys });
    const verifier = new library.Verifier({ keys, issuer: null, audience: null });
    const made = await Promise.all([...Array(20).keys()].map((n) => issuer.issue({ n }, NOW)));
    const tokens = made.map(({ token }, n) => (n % 2 === 0 ? token : flipped(token)));
    const decisions = await Promise.all(tokens.map((token) => verifier.verify(token, NOW)));
    decisions.forEach((decision, n) => {
      same(decision.ok, n % 2 === 0, `token ${n}`);
      if (decision.ok) same(decision.claims.n, n);
    });
  },

  "rotation: the newest key signs, all that are not disabled verify": async (library) => {
    const { KeySet, Issuer, Verifier } = library;
    const old = await library.generateKey("ES256", { kid: "old" });
    const fresh = await library.generateKey("EdDSA", { kid: "fresh" });
    const policy = { issuer: null, audience: null };
    const { token } = await new Issuer({ keys: new KeySet([{ jwk: old }]) }).issue({}, NOW);
    const codeUnder = async (...keys) =>
      (await new Verifier({ keys: new KeySet(keys), ...policy }).verify(token, NOW)).code;

    const overlap = new KeySet([{ jwk: old, state: "verify" }, { jwk: fresh }]);
    same((await new Issuer({ keys: overlap }).issue({}, NOW)).record.kid, "fresh");
    same(await codeUnder({ jwk: old, state: "verify" }, { jwk: fresh }), undefined);
    same(await codeUnder({ jwk: old, state: "disabled" }, { jwk: fresh }), "disabled_key");
    same(await codeUnder({ jwk: fresh }), "unsupported_algorithm");
    const other = await library.generateKey("ES256", { kid: "other" });
    same(await codeUnder({ jwk: other }), "unknown_key");
  },

  // Catalogue 2, 3: a MAC under a public key, and every other label over a good signature.
  "a public key's text, numbers or octets are never a secret": async (library, { byJose }) => {
    const { KeySet, Verifier } = library;
    for (const { alg, jwk, pem, token } of byJose.filter(({ pem }) => pem !== undefined)) {
      for (const secret of [pem, ` ${pem}`, pem.trim(), `x${pem}`, JSON.stringify(jwk)]) {
        const error = thrownBy(() => new KeySet([{ alg: "HS256", secret }]));
        same(error.option, "secret", `${alg}: ${error}`);
      }
      const verifier = new Verifier({ keys: new KeySet([{ jwk, alg }]), issuer: null, audience: null });
      // A MAC made with the public key as if it were a secret.
      const der = Uint8Array.from(atob(pem.replace(/-----.*-----|\n/g, "")), (c) => c.charCodeAt(0));
      const encoder = new TextEncoder();
      const texts = [pem, pem.trim(), JSON.stringify(jwk), jwk.n ?? jwk.x];
      for (const octets of [der, ...texts.map((text) => encoder.encode(text))]) {
        const forged = await macWith(octets, token.split(".")[1]);
        same((await verifier.verify(forged, NOW)).code, "unsupported_algorithm", alg);
      }
      // Every other label over the same signature.
      for (const label of ALGORITHMS.filter((label) => label !== alg)) {
        const header = btoa(JSON.stringify({ alg: label })).replaceAll("=", "");
        const swapped = [header, ...token.split(".").slice(1)].join(".");
        same((await verifier.verify(swapped, NOW)).code, "unsupported_algorithm", `${alg} ${label}`);
      }
    }
  },

  "what is freed is gone, and says so": (library, vectors) => {
    const { keys, verifier } = worldOf(library, vectors);
    const { verifier: other } = worldOf(library, vectors);
    keys.free();
    keys.free();
    same(thrownBy(() => verifier.verifySync("", NOW)).message, "keys: has been freed");
    same(other.verifySync(goodToken(vectors), NOW).ok, true);
  },
};

/** What only the full build can do. */
const FULL_CHECKS = {
  "a key in steady use decides as it did when it was new": async (library) => {
    for (const alg of ["ES256", "EdDSA", "RS256"]) {
      const keys = new library.KeySet([{ jwk: await library.generateKey(alg) }]);
      const verifier = new library.Verifier({ keys, issuer: null, audience: null });
      const { token } = await new library.Issuer({ keys }).issue({}, NOW);
      for (let use = 0; use < 60; use += 1) {
        same(verifier.verifySync(token, NOW).ok, true, `${alg}, use ${use}`);
        same(verifier.verifySync(flipped(token), NOW).code, "invalid_signature", `${alg}, ${use}`);
      }
    }
  },
};

function worldOf({ KeySet, Verifier, Issuer, Revocations }, vectors) {
  const keys = new KeySet(vectors.keys);
  const verifier = new Verifier({ keys, ...vectors.policy });
  const revocations = new Revocations({ trustUnsigned: true });
  for (const entry of vectors.revocations) revocations.revoke(entry);
  verifier.setRevocations(revocations);
  const issuer = new Issuer({ keys, kid: "main", ...vectors.policy });
  return { keys, verifier, revocations, issuer };
}

function goodToken(vectors) {
  return vectors.cases.find(({ id }) => id === "good").token;
}

/** The text with one bit of its last octets changed, and still canonical. */
function flipped(text) {
  const at = text.length - 10;
  return `${text.slice(0, at)}${text[at] === "A" ? "B" : "A"}${text.slice(at + 1)}`;
}

/** An HS256 token of this payload, under a secret that is none. */
async function macWith(secret, payload) {
  const hmac = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", secret, hmac, false, ["sign"]);
  const input = `${btoa('{"alg":"HS256"}').replaceAll("=", "")}.${payload}`;
  const octets = new Uint8Array(await crypto.subtle.sign(hmac, key, new TextEncoder().encode(input)));
  const base64 = btoa(String.fromCharCode(...octets));
  return `${input}.${base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}
