// What every store does, whatever it keeps things in. Runs in Node and in workerd: nothing here is
// of either.

/** Runs every behaviour on a store of its own, and answers what failed of each. */
export async function runStore(makeStore, library) {
  const results = [];
  for (const [name, behaviour] of Object.entries(BEHAVIOURS)) {
    try {
      await behaviour(await makeStore(), library);
      results.push({ name });
    } catch (error) {
      results.push({ name, error: String(error?.stack ?? error) });
    }
  }
  return results;
}

/** How many ask at one time. */
const ASKED = 12;

/** Names that a careless statement or a careless database takes for others. */
const NAMES = ["ada", "Ada", "ada ", " ada", "adä", "ada%", "a_a", "'; DROP TABLE jwt_tokens; --", '"', "?", "😀", ""];

const NO_NAMES = [undefined, null, 5, {}, ["ada"], "a\0b", "\ud800", "a".repeat(2 ** 20 + 1)];

const record = (members) => ({
  ...{ id: "r1", jti: "t1", sub: "ada", kind: "access", family: null, client: null },
  ...{ fingerprint: null, kid: "main", iat: 1000, exp: 2000, createdAt: 1000000 },
  ...members,
});

const pair = (members) => ({
  ...{ key: "k1", owner: 7, name: "app", hash: "h1", created: 1000 },
  ...{ lastUsed: null, lastIp: null, state: "active" },
  ...members,
});

/** One entry of each kind. */
const ENTRIES = [
  ...["jti", "session", "family", "kid", "key", "client", "sub", "tenant"].map((kind) => ({ [kind]: "x" })),
  { token: "A".repeat(43) },
  { all: true },
  { client: "x", before: 1700000000000 },
  { sub: "y", before: 1700000000500, exp: 1800000000, issuer: "https://a.example" },
  { sub: "y", issuer: null },
  { sub: "z", issuer: "null" },
];

const BEHAVIOURS = {
  "a family's text takes the place of the one it was swapped for, and of no other": async ({ families }) => {
    same(await families.read("f"), null);
    same(await families.swap("f", "a", "b", 2000), false);
    same(await families.read("f"), null);
    same(await families.swap("f", null, "a", 2000), true);
    same(await families.swap("f", null, "b", 2000), false);
    same(await families.swap("f", "x", "b", 2000), false);
    same(await families.read("f"), "a");
    same(await families.swap("f", "a", "b", 2000), true);
    same(await families.read("f"), "b");
    same(await families.read("g"), null);
  },

  "of several swaps at one time one succeeds": async ({ families }) => {
    let from = null;
    for (let round = 0; round < 3; round += 1) {
      const texts = Array.from({ length: ASKED }, (_, place) => `${round}.${place}`);
      const did = await Promise.all(texts.map((to) => families.swap("f", from, to, 2000)));
      same(did.filter(Boolean).length, 1);
      from = await families.read("f");
      same(from, texts[did.indexOf(true)]);
    }
  },

  "refresh tokens rotate over it, and a copy ends its family": async ({ families }, library) => {
    const keys = new library.KeySet([{ kid: "main", alg: "HS256", secret: "s".repeat(32) }]);
    const verifier = new library.Verifier({ keys, issuer: null, audience: null, kind: "refresh" });
    const issuer = new library.Issuer({ keys, refreshGrace: null });
    const { refresh: first } = await issuer.issuePair({ sub: "ada" }, { now: 1700000000 });
    const refresh = ({ token }, now) => issuer.refresh(token, { verifier, families, now });
    const answers = await Promise.all(Array.from({ length: 4 }, () => refresh(first, 1700000001)));
    same(answers.filter(({ ok }) => ok).length, 1);
    const { refresh: second } = answers.find(({ ok }) => ok);
    const third = await refresh(second, 1700000002);
    same(third.ok, true);
    same((await refresh(first, 1700000003)).entry.family, first.record.family);
    same((await refresh(third.refresh, 1700000004)).code, "revoked_family");
  },

  "a token's record is found by its id, its jti and its subject": async ({ tokens }) => {
    same(await tokens.byId("r1"), null);
    same(await tokens.byJti("t1"), null);
    same((await tokens.ofSubject("ada")).length, 0);
    const first = record({ note: { deep: ["\0", "😀", null] }, createdAt: 5 });
    const second = record({ id: "r2", jti: null });
    const third = record({ id: "r3", jti: null, sub: null, exp: null });
    for (const one of [first, second, third]) same(await tokens.add(one), true);
    alike(await tokens.byId("r1"), first);
    alike(await tokens.byJti("t1"), first);
    alike(await tokens.byId("r3"), third);
    alike(await tokens.ofSubject("ada"), [second, first]);
    same((await tokens.ofSubject("null")).length, 0);
  },

  "a record that shares an id or a jti is not kept": async ({ tokens }) => {
    const first = record({});
    const others = Array.from({ length: ASKED }, (_, place) => record({ id: `r${place}`, exp: place + 9 }));
    same(await tokens.add(first), true);
    same(await tokens.add(record({ jti: "t2" })), false);
    same(await tokens.add(record({ id: "r2" })), false);
    alike(await tokens.ofSubject("ada"), [first]);
    const did = await Promise.all(others.map((one) => tokens.add({ ...one, jti: "t3" })));
    same(did.filter(Boolean).length, 1);
    same((await tokens.ofSubject("ada")).length, 2);
  },

  "what was handed over or answered is not what is kept": async ({ tokens, pairs }) => {
    const [given, kept] = [record({ deep: [1] }), pair({ deep: [1] })];
    await tokens.add(given);
    await pairs.put(kept, null);
    given.deep.push(2);
    kept.deep.push(2);
    (await tokens.byId("r1")).deep.push(3);
    (await pairs.byKey("k1")).deep.push(3);
    alike(await tokens.byId("r1"), record({ deep: [1] }));
    alike(await pairs.byKey("k1"), pair({ deep: [1] }));
  },

  "a page of the history comes of it, and what revokes a token": async ({ tokens }, library) => {
    for (let place = 0; place < 5; place += 1) {
      await tokens.add(record({ id: `r${place}`, jti: `t${place}`, createdAt: place }));
    }
    const rows = await tokens.ofSubject("ada");
    const page = library.listHistory(rows, { limit: 2, page: 1 }, { sub: "ada" });
    same(page.items.map(({ id }) => id).join(), "r2,r1");
    alike(library.revokeByJti([await tokens.byJti("t3")], "t3", { sub: "ada" }).entry, { jti: "t3", exp: 2000 });
  },

  "a pair is put in place of what was read, and not of what it has become": async ({ pairs }) => {
    const first = pair({});
    same(await pairs.byKey("k1"), null);
    same(await pairs.put(first, pair({ name: "other" })), false);
    same(await pairs.put(first, null), true);
    same(await pairs.put(first, null), false);
    const used = pair({ lastUsed: 2000, lastIp: "::1" });
    const off = pair({ state: "deactivated" });
    same(await pairs.put(off, await pairs.byKey("k1")), true);
    same(await pairs.put(used, first), false);
    alike(await pairs.byKey("k1"), off);
    // The same record put together in another order is the same record.
    const turned = Object.fromEntries(Object.entries(off).reverse());
    same(await pairs.put(used, turned), true);
    alike(await pairs.byKey("k1"), used);
    const rivals = Array.from({ length: ASKED }, (_, place) => pair({ lastUsed: place + 9 }));
    const did = await Promise.all(rivals.map((one) => pairs.put(one, used)));
    same(did.filter(Boolean).length, 1);
    alike(await pairs.byKey("k1"), rivals[did.indexOf(true)]);
  },

  "a pair that was removed is not brought back by whoever had read it": async ({ pairs }) => {
    await pairs.put(pair({}), null);
    const was = await pairs.byKey("k1");
    same(await pairs.remove("k1"), true);
    same(await pairs.remove("k1"), false);
    same(await pairs.put(pair({ lastUsed: 2000 }), was), false);
    same(await pairs.byKey("k1"), null);
  },

  "a pair may change its key, but not to another's": async ({ pairs }) => {
    const [first, second] = [pair({}), pair({ key: "k2", name: "two" })];
    await pairs.put(first, null);
    await pairs.put(second, null);
    same(await pairs.put(pair({ key: "k2" }), first), false);
    alike(await pairs.ofOwner(7), [first, second]);
    const moved = pair({ key: "k3" });
    same(await pairs.put(moved, first), true);
    same(await pairs.byKey("k1"), null);
    alike(await pairs.ofOwner(7), [moved, second]);
  },

  "an owner's pairs are theirs alone, and a number is not its text": async ({ pairs }) => {
    const owners = [7, "7", 70, "ada", '"ada"', -7];
    for (const [place, owner] of owners.entries()) await pairs.put(pair({ key: `k${place}`, owner }), null);
    for (const [place, owner] of owners.entries()) {
      alike(await pairs.ofOwner(owner), [pair({ key: `k${place}`, owner })]);
    }
    same((await pairs.ofOwner("nobody")).length, 0);
  },

  "pairs of the library live in it": async ({ pairs }, library) => {
    const service = new library.KeyPairs({ secret: "s".repeat(32), tokensNameIt: "key" });
    const { secret, record } = service.create({ owner: 7, name: "app" });
    same(await pairs.put(record, null), true);
    const was = await pairs.byKey(record.key);
    const decision = service.verify({ key: record.key, secret }, was, { ip: "::1" });
    same(decision.ok, true);
    same(await pairs.put(decision.record, was), true);
    const used = await pairs.byKey(record.key);
    const made = service.regenerate(used);
    same(await pairs.put(made.record, used), true);
    same(await pairs.byKey(record.key), null);
    const [left] = await pairs.ofOwner(7);
    same(service.verify({ key: left.key, secret: made.secret }, left).ok, true);
  },

  "every entry comes back as it was, in the order of their adding": async ({ revocations }) => {
    for (const entry of ENTRIES) await revocations.add(entry);
    alike(await revocations.page(), { entries: ENTRIES, next: null });
    for (const entry of ENTRIES) same(await revocations.remove(entry), true);
    for (const entry of ENTRIES) same(await revocations.remove(entry), false);
    alike(await revocations.page(), { entries: [], next: null });
  },

  "a builder makes the same list of its entries as of those that were added": async (store, library) => {
    const settings = { issuer: "https://me.example", seq: 1, exp: 1900000000 };
    const build = async (entries) => {
      const builder = new library.RevocationBuilder(settings);
      builder.addJson(entries);
      const { body } = await builder.build({ now: 1700000000 });
      builder.free();
      return body.join();
    };
    const twice = [...ENTRIES, { sub: "y", before: 1700000009000, exp: 1700000001 }, { jti: "x", exp: 1750000000 }];
    for (const entry of twice) await store.revocations.add(entry);
    same(await build((await store.revocations.page()).entries), await build(twice));
  },

  "entries about one target become one, which reaches as far as either": async ({ revocations }) => {
    const [early, late] = [1700000000000, 1700000001000];
    for (const [one, two, expected] of [
      [{ before: early, exp: 20 }, { before: late, exp: 10 }, { before: late, exp: 20 }],
      [{ before: late, exp: 10 }, { before: early, exp: 20 }, { before: late, exp: 20 }],
      [{ before: late, exp: 10 }, {}, {}],
      [{}, { before: late, exp: 10 }, {}],
      [{ before: late }, { exp: 10 }, {}],
      [{ exp: 10 }, { exp: 20 }, { exp: 20 }],
    ]) {
      await revocations.add({ sub: "ada", ...one });
      await revocations.add({ sub: "ada", ...two });
      alike((await revocations.page()).entries, [{ sub: "ada", ...expected }]);
      same(await revocations.remove({ sub: "ada" }), true);
    }
  },

  "to lift a suspension leaves the cut-off, and the other way round": async ({ revocations }) => {
    const cutOff = { client: "c", before: 1700000000000 };
    await revocations.add(cutOff);
    await revocations.add({ client: "c" });
    same(await revocations.remove({ client: "c" }), true);
    alike((await revocations.page()).entries, [cutOff]);
    await revocations.add({ client: "c" });
    same(await revocations.remove({ client: "c", before: 1700000009999 }), true);
    alike((await revocations.page()).entries, [{ client: "c" }]);
  },

  "pages hold every entry once, whatever is added or taken back meanwhile": async ({ revocations }) => {
    const names = Array.from({ length: 25 }, (_, place) => `t${place}`);
    for (const jti of names) await revocations.add({ jti });
    const seen = [];
    let after = 0;
    for (let page = 0; after !== null; page += 1) {
      const { entries, next } = await revocations.page(after, 10);
      seen.push(...entries.map(({ jti }) => jti));
      if (page === 0) {
        await revocations.remove({ jti: "t3" });
        await revocations.remove({ jti: "t24" });
        await revocations.add({ jti: "t12" });
        await revocations.add({ jti: "new" });
      }
      after = next;
    }
    same(seen.join(), [...names.slice(0, 24), "new"].join());
    alike(await revocations.page(0, 24), { entries: (await revocations.page()).entries, next: null });
  },

  "no number is given twice": async ({ lists }) => {
    same(await lists.current(), 0);
    same(await lists.raise(), 1);
    same(await lists.current(), 1);
    const numbers = await Promise.all(Array.from({ length: ASKED }, () => lists.raise()));
    numbers.sort((one, two) => one - two);
    same(numbers.join(), Array.from({ length: ASKED }, (_, place) => place + 2).join());
  },

  "what has had its time is forgotten, and nothing else": async (store) => {
    const { families, tokens, pairs, revocations } = store;
    for (const exp of [1999, 2000, 2000.5, 2001]) {
      await families.swap(`f${exp}`, null, "a", exp);
      await tokens.add(record({ id: `r${exp}`, jti: `t${exp}`, exp }));
      await revocations.add({ jti: `t${exp}`, exp });
    }
    await tokens.add(record({ id: "never", jti: "never", exp: null }));
    await revocations.add({ jti: "never" });
    await pairs.put(pair({ created: 0 }), null);
    same(await store.prune(2000), 6);
    same(await store.prune(2000), 0);
    same(await families.read("f2000"), null);
    same(await families.read("f2000.5"), "a");
    same(await families.read("f2001"), "a");
    alike((await tokens.ofSubject("ada")).map(({ id }) => id), ["never", "r2001", "r2000.5"]);
    alike((await revocations.page()).entries.map(({ jti }) => jti), ["t2000.5", "t2001", "never"]);
    alike(await pairs.ofOwner(7), [pair({ created: 0 })]);
  },

  "names are told apart to the letter": async ({ families, tokens, pairs, revocations }) => {
    for (const [place, name] of NAMES.entries()) {
      same(await families.swap(name, null, `text ${place}`, 2000), true);
      same(await tokens.add(record({ id: `i${name}`, jti: name, sub: name })), true);
      same(await pairs.put(pair({ key: name, owner: name }), null), true);
      await revocations.add({ sub: name, issuer: name });
    }
    for (const [place, name] of NAMES.entries()) {
      same(await families.read(name), `text ${place}`);
      alike(await tokens.ofSubject(name), [record({ id: `i${name}`, jti: name, sub: name })]);
      alike(await tokens.byJti(name), record({ id: `i${name}`, jti: name, sub: name }));
      alike(await pairs.ofOwner(name), [pair({ key: name, owner: name })]);
      same(await revocations.remove({ sub: name, issuer: name }), true);
    }
  },

  "misuse is told by the name of the option, and keeps nothing": async (store, { SetupError }) => {
    const { families, tokens, pairs, revocations } = store;
    const wrong = [];
    for (const name of NO_NAMES) {
      wrong.push(["family", () => families.read(name)]);
      wrong.push(["family", () => families.swap(name, null, "a", 2000)]);
      wrong.push(["to", () => families.swap("f", null, name, 2000)]);
      if (name !== null) wrong.push(["from", () => families.swap("f", name, "a", 2000)]);
      wrong.push(["sub", () => tokens.ofSubject(name)]);
      wrong.push(["id", () => tokens.byId(name)]);
      wrong.push(["jti", () => tokens.byJti(name)]);
      wrong.push(["id", () => tokens.add(record({ id: name }))]);
      wrong.push(["key", () => pairs.byKey(name)]);
      wrong.push(["key", () => pairs.remove(name)]);
      wrong.push(["key", () => pairs.put(pair({ key: name }), null)]);
      if (name !== 5) wrong.push(["owner", () => pairs.ofOwner(name)]);
      if (name !== undefined) wrong.push(["jti", () => revocations.add({ jti: name })]);
    }
    for (const time of [undefined, null, "2000", NaN, Infinity, 1e12, {}]) {
      wrong.push(["exp", () => families.swap("f", null, "a", time)]);
      wrong.push(["now", () => store.prune(time)]);
      if (time !== undefined && time !== null) wrong.push(["exp", () => revocations.add({ jti: "a", exp: time })]);
    }
    const token = "eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl";
    for (const [option, entry] of [
      ["entry", undefined],
      ["entry", "a"],
      ["entry", {}],
      ["entry", { exp: 5 }],
      ["entry", { jti: "a", sub: "b" }],
      ["x", { jti: "a", x: 1 }],
      ["all", { all: false }],
      ["token", { token }],
      ["before", { jti: "a", before: 1700000000000 }],
      ["before", { sub: "a", before: 1700000000 }],
      ["before", { sub: "a", before: "2000" }],
      ["issuer", { sub: "a", issuer: 5 }],
      ["issuer", { sub: "a", issuer: "a\0" }],
    ]) {
      wrong.push([option, () => revocations.add(entry)]);
      wrong.push([option, () => revocations.remove(entry)]);
    }
    wrong.push(["record", () => tokens.add(null)]);
    wrong.push(["record", () => tokens.add([record({})])]);
    wrong.push(["size", () => tokens.add(record({ size: NaN }))]);
    wrong.push(["record", () => tokens.add(record({ note: "a".repeat(2 ** 20) }))]);
    wrong.push(["record", () => pairs.put(undefined, null)]);
    wrong.push(["was", () => pairs.put(pair({}), undefined)]);
    wrong.push(["owner", () => pairs.put(pair({ owner: 1.5 }), null)]);
    for (const limit of [0, -1, 1.5, 10_001, "5", null]) wrong.push(["limit", () => revocations.page(0, limit)]);
    for (const after of [null, "0", 0.5]) wrong.push(["after", () => revocations.page(after)]);

    for (const [option, misuse] of wrong) {
      const error = await misuse().then(() => undefined, (thrown) => thrown);
      if (!(error instanceof SetupError)) throw new Error(`${misuse} threw ${error}`);
      same(error.option, option);
      if (error.message.includes(token)) throw new Error("a message holds a token");
    }
    same(await families.read("f"), null);
    same((await tokens.ofSubject("ada")).length, 0);
    same((await pairs.ofOwner(7)).length, 0);
    alike(await revocations.page(), { entries: [], next: null });
  },
};

function same(found, expected) {
  if (!Object.is(found, expected)) throw new Error(`expected ${String(expected)}, found ${String(found)}`);
}

/** As JSON, whatever the order of members. */
function alike(found, expected) {
  same(sorted(found), sorted(expected));
}

function sorted(value) {
  const isPlain = (one) => typeof one === "object" && one !== null && !Array.isArray(one);
  return JSON.stringify(value, (_, one) => (isPlain(one) ? Object.fromEntries(Object.entries(one).sort()) : one));
}
