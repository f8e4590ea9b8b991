// The picture of a report, drawn in a page: how long each library takes, edge-jwt's time being one.

import * as Plot from "@observablehq/plot";

const OURS = "edge-jwt";
const FULL = "edge-jwt/full";

const COLOURS = { ours: "#c2410c", full: "#fb923c", peer: "#94a3b8" };
const INK = "#334155";

/** The bars that end beyond this say so. */
const LONGEST = 6.5;

const ROWS = [
  ["verify", "HS256", "Verify HS256"],
  ["verify", "RS256", "Verify RS256"],
  ["verify", "ES256", "Verify ES256"],
  ["verify", "EdDSA", "Verify EdDSA"],
  ["refuse a bad signature", "HS256", "Refuse HS256"],
  ["issue", "HS256", "Issue HS256"],
];

const HOSTS = ["Node", "workerd", "Chromium"];

/** Each library in its place, whatever the host. */
const PLACES = [
  OURS,
  FULL,
  "fast-jwt",
  "jsonwebtoken",
  "@node-rs/jsonwebtoken",
  "jose",
  "hono/jwt",
  "cloudflare-worker-jwt",
  "aws-jwt-verify",
];

/** The picture of these contests, whose contenders have a `median`, as the text of an SVG. */
export function drawPlot(contests) {
  const bars = ROWS.flatMap(([work, alg, title]) =>
    HOSTS.flatMap((host) => barsOf(contests.find((one) => isOf(one, work, alg, host)), title)),
  );
  const svg = Plot.plot({
    width: 1080,
    height: 1010,
    marginTop: 84,
    marginLeft: 150,
    marginRight: 92,
    marginBottom: 44,
    style: { fontFamily: "system-ui, sans-serif", fontSize: "11px", color: INK, background: "white" },
    x: { domain: [0, LONGEST], clamp: true, ticks: [0, 1, 2, 3, 4, 5, 6], tickSize: 0, label: null, insetRight: 44 },
    y: { domain: PLACES, label: null, tickSize: 0, padding: 0.18 },
    fx: { domain: HOSTS, label: null, padding: 0.04, axis: null },
    fy: { domain: ROWS.map(([, , title]) => title), label: null, padding: 0.12, axis: null },
    marks: [
      Plot.axisX({ anchor: "bottom", tickSize: 0, tickFormat: (times) => (times === 0 ? "" : `${times}×`) }),
      Plot.gridX([2, 3, 4, 5, 6], { stroke: "#e2e8f0", strokeOpacity: 1 }),
      Plot.barX(bars, { x: "times", y: "name", fx: "host", fy: "title", fill: "colour", rx: 1.5 }),
      Plot.ruleX([1], { stroke: COLOURS.ours, strokeDasharray: "2,3" }),
      Plot.text(bars, {
        x: "times",
        y: "name",
        fx: "host",
        fy: "title",
        text: "label",
        textAnchor: "start",
        dx: 5,
        fill: INK,
        fontWeight: (bar) => (bar.name === OURS ? 700 : 400),
      }),
      Plot.text(ROWS, {
        fy: ([, , title]) => title,
        fx: () => HOSTS.at(-1),
        text: ([, , title]) => title.replace(" ", "\n"),
        frameAnchor: "right",
        textAnchor: "start",
        dx: 18,
        fontSize: 13,
        fontWeight: 700,
      }),
      Plot.text(HOSTS, { fx: (host) => host, fy: () => ROWS[0][2], text: (host) => host, frameAnchor: "top-left", dy: -22, fontSize: 15, fontWeight: 700 }),
    ],
  });
  return withTitle(svg);
}

function isOf(contest, work, alg, host) {
  return contest.work === work && contest.alg === alg && contest.host === host;
}

function barsOf(contest, title) {
  if (contest === undefined) return [];
  const found = new Map(contest.contenders.map((contender) => [placeOf(contender.name), contender.median]));
  // At once where it can: that is what a person would call.
  const ours = found.get(`${OURS}, at once`) ?? found.get(OURS);
  found.set(OURS, ours);
  return PLACES.filter((name) => found.has(name)).map((name) => {
    const time = found.get(name);
    return { name, host: contest.host, title, times: Math.min(time / ours, LONGEST), label: labelOf(time, ours), colour: colourOf(name) };
  });
}

function placeOf(name) {
  return name === "edge-jwt/full, at once" ? FULL : name;
}

function labelOf(time, ours) {
  const text = `${time.toFixed(time < 10 ? 1 : 0)} µs`;
  return time / ours > LONGEST ? `${text} (${(time / ours).toFixed(0)}×)` : text;
}

function colourOf(name) {
  if (name === OURS) return COLOURS.ours;
  return name === FULL ? COLOURS.full : COLOURS.peer;
}

function withTitle(svg) {
  const add = (text, y, attributes) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", "text");
    for (const [name, value] of Object.entries({ x: 20, y, fill: INK, ...attributes })) element.setAttribute(name, value);
    element.textContent = text;
    svg.append(element);
  };
  add("Microseconds a token, and how many times edge-jwt's", 30, { "font-size": 19, "font-weight": 700 });
  add("Shorter is faster. Bars are in multiples of edge-jwt's time on the same host. No bar: it does not run there, or does not know the algorithm.", 50, { "font-size": 12 });
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  return svg.outerHTML;
}
