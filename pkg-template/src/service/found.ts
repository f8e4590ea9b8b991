// What the host answers when it is asked for somebody. In JavaScript that may be anything: `undefined`,
// `false` and `true` are nobody, and are never taken for somebody without a name; nor is an empty one.

import { isRecord } from "../errors.js";

/** Who or what was found; null for whatever is no object. */
export function found<T extends object>(answer: T | null): T | null {
  return isRecord(answer) ? answer : null;
}

/** As `found`, for who is known by an id. */
export function foundById<T extends { id: string }>(answer: T | null): T | null {
  const one = found(answer);
  return isName(one?.id) ? one : null;
}

/** Text that says something. */
export function isName(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
