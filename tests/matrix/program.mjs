// What every cell of the matrix runs, with the package imported by its name: tokens of two kinds of
// key are issued, taken, forged, thrown out and refused. Answers what was said each time.

import { Issuer, KeySet, Revocations, Verifier, generateKey, init } from "edge-jwt";

const about = { issuer: "https://me.example", audience: "api" };

/** `source` is the module, for the entries that do not bring it. */
export async function tryOut(source) {
  if (source !== undefined) await init(source);
  const secret = crypto.getRandomValues(new Uint8Array(32));
  const jwk = await generateKey("ES256", { kid: "ES256" });
  const keys = new KeySet([{ kid: "HS256", alg: "HS256", secret }, { jwk }]);
  return { HS256: await lifeOf("HS256", keys), ES256: await lifeOf("ES256", keys) };
}

async function lifeOf(kid, keys) {
  const issuer = new Issuer({ keys, kid, ...about });
  const verifier = new Verifier({ keys, ...about });
  const revocations = new Revocations();
  verifier.setRevocations(revocations);
  const verdictOn = async (token) => {
    const decision = await verifier.verify(token);
    return decision.ok ? `welcome, ${decision.claims.sub}` : decision.code;
  };
  const { token, record } = await issuer.issue({ sub: "ada" }, { ttl: 900 });
  const other = await issuer.issue({ sub: "bob" }, { ttl: 900 });
  const issued = await verdictOn(token);
  const forged = await verdictOn(withPayloadOf(other.token, token));
  revocations.revoke({ jti: record.jti, exp: record.exp });
  return { issued, forged, revoked: await verdictOn(token), spared: await verdictOn(other.token) };
}

function withPayloadOf(other, token) {
  const [header, , signature] = token.split(".");
  return [header, other.split(".")[1], signature].join(".");
}
