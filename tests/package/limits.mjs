// Tokens that go beyond a limit, made by Node's own crypto; benches/limits.mjs times their refusal.

import { signed } from "../fuzz/sign.mjs";

/** The most that a policy may allow a token, in octets. */
export const LARGEST = 1 << 20;

export const SECRET = Buffer.alloc(32, "a secret of octets ");

const HEADER = '"alg":"HS256"';
const CLAIMS = '"exp":1700000060';

/** The most levels and members that JSON may have beside those that every token has. */
export const WITHIN = { levels: 63, members: 511 };

/** What just keeps within the limits. */
export function withinLimits() {
  return [...nesting(16), ...nesting(WITHIN.levels), ...manyMembers(WITHIN.members)];
}

/** What goes beyond one of them: a `name`, the `token`, and the `code` it is refused with. */
export function beyondLimits() {
  const malformed = [
    ...[64, 127, 128, 129, 1000, 10_000, 100_000].flatMap(nesting),
    ...[512, 1000, 10_000, 30_000].flatMap(manyMembers),
    ...["kid", "alg", "typ", "unknown"].map(largeMember),
  ];
  const tooLarge = [
    { name: "a token of 5 MB", token: "x".repeat(5e6) },
    { name: "5 MB of dots", token: ".".repeat(5e6) },
    { name: "a token of 1 MiB and an octet", token: "x".repeat(LARGEST + 1) },
  ];
  return [
    ...malformed.map((one) => ({ ...one, code: "malformed_token" })),
    ...tooLarge.map((one) => ({ ...one, code: "token_too_large" })),
  ];
}

function nesting(levels) {
  const arrays = `"a":${"[".repeat(levels)}${"]".repeat(levels)}`;
  const objects = `"a":${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;
  return [
    { name: `${levels} arrays in the header`, token: tokenOf(arrays, "") },
    { name: `${levels} objects in the header`, token: tokenOf(objects, "") },
    { name: `${levels} arrays in signed claims`, token: tokenOf("", arrays) },
    { name: `${levels} objects in signed claims`, token: tokenOf("", objects) },
  ];
}

/** Names of one length that differ in the middle take longest to compare. */
function manyMembers(count) {
  const name = (n) => `member-${n + 10_000}-member`;
  const members = Array.from({ length: count }, (_, n) => `"${name(n)}":0`).join();
  return [
    { name: `${count} more members in the header`, token: tokenOf(members, "") },
    { name: `${count} more members in signed claims`, token: tokenOf("", members) },
  ];
}

/** In a token of just under 1 MiB; that the name occurs twice shows only at the very end. */
function largeMember(name) {
  const members = `"${name}":"${"m".repeat(780_000)}","${name}":""`;
  const header = name === "alg" ? '"x":1' : HEADER;
  return { name: `780 KB of ${name}`, token: tokenOf(members, "", header) };
}

function tokenOf(inHeader, inClaims, header = HEADER) {
  const object = (...members) => `{${members.filter(Boolean).join()}}`;
  return signed("HS256", SECRET, object(header, inHeader), object(CLAIMS, inClaims));
}
