// How far a token came before it was refused, in the suites' words: parse, alg, key, signature,
// payload, claims.

const ORDER = ["parse", "alg", "key", "signature", "payload", "claims", "accepted"];

const BY_CODE = {
  unsupported_critical: "parse",
  unsupported_algorithm: "alg",
  unknown_key: "key",
  disabled_key: "key",
  setup_error: "key",
  invalid_signature: "signature",
};

/**
 * The stage of one answer. `malformed_token` is said of a header and of a payload: what is refused
 * for its payload would, with another signature, be refused for that.
 */
export async function stageOf(answer, token, answerTo) {
  if (answer.ok) return "accepted";
  if (answer.code !== "malformed_token") return BY_CODE[answer.code] ?? stageByName(answer);
  const spoilt = spoil(token);
  if (spoilt === undefined) return "parse";
  return (await answerTo(spoilt)).code === "invalid_signature" ? "payload" : "parse";
}

function stageByName({ stage }) {
  return stage === "claims" ? "claims" : "parse";
}

/** The token with another signature as well spelt; undefined where it has none. */
function spoil(token) {
  const parts = String(token).split(".");
  if (parts.length !== 3 || !/^[\w-]/.test(parts[2])) return undefined;
  const first = parts[2].startsWith("A") ? "B" : "A";
  return `${parts[0]}.${parts[1]}.${first}${parts[2].slice(1)}`;
}

/** The furthest of several stages. */
export function furthest(stages) {
  return ORDER.findLast((stage) => stages.includes(stage));
}

/** Whether something of the payload has been looked at. */
export function isPastSignature(stage) {
  return ORDER.indexOf(stage) > ORDER.indexOf("signature");
}
