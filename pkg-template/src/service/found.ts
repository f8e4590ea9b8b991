// What the host answers when it is asked for somebody. In JavaScript that may be anything: `undefined`,
// `false` and `true` are nobody, and are never taken for somebody without a name.

import { isRecord } from "../errors.js";

/** Who or what was found; null for whatever is no object. */
export function found<T extends object>(answer: T | null): T | null {
  return isRecord(answer) ? answer : null;
}

/** As `found`, for who is known by an id, which must be text. */
export function foundById<T extends { id: string }>(answer: T | null): T | null {
  const one = found(answer);
  return typeof one?.id === "string" ? one : null;
}
