// All that a region works with: keys, the list it follows, and the stores that the regions share.
//
// Private keys and the secret of key pairs come in as bindings and never leave; the page gets the
// public keys.

import { Issuer, KeyPairs, KeySet, Revocations } from "edge-jwt";
import { ListFollower, kv } from "edge-jwt/lists";
import { SqlStore, d1 } from "edge-jwt/store";

import { makeEventTable } from "./events.js";

export const ISSUER = "https://chat.example";

/** Whose tokens, and for whom. */
export const NAMES = { issuer: ISSUER, audience: "chat-widget" };

/** Short, so that one can watch a widget renew its token. */
const ACCESS_SECONDS = 120;

/** The longest that any token lives, after which what threw it out may be forgotten. */
export const REFRESH_SECONDS = 3600;

/** A list that no publisher has vouched for in so long serves nobody. */
const MAX_STALENESS_SECONDS = 300;

export function openDesk({ DB: db, LISTS, REGION: region, POLL_SECONDS: pollSeconds, ...secrets }) {
  const keys = new KeySet(secrets.TOKEN_KEYS.map((jwk) => ({ jwk })));
  const listKeys = new KeySet([{ jwk: secrets.LIST_KEY }]);
  const list = new Revocations({ keys: listKeys, issuer: ISSUER, maxStaleness: MAX_STALENESS_SECONDS });
  const [store, lists] = [new SqlStore(d1(db)), kv(LISTS)];
  return {
    ...{ db, region, keys, listKeys, list, lists, pollSeconds },
    // How many entries the list had when that was last told.
    told: { entries: 0 },
    ...followed(list, lists, pollSeconds),
    store,
    issuer: issuers(keys, list, secrets.TOKEN_KEYS),
    pairs: new KeyPairs({
      secret: secrets.PAIR_SECRET,
      tokensNameIt: "key",
      issuer: ISSUER,
      tokenTtl: ACCESS_SECONDS,
    }),
    async makeTables() {
      await store.migrate();
      await makeEventTable(db);
    },
  };
}

/** What follows the list, and when it will look again. */
function followed(list, lists, pollSeconds) {
  let lookedAt = 0;
  const latest = () => {
    lookedAt = Date.now();
    return lists.latest();
  };
  return {
    follower: new ListFollower({ list, from: { ...lists, latest }, every: pollSeconds }),
    nextPollIn: () => Math.max(0, pollSeconds - (Date.now() - lookedAt) / 1000),
  };
}

/** The issuer of the newest key that is not thrown out itself; undefined: all of them are. */
function issuers(keys, list, jwks) {
  const ttls = { accessTtl: ACCESS_SECONDS, refreshTtl: REFRESH_SECONDS };
  const made = jwks.map(({ kid }) => ({ kid, issuer: new Issuer({ keys, kid, ...NAMES, ...ttls }) }));
  const isGood = ({ kid }) => list.check({ iss: ISSUER }, { kid }).by !== "kid";
  return () => made.findLast(isGood)?.issuer;
}
