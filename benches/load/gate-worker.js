// The worker behind a gate with a required revocation list, which it follows in KV.

import { Gate, KeySet, Revocations, Verifier } from "edge-jwt";
import { guard } from "edge-jwt/handler";
import { ListFollower, kv } from "edge-jwt/lists";

import { answer } from "./answer.js";

let follower;

const guarded = guard(gateOf, (_request, { claims }) => answer(claims.sub));

export default {
  async fetch(request, env, ctx) {
    follower ??= followerOf(env);
    await follower.refresh(ctx);
    return guarded(request, env, ctx);
  },
};

let list;

function followerOf({ LISTS, LIST_JWKS, ISSUER, EVERY }) {
  list = new Revocations({ keys: KeySet.fromJwks(LIST_JWKS), issuer: ISSUER });
  return new ListFollower({ list, from: kv(LISTS), every: EVERY });
}

function gateOf({ SECRET, ISSUER }) {
  const keys = new KeySet([{ alg: "HS256", secret: SECRET }]);
  const verifier = new Verifier({ keys, issuer: ISSUER, audience: null });
  verifier.setRevocations(list, { mode: "required", irrevocable: "refuse" });
  return new Gate({ verifier });
}
