// A report as one Markdown document: how it was measured, what was asked and found, every table.

import { digits, shareOf } from "./contest-table.mjs";
import { judge } from "./demands.mjs";
import { quantile } from "./figures.mjs";
import { section, table } from "./markdown.mjs";

const HOSTS = ["Node", "workerd", "Chromium"];

/** The document; `plot` is where its picture is. */
export function documentOf({ made, versions, contests, tables }, plot) {
  return [
    "# Measured",
    `\`${made.command}\`, ${made.date}, ${made.machine}, Node ${made.node}, load at its start ${made.load}`,
    `![edge-jwt beside other libraries, by host and work](${plot})`,
    HOW,
    "## Asked and found",
    ASKED,
    askedTable(contests),
    "## Beside other libraries",
    BESIDE,
    ...groupsOf(contests).map(groupSection),
    ...(tables.length > 0 ? ["## By itself"] : []),
    ...tables.map(section),
    "## Versions",
    table(["", "version"], Object.entries(versions)),
  ].join("\n\n").concat("\n");
}

const HOW = `How it is measured:

- Each library does the same work: a key prepared once where the library can keep one, the claims
  \`iss\`, \`aud\` and \`exp\` checked; issued tokens have the same claims, a \`kid\` and a \`jti\`.
- Each pass is over strings, or objects of claims, that nobody has seen before.
- The libraries of a table take turns in each pass, to and fro. A figure is the median of the passes;
  the middle half of them stands in brackets. A wrong answer ends the run.
- A library that answers synchronously is not made to wait for a promise. "At once" is edge-jwt's
  synchronous call, and \`edge-jwt/full\` the build that has every algorithm in wasm.
- In workerd, whose clock stands still while it works, a pass is timed from outside, less what a
  request takes that does nothing.
- Start-up is from import to the first verdict, each time from scratch: a new process; a new isolate of
  workerd, less what an empty one takes; a new page, with its script fetched over loopback.`;

const ASKED = `A share is the median of the passes' shares, each of two figures measured shortly after each
other. It holds where the machine changes its speed between passes, as a ratio of medians would not.`;

const BESIDE = `"Takes" is what edge-jwt takes of the other's time: by its synchronous call where the other
is synchronous and edge-jwt has one, else by promise. How to read the rest:

- "Alone" is the host's cryptography and nothing else, over octets made ready before: no token is read,
  no claim is checked. Nothing that uses it can be faster.
- hono/jwt and cloudflare-worker-jwt look at \`exp\` before the signature, edge-jwt after it.
- No other library revokes: beside them a \`Set\` of the same \`jti\` is asked by hand.
- No other library makes or exchanges pairs: beside edge-jwt stand two tokens made by hand.
- fast-jwt, jsonwebtoken and @node-rs/jsonwebtoken need \`node:crypto\` or native code: they are timed in
  Node alone. aws-jwt-verify verifies alone; @node-rs/jsonwebtoken keeps no prepared keys.`;

function askedTable(contests) {
  const rows = judge(contests).map(({ what, own, beside, asked, found, isMet }) => [
    what,
    own,
    beside,
    asked,
    found,
    isMet ? "met" : "**missed**",
  ]);
  return table(["what", "of", "beside", "asked, at most", "found", ""], rows);
}

/** The contests of one work and one algorithm, on all hosts. */
function groupsOf(contests) {
  const groups = new Map();
  for (const contest of contests) {
    const key = `${contest.work}, ${contest.alg}`;
    groups.set(key, [...(groups.get(key) ?? []), contest]);
  }
  return [...groups].map(([name, members]) => ({ name, members }));
}

function groupSection({ name, members }) {
  const hosts = HOSTS.filter((host) => members.some((member) => member.host === host));
  const here = hosts.map((host) => members.find((member) => member.host === host));
  const names = new Set(here.flatMap(({ contenders }) => contenders.map((one) => one.name)));
  return section({
    name: name[0].toUpperCase() + name.slice(1),
    head: ["", ...here.flatMap(({ host, unit = "µs" }) => [`${host}, ${unit}`, "takes"])],
    rows: [...names].map((one) => [one, ...here.flatMap(({ contenders }) => cells(one, contenders))]),
  });
}

function cells(name, contenders) {
  const contender = contenders.find((one) => one.name === name);
  if (contender === undefined) return ["", ""];
  const at = (part) => digits(quantile(contender.figures, part));
  return [`${at(0.5)} (${at(0.25)} to ${at(0.75)})`, shareOf(contender, contenders)];
}
