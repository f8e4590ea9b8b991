// What miniOrange's routes work with: what is made of the host's options.

import { Gate } from "../../gate.js";
import { Issuer } from "../../issuer.js";
import type { Objection } from "../../policy-types.js";
import { type Profile, profile } from "../../profile.js";
import type { Verified } from "../../types.js";
import type { Verifier } from "../../verifier.js";
import type { Ground } from "../types.js";
import type { MiniOrangeOptions, Plugin } from "./types.js";

/** What the routes work with. */
export interface Site {
  ground: Ground;
  options: MiniOrangeOptions;
  mo: Profile<Plugin>;
  issuer: Issuer;
  verifiers: Record<"access" | "refresh", Verifier>;
  gate: Gate;
}

/** Throws a `SetupError` that names the option. */
export function siteOn(ground: Ground, options: MiniOrangeOptions): Site {
  const { keys, alg = "HS256", signIn, isUser, header, absoluteExpiresIn, ...rest } = options;
  const { failedValidation, refreshRoute, revokeRoute, ...making } = rest;
  const mo = profile("miniorange");
  const customCheck = (token: Verified) => objectionTo(token, isUser);
  const verifierOf = (kind: "access" | "refresh") =>
    ground.verifier({ keys, ...mo.policy(kind, { alg }), customCheck });
  const verifiers = { access: verifierOf("access"), refresh: verifierOf("refresh") };
  const settings = mo.gate(header === undefined ? {} : { header });
  // The vendor's public routes look at no token; where this asks, one is wanted.
  const gate = new Gate({ verifier: verifiers.access, ...settings, routes: [] });
  return { ground, options, mo, issuer: new Issuer({ keys, ...mo.issuer(making) }), verifiers, gate };
}

/** MO-6: the user is looked up. */
async function objectionTo(
  { claims }: Verified,
  isUser: MiniOrangeOptions["isUser"],
): Promise<Objection> {
  if (isUser === null) return undefined;
  const { sub: id, name }: Record<string, unknown> = claims;
  const isNamed = Number.isSafeInteger(id) && typeof name === "string";
  // Nothing but true: an answer that was meant to be waited for is nobody.
  const isThere = isNamed && (await isUser({ id: id as number, name })) === true;
  return isThere ? undefined : { code: "wrong_subject", claim: "sub" };
}
