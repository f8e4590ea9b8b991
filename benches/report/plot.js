// The picture of a report, drawn in a page: how long each library takes, edge-jwt's time being one.

import * as Plot from "@observablehq/plot";

const OURS = "edge-jwt";
const FULL = "edge-jwt/full";

const COLOURS = { ours: "#c2410c", full: "#fb923c", peer: "#94a3b8" };
const INK = "#1e293b";
const FAINT = "#64748b";
const LINE = "#e2e8f0";

/** Longer bars are cut here, and say how long they are. */
const LONGEST = 5;

const ROWS = [
  ["verify", "HS256", "Verify, HS256"],
  ["verify", "RS256", "Verify, RS256"],
  ["verify", "ES256", "Verify, ES256"],
  ["verify", "EdDSA", "Verify, EdDSA"],
  ["refuse a bad signature", "HS256", "Refuse a bad signature, HS256"],
  ["issue", "HS256", "Issue, HS256"],
];

const HOSTS = ["Node", "workerd", "Chromium"];

/** Each library in its place, whatever the host; those of Node alone come last. */
const PLACES = [
  OURS,
  FULL,
  "jose",
  "hono/jwt",
  "cloudflare-worker-jwt",
  "aws-jwt-verify",
  "fast-jwt",
  "jsonwebtoken",
  "@node-rs/jsonwebtoken",
];

const ROW_HEIGHT = 184;
const MARGINS = { marginTop: 118, marginRight: 14, marginBottom: 34, marginLeft: 158 };

/** The picture of these contests, whose contenders have a `median`, as the text of an SVG. */
export function drawPlot(contests) {
  const bars = ROWS.flatMap(([work, alg, title]) =>
    HOSTS.flatMap((host) => barsOf(contests.find((one) => isOf(one, work, alg, host)), title)),
  );
  const titles = [...new Set(bars.map(({ title }) => title))];
  const hosts = HOSTS.filter((host) => bars.some((bar) => bar.host === host));
  const place = { x: "times", y: "name", fx: "host", fy: "title" };
  const svg = Plot.plot({
    width: 960,
    height: MARGINS.marginTop + MARGINS.marginBottom + ROW_HEIGHT * titles.length,
    ...MARGINS,
    style: { fontFamily: "system-ui, sans-serif", fontSize: "12px", color: INK },
    x: { domain: [0, LONGEST], label: null, insetRight: 66 },
    y: { domain: PLACES, label: null, padding: 0.16 },
    fx: { domain: hosts, axis: null, padding: 0.03 },
    fy: { domain: titles, axis: null, padding: 0.2 },
    marks: [
      Plot.gridX([2, 3, 4, 5], { stroke: LINE, strokeOpacity: 1 }),
      Plot.axisY({ ...AXIS, facetAnchor: "left" }),
      Plot.axisX([1, 2, 3, 4, 5], { ...AXIS, facetAnchor: "bottom", fill: FAINT, tickFormat: inTimes }),
      Plot.barX(bars, { ...place, fill: "colour", rx: 2 }),
      Plot.ruleX([1], { stroke: COLOURS.ours, strokeDasharray: "2,3" }),
      labels(bars.filter(({ name }) => name !== OURS), place, 400),
      labels(bars.filter(({ name }) => name === OURS), place, 700),
      ...titles.map((title) =>
        heading(title, { fx: hosts[0], fy: title, dx: 14 - MARGINS.marginLeft, dy: -7, fontSize: 13.5 }),
      ),
      ...hosts.map((host) => heading(host, { fx: host, fy: titles[0], dy: -32, fontSize: 15 })),
    ],
  });
  return finished(svg);
}

const AXIS = { tickSize: 0 };
const inTimes = (times) => `${times}×`;

/** Beside the bars, clear of the lines. */
function labels(bars, place, fontWeight) {
  const clear = { stroke: "white", strokeWidth: 4 };
  return Plot.text(bars, { ...place, ...clear, text: "label", textAnchor: "start", dx: 5, fill: INK, fontWeight });
}

function heading(text, { fx, fy, ...style }) {
  const where = { fx: () => fx, fy: () => fy, text: () => text };
  return Plot.text([text], { ...where, frameAnchor: "top-left", lineAnchor: "bottom", fontWeight: 700, ...style });
}

function isOf(contest, work, alg, host) {
  return contest.work === work && contest.alg === alg && contest.host === host;
}

function barsOf(contest, title) {
  if (contest === undefined) return [];
  const { host, contenders } = contest;
  const found = new Map(contenders.map((contender) => [placeOf(contender.name), contender.median]));
  // At once where it can: that is what a person would call.
  const ours = found.get(`${OURS}, at once`) ?? found.get(OURS);
  found.set(OURS, ours);
  return PLACES.filter((name) => found.has(name)).map((name) => {
    const time = found.get(name);
    const times = Math.min(time / ours, LONGEST);
    return { name, host, title, times, label: labelOf(time, ours), colour: colourOf(name) };
  });
}

function placeOf(name) {
  return name === "edge-jwt/full, at once" ? FULL : name;
}

function labelOf(time, ours) {
  const text = `${time.toFixed(time < 10 ? 1 : 0)} µs`;
  return time / ours > LONGEST ? `${text}, ${(time / ours).toFixed(0)}×` : text;
}

function colourOf(name) {
  if (name === OURS) return COLOURS.ours;
  return name === FULL ? COLOURS.full : COLOURS.peer;
}

/** On a card of its own, so that it can be read on a dark page too, and by itself. */
function finished(svg) {
  const card = { width: "100%", height: "100%", rx: 10, fill: "white" };
  svg.prepend(element("rect", card));
  svg.append(
    element("text", { x: 14, y: 34, "font-size": 19, "font-weight": 700 }, TITLE),
    element("text", { x: 14, y: 56, fill: FAINT }, SUBTITLE),
  );
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  return svg.outerHTML;
}

const TITLE = "How long it takes, in microseconds a token";
const SUBTITLE =
  `Shorter is faster. Bars are in multiples of edge-jwt's time on that host, cut at ${LONGEST}×. ` +
  "No bar: it does not run there, or lacks the algorithm.";

function element(name, attributes, text = "") {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  const all = { "text-anchor": "start", fill: INK, ...attributes };
  for (const [attribute, value] of Object.entries(all)) made.setAttribute(attribute, value);
  made.textContent = text;
  return made;
}
