// All that a region works with: keys, verifiers, the list it follows, and the shared stores.
//
// Private keys and the secret of key pairs come in as bindings and never leave; the page gets the
// public keys.

import { Issuer, KeyPairs, KeySet, Revocations, Verifier } from "edge-jwt";
import { SqlStore, d1 } from "edge-jwt/store";

import { makeEventTable } from "./events.js";
import { Follower, listsIn } from "./lists.js";

export const ISSUER = "https://chat.example";
export const AUDIENCE = "chat-widget";
const NAMES = { issuer: ISSUER, audience: AUDIENCE };

/** Short, so that one can watch a widget renew its token. */
const ACCESS_SECONDS = 120;

/** The longest that any token lives, after which what threw it out may be forgotten. */
export const REFRESH_SECONDS = 3600;

/** A list that no publisher has vouched for in so long serves nobody. */
const MAX_STALENESS_SECONDS = 300;

export function openDesk(env) {
  const keys = new KeySet(env.TOKEN_KEYS.map((jwk) => ({ jwk })));
  const listKeys = new KeySet([{ jwk: env.LIST_KEY }]);
  const list = new Revocations({
    keys: listKeys,
    issuer: ISSUER,
    maxStaleness: MAX_STALENESS_SECONDS,
  });
  const follow = (verifier) => {
    verifier.setRevocations(list, { mode: "required", irrevocable: "refuse" });
    return verifier;
  };
  const [db, region] = [env.DB, env.REGION];
  const store = new SqlStore(d1(db));
  const lists = listsIn(env.LISTS);
  return {
    ...{ db, region, store, lists, keys, listKeys, list },
    access: follow(new Verifier({ keys, ...NAMES })),
    refresh: follow(new Verifier({ keys, ...NAMES, kind: "refresh" })),
    issuer: issuers(keys, list, env.TOKEN_KEYS),
    pairs: new KeyPairs({
      secret: env.PAIR_SECRET,
      tokensNameIt: "key",
      issuer: ISSUER,
      tokenTtl: ACCESS_SECONDS,
    }),
    follower: new Follower({ db, region, list, lists, pollSeconds: env.POLL_SECONDS }),
    prepare: once(async () => {
      await store.migrate();
      await makeEventTable(db);
    }),
  };
}

/** The issuer of the newest key that is not thrown out itself; undefined: all of them are. */
function issuers(keys, list, jwks) {
  const made = jwks.map(({ kid }) => ({
    kid,
    issuer: new Issuer({
      ...{ keys, kid, ...NAMES },
      accessTtl: ACCESS_SECONDS,
      refreshTtl: REFRESH_SECONDS,
    }),
  }));
  const isGood = ({ kid }) => list.check({ iss: ISSUER }, { kid }).by !== "kid";
  return () => made.findLast(isGood)?.issuer;
}

/** Not the promise is kept: in a worker, what one request waits for may never end for another. */
function once(work) {
  let isDone = false;
  return async () => {
    if (isDone) return;
    await work();
    isDone = true;
  };
}
