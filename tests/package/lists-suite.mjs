// What every place of lists does, and what is done with it: lists are published there out of a store,
// and followed. Runs in Node and in workerd: nothing here is of either.

/**
 * Runs every behaviour on a place of its own, and answers what failed of each; also those of a place
 * that can compare and swap, where it says so.
 */
export async function runLists(makeLists, world, { swaps }) {
  const results = [];
  for (const [name, behaviour] of Object.entries({ ...BEHAVIOURS, ...(swaps && SWAPS) })) {
    try {
      await behaviour(await makeLists(), world, makeLists);
      results.push({ name });
    } catch (error) {
      results.push({ name, error: String(error?.stack ?? error) });
    }
  }
  return results;
}

const ISSUER = "https://me.example";

/** The library, keys, and what is made of them. */
export function worldOf(library, lists, { listKey, tokenKey }) {
  const listKeys = new library.KeySet([{ jwk: listKey }]);
  const tokenKeys = new library.KeySet([{ jwk: tokenKey }]);
  const issuer = new library.Issuer({ keys: tokenKeys, issuer: ISSUER });
  return {
    ...library,
    ...lists,
    token: async (claims, options) => (await issuer.issue(claims, options)).token,
    publish: (store, to, more) =>
      lists.publishList({ store, lists: to, signWith: listKeys, issuer: ISSUER, ...more }),
    /** Somebody who decides by the lists of a place. */
    reader(from, { settings, ...more } = {}) {
      const list = new library.Revocations({ keys: listKeys, issuer: ISSUER, ...settings });
      const verifier = new library.Verifier({ keys: tokenKeys, issuer: ISSUER, audience: null });
      verifier.setRevocations(list, { mode: "required", irrevocable: "accept" });
      const refused = [];
      const onError = ({ name, code }) => refused.push(`${name} ${code}`);
      const follower = new lists.ListFollower({ list, from, every: 0.001, onError, ...more });
      const verdict = async (token) => (await verifier.verify(token)).code ?? "good";
      return { list, follower, refused, verdict, catchUp: () => settled(follower) };
    },
  };
}

/** Waits until a look for a newer list has begun and ended. */
async function settled(follower) {
  await pause(3);
  const looks = [];
  await follower.refresh({ waitUntil: (look) => looks.push(look) });
  await Promise.all(looks);
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Another reader of the same place. */
const withRead = (lists, read) => ({ latest: () => lists.latest(), read: (name) => read(name, lists) });

const SWAPS = {
  "of pointers that are moved at one time the furthest stays": async (lists) => {
    for (let round = 0; round < 4; round += 1) {
      const numbers = [3, 9, 1, 7, 8, 2].map((number) => 10 * round + number);
      const moved = await Promise.all(numbers.map((seq) => lists.point(seq)));
      same(moved[1], true);
      same(await lists.latest(), 10 * round + 9);
    }
  },
};

const BEHAVIOURS = {
  "the pointer goes on, and not back": async (lists) => {
    same(await lists.latest(), null);
    same(await lists.point(3), true);
    same(await lists.point(3), false);
    same(await lists.point(2), false);
    same(await lists.latest(), 3);
    same(await lists.point(12), true);
    same(await lists.latest(), 12);
  },

  "a list is read as it was written, whatever its octets are": async (lists) => {
    const bodies = [new Uint8Array(), new Uint8Array([10]), Uint8Array.from({ length: 3000 }, (_, place) => place)];
    for (const [place, body] of bodies.entries()) {
      const manifest = "a".repeat(700 * place);
      await lists.write(`snapshot/${place + 1}`, { manifest, body });
      await lists.write(`delta/${place + 1}`, { manifest: "d", body: body.slice().buffer });
    }
    for (const [place, body] of bodies.entries()) {
      const found = await lists.read(`snapshot/${place + 1}`);
      same(found.manifest, "a".repeat(700 * place));
      same(new Uint8Array(found.body).join(), body.join());
      same(new Uint8Array((await lists.read(`delta/${place + 1}`)).body).join(), body.join());
    }
    same(await lists.read("snapshot/9"), null);
    same(await lists.read("delta/9"), null);
  },

  "what a store throws out is thrown out wherever its lists are followed": async (lists, world) => {
    const store = new world.MemoryStore();
    const [ada, bob] = [await world.token({ sub: "ada" }), await world.token({ sub: "bob" })];
    const { follower, catchUp, verdict } = world.reader(lists);
    await catchUp();
    same(await verdict(ada), "not_covered");
    same(follower.health().lastPoll.code, "not_found");

    alike(plain(await world.publish(store, lists)), { seq: 1, entries: 0, delta: false, pointed: true });
    await catchUp();
    same(await verdict(ada), "good");

    await store.revocations.add({ sub: "ada" });
    alike(plain(await world.publish(store, lists)), { seq: 2, entries: 1, delta: true, pointed: true });
    await catchUp();
    same(await verdict(ada), "revoked_subject");
    same(await verdict(bob), "good");
    same(follower.health().published.changes, 1);
    same(follower.health().entries, 1);

    await store.revocations.remove({ sub: "ada" });
    same((await world.publish(store, lists)).seq, 3);
    await catchUp();
    same(await verdict(ada), "good");
    alike(follower.health().lastPoll, { ok: true, epoch: 1, seq: 3 });
  },

  "whoever has fallen behind takes in the missing deltas, or the snapshot": async (lists, world) => {
    const store = new world.MemoryStore();
    const [near, far, cut] = [world.reader(lists), world.reader(lists), world.reader(withRead(lists, (name) =>
      name === "delta/3" ? null : lists.read(name)))];
    const publish = async (times) => {
      for (let place = 0; place < times; place += 1) {
        await store.revocations.add({ jti: `t${(await store.lists.current()) + 1}` });
        await world.publish(store, lists);
      }
    };
    await publish(1);
    for (const one of [near, far, cut]) await one.catchUp();
    await publish(4);
    for (const one of [near, cut]) await one.catchUp();
    same(near.follower.health().published.changes, 4);
    same(near.refused.length, 0);
    same(cut.refused.join(), "delta/3 not_found");
    same(cut.follower.health().published.changes, 0);
    await publish(5);
    for (const one of [near, far, cut]) {
      await one.catchUp();
      same(one.follower.health().published.seq, 10);
      same(one.follower.health().entries, 10);
    }
    same(far.follower.health().published.changes, 0);
  },

  "a table of many pages is in the list, and what has had its time is not": async (lists, world) => {
    const store = new world.MemoryStore();
    const now = Math.floor(Date.now() / 1000);
    for (let place = 0; place < 10_001; place += 1) await store.revocations.add({ jti: `t${place}`, exp: now + 99 });
    await store.revocations.add({ jti: "old", exp: now - 600 });
    same((await world.publish(store, lists, { now })).entries, 10_001);
    const { catchUp, verdict } = world.reader(lists);
    await catchUp();
    same(await verdict(await world.token({}, { jti: "t0" })), "revoked_token");
    same(await verdict(await world.token({}, { jti: "t10000" })), "revoked_token");
    same(await verdict(await world.token({}, { jti: "old" })), "good");
  },

  "what was thrown out before a list had its number is on it": async (lists, world) => {
    const store = new world.MemoryStore();
    const { revocations } = store;
    const raise = async () => {
      const seq = await store.lists.raise();
      await revocations.add({ sub: "ada" });
      return seq;
    };
    await world.publish({ revocations, lists: { ...store.lists, raise } }, lists);
    const { catchUp, verdict } = world.reader(lists);
    await catchUp();
    same(await verdict(await world.token({ sub: "ada" })), "revoked_subject");
  },

  "a list that was tampered with is not taken in, and the old one goes on serving": async (lists, world) => {
    const store = new world.MemoryStore();
    const ada = await world.token({ sub: "ada" });
    await store.revocations.add({ sub: "ada" });
    await world.publish(store, lists);
    let spoil;
    const from = withRead(lists, async (name) => {
      const file = await lists.read(name);
      return spoil === undefined ? file : spoil({ ...file, body: new Uint8Array(file.body).slice() });
    });
    const { follower, refused, catchUp, verdict } = world.reader(from);
    await catchUp();
    await store.revocations.remove({ sub: "ada" });
    await world.publish(store, lists);
    for (spoil of [
      ({ manifest, body }) => ({ manifest, body: body.fill(7, -9) }),
      ({ manifest, body }) => ({ manifest, body: body.subarray(1) }),
      ({ body }) => ({ manifest: "", body }),
      ({ manifest, body }) => ({ manifest: manifest.slice(0, -3), body }),
      ({ manifest, body }) => ({ manifest: manifest.replace(/\.[^.]+\./, `.${btoa('{"seq":2}')}.`), body }),
    ]) {
      await catchUp();
      same(follower.health().lastPoll.ok, false);
      same(follower.health().published.seq, 1);
      same(await verdict(ada), "revoked_subject");
    }
    same(refused.length, 10);
    spoil = undefined;
    await catchUp();
    same(await verdict(ada), "good");
  },

  "a pointer that was turned back lets nobody in again": async (lists, world) => {
    const store = new world.MemoryStore();
    const ada = await world.token({ sub: "ada" });
    await world.publish(store, lists);
    let latest = null;
    const from = { latest: async () => latest ?? lists.latest(), read: (name) => lists.read(name) };
    const { refused, catchUp, verdict } = world.reader(from);
    await store.revocations.add({ sub: "ada" });
    await world.publish(store, lists);
    await catchUp();
    latest = 1;
    await catchUp();
    same(refused.join(), "snapshot/1 rollback");
    same(await verdict(ada), "revoked_subject");
  },

  "of two that publish at one time the later list is the newest": async (lists, world) => {
    const store = new world.MemoryStore();
    await world.publish(store, lists);
    let last;
    const slow = { ...lists, async write(name, file) {
      if (name === "snapshot/2") last = await world.publish(store, lists);
      await lists.write(name, file);
    } };
    const first = await world.publish(store, slow);
    alike([first.seq, first.pointed, last.seq, last.pointed], [2, false, 3, true]);
    same(await lists.latest(), 3);
    const { follower, catchUp } = world.reader(lists);
    await catchUp();
    same(follower.health().published.seq, 3);
  },

  "a publisher that was stopped at any step leaves a list that loads": async (lists, world) => {
    const store = new world.MemoryStore();
    const { follower, catchUp, verdict } = world.reader(lists);
    const reader = world.reader(lists);
    await world.publish(store, lists);
    await catchUp();
    const steps = ["latest", "read", "write snapshot", "write delta", "point"];
    for (const [place, step] of steps.entries()) {
      await store.revocations.add({ sub: step });
      const stopped = { ...lists };
      const [method, kind = ""] = step.split(" ");
      stopped[method] = async (given, ...more) => {
        if (String(given ?? "").startsWith(kind)) throw new Error("killed");
        return lists[method](given, ...more);
      };
      same(await world.publish(store, stopped).catch(({ message }) => message), "killed");
      same(await lists.latest(), 2 * place + 1);
      const { seq } = await world.publish(store, lists);
      same(seq, 2 * place + 3);
      for (const one of [follower, reader.follower]) await settled(one);
      same(follower.health().published.seq, seq);
      same(await verdict(await world.token({ sub: step })), "revoked_subject");
    }
  },

  "whoever is overtaken while publishing says so, and nothing is lost by it": async (lists, world) => {
    const store = new world.MemoryStore();
    await store.revocations.add({ sub: "ada" });
    let isFirst = true;
    const overtaken = {
      ...lists,
      latest: async () => {
        if (isFirst) await world.publish(store, lists);
        isFirst = false;
        return lists.latest();
      },
    };
    const { seq, pointed } = await world.publish(store, overtaken);
    alike([seq, pointed, await lists.latest()], [1, false, 2]);
    same((await world.publish(store, lists)).seq, 3);
  },

  "an entry is on a list for ten minutes more than its token lives, and no longer": async (lists, world) => {
    const store = new world.MemoryStore();
    const now = Math.floor(Date.now() / 1000);
    await store.revocations.add({ jti: "over", exp: now - 600 });
    await store.revocations.add({ jti: "late", exp: now - 599 });
    await store.revocations.add({ jti: "live", exp: now + 60 });
    same((await world.publish(store, lists, { now })).entries, 2);
  },

  "entries whose ends lie years apart are on a list of longer partitions, for those too who have the list before": async (lists, world) => {
    const store = new world.MemoryStore();
    const exp = Math.floor(Date.now() / 1000) + 3600;
    const { catchUp, verdict } = world.reader(lists);
    await store.revocations.add({ jti: "first", exp });
    await world.publish(store, lists);
    await catchUp();
    for (let day = 0; day < 400; day += 1) {
      await store.revocations.add({ jti: `of day ${day}`, exp: exp + 86_400 * day });
    }
    same((await world.publish(store, lists, { partition: 30 * 86_400 })).entries, 401);
    await catchUp();
    for (const jti of ["first", "of day 0", "of day 399"]) {
      same(await verdict(await world.token({}, { jti })), "revoked_token");
    }
    same(await verdict(await world.token({}, { jti: "another" })), "good");
  },

  "numbers that began anew are refused aloud, and go on in an epoch at another place": async (lists, world, makeLists) => {
    const old = new world.MemoryStore();
    for (let times = 0; times < 3; times += 1) await world.publish(old, lists);
    const store = new world.MemoryStore();
    await store.revocations.add({ sub: "ada" });
    const problem = await world.publish(store, lists).catch(({ message }) => message);
    same(/list 3 is there before list 1: .*epoch/.test(problem), true);
    same(await lists.latest(), 3);

    let place = lists;
    const { catchUp, verdict, follower } = world.reader({ latest: () => place.latest(), read: (name) => place.read(name) });
    await catchUp();
    place = await makeLists();
    await world.publish(new world.MemoryStore(), place);
    await catchUp();
    same(follower.health().lastPoll.code, "rollback");
    place = await makeLists();
    await world.publish(store, place, { epoch: 2 });
    await catchUp();
    alike(follower.health().lastPoll, { ok: true, epoch: 2, seq: 2 });
    same(await verdict(await world.token({ sub: "ada" })), "revoked_subject");
  },

  "a manifest as long as RSA makes it has room": async (lists, world) => {
    const key = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", modulusLength: 4096, publicExponent: new Uint8Array([1, 0, 1]) };
    const { privateKey } = await crypto.subtle.generateKey(key, true, ["sign", "verify"]);
    const jwk = { ...(await crypto.subtle.exportKey("jwk", privateKey)), alg: "RS256", kid: "rsa" };
    const signWith = new world.KeySet([{ jwk }]);
    await world.publish(new world.MemoryStore(), lists, { signWith, kid: "rsa" });
    const { manifest, body } = await lists.read("snapshot/1");
    same(manifest.length > 1024, true);
    const list = new world.Revocations({ keys: signWith, issuer: ISSUER });
    same((await list.load(manifest, body)).ok, true);
  },

  "each option is named that is wrong": async (lists, world) => {
    const [store, list] = [new world.MemoryStore(), new world.Revocations({ trustUnsigned: true })];
    const follower = (more) => new world.ListFollower({ list, from: lists, ...more });
    for (const [option, misuse] of [
      ["signWith", () => world.publish(store, lists, { signWith: undefined })],
      ["store", () => world.publish(undefined, lists)],
      ["lists", () => world.publish(store, undefined)],
      ["lists", () => world.publish(store, world.httpLists("https://me.example"))],
      ["life", () => world.publish(store, lists, { life: 0 })],
      ["now", () => world.publish(store, lists, { now: "now" })],
      ["issuer", () => world.publish(store, lists, { issuer: undefined })],
      ["x", () => world.publish(store, lists, { x: 1 })],
      ["list", async () => follower({ list: undefined })],
      ["from", async () => follower({ from: {} })],
      ["every", async () => follower({ every: 0 })],
      ["every", async () => follower({ every: "30" })],
      ["onError", async () => follower({ onError: 1 })],
      ["x", async () => follower({ x: 1 })],
      ["namespace", async () => world.kv(undefined)],
      ["ttl", async () => world.kv({ get() {}, put() {} }, { ttl: 59 })],
      ["prefix", async () => world.kv({ get() {}, put() {} }, { prefix: 5 })],
      ["bucket", async () => world.r2({})],
      ["x", async () => world.r2({ get() {}, put() {} }, { x: 1 })],
      ["url", async () => world.httpLists("lists")],
      ["fetch", async () => world.httpLists("https://me.example", { fetch: 1 })],
      ["maxBytes", async () => world.httpLists("https://me.example", { maxBytes: 0 })],
      ["timeout", async () => world.httpLists("https://me.example", { timeout: "1" })],
    ]) {
      const error = await misuse().then(() => undefined, (thrown) => thrown);
      if (!(error instanceof world.SetupError)) throw new Error(`${misuse} threw ${error}`);
      same(error.option, option);
    }
    same(await store.lists.current(), 0);
    same(await lists.latest(), null);
  },
};

/** Without what depends on keys. */
function plain({ bytes, ...publication }) {
  if (!(bytes > 0)) throw new Error(`a list of ${bytes} octets`);
  return publication;
}

function same(found, expected) {
  if (!Object.is(found, expected)) throw new Error(`expected ${String(expected)}, found ${String(found)}`);
}

function alike(found, expected) {
  const sorted = (value) => JSON.stringify(Object.entries(value).sort());
  same(sorted(found), sorted(expected));
}
