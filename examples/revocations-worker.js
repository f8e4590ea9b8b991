// A Cloudflare worker that keeps thrown-out tokens out, everywhere, within a minute.
//
// A cron builds the signed list from the rows of D1 and writes it to KV, or to R2; each isolate looks
// for a newer one every POLL_SECONDS and decides offline. No request waits for that, but for an
// isolate's first one. If lists stop coming, nobody gets in any more MAX_STALENESS_SECONDS after the
// last one was signed: that is how long a store that holds lists back can keep a revoked token alive.
//
// Whoever throws somebody out adds a row: `new SqlStore(d1(env.DB)).revocations.add({ sub: "ada" })`.
//
// Bindings: DB (D1), and LISTS (KV, values up to 25 MiB) or BUCKET (R2). LIST_KEY, a secret, is the
// private JWK that signs lists (ES256); LIST_JWKS and TOKEN_JWKS are the public keys of lists and of
// tokens. Set a cron of one minute.
//
// Isolates take lists of 4 million rows. To build one takes more memory than to use it: up to about
// a million rows a cron has room for; build larger lists in Node.

import { KeySet, Revocations, Verifier } from "edge-jwt";
import { ListFollower, kv, publishList, r2 } from "edge-jwt/lists";
import { SqlStore, d1 } from "edge-jwt/store";

const ISSUER = "https://me.example";
const AUDIENCE = "api";

export default {
  scheduled: (event, env) => publish(env),

  async fetch(request, env, ctx) {
    guard ??= guardOf(env);
    await guard.follower.refresh(ctx);
    // What to watch: the age of the list, and why the last one was not taken in.
    if (new URL(request.url).pathname === "/health") return Response.json(guard.follower.health());
    const [, token] = request.headers.get("authorization")?.match(/^Bearer (.+)$/i) ?? [];
    const decision = await guard.verifier.verify(token);
    if (!decision.ok) return refuse(decision);
    return Response.json({ hello: decision.claims.sub });
  },
};

async function publish(env) {
  const store = new SqlStore(d1(env.DB));
  await store.migrate();
  const signWith = new KeySet([{ jwk: JSON.parse(env.LIST_KEY) }]);
  await publishList({ store, lists: listsOf(env), signWith, issuer: ISSUER });
}

function listsOf({ LISTS, BUCKET }) {
  return BUCKET === undefined ? kv(LISTS) : r2(BUCKET);
}

/** Made at the first request: at the top of a module a worker has neither clock nor randomness. */
let guard;

function guardOf(env) {
  const { LIST_JWKS, TOKEN_JWKS, POLL_SECONDS: every } = env;
  const { MAX_STALENESS_SECONDS: maxStaleness = 600 } = env;
  const list = new Revocations({ keys: KeySet.fromJwks(LIST_JWKS), issuer: ISSUER, maxStaleness });
  const keys = KeySet.fromJwks(TOKEN_JWKS);
  const verifier = new Verifier({ keys, issuer: ISSUER, audience: AUDIENCE });
  verifier.setRevocations(list, { mode: "required", irrevocable: "refuse" });
  const onError = ({ name, code }) => console.warn(`${name} was not taken in: ${code}`);
  return { verifier, follower: new ListFollower({ list, from: listsOf(env), every, onError }) };
}

/** Where it is the list that is missing, the token may be good: to come again, not to sign in. */
function refuse({ code, message }) {
  const isOurs = ["not_covered", "stale_list", "internal_error"].includes(code);
  const headers = isOurs ? { "retry-after": "5" } : { "www-authenticate": "Bearer" };
  return Response.json({ code, message }, { status: isOurs ? 503 : 401, headers });
}
