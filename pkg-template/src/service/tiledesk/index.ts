// Tiledesk's part (systems.md section 3): signing in, the history of one's tokens, the keys of
// projects. Users, projects and their secrets are the host's.

import { readHost } from "../../binding.js";
import { SetupError } from "../../errors.js";
import { readObject, refuseMembers } from "../../options.js";
import type { Part } from "../types.js";
import { callers } from "./callers.js";
import { historyRoutes } from "./history.js";
import { projectRoutes } from "./projects.js";
import { signInRoutes } from "./sign-in.js";
import { tokensOf } from "./tokens.js";
import type { TiledeskOptions } from "./types.js";

/** Tiledesk's part. Throws a `SetupError` that names the option. */
export function tiledesk(given: TiledeskOptions): Part {
  const options = readOptions(given);
  return (ground) => {
    const tokens = tokensOf(ground, options);
    const callerOf = callers(tokens, options.signIn);
    const { base = "/v3" } = options;
    return {
      base,
      routes: [
        ...signInRoutes(options, tokens),
        ...historyRoutes(ground, callerOf),
        ...projectRoutes({ ground, options, tokens, callerOf }),
      ],
    };
  };
}

function readOptions(given: TiledeskOptions): TiledeskOptions {
  const { keys, projects, signIn, admit, bot, ttl, base, ...unknown } = readObject(given, "options");
  refuseMembers(unknown);
  if (ttl !== undefined && !(Number.isSafeInteger(ttl) && (ttl as number) > 0)) {
    throw new SetupError("ttl", "is not a whole number of seconds above 0");
  }
  readHost(given.projects, "projects", ["find", "setSecret", "isAgent"]);
  return readHost(given, "options", ["signIn"]);
}
