// Faults on demand in every call: what must hold on each host that runs the faulty build. The
// library and its glue are arguments, and so is everything that a host might lack.

import { same } from "./check.mjs";

/** The faults of tests/faults, by number. */
export const FAULTS = { panic: 1, "stack overflow": 2, "out of memory": 3 };

export const NOW = { now: 1700000000 };

const POLICY = { issuer: "https://me.example", audience: "api" };

/** Objects in steady use, what they decided before any fault, and how to ask them again. */
export async function makeWorld(library, { jwk, pem, der }) {
  const { KeySet, Verifier, Issuer, Revocations, Gate } = library;
  const secret = "s".repeat(32);
  const keys = new KeySet([
    { kid: "old", alg: "HS256", secret: new Uint8Array(32).fill(7), state: "verify" },
    { kid: "host", jwk },
    { kid: "main", alg: "HS256", secret },
  ]);
  const forms = {
    text: { alg: "HS256", secret },
    octets: { alg: "HS512", secret: new Uint8Array(64).fill(9) },
    base64: { alg: "HS256", secret: { base64: btoa(secret) } },
    jwk: { jwk },
    pem: { alg: "ES256", pem },
    der: { alg: "ES256", der },
  };
  const verifier = new Verifier({ keys, ...POLICY });
  const remembering = new Verifier({ keys, ...POLICY, cache: { maxEntries: 2 } });
  const objecting = new Verifier({ keys, ...POLICY, customCheck: () => "forbidden_role" });
  const issuer = new Issuer({ keys, kid: "main", ...POLICY });
  const hostIssuer = new Issuer({ keys, kid: "host", ...POLICY });
  const list = new Revocations({ trustUnsigned: true });
  const published = await publish(library);
  await list.load(published.first.manifest, published.first.body, NOW);
  await list.apply(published.second.delta.manifest, published.second.delta.body, NOW);
  await list.loadStatusList(STATUS_LIST, NOW);
  const revoked = issuer.issueSync({ sub: "u1" }, { ...NOW, jti: "thrown-out" });
  list.revoke({ jti: "thrown-out" });
  list.revoke({ sub: "u2", before: 1700000000000, issuer: POLICY.issuer });
  list.revoke({ kid: "leaked", exp: 1800000000 });
  verifier.setRevocations(list);
  const good = issuer.issueSync({ sub: "u1" }, NOW);
  const turns = ["a", "b", "c", "d"].map((sub) => issuer.issueSync({ sub }, NOW));
  const byHost = await hostIssuer.issue({ sub: "u1" }, NOW);
  const pairs = new library.KeyPairs({ secret, tokensNameIt: "key" });
  const pair = pairs.create({ owner: 7, name: "app", ...NOW });
  const webhook = new library.Webhook({ secrets: [secret, { hex: "00ff" }], verificationToken: "old" });
  const signed = webhook.sign("body", NOW);
  const service = { pairs, pair, webhook, signed };
  remembering.setRevocations(list);
  const refreshing = new Verifier({ keys, ...POLICY, kind: "refresh" });
  const spare = issuer.issuePairSync({ sub: "u1" }, NOW).refresh.token;
  const roles = { claim: "/sub", allow: ["u1"] };
  const routes = [
    { path: "/open/**", access: "public" },
    { path: "/roles/{id}", access: "required", roles },
  ];
  const gate = new Gate({ verifier, routes });
  const verifiers = { verifier, remembering, objecting, refreshing, gate };
  const tokens = { good, revoked, byHost, turns, spare };
  return { library, keys, forms, ...verifiers, issuer, hostIssuer, list, published, ...tokens, ...service };
}

const STATUS_LIST = JSON.stringify({
  sub: "https://me.example/status",
  iat: NOW.now,
  status_list: { bits: 1, lst: "eNrbuRgAAhcBXQ" },
});

/** A list, and the next one with what turns the first into it. */
async function publish({ RevocationBuilder }) {
  const settings = { issuer: POLICY.issuer, exp: 1800000000 };
  const builder = new RevocationBuilder({ ...settings, seq: 1 });
  builder.addJson([{ jti: "published" }, { sub: "u9" }]);
  const first = await builder.build(NOW);
  const next = new RevocationBuilder({ ...settings, seq: 2 });
  next.addJson([{ jti: "published" }, { session: "ended" }]);
  return { first, second: await next.build({ ...NOW, previous: first }) };
}

/** Throws unless keys, policy and list decide as they did at first. */
export async function checkWorld(world) {
  const { keys, verifier, remembering, objecting, issuer, list, good, revoked, byHost } = world;
  same(verifier.verifySync(good.token, NOW).ok, true, "the good token");
  same(verifier.verifySync(revoked.token, NOW).code, "revoked_token", "the revoked token");
  same(verifier.verifySync(`${good.token}x`, NOW).code, "invalid_signature", "the forged token");
  same((await verifier.verify(byHost.token, NOW)).ok, true, "the token for the host to check");
  same(verifier.verifySync(issuer.issueSync({ sub: "u3" }, NOW).token, NOW).ok, true, "a new one");
  for (let time = 0; time < 2; time += 1) {
    same(remembering.verifySync(good.token, NOW).ok, true, "the good token, remembered");
    same(remembering.verifySync(revoked.token, NOW).code, "revoked_token", "the revoked, remembered");
    same((await remembering.verify(byHost.token, NOW)).ok, true, "the host's token, remembered");
  }
  same(objecting.verifySync(good.token, NOW).code, "forbidden_role", "the host's objection");
  const asked = (url, { token }) => codeOf(world.gate.checkSync(requestOf(url, token), NOW));
  same(asked("/x", good), "allow", "a good request");
  same(asked("/x", revoked), "revoked_token", "a request with a revoked token");
  same(asked("/roles/5", good), "allow", "a request in a role");
  same(asked("/roles/5", world.turns[0]), "forbidden_role", "a request in another role");
  same(asked("/open/../x", good), "ambiguous_request", "an ambiguous request");
  same(codeOf(world.gate.checkSync({ method: "GET", url: "/open", headers: {} })), "public");
  // Two of the snapshot, one of the delta, three of its own.
  same(list.stats(NOW.now).entries, 6, "the list's entries");
  const by = (claims) => list.check({ iss: POLICY.issuer, ...claims }, {}, NOW.now).by;
  same(by({ jti: "published" }), "jti", "what the snapshot throws out");
  same(by({ sid: "ended" }), "session", "what the delta throws out");
  same(by({ sub: "u9" }), undefined, "what the delta takes back");
  const status = { status_list: { idx: 0, uri: "https://me.example/status" } };
  same(by({ status }), "status", "what the status list calls invalid");
  same(keys.toJwks().keys.length, 1, "the public keys");
  const { pairs, pair, webhook, signed } = world;
  const given = { key: pair.record.key, secret: pair.secret };
  same(pairs.verify(given, pair.record).ok, true, "the key pair");
  same(pairs.verify({ ...given, secret: "x" }, pair.record).ok, false, "another's secret");
  same(webhook.verify("body", signed, NOW).ok, true, "the webhook");
  same(webhook.verify("bodies", signed, NOW).ok, false, "another body");
  same(webhook.matchesVerificationToken("old"), true, "the verification token");
}

function requestOf(url, token) {
  return { method: "GET", url, headers: { authorization: `Bearer ${token}` } };
}

function codeOf({ outcome, decision }) {
  return decision?.code ?? outcome;
}

/** What a gate answers as a decision, in which a failure shows. */
function decisionOf({ outcome, decision, response }) {
  if (outcome === "deny") same(response.status >= 400, true, "the status of a denial");
  return decision ?? { ok: true };
}

/** Every public call that enters wasm. Those that judge a token answer; the others throw. */
export const CALLS = {
  ...Object.fromEntries(
    ["text", "octets", "base64", "jwk", "pem", "der"].map((form) => [
      `new KeySet, ${form}`,
      ({ library, forms }) => new library.KeySet([forms[form]]).free(),
    ]),
  ),
  "KeySet.fromJwks": ({ library, forms }) => library.KeySet.fromJwks({ keys: [forms.jwk.jwk] }),
  "KeySet.fromPems": ({ library, forms }) =>
    library.KeySet.fromPems({ a: forms.pem.pem }, { alg: "ES256" }),
  toJwks: ({ keys }) => keys.toJwks(),
  "new Verifier": ({ library, keys }) => new library.Verifier({ keys, ...POLICY }),
  setRevocations: ({ verifier, list }) => verifier.setRevocations(list),
  "verifySync, accepted": ({ verifier, good }) => verifier.verifySync(good.token, NOW),
  "verifySync, refused": ({ verifier, revoked }) => verifier.verifySync(revoked.token, NOW),
  "verifySync, no token": ({ verifier }) => verifier.verifySync("", NOW),
  "verifySync, remembered": ({ remembering, good }) => remembering.verifySync(good.token, NOW),
  // More in turn than are remembered.
  "verifySync, to be remembered": ({ remembering, turns }) => {
    turns.push(turns.shift());
    return remembering.verifySync(turns[0].token, NOW);
  },
  "verify, the host's and remembered": ({ remembering, byHost }) =>
    remembering.verify(byHost.token, NOW),
  "verifySync, objected to": ({ objecting, good }) => objecting.verifySync(good.token, NOW),
  "stats of a verifier": ({ remembering }) => remembering.stats(),
  "verify, here": ({ verifier, good }) => verifier.verify(good.token, NOW),
  "verify, by the host": ({ verifier, byHost }) => verifier.verify(byHost.token, NOW),
  "verify, refused by the host": ({ verifier, byHost }) =>
    verifier.verify(`${byHost.token.slice(0, -8)}AAAAAAAA`, NOW),
  "verifySync, a key of the host": async ({ verifier, byHost }) => {
    try {
      return verifier.verifySync(byHost.token, NOW);
    } catch (error) {
      if (error.code !== "needs_async") throw error;
    }
  },
  profile: ({ library }) => library.profile("zoom"),
  "a profile's claims": ({ library }) => library.profile("tiledesk").claims("guest"),
  "a profile's answer": ({ library }) => library.profile("zoom").answer({ code: "expired" }),
  inspect: ({ library, good }) => library.inspect(good.token),
  "inspect, nothing": ({ library }) => library.inspect(""),
  "new Issuer": ({ library, keys }) => new library.Issuer({ keys, ...POLICY }),
  issueSync: ({ issuer }) => issuer.issueSync({ sub: "u4", deep: [{ a: 1 }] }, NOW),
  "issue, here": ({ issuer }) => issuer.issue({ sub: "u4" }, NOW),
  "issue, by the host": ({ hostIssuer }) => hostIssuer.issue({ sub: "u4" }, NOW),
  issuePairSync: ({ issuer }) => issuer.issuePairSync({ sub: "u4" }, NOW),
  refresh: ({ library, issuer, refreshing, spare }) =>
    issuer.refresh(spare, { verifier: refreshing, families: new library.MemoryFamilies(), ...NOW }),
  "refresh, by the host": ({ hostIssuer, refreshing, spare }) =>
    hostIssuer.refresh(spare, { verifier: refreshing, families: null, ...NOW }),
  "refresh, refused": ({ issuer, refreshing, good }) =>
    issuer.refresh(good.token, { verifier: refreshing, families: null, ...NOW }),
  "new Gate": ({ library, verifier }) =>
    new library.Gate({ verifier, routes: [{ path: "/a/{b}/**", access: "optional" }] }),
  "gate, public": ({ gate }) =>
    decisionOf(gate.checkSync({ method: "GET", url: "/open/a", headers: {} }, NOW)),
  "gate, no token": ({ gate }) =>
    decisionOf(gate.checkSync({ method: "GET", url: "/%zz", headers: {} }, NOW)),
  "gate, in a role": ({ gate, good }) =>
    decisionOf(gate.checkSync(requestOf("/roles/caf%C3%A9?a=b", good.token), NOW)),
  "gate, in no role": async ({ gate, turns }) =>
    decisionOf(await gate.check(requestOf("/roles/5", turns[0].token), NOW)),
  "gate, revoked": async ({ gate, revoked }) =>
    decisionOf(await gate.check(requestOf("/", revoked.token), NOW)),
  "new Revocations": ({ library }) => new library.Revocations(),
  // Each of these leaves the list as it was, whether it fails or not.
  revoke: ({ list }) => list.revoke({ jti: "thrown-out" }),
  unrevoke: ({ list }) => list.unrevoke({ jti: "unknown", issuer: "a" }),
  forget: ({ list }) => list.forget({ jti: "unknown", issuer: "a" }),
  prune: ({ list }) => list.prune(NOW.now),
  check: ({ list }) => list.check({ jti: "a", sub: "u2", iss: POLICY.issuer }, { kid: "b" }),
  stats: ({ list }) => list.stats(),
  apply: ({ list, published: { second } }) =>
    list.apply(second.delta.manifest, second.delta.body, NOW),
  "load, refused": ({ list, published: { first } }) => list.load(first.manifest, first.body, NOW),
  "load, another's octets": ({ list, published: { first, second } }) =>
    list.load(second.manifest, first.body, NOW),
  loadStatusList: ({ list }) => list.loadStatusList(STATUS_LIST, NOW),
  loadShard: ({ list, published: { first } }) => list.loadShard(0, first.body),
  neededShards: ({ list, good }) => list.neededShards(good.token),
  "a builder's entry": ({ library }) => {
    const settings = { issuer: POLICY.issuer, seq: 2, exp: 1800000000 };
    const builder = new library.RevocationBuilder(settings);
    builder.addNdjson('{"sub":"b"}');
    builder.free();
  },
  "new KeyPairs": ({ library }) =>
    new library.KeyPairs({ secret: "s".repeat(32), tokensNameIt: "client" }).free(),
  "create a pair": ({ pairs }) => pairs.create({ owner: "u", name: "n" }),
  "regenerate a pair": ({ pairs, pair }) => pairs.regenerate(pair.record),
  "deactivate a pair": ({ pairs, pair }) => pairs.deactivate(pair.record),
  "reactivate a pair": ({ pairs, pair }) => pairs.reactivate(pair.record),
  "revoke a pair": ({ pairs, pair }) => pairs.revoke([pair.record], pair.record.key),
  "revoke pairs": ({ pairs, pair }) => pairs.revokeAll([pair.record], 7),
  "list pairs": ({ pairs, pair }) => pairs.list([pair.record]),
  "a pair's check": ({ pairs, pair }) => pairs.verify({ key: "k", secret: pair.secret }, pair.record),
  "a pair's import": ({ pairs }) =>
    pairs.verifyWordPressHash({ key: "k", salt: "s", secret: "x", hash: "00".repeat(16) }),
  listHistory: ({ library }) => library.listHistory([{ createdAt: 5 }], { page: "0" }, { sub: null }),
  revokeByJti: ({ library }) => library.revokeByJti([{ jti: "a", exp: 5 }], "a", { sub: null }),
  revokeById: ({ library }) => library.revokeById([{ id: 5 }], 5, { sub: null }),
  "new Webhook": ({ library }) => new library.Webhook({ secret: "s" }).free(),
  sign: ({ webhook }) => webhook.sign("a", NOW),
  "verify, a webhook": ({ webhook, signed }) => webhook.verify("body", signed, NOW),
  "verify, another webhook": ({ webhook, signed }) => webhook.verify("other", signed, NOW),
  answerUrlValidation: ({ webhook }) => webhook.answerUrlValidation(URL_VALIDATION),
  matchesVerificationToken: ({ webhook }) => webhook.matchesVerificationToken("new"),
  checkSubscriptions: ({ library }) => library.checkSubscriptions([{ development: "https://a" }]),
  hmacHex: ({ library }) => library.hmacHex("secret", "message"),
  equal: ({ library }) => library.equal("a", "b"),
  free: ({ library }) => new library.Revocations().free(),
};

const URL_VALIDATION = JSON.stringify({
  event: "endpoint.url_validation",
  payload: { plainToken: "abc" },
});

const ANSWERS = /^(verify|verifySync|inspect|refresh|gate)\b/;

/**
 * Strikes with one fault at the first, second and so on allocation of a call, until the call gets
 * by without reaching it; answers how often the fault struck.
 */
export async function strikeEverywhere(glue, fault, name, world) {
  const settled = new Map(Object.entries(CALLS)).get(name);
  for (let n = 1; ; n += 1) {
    glue.armFault(FAULTS[fault], n);
    const outcome = await outcomeOf(() => settled(world));
    const missed = glue.disarmFault();
    const what = `${fault} at allocation ${n} of ${name}`;
    if (missed) same(outcome.failed, false, `${what}: ${outcome.text}`);
    // Releasing has been done, by throwing the instance away, and has nothing to report.
    else if (name !== "free" || outcome.failed) checkFailure(world.library, name, outcome, what);
    await checkWorld(world).catch((error) => {
      throw new Error(`after ${what}: ${error.message}`);
    });
    if (missed) return n - 1;
  }
}

/** A call that judges a token says no with a code; any other throws a `SetupError` with it. */
export function checkFailure(library, name, { value, error }, what) {
  if (ANSWERS.test(name)) {
    same(error, undefined, what);
    same(value.ok, false, what);
    same(value.code, "internal_error", what);
    same(value.stage, "internal", what);
  } else {
    same(error instanceof library.SetupError, true, `${what}: ${error}`);
    same(error.code, "internal_error", what);
  }
}

export async function outcomeOf(call) {
  try {
    const value = await call();
    return { value, failed: value?.ok === false && value.code === "internal_error", text: "" };
  } catch (error) {
    return { error, failed: true, text: `${error} ${error.cause?.stack}` };
  }
}
