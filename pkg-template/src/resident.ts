// What has its body in wasm: held until freed, reachable only inside this package.

import { SetupError } from "./errors.js";

interface Body {
  free(): void;
}

/** An object whose body lives in wasm. `free()` wipes and releases it at once. */
export abstract class Resident<B extends Body> {
  #body: B | undefined;

  /** @internal */
  protected constructor(body: B) {
    this.#body = body;
  }

  /** Releases the body; using the object afterwards is a `SetupError`. Freeing twice is not. */
  free(): void {
    this.#body?.free();
    this.#body = undefined;
  }

  /** @internal */
  static body<B extends Body>(resident: Resident<B>, option: string): B {
    if (!(#body in resident)) throw new SetupError(option, "is not an object of this package");
    if (resident.#body === undefined) throw new SetupError(option, "has been freed");
    return resident.#body;
  }
}

/**
 * The body of a resident of the expected class.
 *
 * @internal
 */
export function bodyOf<B extends Body, R extends Resident<B>>(
  value: unknown,
  expected: abstract new (...args: never[]) => R & Resident<B>,
  option: string,
): B {
  if (!(value instanceof expected)) throw new SetupError(option, `is not a ${expected.name}`);
  return Resident.body(value, option);
}
