// Parts that their host can call too, such as to throw out a user who has a new password.

import { SetupError } from "../errors.js";
import type { Ground, Part, PartRoutes } from "./types.js";

/**
 * A part of these routes with these calls: both work with what `standOn` makes, once, on the ground
 * of the service that it becomes part of. Before that a call throws a `SetupError`.
 */
export function partWithCalls<S, C extends object>(
  standOn: (ground: Ground) => S,
  routesOf: (standing: S) => PartRoutes,
  callsOn: (standing: () => S) => C,
): Part & C {
  let made: { standing: S } | undefined;
  const part = (ground: Ground) => {
    // Else a call would throw out in one service what was meant in the other.
    if (made !== undefined) throw new SetupError("parts", "hold one that is another service's");
    made = { standing: standOn(ground) };
    return routesOf(made.standing);
  };
  const standing = () => {
    if (made === undefined) throw new SetupError("part", "is not part of a service yet");
    return made.standing;
  };
  return Object.assign(part, callsOn(standing));
}
