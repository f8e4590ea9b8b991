// A Cloudflare worker that exchanges refresh tokens: POST /refresh with { "refresh_token": "..." }
// answers the next pair (RFC 6749 section 6).
//
// Each token is exchanged once. A copy of one that is shown later ends the family on both sides: the
// refresh tokens by the row of the family, and the access tokens by an entry in the table that
// revocations-worker.js makes its list from.
//
// Bindings: DB (D1), with the tables of refresh.sql and revocations.sql. KEY, a secret, is the private
// JWK that signs tokens.

import { Issuer, KeySet, Verifier } from "edge-jwt";

const NAMES = { issuer: "https://me.example", audience: "api" };

export default {
  async fetch(request, env) {
    service ??= serviceOf(env);
    const token = await tokenOf(request);
    const families = familiesIn(env.DB);
    const answer = await service.issuer.refresh(token, { verifier: service.verifier, families });
    if (!answer.ok) {
      if (answer.entry !== null) await revokeFamily(env.DB, answer.entry);
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

/** Families in D1, or in any other SQL: each `swap` is one statement, and so one atomic step. */
export function familiesIn(db) {
  return {
    read: (family) => db.prepare("SELECT text FROM families WHERE family = ?").bind(family).first("text"),

    async swap(family, from, to, exp) {
      const statement = from === null
        ? db
            .prepare("INSERT INTO families (family, text, exp) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
            .bind(family, to, exp)
        : db
            .prepare("UPDATE families SET text = ?, exp = ? WHERE family = ? AND text = ?")
            .bind(to, exp, family, from);
      const { meta } = await statement.run();
      return meta.changes === 1;
    },
  };
}

async function revokeFamily(db, { family, exp }) {
  const insert = "INSERT INTO revocations (kind, value, exp) VALUES ('family', ?, ?) ON CONFLICT DO NOTHING";
  await db.prepare(insert).bind(family, exp).run();
}

async function tokenOf(request) {
  if (request.method !== "POST") return undefined;
  const { refresh_token } = await request.json().catch(() => ({}));
  return refresh_token;
}

function json(status, body) {
  return Response.json(body, { status, headers: { "Cache-Control": "no-store" } });
}
