// What a host hands over to be called: a database, a bucket, a namespace.

import { SetupError, isObject } from "./errors.js";

/**
 * What has these methods: a binding that was forgotten is found before its first use.
 *
 * @internal
 */
export function readHost<T>(host: T, option: string, methods: readonly (keyof T & string)[]): T {
  if (isObject(host) && methods.every((name) => typeof host[name] === "function")) return host;
  throw new SetupError(option, `is not what has ${methods.join("(), ")}()`);
}
