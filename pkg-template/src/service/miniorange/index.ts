// The part of miniOrange's WordPress REST API authentication (systems.md section 5): a token for a
// user name and a password, and whether a token is valid.
//
// Passwords and users are the host's. Whatever a stranger sends is answered in the vendor's words.

import { readHost } from "../../binding.js";
import { readNow } from "../../options.js";
import type { At } from "../../types.js";
import { partWithCalls } from "../calls.js";
import { ofUser, revokeToken } from "./revoking.js";
import { routesOf } from "./routes.js";
import { siteOn } from "./site.js";
import type { MiniOrange, MiniOrangeOptions } from "./types.js";

/** The vendor's part. Throws a `SetupError` that names the option. */
export function miniorange(options: MiniOrangeOptions): MiniOrange {
  const asked = options?.isUser === null ? (["signIn"] as const) : (["signIn", "isUser"] as const);
  readHost(options, "options", asked);
  return partWithCalls(
    (ground) => siteOn(ground, options),
    (site) => ({
      base: "/wp-json",
      routeQuery: "rest_route",
      routes: routesOf(site),
      tooMany: () => site.mo.respond("tooMany"),
    }),
    (site) => ({
      revokeToken: async (token: string, at?: At) => revokeToken(site(), token, readNow(at)),
      revokeUser: async (userId: number, { before }: { before?: number } = {}) =>
        site().ground.revoke([{ ...ofUser(userId), ...(before !== undefined && { before }) }]),
      restoreUser: async (userId: number) => site().ground.unrevoke([ofUser(userId)]),
    }),
  );
}
