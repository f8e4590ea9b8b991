// The lines of edge-jwt that do what the console has just done. No line that is not needed for it.

/** `policy` as the verifier had it; `now` is written only where it is not the clock's. */
export function codeOf({ now, issuer, audience, clockTolerance }, isShifted, decision) {
  const tolerance = clockTolerance === 0 ? [] : [`  clockTolerance: ${clockTolerance},`];
  const at = isShifted ? `, { now: ${now} }` : "";
  return [
    'import { KeySet, Verifier } from "edge-jwt";',
    "",
    'const response = await fetch("/helsinki/api/keys");',
    "const verifier = new Verifier({",
    "  keys: KeySet.fromJwks(await response.json()),",
    `  issuer: ${JSON.stringify(issuer)},`,
    `  audience: ${JSON.stringify(audience)},`,
    ...tolerance,
    "});",
    `const decision = await verifier.verify(token${at});`,
    ...(decision === undefined ? [] : [`// ${told(decision)}`]),
  ].join("\n");
}

function told(decision) {
  if (!decision.ok) return `{ ok: false, code: "${decision.code}", stage: "${decision.stage}", ... }`;
  return `{ ok: true, claims, header, kid: ${JSON.stringify(decision.kid)}, expiresIn }`;
}
