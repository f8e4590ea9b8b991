// The public suites of ../shared/vectors: their cases, what a case asks of a Verifier in the terms
// of this package, and which cases are left out, each for a reason that is said.

import { existsSync, readFileSync } from "node:fs";

const folder = new URL("../../../shared/vectors/", import.meta.url);

/** The cases of a suite; undefined where the vectors are not on this machine. */
export function readSuite(name) {
  const file = new URL(`${name}.jsonl`, folder);
  if (!existsSync(file)) return undefined;
  return readFileSync(file, "utf8").trim().split("\n").map((line) => JSON.parse(line));
}

const NO_WAY = "has no counterpart: no check can be switched off";
const NOT_SAID = "is a value that has no counterpart here";

/** How each option of a vector is said to a Verifier; a text: why it cannot be. */
const OPTIONS = {
  now: () => ({}),
  leeway: (seconds) => ({ clockTolerance: seconds }),
  iss: (issuer) => ({ issuer }),
  aud: (audience) => ({ audience }),
  sub: (subject) => ({ subject }),
  jti: (jti) => ({ equals: { "/jti": jti } }),
  nonce: (nonce) => ({ nonce }),
  typ: (typ) => ({ typ }),
  max_age: (seconds) => ({ maxAge: seconds }),
  required: (names) => (names.length > 0 ? { required: names.map(pointer) } : {}),
  ignore_exp: NO_WAY,
  ignore_nbf: NO_WAY,
  algs_raw: NOT_SAID,
};

/** The suites ask for `exp` only where `required` does, and hold tokens of any size. */
const NOT_ASKED = { issuer: null, audience: null, requireExp: false, maxTokenBytes: 1 << 20 };

/** The policy that a vector asks for. */
export function policyOf({ opts }) {
  const asked = Object.entries(opts).map(([name, value]) => OPTIONS[name](value));
  return Object.assign({}, NOT_ASKED, ...asked);
}

/** A member of the claims as a JSON pointer (RFC 6901). */
function pointer(name) {
  return `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** Why a case is not run; undefined if it is. */
export function whyLeftOut(vector) {
  if (vector.kind === "raw") return "is a bare signature, not a token";
  if (vector.flags.includes("vector-defect")) return "is defective by the suite's own word";
  const unsayable = Object.entries(vector.opts).find(isUnsayable);
  return unsayable && `${unsayable[0]} ${whyUnsayable(unsayable)}`;
}

function isUnsayable(option) {
  return whyUnsayable(option) !== undefined;
}

function whyUnsayable([name, value]) {
  if (typeof OPTIONS[name] === "string") return OPTIONS[name];
  const isOdd = typeof value === "object" && ("$number" in value || "$undefined" in value);
  return isOdd ? NOT_SAID : undefined;
}

/** The vector's key, pinned to one algorithm. */
export function keysOf({ key, key_format }, alg) {
  switch (key_format) {
    case "jwk":
      return [{ jwk: key, alg, allowShortSecret: true }];
    case "jwks":
      return key.keys.map((jwk) => ({ jwk, ...(jwk.alg === undefined && { alg }) }));
    case "pem":
      return [{ pem: key, alg }];
    case "utf8":
      return [{ secret: key, alg, allowShortSecret: true }];
    default:
      return [{ secret: { base64url: key }, alg, allowShortSecret: true }];
  }
}
