// Gate: a request in, what becomes of it out.
//
// The request is read once: its method, its URL and the headers that the gate asks for, nothing
// else. They cross into wasm as text, line by line, where all is decided but the token itself.

import { enter, refuseFault } from "./containment.js";
import { SetupError, isObject, setup } from "./errors.js";
import type { Allowed, Denied, GateRequest, GateSettings, Gated, Route } from "./gate-types.js";
import { MAX_TEXT, jsonText, readEach, readNow, readObject } from "./options.js";
import { Resident, bodyOf } from "./resident.js";
import type { At, Claims, Code, Decision } from "./types.js";
import type { Verifier } from "./verifier.js";

/** The most routes of a gate, and values of one header. */
const MOST = 10_000;

/** What a gate is made of. */
export interface GateOptions extends GateSettings {
  /** Decides on the tokens. */
  verifier: Verifier;
  /** What holds where. Default: the gate's `access` holds everywhere. */
  routes?: Iterable<Route>;
}

/** A token to verify, and the number of the rule about roles that it must meet then. */
interface Bearer {
  outcome: "token";
  token: string;
  roles: number | null;
}

/** Decides on requests before the application sees them. */
export class Gate extends Resident {
  readonly #verifier: Verifier;
  readonly #fields: ReadonlySet<string>;

  /** Throws a `SetupError` that names the option. */
  constructor(options: GateOptions) {
    const { verifier, routes = [], ...settings } = readObject(options, "options");
    bodyOf(verifier, "Verifier", "verifier");
    const text = jsonText(settings, "options");
    const given = readEach(routes, "routes", MOST, (route) => jsonText(route, "routes"));
    super("Gate", (wasm) => {
      const body = new wasm.Gate(text);
      try {
        for (const route of given) body.addRoute(route);
      } catch (error) {
        body.free();
        throw error;
      }
      return body;
    });
    this.#verifier = verifier as Verifier;
    const body = bodyOf(this, "Gate", "gate");
    this.#fields = new Set(enter(() => body.fields()).split("\n"));
  }

  /** What becomes of a request. Denials are data, with the answer to send; only misuse rejects. */
  async check<C = Claims>(request: GateRequest, at?: At): Promise<Gated<C>> {
    try {
      const now = Gate.#timeOf(this, at);
      const admitted = this.#admit(request);
      if (admitted.outcome !== "token") return admitted;
      const decision = await this.#verifier.verify<C>(admitted.token, { now });
      return this.#conclude(decision, admitted.roles);
    } catch (error) {
      return Gate.#denyFault(this, error);
    }
  }

  /** As `check`, at once; a `SetupError` where `verifySync` of the verifier throws one. */
  checkSync<C = Claims>(request: GateRequest, at?: At): Gated<C> {
    try {
      const now = Gate.#timeOf(this, at);
      const admitted = this.#admit(request);
      if (admitted.outcome !== "token") return admitted;
      const decision = this.#verifier.verifySync<C>(admitted.token, { now });
      return this.#conclude(decision, admitted.roles);
    } catch (error) {
      return Gate.#denyFault(this, error);
    }
  }

  static #timeOf(gate: Gate, at: At | undefined): number {
    Resident.check(gate, "Gate", "gate");
    return readNow(at);
  }

  #admit(request: unknown): Bearer | { outcome: "public" } | Denied {
    const { target, fields } = readRequest(request, this.#fields);
    if (target.length > MAX_TEXT) return this.#deny("ambiguous_request");
    if (fields.length > MAX_TEXT) return this.#deny("token_too_large");
    const body = bodyOf(this, "Gate", "gate");
    const text = enter(() => body.admit(target + fields));
    if (text === undefined) return { outcome: "public" };
    if (text.startsWith("{")) return JSON.parse(text) as Denied;
    const end = text.indexOf(" ");
    const roles = end === 0 ? null : Number(text.slice(0, end));
    return { outcome: "token", token: text.slice(end + 1), roles };
  }

  #conclude<C>(decision: Decision<C>, roles: number | null): Allowed<C> | Denied {
    if (!decision.ok) {
      return this.#deny(decision.code, Object.hasOwn(decision, "claim") ? decision.claim : undefined);
    }
    const { claims } = decision;
    if (roles === null) return { outcome: "allow", claims, decision };
    const body = bodyOf(this, "Gate", "gate");
    const denial = enter(() => body.permit(roles, JSON.stringify(claims)));
    return denial === undefined ? { outcome: "allow", claims, decision } : JSON.parse(denial);
  }

  #deny(code: Code, claim?: string): Denied {
    const body = bodyOf(this, "Gate", "gate");
    return JSON.parse(enter(() => body.deny(code, claim))) as Denied;
  }

  /** Misuse goes on to the caller; a failure of this library is no reason to let anybody in. */
  static #denyFault(gate: Gate, error: unknown): Denied {
    const decision = refuseFault(error);
    try {
      return gate.#deny(decision.code);
    } catch {
      const headers = { "Content-Type": "application/json" };
      const body = '{"error":"temporarily_unavailable"}';
      return { outcome: "deny", decision, response: { status: 503, headers, body } };
    }
  }
}

/** Method and URL, and then the headers asked for (`name:value`), each ended by a line feed. */
interface Lines {
  target: string;
  fields: string;
}

function readRequest(request: unknown, names: ReadonlySet<string>): Lines {
  return setup("request", () => {
    if (!isObject(request)) throw new SetupError("request", "is not an object");
    const { method, url, headers } = request as Record<string, unknown>;
    const target = `${readLine(method, "method")}\n${readLine(url, "url")}\n`;
    return { target, fields: readHeaders(headers, names) };
  });
}

/** Headers of the kind that `fetch` has, or a plain record, whose names may be in any case. */
function readHeaders(headers: unknown, names: ReadonlySet<string>): string {
  if (!isObject(headers)) throw new SetupError("request.headers", "is not an object");
  let fields = "";
  const add = (name: string, value: unknown) => {
    if (value === undefined || value === null) return;
    const values = Array.isArray(value) ? value : [value];
    const lines = readEach(values, "request.headers", MOST, (one) => readLine(one, "headers"));
    for (const one of lines) fields += `${name}:${one}\n`;
  };
  if ("get" in headers && typeof headers.get === "function") {
    for (const name of names) add(name, headers.get(name));
    return fields;
  }
  for (const written of Object.keys(headers)) {
    const name = written.toLowerCase();
    if (names.has(name)) add(name, (headers as Record<string, unknown>)[written]);
  }
  return fields;
}

/** A line feed within ends no line: what is put in its place is refused wherever it matters. */
function readLine(value: unknown, option: string): string {
  if (typeof value !== "string") throw new SetupError(`request.${option}`, "is not a string");
  return value.includes("\n") ? value.replaceAll("\n", "\0") : value;
}
