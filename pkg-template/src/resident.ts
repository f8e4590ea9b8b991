// What has its body in wasm: held until freed, reachable only inside this package.
//
// The types of bodies stay out of the public declarations, which must compile without the glue.

import { SetupError } from "./errors.js";

interface Body {
  free(): void;
}

/** An object whose body lives in wasm. `free()` wipes and releases it at once. */
export abstract class Resident {
  #body: Body | undefined;

  /** @internal */
  protected constructor(body: Body) {
    this.#body = body;
  }

  /** Releases the body; using the object afterwards is a `SetupError`. Freeing twice is not. */
  free(): void {
    this.#body?.free();
    this.#body = undefined;
  }

  /** @internal */
  static body(resident: Resident, option: string): Body {
    if (!(#body in resident)) throw new SetupError(option, "is not an object of this package");
    if (resident.#body === undefined) throw new SetupError(option, "has been freed");
    return resident.#body;
  }
}

/**
 * The body of a resident, which must be of the class that has such bodies.
 *
 * @internal
 */
export function bodyOf<B extends Body>(
  value: unknown,
  expected: abstract new (...args: never[]) => Resident,
  option: string,
): B {
  if (!(value instanceof expected)) throw new SetupError(option, `is not a ${expected.name}`);
  return Resident.body(value, option) as B;
}
