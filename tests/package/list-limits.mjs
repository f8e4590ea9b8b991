// Limits and views of published lists, on every host: the library and what answers its linear memory
// are arguments, and so is everything that a host might lack.

import { same } from "./check.mjs";

const NOW = { now: 1700000000 };

/** The most octets of a list in most of these tests. */
const MAX_LIST = 4096;

/** What must hold of lists by their size and by where their octets stand. */
export const LIST_CHECKS = {
  "a list, delta or shard larger than maxBytes is refused, and memory does not grow": async (library, linear) => {
    const { keys, build } = listsOf(library);
    const { manifest, body } = await build([{ jti: "t1" }]);
    const list = openList(library, keys);
    same((await list.load(manifest, body, NOW)).ok, true);
    const huge = new Uint8Array(1 << 26);
    const small = huge.subarray(0, MAX_LIST + 1);
    const before = linear();
    for (const octets of [huge, huge.buffer, small, small.slice().buffer]) {
      const outcomes = [
        await list.load(manifest, octets, NOW),
        await list.apply(manifest, octets, NOW),
        await list.loadShard(0, octets),
      ];
      for (const { code, have } of outcomes) same(`${code} ${have.seq}`, "list_too_large 1");
    }
    same(linear(), before, "linear memory");
    same(list.check({ iss: "me", jti: "t1" }, {}, NOW.now).status, "revoked");
    list.free();
  },

  "a list of just maxBytes is taken in, and one octet fewer refuses it": async (library) => {
    const { keys, build } = listsOf(library);
    const { manifest, body } = await build([{ jti: "t1" }, { sub: "u1" }]);
    for (const [spare, code] of [[0, undefined], [-1, "list_too_large"]]) {
      const list = openList(library, keys, { maxBytes: body.length + spare });
      same((await list.load(manifest, body, NOW)).code, code);
      list.free();
    }
  },

  "a list of more than maxEntries is refused, and the one at hand serves on": async (library) => {
    const { keys, build } = listsOf(library);
    const [few, many] = [await build([{ jti: "t1" }]), await build([{ jti: "t2" }, { jti: "t3" }], 2)];
    const list = openList(library, keys, { maxEntries: 1 });
    same((await list.load(few.manifest, few.body, NOW)).ok, true);
    same((await list.load(many.manifest, many.body, NOW)).code, "list_too_large");
    same(list.check({ iss: "me", jti: "t1" }, {}, NOW.now).status, "revoked");
    list.free();
  },

  "a list behind other octets reads right, from any place and of any size": async (library) => {
    const { keys, build } = listsOf(library);
    // The host computes the digest of the larger one.
    for (const count of [3, 1500]) {
      const entries = Array.from({ length: count }, (_, n) => ({ jti: `t${n}` }));
      const first = await build([{ jti: "first" }]);
      const second = await build(entries, 2, first);
      for (const offset of [1, 3, 4, 7, 4095]) {
        const list = openList(library, keys, { maxBytes: 1 << 16 });
        same((await list.load(first.manifest, behind(offset, first.body), NOW)).ok, true, offset);
        same((await list.apply(second.delta.manifest, behind(offset, second.delta.body), NOW)).ok, true);
        sayWhoIsOut(list, count);
        same((await list.load(second.manifest, behind(offset, second.body), NOW)).ok, true);
        sayWhoIsOut(list, count);
        list.free();
      }
    }
  },

  "a shard behind other octets reads right": async (library) => {
    const { keys, build } = listsOf(library);
    const entries = Array.from({ length: 40 }, (_, n) => ({ jti: `t${n}` }));
    const { manifest, body, shards } = await build(entries, 1, undefined, { maxEntries: 10 });
    const list = openList(library, keys);
    same((await list.load(manifest, behind(5, body), NOW)).ok, true);
    same(list.check({ iss: "me", jti: "t0" }, {}, NOW.now).status, "not_covered");
    for (const [place, shard] of shards.entries()) {
      same((await list.loadShard(place, behind(place + 1, shard))).ok, true);
    }
    sayWhoIsOut(list, 40);
    list.free();
  },

  "a builder reads lists that stand behind other octets": async (library) => {
    const { keys, build } = listsOf(library);
    const { manifest, body } = await build([{ jti: "t0" }, { jti: "t1" }]);
    const builder = new library.RevocationBuilder({ issuer: "me", seq: 2, exp: NOW.now + 60 });
    builder.addList({ body: behind(9, body) });
    const previous = { manifest, body: behind(3, body) };
    const built = await builder.build({ signWith: keys, previous, ...NOW });
    const list = openList(library, keys);
    same((await list.load(built.manifest, built.body, NOW)).ok, true);
    sayWhoIsOut(list, 2);
    for (const resident of [builder, list]) resident.free();
  },

  "a status list is read in its own octets, whatever buffer its token's text came from": async (library) => {
    const { keys } = listsOf(library);
    const issuer = new library.Issuer({ keys, issuer: "me" });
    // The list 0xB9 0xA3 of the draft's section 4.1, one bit an entry.
    const claims = { sub: "u", status_list: { bits: 1, lst: "eNrbuRgAAhcBXQ" } };
    const { token } = await issuer.issue(claims, { typ: "statuslist+jwt", ...NOW });
    const text = new TextDecoder().decode(behind(7, new TextEncoder().encode(token)));
    const list = openList(library, keys);
    same((await list.loadStatusList(text, NOW)).ok, true);
    const said = Array.from({ length: 16 }, (_, idx) => {
      const token = { status: { status_list: { uri: "u", idx } } };
      return list.check(token, {}, NOW.now).status === "revoked" ? 1 : 0;
    });
    same(said.join(""), "1001110111000101");
    for (const resident of [issuer, list]) resident.free();
  },

  "a status list that inflates beyond maxStatusBytes is refused, and memory does not grow": async (library, linear) => {
    const { keys } = listsOf(library);
    const issuer = new library.Issuer({ keys, issuer: "me" });
    const list = openList(library, keys);
    const bomb = { sub: "u", status_list: { bits: 8, lst: await packedZeros(1 << 24) } };
    const { token } = await issuer.issue(bomb, { typ: "statuslist+jwt", ...NOW });
    const refuse = async () => same((await list.loadStatusList(token, NOW)).code, "list_too_large");
    await refuse();
    const before = linear();
    for (let round = 0; round < 20; round += 1) await refuse();
    same(linear(), before, "linear memory");
    for (const resident of [issuer, list]) resident.free();
  },
};

function listsOf({ KeySet, RevocationBuilder }) {
  const keys = new KeySet([{ alg: "HS256", secret: "s".repeat(32) }]);
  const build = async (entries, seq = 1, previous = undefined, settings = {}) => {
    const builder = new RevocationBuilder({ issuer: "me", seq, exp: NOW.now + 60, ...settings });
    builder.addJson(entries);
    const built = await builder.build({ signWith: keys, ...(previous && { previous }), ...NOW });
    builder.free();
    return built;
  };
  return { keys, build };
}

function openList({ Revocations }, keys, limits = { maxBytes: MAX_LIST }) {
  return new Revocations({ keys, issuer: "me", ...limits });
}

/** A view of the same octets in the midst of a larger buffer of others. */
function behind(offset, octets) {
  const whole = new Uint8Array(offset + octets.length + 3).fill(0xa5);
  whole.set(octets, offset);
  return whole.subarray(offset, offset + octets.length);
}

function sayWhoIsOut(list, count) {
  for (let n = 0; n < count + 3; n += 1) {
    const { status } = list.check({ iss: "me", jti: `t${n}` }, {}, NOW.now);
    same(status, n < count ? "revoked" : "good", `t${n} of ${count}`);
  }
}

async function packedZeros(count) {
  const stream = new Blob([new Uint8Array(count)]).stream().pipeThrough(new CompressionStream("deflate"));
  const octets = new Uint8Array(await new Response(stream).arrayBuffer());
  const text = btoa(String.fromCharCode(...octets));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
