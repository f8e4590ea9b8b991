// Profiles: a vendor's ways as options for everything else in this package, and as answers ready to
// send. All of it is made in Rust; here facts go in as text and what is made of them comes out.

import { enter } from "./containment.js";
import type { GateSettings, Route } from "./gate-types.js";
import type { HttpAnswer } from "./http.js";
import type { IssuerSettings, TokenTerms } from "./issue-types.js";
import { checkNow, jsonText, readObject, readText } from "./options.js";
import type { Policy } from "./policy-types.js";
import type { Profiles, Vendor } from "./profile-types.js";
import type { At, Claims, Refusal } from "./types.js";

/** What a form is given; where nothing of it must be said, it may be left out. */
export type Given<F> = [F] extends [never]
  ? [facts: never]
  : Partial<F> extends F
    ? [facts?: F & At]
    : [facts: F & At];

/** A vendor's ways. Every call throws a `SetupError` that names the kind, the place or the fact. */
export interface Profile<V extends Vendor> {
  /** What tokens of a kind must meet: `new Verifier({ keys, ...policy })`. */
  policy<K extends keyof V["policy"]>(kind: K, ...given: Given<V["policy"][K]>): Policy;
  /** How the vendor's tokens are made: `new Issuer({ keys, ...settings })`. */
  issuer(...given: Given<V["issuer"]>): IssuerSettings;
  /** The shape of a token, and what is said beside it: `issuer.issue(claims, options)`. */
  claims<K extends keyof V["claims"]>(kind: K, ...given: Given<V["claims"][K]>): ProfileClaims;
  /** How requests carry tokens: `new Gate({ verifier, ...gate })`. */
  gate(...given: Given<V["gate"]>): GateSettings & { routes?: Route[] };
  /** How a refusal is answered at a place, by default at the gate. */
  answer(refusal: Pick<Refusal, "code" | "claim">, place?: V["place"]): HttpAnswer;
  /** How the vendor answers what goes well, and what its own endpoints find wrong. */
  respond<K extends keyof V["respond"]>(kind: K, ...given: Given<V["respond"][K]>): HttpAnswer;
  /** What is sent to the vendor, or to whoever it would send it to. */
  request<K extends keyof V["request"]>(kind: K, ...given: Given<V["request"][K]>): ProfileRequest;
}

/** A token to be. */
export interface ProfileClaims {
  /** What it holds. */
  claims: Claims;
  /** What is said beside them. */
  options: TokenTerms;
}

/** A request to be sent; its body is sent as JSON. */
export interface ProfileRequest {
  /** In upper case. */
  method: string;
  /** Where to, or the path of it at the vendor's own address. */
  url?: string;
  /** The path, where the address is the vendor's own. */
  path?: string;
  /** To be sent along. */
  headers?: Record<string, string>;
  /** Becomes the body, as JSON. */
  body: Record<string, unknown>;
  /** For how many seconds what is answered may be kept. */
  ttl?: number;
}

/** The profile of that name. */
export function profile<N extends keyof Profiles>(name: N): Profile<Profiles[N]> {
  const vendor = readText(name, "name");
  enter((wasm) => wasm.checkProfile(vendor));
  const make = (part: string) => (kind: unknown, facts?: unknown) =>
    made(vendor, part, kind, facts);
  const forms = {
    policy: make("policy"),
    issuer: (facts?: unknown) => made(vendor, "issuer", "", facts),
    claims: make("claims"),
    gate: (facts?: unknown) => made(vendor, "gate", "", facts),
    answer: (refusal: unknown, place?: unknown) => answered(vendor, refusal, place),
    respond: make("respond"),
    request: make("request"),
  };
  return Object.freeze(forms) as Profile<Profiles[N]>;
}

function made(vendor: string, part: string, kind: unknown, facts: unknown = {}): unknown {
  const { now = Date.now() / 1000, ...rest } = readObject(facts, "facts");
  const [time, of, given] = [checkNow(now), readText(kind, "kind"), jsonText(rest, "facts")];
  return JSON.parse(enter((wasm) => wasm.profileMake(vendor, part, of, given, time)));
}

function answered(vendor: string, refusal: unknown, place: unknown = "gate"): unknown {
  const { code, claim } = readObject(refusal, "refusal");
  const [where, why] = [readText(place, "place"), readText(code, "code")];
  const about = claim === undefined ? undefined : readText(claim, "claim");
  return JSON.parse(enter((wasm) => wasm.profileAnswer(vendor, where, why, about)));
}
