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

const delivery = (members) => ({
  ...{ id: "d1", app: "zoom", url: "https://app.example/hook", body: '{"event":"x"}' },
  ...{ due: 1000, until: 2000 },
  ...members,
});

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

  // MO-11: the window begins anew with each failure.
  "failures of a name count until its window has passed without another": async ({ failures }) => {
    same(await failures.count("::1", 1000), 0);
    same(await failures.add("::1", 1000, 60), 1);
    same(await failures.add("::1", 1059.5, 60), 2);
    same(await failures.count("::1", 1119), 2);
    same(await failures.count("::2", 1119), 0);
    same(await failures.count("::1", 1119.5), 0);
    same(await failures.add("::1", 1119.5, 60), 1);
    same(await failures.add("::2", 1119.5, 60), 1);
    same(await failures.count("::1", 1179), 1);
    // A clock that is behind does not shorten what another has begun.
    same(await failures.add("::1", 1110, 60), 2);
    same(await failures.count("::1", 1179), 2);
  },

  "of failures at one time none is lost": async ({ failures }) => {
    const counts = await Promise.all(Array.from({ length: ASKED }, () => failures.add("::1", 1000, 60)));
    counts.sort((one, two) => one - two);
    same(counts.join(), Array.from({ length: ASKED }, (_, place) => place + 1).join());
    same(await failures.count("::1", 1000), ASKED);
  },

  "a delivery is taken when it is due, and by nobody else before its lease ends": async ({ deliveries }) => {
    const given = delivery({ note: { deep: ["😀", null] } });
    same(await deliveries.add(given), true);
    same(await deliveries.add(delivery({ body: "another" })), false);
    alike(await deliveries.take(999, 30), []);
    alike(await deliveries.take(1000, 30), [{ ...given, due: 1030, taken: 1 }]);
    alike(await deliveries.take(1029.5, 30), []);
    alike(await deliveries.take(1030, 60), [{ ...given, due: 1090, taken: 2 }]);
    same(await deliveries.retry("d1", 1500), true);
    alike(await deliveries.take(1499, 30), []);
    alike(await deliveries.take(1500, 30), [{ ...given, due: 1530, taken: 3 }]);
    same(await deliveries.settle("d1"), true);
    same(await deliveries.settle("d1"), false);
    same(await deliveries.retry("d1", 1500), false);
    alike(await deliveries.take(1999, 30), []);
  },

  "a delivery whose time is over is not taken": async ({ deliveries }) => {
    await deliveries.add(delivery({}));
    await deliveries.add(delivery({ id: "d2", until: 1500 }));
    alike((await deliveries.take(1500, 10)).map(({ id }) => id), ["d1"]);
    alike(await deliveries.take(2000, 10), []);
  },

  "of the deliveries that are due, those that waited longest are taken first": async ({ deliveries }) => {
    for (const [place, due] of [1004, 1001, 1003, 1000, 1002].entries()) {
      await deliveries.add(delivery({ id: `d${place}`, due }));
    }
    alike((await deliveries.take(1010, 60, 3)).map(({ id }) => id), ["d1", "d3", "d4"]);
    alike((await deliveries.take(1010, 60, 3)).map(({ id }) => id), ["d0", "d2"]);
  },

  "of those who take at one time, nobody gets what another has": async ({ deliveries }) => {
    const names = Array.from({ length: 3 * ASKED }, (_, place) => `d${place}`);
    for (const id of names) await deliveries.add(delivery({ id }));
    const shares = await Promise.all(Array.from({ length: ASKED }, () => deliveries.take(1000, 60, 4)));
    const taken = shares.flat().map(({ id }) => id);
    same(taken.length, names.length);
    same(new Set(taken).size, names.length);
  },

  "a place of a status list is given once, and holds what it was set to": async ({ statuses }) => {
    same(await statuses.size(), 0);
    same(await statuses.allot(2000), 0);
    const places = await Promise.all(Array.from({ length: ASKED }, () => statuses.allot(null)));
    places.sort((one, two) => one - two);
    same(places.join(), Array.from({ length: ASKED }, (_, place) => place + 1).join());
    same(await statuses.size(), ASKED + 1);
    alike(await statuses.page(), { statuses: [], next: null });
    same(await statuses.set(ASKED + 1, 1), false);
    for (const [idx, status] of [[5, 255], [0, 1], [3, 2], [4, 1], [4, 0]]) {
      same(await statuses.set(idx, status), true);
    }
    const set = [{ idx: 0, status: 1 }, { idx: 3, status: 2 }, { idx: 5, status: 255 }];
    alike(await statuses.page(), { statuses: set, next: null });
    alike(await statuses.page(-1, 2), { statuses: set.slice(0, 2), next: 3 });
    alike(await statuses.page(3, 2), { statuses: set.slice(2), next: null });
    alike(await statuses.page(0), { statuses: set.slice(1), next: null });
  },

  "a place that was forgotten is not given again": async (store) => {
    const { statuses } = store;
    for (const exp of [2000, null, 1999]) await statuses.allot(exp);
    for (const idx of [0, 1, 2]) await statuses.set(idx, 1);
    same(await store.prune(2000), 2);
    alike(await statuses.page(), { statuses: [{ idx: 1, status: 1 }], next: null });
    same(await statuses.size(), 2);
    same(await statuses.set(2, 1), false);
    same(await statuses.allot(3000), 3);
    same(await statuses.size(), 4);
  },

  "what has had its time is forgotten, and nothing else": async (store) => {
    const { families, tokens, pairs, revocations, failures, deliveries, statuses } = store;
    for (const exp of [1999, 2000, 2000.5, 2001]) {
      await failures.add(`n${exp}`, exp - 60, 60);
      await deliveries.add(delivery({ id: `d${exp}`, until: exp }));
      await statuses.allot(exp);
      await families.swap(`f${exp}`, null, "a", exp);
      await tokens.add(record({ id: `r${exp}`, jti: `t${exp}`, exp }));
      await revocations.add({ jti: `t${exp}`, exp });
    }
    await tokens.add(record({ id: "never", jti: "never", exp: null }));
    await revocations.add({ jti: "never" });
    await pairs.put(pair({ created: 0 }), null);
    same(await store.prune(2000), 12);
    same(await store.prune(2000), 0);
    same(await failures.count("n2000.5", 2000), 1);
    alike((await deliveries.take(2000, 1)).map(({ id }) => id), ["d2000.5", "d2001"]);
    for (const idx of [0, 1, 2, 3]) same(await statuses.set(idx, 1), idx > 1);
    same(await families.read("f2000"), null);
    same(await families.read("f2000.5"), "a");
    same(await families.read("f2001"), "a");
    alike((await tokens.ofSubject("ada")).map(({ id }) => id), ["never", "r2001", "r2000.5"]);
    alike((await revocations.page()).entries.map(({ jti }) => jti), ["t2000.5", "t2001", "never"]);
    alike(await pairs.ofOwner(7), [pair({ created: 0 })]);
  },

  "names are told apart to the letter": async (store) => {
    const { families, tokens, pairs, revocations, failures } = store;
    for (const [place, name] of NAMES.entries()) {
      same(await families.swap(name, null, `text ${place}`, 2000), true);
      same(await tokens.add(record({ id: `i${name}`, jti: name, sub: name })), true);
      same(await pairs.put(pair({ key: name, owner: name }), null), true);
      await revocations.add({ sub: name, issuer: name });
      for (let times = 0; times <= place; times += 1) await failures.add(name, 1000, 60);
    }
    for (const [place, name] of NAMES.entries()) {
      same(await families.read(name), `text ${place}`);
      same(await failures.count(name, 1000), place + 1);
      alike(await tokens.ofSubject(name), [record({ id: `i${name}`, jti: name, sub: name })]);
      alike(await tokens.byJti(name), record({ id: `i${name}`, jti: name, sub: name }));
      alike(await pairs.ofOwner(name), [pair({ key: name, owner: name })]);
      same(await revocations.remove({ sub: name, issuer: name }), true);
    }
  },

  "misuse is told by the name of the option, and keeps nothing": async (store, { SetupError }) => {
    const { families, tokens, pairs, revocations, failures, deliveries, statuses } = store;
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
      wrong.push(["name", () => failures.count(name, 1000)]);
      wrong.push(["name", () => failures.add(name, 1000, 60)]);
      wrong.push(["id", () => deliveries.add(delivery({ id: name }))]);
      wrong.push(["id", () => deliveries.settle(name)]);
      wrong.push(["id", () => deliveries.retry(name, 1000)]);
      if (name !== 5) wrong.push(["owner", () => pairs.ofOwner(name)]);
      if (name !== undefined) wrong.push(["jti", () => revocations.add({ jti: name })]);
    }
    for (const time of [undefined, null, "2000", NaN, Infinity, 1e12, {}]) {
      wrong.push(["exp", () => families.swap("f", null, "a", time)]);
      wrong.push(["now", () => store.prune(time)]);
      wrong.push(["now", () => failures.count("::1", time)]);
      wrong.push(["now", () => failures.add("::1", time, 60)]);
      wrong.push(["window", () => failures.add("::1", 1000, time)]);
      wrong.push(["due", () => deliveries.add(delivery({ due: time }))]);
      wrong.push(["until", () => deliveries.add(delivery({ until: time }))]);
      wrong.push(["now", () => deliveries.take(time, 60)]);
      wrong.push(["lease", () => deliveries.take(1000, time)]);
      wrong.push(["due", () => deliveries.retry("d1", time)]);
      if (time !== null) wrong.push(["exp", () => statuses.allot(time)]);
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
      // No octets are written so: a list could not hold it.
      ["token", { token: `${"A".repeat(42)}B` }],
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
    for (const span of [0, -1]) {
      wrong.push(["window", () => failures.add("::1", 1000, span)]);
      wrong.push(["lease", () => deliveries.take(1000, span)]);
    }
    for (const name of ["app", "url", "body"]) {
      wrong.push([name, () => deliveries.add(delivery({ [name]: undefined }))]);
    }
    wrong.push(["delivery", () => deliveries.add(null)]);
    wrong.push(["delivery", () => deliveries.add(delivery({ note: "a".repeat(2 ** 20) }))]);
    for (const idx of [-1, 0.5, "0", null, 2 ** 53]) wrong.push(["idx", () => statuses.set(idx, 1)]);
    for (const status of [-1, 256, 0.5, "1", null]) wrong.push(["status", () => statuses.set(0, status)]);
    for (const limit of [0, -1, 1.5, 10_001, "5", null]) {
      for (const page of [revocations.page, statuses.page]) wrong.push(["limit", () => page(0, limit)]);
      wrong.push(["limit", () => deliveries.take(1000, 60, limit)]);
    }
    for (const after of [null, "0", 0.5]) {
      for (const page of [revocations.page, statuses.page]) wrong.push(["after", () => page(after)]);
    }

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
    same(await failures.count("::1", 1000), 0);
    alike(await deliveries.take(1500, 60), []);
    same(await statuses.size(), 0);
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
