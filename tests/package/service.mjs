// Key pairs, history and webhooks, as a host uses them: what must hold on every host. The library is
// an argument.

import { same, thrownBy } from "./check.mjs";
import { runChecks } from "./suite.mjs";

/** Runs every check; answers as the suite does. */
export function runService(library) {
  return runChecks(CHECKS, library);
}

const NOW = { now: 1700000000 };
const SECRET = "s".repeat(32);
const ALL = { sub: null };

const text = (value) => JSON.stringify(value);
const pairsOf = ({ KeyPairs }, options) =>
  new KeyPairs({ secret: SECRET, tokensNameIt: "key", ...options });

const CHECKS = {
  // WP-7, WP-26, WP-28, WP-30, C-11
  "a pair is made, shown once, and accepted": (library) => {
    const pairs = pairsOf(library);
    const { secret, record } = pairs.create({ owner: 7, name: "app", ...NOW });
    same(/^7[A-Za-z0-9]{24}$/.test(record.key), true, record.key);
    same(/^[\w-]{32}$/.test(secret), true, "the secret");
    const { key, hash, ...shown } = record;
    const fixed = { owner: 7, name: "app", created: 1700000000, lastUsed: null, lastIp: null };
    same(text(Object.entries(shown).sort()), text(Object.entries({ ...fixed, state: "active" }).sort()));
    const used = pairs.verify({ key, secret }, record, { now: 1700000060.5, ip: "192.0.2.1" });
    same(used.record.lastUsed, 1700000060);
    same(used.record.lastIp, "192.0.2.1");
    same(used.record.hash, hash);
    const again = pairs.verify({ key, secret }, used.record, { now: 1700000070, ip: null });
    same(again.record.lastIp, "192.0.2.1");
    same(pairs.verify({ key, secret }, record).record.lastUsed > 1700000070, true, "the host's clock");
  },

  // WP-29, C-11
  "whatever a stranger gives is refused in one way": (library) => {
    const pairs = pairsOf(library);
    const { secret, record } = pairs.create({ owner: "u", name: "app" });
    const refusals = [
      pairs.verify({ key: record.key, secret: "x" }, record),
      pairs.verify({ key: record.key, secret }, null),
      pairs.verify({ key: record.key, secret }, undefined),
      pairs.verify({ key: "x", secret }, record),
      ...[undefined, null, 5, [], {}, "", "\ud800", "x".repeat(1 << 21), `${secret}\udfff`].flatMap(
        (given) => [
          pairs.verify({ key: record.key, secret: given }, record),
          pairs.verify({ key: given, secret }, record),
          pairs.verify({ key: given, secret: given }, null),
        ],
      ),
    ];
    same(refusals[0].code, "invalid_credentials");
    for (const refusal of refusals) same(text(refusal), text(refusals[0]));
  },

  "what else a host keeps in a row stays as it is": (library) => {
    const pairs = pairsOf(library);
    const { secret, record } = pairs.create({ owner: 1, name: "app", ...NOW });
    const own = { number: 5n, at: new Date(5), tags: new Map([["a", 1]]), f: () => 1, deep: { list: [1.1] } };
    const row = { ...own, ...record };
    const kept = (changed, what) => {
      for (const [name, value] of Object.entries(own)) same(changed[name], value, `${what}: ${name}`);
      same(Object.getPrototypeOf(changed), Object.prototype, what);
    };
    kept(pairs.verify({ key: record.key, secret }, row).record, "verify");
    kept(pairs.regenerate(row).record, "regenerate");
    kept(pairs.deactivate(row).record, "deactivate");
    kept(pairs.list([row])[0], "list");
    same(pairs.revoke([row], "x").records[0], row, "revoke");
    same(library.listHistory([row], {}, ALL).items[0], row, "listHistory");
    same(library.revokeByJti([{ jti: "a", row }], "a", ALL).record.row, row, "revokeByJti");
    same(record.lastUsed, null, "and the record given is not written to");
  },

  // WP-34
  "pairs are listed newest first and without hashes": (library) => {
    const pairs = pairsOf(library);
    const at = (now) => pairs.create({ owner: 1, name: `at ${now}`, now }).record;
    const list = pairs.list(new Set([at(5), at(1700000000), at(60)]));
    same(list.map(({ name }) => name).join(), "at 1700000000,at 60,at 5");
    same(list.some((row) => "hash" in row), false, "a hash");
  },

  // WP-8, WP-9, WP-31, WP-32
  "removing a pair removes its tokens": (library) => {
    const pairs = pairsOf(library, { issuer: "https://me.example", tokenTtl: 60 });
    const make = (owner) => pairs.create({ owner, name: "app" }).record;
    const records = [make(1), make(2), make(1)];
    const [{ key }] = records;
    const one = pairs.revoke(records, key, { owner: 1, ...NOW });
    same(one.removed, 1);
    same(one.records.length === 2 && one.records[0] === records[1], true, "the others");
    const entry = { key, issuer: "https://me.example", exp: 1700000060 };
    same(text(one.entries), text([entry]));
    same(pairs.revoke(records, key, { owner: 2 }).removed, 0);
    same(pairs.revoke(records, "x").removed, 0);
    const all = pairs.revokeAll(records, 1);
    same(all.removed, 2);
    same(all.records.length, 1);
    same(pairs.revokeAll([], 1).removed, 0);
    const list = new library.Revocations();
    for (const entry of all.entries) list.revoke(entry);
    const claims = { iss: "https://me.example", data: { user: { api_key: key } } };
    same(list.check(claims).by, "key");
    same(list.check({ ...claims, iss: "another" }).status, "good");
  },

  // ZM-10, ZM-11, TD-16
  "a client's new secret and its suspension are two things": (library) => {
    const pairs = pairsOf(library, { tokensNameIt: "client" });
    const { secret, record } = pairs.create({ owner: 1, name: "app", ...NOW });
    const { key } = record;
    const list = new library.Revocations();
    const statusOf = (iat) => list.check({ azp: key, iat }).status;
    const again = pairs.regenerate(record, NOW);
    for (const entry of again.entries) list.revoke(entry);
    same(statusOf(1699999999), "revoked");
    same(statusOf(1700000000), "good");
    same(again.record.key, key);
    same(pairs.verify({ key, secret }, again.record).code, "invalid_credentials");
    const off = pairs.deactivate(again.record);
    for (const entry of off.entries) list.revoke(entry);
    same(statusOf(1700000000), "suspended");
    same(pairs.verify({ key, secret: again.secret }, off.record).code, "deactivated");
    const on = pairs.reactivate(off.record);
    for (const entry of on.unrevoke) list.unrevoke(entry);
    same(statusOf(1700000000), "good");
    same(statusOf(1699999999), "revoked");
    same(pairs.verify({ key, secret: again.secret }, on.record).ok, true);
  },

  // WP-27
  "a password of WordPress is brought over": (library) => {
    const pairs = pairsOf(library);
    const salt = "AUTH_KEYAUTH_SALT";
    const hash = "1c1455c8cbeb0492f7f1dd9378edc6c4";
    const old = { key: "1Ab", salt, secret: "s3cret!", hash };
    const record = { key: "1Ab", hash: pairs.verifyWordPressHash(old).hash };
    same(pairs.verify({ key: "1Ab", secret: "s3cret!" }, record).ok, true);
    same(pairs.verifyWordPressHash({ ...old, secret: "s3cret" }).code, "invalid_credentials");
    same(pairs.verifyWordPressHash({ ...old, secret: undefined }).code, "invalid_credentials");
  },

  "the host's secret comes in every form, and is gone when freed": (library) => {
    const octets = new Uint8Array(32).fill(0x73);
    const [hex, base64] = ["73".repeat(32), btoa(SECRET)];
    const { secret, record } = pairsOf(library).create({ owner: 1, name: "a" });
    for (const form of [octets, { hex }, { base64 }, { base64url: base64.replace("=", "") }]) {
      const pairs = pairsOf(library, { secret: form });
      same(pairs.verify({ key: record.key, secret }, record).ok, true, text(form));
      pairs.free();
      same(thrownBy(() => pairs.list([])).message, "pairs: has been freed");
    }
    for (const [options, option] of [
      [{ secret: "short" }, "secret"],
      [{ tokensNameIt: undefined }, "tokensNameIt"],
      [{ encoding: "hex" }, "encoding"],
      [{ x: 1 }, "x"],
    ]) {
      same(thrownBy(() => pairsOf(library, options)).option, option, text(options));
    }
  },

  // TD-1, TD-2, TD-3, C-10
  "a page of the history is what its query asks for": (library) => {
    const rows = [3, 1, 2].map((n) => ({ jti: `t${n}`, sub: n === 2 ? "u2" : "u1", createdAt: n * 1000 }));
    const page = (query, whose = ALL) => library.listHistory(rows, query, whose);
    const { items, ...rest } = page({});
    same(items.map(({ jti }) => jti).join(), "t3,t2,t1");
    const expected = { ok: true, perPage: 40, count: 3, page: 0, sortField: "createdAt", direction: -1 };
    same(text(rest), text(expected));
    same(page({}, { sub: "u1" }).count, 2);
    const query = new URL("https://a.example/?sortField=jti&direction=1&page=1&limit=2").searchParams;
    same(page(query).items[0], rows[0]);
    const refused = page(new URLSearchParams("page=x"));
    same(text([refused.ok, refused.code, refused.option]), text([false, "invalid_query", "page"]));
    same(page(new URLSearchParams("sub=u2"), { sub: "u1" }).option, "sub");
    const dates = [1, 3, 2].map((n) => ({ createdAt: new Date(n * 1e12) }));
    same(library.listHistory(dates, {}, ALL).items.map((row) => dates.indexOf(row)).join(), "1,2,0");
    same(thrownBy(() => library.listHistory(rows, {}, {})).option, "sub");
    same(thrownBy(() => library.listHistory(rows, {}, { sub: undefined })).option, "sub");
  },

  "records are sorted by every field that there is for it": (library) => {
    const fields = ["createdAt", "iat", "exp", "jti", "sub", "kind", "id", "family", "client", "kid"];
    for (const sortField of fields) {
      const rows = [1, 3, 2].map((value) => ({ [sortField]: value }));
      const { items } = library.listHistory(rows, { sortField }, ALL);
      same(items.map((row) => row[sortField]).join(), "3,2,1", sortField);
    }
    same(library.listHistory([], { sortField: "name" }, ALL).option, "sortField");
  },

  // TD-4, TD-5
  "a record's token is revoked by either of its names": (library) => {
    const keys = new library.KeySet([{ alg: "HS256", secret: SECRET }]);
    const verifier = new library.Verifier({ keys, issuer: null, audience: null });
    const issuer = new library.Issuer({ keys });
    const [one, other] = [1, 2].map(() => issuer.issueSync({ sub: "u1" }, NOW));
    const rows = [one, other].map(({ record }, place) => ({ ...record, id: place + 1, sub: "u1" }));
    const list = new library.Revocations();
    verifier.setRevocations(list);
    const byId = library.revokeById(rows, "2", { sub: "u1" });
    same(byId.record, rows[1]);
    list.revoke(byId.entry);
    same(verifier.verifySync(one.token, NOW).ok, true);
    same(verifier.verifySync(other.token, NOW).code, "revoked_token");
    list.revoke(library.revokeByJti(rows, one.record.jti, ALL).entry);
    same(verifier.verifySync(one.token, NOW).code, "revoked_token");
    same(library.revokeById(rows, 1, ALL).ok, true);
    same(library.revokeById(rows, 1, { sub: "u2" }).code, "not_found");
    same(library.revokeByJti(rows, "2", ALL).code, "not_found");
    same(library.revokeById([{ id: 1 }], 1, ALL).code, "irrevocable_token");
  },

  "more rows than should cross do not": (library) => {
    const rows = function* () {
      for (;;) yield { jti: "x".repeat(1000) };
    };
    const error = thrownBy(() => library.listHistory(rows(), {}, ALL));
    same(error.message, "records: are larger than 8 MiB");
    const many = Array.from({ length: 20_000 }, (_, n) => ({ createdAt: (n * 7919) % 20_011 }));
    const { items } = library.listHistory(many, { direction: 1, limit: 1000 }, ALL);
    const sorted = many.map(({ createdAt }) => createdAt).sort((a, b) => a - b);
    same(items.map(({ createdAt }) => createdAt).join(), sorted.slice(0, 1000).join());
  },

  // ZM-16, ZM-17
  "a webhook is taken by the octets of its body": (library) => {
    const webhook = new library.Webhook({ secret: "ZM_SECRET_TOKEN" });
    const octets = new TextEncoder().encode(BODY);
    for (const body of [BODY, octets, octets.buffer]) {
      const { timestamp, signature, headers } = webhook.sign(body, NOW);
      same(timestamp, "1700000000");
      same(signature, SIGNATURE);
      same(text(headers), text({ "x-zm-request-timestamp": timestamp, "x-zm-signature": signature }));
      for (const sent of [
        headers,
        { timestamp, signature },
        new Headers(headers),
        new Map(Object.entries(headers)),
        { "X-Zm-Request-Timestamp": timestamp, "X-ZM-SIGNATURE": signature, signature: "x" },
      ]) {
        same(webhook.verify(body, sent, NOW).ok, true);
      }
    }
    const sent = { timestamp: "1700000000", signature: SIGNATURE };
    const pretty = JSON.stringify(JSON.parse(BODY), null, 2);
    same(webhook.verify(pretty, sent, NOW).code, "invalid_signature");
    same(webhook.verify(BODY, sent, { now: 1700000301 }).code, "too_old");
    same(webhook.verify(BODY, sent, { now: 1699999939 }).code, "issued_in_future");
    same(webhook.verify(BODY, sent).code, "too_old");
  },

  "what a stranger sends with a body is refused and never thrown": (library) => {
    const webhook = new library.Webhook({ secret: "ZM_SECRET_TOKEN" });
    const sent = { "x-zm-request-timestamp": "1700000000", "x-zm-signature": SIGNATURE };
    const codeOf = (change, body = BODY) => webhook.verify(body, { ...sent, ...change }, NOW).code;
    same(codeOf({}), undefined);
    same(webhook.verify(BODY, {}, NOW).code, "missing_token");
    same(webhook.verify(BODY, new Headers(), NOW).code, "missing_token");
    for (const name of Object.keys(sent)) {
      same(codeOf({ [name]: undefined }), "missing_token", name);
      same(codeOf({ [name]: "" }), "missing_token", name);
      for (const value of [5, [sent[name]], [sent[name], "x"], {}, "\ud800", "x".repeat(5000)]) {
        same(codeOf({ [name]: value }), "malformed_token", `${name}: ${typeof value}`);
      }
      same(codeOf({ [name.toUpperCase()]: sent[name] }), "malformed_token", `${name} twice`);
    }
    const twice = new Headers(sent);
    twice.append("x-zm-signature", SIGNATURE);
    same(webhook.verify(BODY, twice, NOW).code, "malformed_token");
    const refused = webhook.verify("x".repeat(2 << 20), sent, NOW);
    same(text([refused.code, refused.stage]), text(["token_too_large", "format"]));
    same(thrownBy(() => webhook.verify(5, sent, NOW)).option, "body");
    same(thrownBy(() => webhook.verify(BODY, null, NOW)).option, "headers");
  },

  // ZM-18
  "a question for the address is answered, and gets nothing else signed": (library) => {
    const webhook = new library.Webhook({ secret: "ZM_SECRET_TOKEN" });
    const { plainToken, encryptedToken } = webhook.answerUrlValidation(BODY);
    same(plainToken, "qgg8vlvZRS6UYooatFL8Aw");
    same(encryptedToken, "1b4cb208a5b26f62f1260c6275cb06b91d7e86242c4c0c23de7fa3ffb9e3e536");
    const asking = (plainToken) =>
      webhook.answerUrlValidation(text({ event: "endpoint.url_validation", payload: { plainToken } }));
    same(asking("a").encryptedToken, library.hmacHex("ZM_SECRET_TOKEN", "a"));
    for (const plain of ["v0:1700000000:{}", "", 5]) same(asking(plain), null);
    for (const body of ["", "{}", "x".repeat(2 << 20), new Uint8Array([255])]) {
      same(webhook.answerUrlValidation(body), null);
    }
  },

  // ZM-19
  "the old verification token is compared": (library) => {
    const webhook = new library.Webhook({ secret: "a", verificationToken: "GSj7D-old" });
    same(webhook.matchesVerificationToken("GSj7D-old"), true);
    for (const given of ["GSj7D-ol", "", null, undefined, 5, "\ud800"]) {
      same(webhook.matchesVerificationToken(given), false);
    }
    const without = new library.Webhook({ secret: "a" });
    same(thrownBy(() => without.matchesVerificationToken("a")).option, "verificationToken");
  },

  // C-15
  "secrets rotate, and headers have the names they are given": (library) => {
    const headers = { timestamp: "X-Time", signature: "X-Code" };
    const secrets = [{ hex: "00ff" }, "old"];
    const webhook = new library.Webhook({ secrets, headers, version: "v2", maxAge: 10 });
    const sent = new library.Webhook({ secret: "old", version: "v2" }).sign("a", NOW);
    same(webhook.verify("a", sent, NOW).ok, true);
    const { headers: named, signature } = webhook.sign("a", NOW);
    same(Object.keys(named).join(), "x-time,x-code");
    same(signature, `v2=${library.hmacHex(new Uint8Array([0, 255]), "v2:1700000000:a")}`);
    same(webhook.verify("a", new Headers(named), { now: 1700000011 }).code, "too_old");
    webhook.free();
    same(thrownBy(() => webhook.sign("a")).message, "webhook: has been freed");
    for (const [options, option] of [
      [{}, "secret"],
      [{ secret: "a", secrets: ["a"] }, "secret"],
      [{ secret: "" }, "secret"],
      [{ secrets: [] }, "secrets"],
      [{ secrets: Array(9).fill("a") }, "secrets"],
      [{ secret: "a", headers: { timestamp: "a b" } }, "headers"],
      [{ secret: "a", headers: { x: "a" } }, "x"],
      [{ secret: "a", verificationToken: "" }, "verificationToken"],
      [{ secret: "a", maxAge: "5" }, "maxAge"],
    ]) {
      same(thrownBy(() => new library.Webhook(options)).option, option, text(options));
    }
  },

  // C-15, RFC 4231 section 4.3
  "HMAC and equality are there for whatever else": (library) => {
    const code = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    same(library.hmacHex("Jefe", "what do ya want for nothing?"), code);
    same(library.hmacHex({ hex: "4a656665" }, new TextEncoder().encode("what do ya want for nothing?")), code);
    same(library.equal(code, code), true);
    same(library.equal(code, `${code}0`), false);
    same(library.equal(new Uint8Array([97]), "a"), true);
    same(library.equal("", ""), true);
    same(thrownBy(() => library.hmacHex("", "a")).option, "secret");
  },

  // ZM-14, ZM-15
  "subscriptions keep their rules, or it is said which does not": (library) => {
    const one = { development: "https://dev.example", production: "https://a.example", events: ["a"] };
    const { checkSubscriptions } = library;
    same(checkSubscriptions(Array(10).fill(one)).ok, true);
    same(checkSubscriptions(Array(11).fill(one)).index, 10);
    same(checkSubscriptions(Array(20).fill(one), { max: 20 }).ok, true);
    const faultOf = (change) => {
      const { code, index, option } = checkSubscriptions([one, { ...one, ...change }]);
      return text([code, index, option]);
    };
    for (const [member, value] of [
      ["development", "http://dev.example"],
      ["production", undefined],
      ["production", "https://user@a.example"],
      ["production", "https://a.example/\ud800"],
      ["events", [""]],
      ["name", 5],
    ]) {
      const option = value === "https://a.example/\ud800" ? "list" : member;
      same(faultOf({ [member]: value }), text(["invalid_subscription", 1, option]));
    }
    same(faultOf({ name: "any" }), text([undefined, undefined, undefined]));
    for (const list of [undefined, null, {}, "x", [5], [[]], [null]]) {
      const { code, index, option } = checkSubscriptions(list);
      same(text([code, index, option]), text(["invalid_subscription", 0, "list"]));
    }
    same(thrownBy(() => checkSubscriptions([], { max: 0 })).option, "max");
  },
};

const BODY =
  '{"event":"endpoint.url_validation","payload":{"plainToken":"qgg8vlvZRS6UYooatFL8Aw"},"event_ts":1654503849680}';
const SIGNATURE = "v0=35bf69bc838592415e935944ed86bd61a995e80b8ff0f046aad51f9642304a74";
