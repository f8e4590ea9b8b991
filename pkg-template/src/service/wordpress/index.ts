// The part of the WordPress plugin WP-API/jwt-auth (systems.md section 4): pairs of tokens for a key
// pair, such as an application password, and the key pairs themselves.
//
// Users, and who may change whose key pairs, are the host's. A key pair that is gone takes its tokens
// with it: here at once, elsewhere with the next list. Whatever a stranger sends is answered in the
// plugin's words.

import { readHost } from "../../binding.js";
import { SetupError } from "../../errors.js";
import type { KeyPairRecord, KeyPairs } from "../../keypairs.js";
import { readNow } from "../../options.js";
import type { At } from "../../types.js";
import { partWithCalls } from "../calls.js";
import { dropAll, pairRoutes } from "./pairs.js";
import { siteOn } from "./site.js";
import { tokenRoutes } from "./tokens.js";
import type { WordPress, WordPressOptions } from "./types.js";

/** The plugin's part. Throws a `SetupError` that names the option. */
export function wordpress(options: WordPressOptions): WordPress {
  readHost(options, "options", ["user", "mayEdit"]);
  checkPairs(options.pairs);
  return partWithCalls(
    (ground) => siteOn(ground, options),
    (site) => ({
      base: "/wp-json",
      routeQuery: "rest_route",
      routes: [...tokenRoutes(site), ...pairRoutes(site)],
    }),
    (site) => ({
      dropPairsOf: async (userId: number, at?: At) => dropAll(site(), userId, readNow(at)),
    }),
  );
}

/** Tokens that do not name their pair by its key would stay good when it is gone. */
function checkPairs(pairs: KeyPairs): void {
  const any = { key: "0", owner: 0 } as KeyPairRecord;
  const { entries } = readHost(pairs, "pairs", ["revokeAll"]).revokeAll([any], 0);
  if (entries.some((entry) => "key" in entry)) return;
  throw new SetupError("pairs", 'do not say that tokens name them by the "key"');
}
