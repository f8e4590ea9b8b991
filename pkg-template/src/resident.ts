// What has its body in wasm: held until freed, reachable only inside this package, and made anew
// from what the host gave when the instance has been replaced.
//
// The types of bodies stay out of the public declarations, which must compile without the glue.

import { type Wasm, enter } from "./containment.js";
import { SetupError, isObject } from "./errors.js";
import { generation } from "./instance.js";

/** @internal */
export type Kind =
  | "KeySet"
  | "Verifier"
  | "Issuer"
  | "Revocations"
  | "RevocationBuilder"
  | "Gate"
  | "KeyPairs"
  | "Webhook";

/** @internal */
export type Body<K extends Kind> = InstanceType<Wasm[K]>;

/** An object whose body lives in wasm. `free()` wipes and releases it at once. */
export abstract class Resident {
  readonly #kind: Kind;
  #make: ((wasm: Wasm) => Body<Kind>) | undefined;
  #body: Body<Kind> | undefined;
  #generation = 0;

  /** @internal */
  protected constructor(kind: Kind, make: (wasm: Wasm) => Body<Kind>) {
    this.#kind = kind;
    this.#make = make;
    this.#settle(make);
  }

  /** Releases what it holds in wasm; to use it afterwards is a `SetupError`, to free it twice is not. */
  free(): void {
    const resident = Resident.check(this);
    const body = resident.#body;
    resident.#make = undefined;
    resident.#body = undefined;
    if (body === undefined || resident.#generation !== generation) return;
    try {
      enter(() => body.free());
    } catch {
      // The body went with its instance.
    }
  }

  /** @internal */
  static body(resident: Resident, option: string): Body<Kind> {
    const make = resident.#make;
    if (make === undefined) throw new SetupError(option, "has been freed");
    if (resident.#generation !== generation) resident.#settle(make);
    return resident.#body as Body<Kind>;
  }

  /**
   * Takes nobody's word for it: methods lose their `this`, and proxies and objects of other copies
   * of this package look right.
   *
   * @internal
   */
  static check(value: unknown, kind?: Kind, option = "this"): Resident {
    if (isObject(value) && #kind in value && value.#kind === (kind ?? value.#kind)) return value;
    throw new SetupError(option, `is not a ${kind ?? "object of this package"}`);
  }

  #settle(make: (wasm: Wasm) => Body<Kind>): void {
    this.#body = enter(make);
    this.#generation = generation;
  }
}

/**
 * The body of a resident, which must be of that kind.
 *
 * @internal
 */
export function bodyOf<K extends Kind>(value: unknown, kind: K, option: string): Body<K> {
  return Resident.body(Resident.check(value, kind, option), option) as Body<K>;
}
