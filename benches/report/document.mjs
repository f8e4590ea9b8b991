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
    `By \`${made.command}\` on ${made.date}: ${made.machine}, Node ${made.node}.`,
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

const HOW = `Every library is given the same: strings that nobody has seen before, a key prepared once where it
knows how, the claims \`iss\`, \`aud\` and \`exp\` to check; to issue, the same claims with a \`kid\` and a
\`jti\`. All contenders of a table take turns in each pass, to and fro. The figure is the median of the
passes, in brackets the middle half of them. A wrong answer ends the run. Who answers at once is not
made to wait for a promise. In workerd, whose clock stands still, a pass is timed from outside.`;

const ASKED = `A share is the median of the passes' shares, each of two figures measured one after the other:
that holds where the machine changes its speed between passes, as the ratio of two medians would not.`;

const BESIDE = `"Takes" is what edge-jwt takes of the other's time: the way of edge-jwt that answers as the other
does, at once or by promise, as far as it has both. "Alone" is the host's cryptography and nothing
else, over octets made ready before: no token is read and no claim is checked. hono/jwt and
cloudflare-worker-jwt look at \`exp\` before the signature. No other library revokes: beside them a
\`Set\` is asked by hand. Nor does any make or exchange pairs: that is two tokens, made by hand.`;

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
  const names = [...new Set(here.flatMap(({ contenders }) => contenders.map((contender) => contender.name)))];
  return section({
    name: name[0].toUpperCase() + name.slice(1),
    head: ["", ...here.flatMap(({ host, unit = "µs" }) => [`${host}, ${unit}`, "takes"])],
    rows: names.map((contender) => [contender, ...here.flatMap(({ contenders }) => cells(contender, contenders))]),
  });
}

function cells(name, contenders) {
  const contender = contenders.find((one) => one.name === name);
  if (contender === undefined) return ["", ""];
  const [first, middle, third] = [0.25, 0.5, 0.75].map((part) => digits(quantile(contender.figures, part)));
  return [`${middle} (${first} to ${third})`, shareOf(contender, contenders)];
}
