// A Cloudflare worker that exchanges refresh tokens: POST /refresh with { "refresh_token": "..." }
// answers the next pair (RFC 6749 section 6).
//
// Each token is exchanged once. A copy of one that is shown later ends the family on both sides: the
// refresh tokens by the row of the family, and the access tokens by an entry in the table that
// revocations-worker.js makes its list from.
//
// Bindings: DB (D1), whose tables the first request makes. KEY, a secret, is the private JWK that
// signs tokens.

import { Issuer, KeySet, Verifier } from "edge-jwt";
import { SqlStore, d1 } from "edge-jwt/store";

const NAMES = { issuer: "https://me.example", audience: "api" };

export default {
  async fetch(request, env) {
    service ??= serviceOf(env);
    const store = await storeIn(env.DB);
    const token = await tokenOf(request);
    const { issuer, verifier } = service;
    const answer = await issuer.refresh(token, { verifier, families: store.families });
    if (!answer.ok) {
      if (answer.entry !== null) await store.revocations.add(answer.entry);
      return json(400, { error: "invalid_grant", error_description: answer.message });
    }
    const { access, refresh } = answer;
    return json(200, {
      access_token: access.token,
      token_type: "Bearer",
      expires_in: access.record.exp - access.record.iat,
      refresh_token: refresh.token,
    });
  },
};

/** Made at the first request: a worker has no randomness before. */
let service;

function serviceOf({ KEY }) {
  const keys = new KeySet([{ jwk: JSON.parse(KEY) }]);
  return {
    issuer: new Issuer({ keys, ...NAMES }),
    verifier: new Verifier({ keys, ...NAMES, kind: "refresh" }),
  };
}

let isMigrated = false;

async function storeIn(db) {
  const store = new SqlStore(d1(db));
  if (!isMigrated) await store.migrate();
  isMigrated = true;
  return store;
}

async function tokenOf(request) {
  if (request.method !== "POST") return undefined;
  const { refresh_token } = (await request.json().catch(() => null)) ?? {};
  return refresh_token;
}

function json(status, body) {
  return Response.json(body, { status, headers: { "Cache-Control": "no-store" } });
}
