// Tiledesk's tokens: how they are made, known again and kept.
//
// Which key a token is for, it says itself (TD-24); the key then decides. Every token asks the list,
// that of a sign-in too (not so TD-10).

import { refusal } from "../../containment.js";
import type { Issued, IssuerSettings } from "../../issue-types.js";
import { Issuer } from "../../issuer.js";
import { KeySet } from "../../keys.js";
import type { Objection } from "../../policy-types.js";
import { type ProfileClaims, profile } from "../../profile.js";
import type { Claims, Decision, Verified } from "../../types.js";
import { inspect } from "../../verifier.js";
import { fingerprintOf } from "../digest.js";
import { textOf } from "../fields.js";
import { found } from "../found.js";
import type { Ground } from "../types.js";
import { verifyWithSecret } from "../with-secret.js";
import type { TiledeskBot, TiledeskOptions } from "./types.js";

/** Makes, verifies and keeps tokens. */
export interface Tokens {
  /** Signs with the server's key. */
  sign(made: ProfileClaims, now: number): Promise<Issued>;
  /** Keeps the record of a token (TD-9). */
  keep(issued: Issued): Promise<void>;
  /** Signs with a bot's secret, and keeps the record (TD-33). */
  issueToBot(id: string, bot: TiledeskBot, now: number): Promise<Issued>;
  /** Decides on a token of whatever kind; that of a visitor has `captured.project`. */
  verify(token: string, now: number): Promise<Decision>;
  /** Keeps the record of a visitor's token, who has it from elsewhere. */
  keepVisitor(token: string, claims: Claims, now: number): Promise<void>;
}

/** Tokens on a ground, with the host's keys. */
export function tokensOf(ground: Ground, { keys, projects, bot }: TiledeskOptions): Tokens {
  const tiledesk = profile("tiledesk");
  const own = (kind: "user" | "guest") => ground.verifier({ keys, ...tiledesk.policy(kind) });
  const [users, guests] = [own("user"), own("guest")];
  const theirs = { projects: tiledesk.policy("userexternal"), bots: tiledesk.policy("bot") };
  const issuer = new Issuer({ keys, ...tiledesk.issuer() });

  const sign = (by: Issuer, { claims, options }: ProfileClaims, now: number) =>
    by.issue(claims, { ...options, now });

  const keep = ({ record, claims }: Issued) => ground.keep({ ...record, sub: bearerOf(claims) });

  /** The secret of whom `aud` names; nothing where it names nobody with one. */
  async function secretOf(type: "projects" | "bots", id: string): Promise<string | undefined> {
    const one = type === "projects" ? await projects.find(id) : await bot?.(id);
    return found(one ?? null)?.secret ?? undefined;
  }

  return {
    sign: (made, now) => sign(issuer, made, now),
    keep,
    async issueToBot(id, { name, project, secret }, now) {
      const made = tiledesk.claims("bot", { id, name, project, now });
      const issued = await withKey(secret, tiledesk.issuer(), (by) => sign(by, made, now));
      await keep(issued);
      return issued;
    },
    async verify(token, now) {
      const seen = inspect(token);
      if (!seen.ok) return seen;
      const { audType: type, audId: id } = seen.hints;
      if (id === null || (type !== "projects" && type !== "bots")) {
        return (seen.claims.sub === "guest" ? guests : users).verify(token, { now });
      }
      const secret = await secretOf(type, id);
      if (secret === undefined) return refusal("unknown_key");
      return verifyWithSecret(ground, token, { ...theirs[type], customCheck: nameless, secret, now });
    },
    async keepVisitor(token, claims, now) {
      const fingerprint = await fingerprintOf(token);
      const { iat = null, exp = null } = claims;
      // A `jti` of somebody else's choosing may be another's too, so the token is known by its
      // digest; once, however often it is shown.
      await ground.store.tokens.add({
        ...{ id: fingerprint, jti: null, iss: null, sub: bearerOf(claims), fingerprint, iat, exp },
        ...{ kind: null, family: null, client: null, kid: null, createdAt: Math.floor(now * 1000) },
      });
    },
  };
}

/** Refuses the token of whom no record can name. */
function nameless({ claims }: Verified): Objection {
  return textOf(claims, "_id") === null ? { code: "invalid_claim", claim: "/_id" } : undefined;
}

/** The subject of a token's record: whose it is, apart from those of another kind with the same id. */
export function bearerOf({ sub, _id }: Claims): string {
  return `${sub}/${_id}`;
}

async function withKey<T>(
  secret: string,
  settings: IssuerSettings,
  step: (issuer: Issuer) => Promise<T>,
): Promise<T> {
  const keys = new KeySet([{ alg: "HS256", secret }]);
  const issuer = new Issuer({ keys, ...settings });
  try {
    return await step(issuer);
  } finally {
    issuer.free();
    keys.free();
  }
}
