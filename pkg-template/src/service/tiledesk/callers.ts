// Who asks Tiledesk's part: by a token, or by e-mail and password in Basic authentication (TD-1).

import { SetupError } from "../../errors.js";
import type { HttpAnswer } from "../../http.js";
import { profile } from "../../profile.js";
import type { Code } from "../../types.js";
import { readBasic } from "../client.js";
import { foundById } from "../found.js";
import type { Asked } from "../types.js";
import { type Tokens, bearerOf } from "./tokens.js";
import type { TiledeskOptions } from "./types.js";

/** Somebody who has shown who they are. */
export interface Caller {
  /** The subject of the records of their tokens. */
  bearer: string;
  /** The id of a user; null: of no user, but of a guest, a visitor or a bot. */
  user: string | null;
}

/** Who asks, or what to answer. */
export type Asking = { ok: true; caller: Caller } | { ok: false; answer: HttpAnswer };

/** The token of the header `Authorization: JWT ...` (TD-17), or why there is none. */
export function readToken(request: Request): { ok: true; token: string } | { ok: false; code: Code } {
  const header = request.headers.get("authorization");
  if (header === null) return { ok: false, code: "missing_token" };
  const [scheme = "", token, ...more] = header.split(/ +/);
  // TD-26: what has no space in it is a bad request.
  if (token === undefined) return { ok: false, code: "ambiguous_request" };
  const isJwt = scheme.toLowerCase() === "jwt" && more.length === 0;
  return isJwt ? { ok: true, token } : { ok: false, code: "unsupported_scheme" };
}

/** An answer, or where the claims in it are more than one can hold, a refusal as of that place. */
export function orRefused(make: () => HttpAnswer, place: "signin" | "decode"): HttpAnswer {
  try {
    return make();
  } catch (error) {
    if (!SetupError.is(error) || error.option !== "facts") throw error;
    return profile("tiledesk").answer({ code: "malformed_token" }, place);
  }
}

/** Finds out who asks; a refusal is answered as where Basic authentication is open too (TD-26). */
export function callers(
  tokens: Tokens,
  signIn: TiledeskOptions["signIn"],
): (asked: Asked) => Promise<Asking> {
  const refused = (refusal: { code: Code; claim?: string }): Asking => ({
    ok: false,
    answer: profile("tiledesk").answer(refusal, "basic"),
  });
  return async ({ request, now }) => {
    const basic = readBasic(request.headers.get("authorization") ?? "");
    if (basic !== null) {
      const user = foundById(await signIn({ email: basic.id, password: basic.secret }, request));
      return user === null ? refused({ code: "missing_token" }) : asUser(user.id);
    }
    const read = readToken(request);
    if (!read.ok) return refused(read);
    const decision = await tokens.verify(read.token, now);
    if (!decision.ok) return refused(decision);
    const { claims } = decision;
    if (claims.sub === "user") return asUser(`${claims._id}`);
    return { ok: true, caller: { bearer: bearerOf(claims), user: null } };
  };
}

function asUser(user: string): Asking {
  return { ok: true, caller: { bearer: bearerOf({ sub: "user", _id: user }), user } };
}
