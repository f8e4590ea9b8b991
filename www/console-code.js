// The lines of edge-jwt that do what the console has just done. No line that is not needed for it.

/** `policy` as the verifier had it; `now` is written only where it is not the clock's. */
export function codeOf({ now, issuer, audience, clockTolerance, asksList }, isShifted, decision) {
  const tolerance = clockTolerance === 0 ? [] : [`  clockTolerance: ${clockTolerance},`];
  const at = isShifted ? `, { now: ${now} }` : "";
  return [
    ...(asksList ? LIST_IMPORTS : ['import { KeySet, Verifier } from "edge-jwt";']),
    "",
    'const response = await fetch("/helsinki/api/keys");',
    "const verifier = new Verifier({",
    "  keys: KeySet.fromJwks(await response.json()),",
    `  issuer: ${JSON.stringify(issuer)},`,
    `  audience: ${JSON.stringify(audience)},`,
    ...tolerance,
    "});",
    ...(asksList ? LIST_LINES : []),
    `const decision = await verifier.verify(token${at});`,
    ...(decision === undefined ? [] : [`// ${told(decision)}`]),
  ].join("\n");
}

const LIST_IMPORTS = [
  'import { KeySet, Revocations, Verifier } from "edge-jwt";',
  'import { ListFollower, httpLists } from "edge-jwt/lists";',
];

const LIST_LINES = [
  "",
  'const answer = await fetch("/helsinki/api/list-keys");',
  "const list = new Revocations({",
  "  keys: KeySet.fromJwks(await answer.json()),",
  '  issuer: "https://chat.example",',
  "});",
  'const url = new URL("/helsinki/api/revocations", location.href);',
  "const follower = new ListFollower({ list, from: httpLists(url) });",
  "await follower.refresh();",
  "verifier.setRevocations(list, {",
  '  mode: "required",',
  '  irrevocable: "refuse",',
  "});",
  "",
];

function told(decision) {
  if (!decision.ok) return `{ ok: false, code: "${decision.code}", stage: "${decision.stage}", ... }`;
  return `{ ok: true, claims, header, kid: ${JSON.stringify(decision.kid)}, expiresIn }`;
}
