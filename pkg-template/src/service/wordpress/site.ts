// What the routes of the WordPress plugin work with: what is made of the host's options, and
// what is asked of users and key pairs.

import { Gate } from "../../gate.js";
import type { HttpAnswer } from "../../http.js";
import { Issuer } from "../../issuer.js";
import type { KeyPairRecord } from "../../keypairs.js";
import type { Objection } from "../../policy-types.js";
import type { WordPressReason } from "../../profile-types.js";
import { type Profile, profile } from "../../profile.js";
import type { Claims, Verified } from "../../types.js";
import type { Verifier } from "../../verifier.js";
import { textOf } from "../fields.js";
import { found } from "../found.js";
import type { Fields, Ground } from "../types.js";
import type { Plugin, WordPressOptions, WordPressUser } from "./types.js";

/** What the routes work with. */
export interface Site {
  ground: Ground;
  options: WordPressOptions;
  wp: Profile<Plugin>;
  issuer: Issuer;
  /** Verifies refresh tokens. */
  renewal: Verifier;
  gates: Record<"access" | "refresh", Gate>;
}

/** Throws a `SetupError` that names the option. */
export function siteOn(ground: Ground, options: WordPressOptions): Site {
  const { keys, pairs, user, mayEdit, headers, utcOffset, failedValidation, ...making } = options;
  const wp = profile("wp-jwt-auth");
  const issuer = new Issuer({ keys, ...wp.issuer(making) });
  const customCheck = (token: Verified) => objectionTo(token, ground, options);
  const verifierOf = (kind: "access" | "refresh") =>
    ground.verifier({ keys, ...wp.policy(kind, { site: making.site }), customCheck });
  const renewal = verifierOf("refresh");
  const settings = wp.gate(headers === undefined ? {} : { headers });
  const gateOf = (verifier: Verifier) => new Gate({ verifier, ...settings });
  const gates = { access: gateOf(verifierOf("access")), refresh: gateOf(renewal) };
  return { ground, options, wp, issuer, renewal, gates };
}

/** WP-21, WP-23, WP-32: what no token can say: the user as stored, and whether the pair is there. */
async function objectionTo(
  { claims }: Verified,
  { store }: Ground,
  options: WordPressOptions,
): Promise<Objection> {
  const { id, type, user_login: login, user_email: email, ...said } = userIn(claims);
  const wrong = (member: string) => ({ code: "wrong_subject", claim: `/data/user/${member}` }) as const;
  const stored = isUserId(id) ? await userOf(options, id) : null;
  if (stored === null || typeOf(stored) !== type) return wrong("id");
  if (stored.login !== login) return wrong("user_login");
  if (stored.email !== email) return wrong("user_email");
  const key = textOf(said, "api_key");
  const pair = key === null ? null : await store.pairs.byKey(key);
  return isGood(pair) && pair.owner === id ? undefined : "revoked_credential";
}

/** Whom a token is of; the policy has seen to it that there is somebody. */
export function userIn(claims: Claims): Fields {
  return (claims.data as { user: Fields }).user;
}

/** A user as stored now. */
export async function userOf({ user }: WordPressOptions, id: number): Promise<WordPressUser | null> {
  return found(await user(id));
}

export function typeOf({ type = "wp_user" }: WordPressUser): string {
  return type;
}

export function isUserId(id: unknown): id is number {
  return Number.isSafeInteger(id) && (id as number) > 0;
}

export function isGood(pair: KeyPairRecord | null): pair is KeyPairRecord {
  return pair !== null && pair.state === "active";
}

/** WP-35: what the host finds wrong. */
export function fault({ wp }: Site, reason: WordPressReason): HttpAnswer {
  return wp.respond("error", { reason });
}
