// What was asked for, and what was found of it in a report.

import { median, ratio } from "./figures.mjs";

const WEB = ["workerd", "Chromium"];
const HOSTS = ["Node", ...WEB];
const AT_ONCE = "edge-jwt, at once";
const FULL = "edge-jwt/full, at once";

/** Microseconds beyond the host's own check, which every contender that asks the host pays. */
const BEYOND_SUBTLE = 8;

const DEMANDS = [
  share("verify, HS256 in Node", AT_ONCE, "fast-jwt", 0.75),
  ...WEB.map((host) => share(`verify, HS256 in ${host}`, "edge-jwt", "jose", 0.35)),
  ...asymmetric((contest) => share(contest, "edge-jwt", "jose", 0.8)),
  ...asymmetric((contest) => beyond(contest, "edge-jwt", "crypto.subtle alone", BEYOND_SUBTLE)),
  share("verify seen before, HS256 in Node", AT_ONCE, "fast-jwt", 0.3),
  share("issue, HS256 in Node", AT_ONCE, "fast-jwt", 0.8),
  ...HOSTS.map((host) =>
    share(`refuse a bad signature, HS256 in ${host}`, AT_ONCE, `${AT_ONCE}, accepting`, 1),
  ),
  ...["Node", "workerd"].map((host) => within(`start-up, HS256 in ${host}`, "edge-jwt", 15)),
  share("verify, EdDSA in Node", FULL, "node:crypto alone", 0.6),
  share("verify, ES256 in Node", FULL, "node:crypto alone", 2),
  share("verify, RS256 in Node", FULL, "node:crypto alone", 4.5),
];

/** The demands on what was measured: `{ what, own, beside, asked, found, isMet }`. */
export function judge(contests) {
  const byName = new Map(contests.map((contest) => [contest.name, contest]));
  const known = DEMANDS.filter(({ contest }) => byName.has(contest));
  return known.map(({ contest, own, beside, most, unit, find }) => {
    const figuresOf = (name) => byName.get(contest).contenders.find((one) => one.name === name).figures;
    const found = find(figuresOf(own), beside && figuresOf(beside));
    const says = (figure) => `${figure.toFixed(unit === " of it" ? 2 : 1)}${unit}`;
    const isMet = found <= most;
    return { what: contest, own, beside: beside ?? "", asked: says(most), found: says(found), isMet };
  });
}

/** At most such a share of another's time. */
function share(contest, own, beside, most) {
  return { contest, own, beside, most, unit: " of it", find: ratio };
}

/** At most so much more than another. */
function beyond(contest, own, beside, most) {
  const find = (ours, others) => median(ours.map((figure, pass) => figure - others[pass]));
  return { contest, own, beside, most, unit: " µs more", find };
}

/** At most so much, by itself. */
function within(contest, own, most) {
  return { contest, own, most, unit: " ms", find: median };
}

function asymmetric(demand) {
  return HOSTS.flatMap((host) =>
    ["RS256", "ES256", "EdDSA"].map((alg) => demand(`verify, ${alg} in ${host}`)),
  );
}
