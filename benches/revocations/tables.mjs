// What was measured of lists, as tables.

import { median, quantile } from "../report/figures.mjs";
import { LOOKUPS } from "./lookups.mjs";
import { SHARD } from "./shards.mjs";

/** What was asked for, by the number of entries. */
const DEMANDS = {
  1_000_000: { octets: 5.5, load: 10, times: 50, lookup: 0.3 },
  10_000_000: { octets: 5.6, load: 100 },
};

export function sizesTable(rows) {
  return {
    name: "Lists, their size",
    head: ["entries", "octets an entry", "Set: of heap", "JSON: octets an entry", "rows a second", "build, ms"],
    rows: rows.map(({ entries, body, heap, jsonOctets, adding, building }) => [
      entries,
      (body.length / entries).toFixed(2),
      (heap / entries).toFixed(0),
      (jsonOctets / entries).toFixed(0),
      Math.round(entries / ((adding + building) / 1000)),
      building.toFixed(1),
    ]),
  };
}

export function loadsTable(rows) {
  return {
    name: "Lists, loading",
    notes: ["Medians in ms (and fastest to slowest); linear memory before, after one, and after all, in KiB."],
    head: [
      "entries",
      "load",
      "of that the host's digest",
      "load without it",
      "JSON.parse into a Set",
      "times faster",
      "linear memory",
    ],
    rows: rows.map(({ entries, times: { load, digest, withoutHost, parse }, linear }) => [
      entries,
      ...[load, digest, withoutHost, parse].map((times) => withSpread(times)),
      Math.round(median(parse) / median(load)),
      linear.map((octets) => octets >> 10).join(", "),
    ]),
  };
}

export function lookupsTable(rows) {
  return {
    name: "Lists, looking up",
    notes: [
      `Beside no list, µs a token: the median (and the middle half) of ${LOOKUPS.passes} differences, each of`,
      "one pass (a token that is thrown out is answered without its claims).",
    ],
    head: [
      "entries",
      "no list",
      "noise",
      "list: miss",
      "list: hit",
      "Set in customCheck: miss",
      "the same: hit",
      "Set.has alone, ns: miss, hit",
    ],
    rows: rows.map(({ entries, figures: { none, ...others }, has }) => [
      entries,
      withQuartiles(none),
      ...Object.values(others).map((times) => withQuartiles(differences(times, none))),
      `${has.miss.toFixed(0)}, ${has.hit.toFixed(0)}`,
    ]),
  };
}

function differences(times, none) {
  return times.map((time, pass) => time - none[pass]);
}

export function demandsTable(rows) {
  return {
    name: "Lists, what was asked for",
    head: [
      "entries",
      "octets an entry, at most",
      "load, ms, at most",
      "times faster, at least",
      "look-up, µs, at most",
    ],
    rows: rows.filter(({ entries }) => entries in DEMANDS).map(({ entries, body, times, figures }) => {
      const { octets, load, times: factor, lookup } = DEMANDS[entries];
      const loading = median(times.load);
      const added = median(differences(figures.miss, figures.none));
      return [
        entries,
        verdict(body.length / entries, octets, 2),
        verdict(loading, load, 1),
        factor === undefined ? "" : verdict(-median(times.parse) / loading, -factor, 0),
        lookup === undefined ? "" : verdict(added, lookup, 2),
      ];
    }),
  };
}

/** What was found, of what may be at most; of what must be at least, both are negative. */
function verdict(found, most, digits) {
  const isMet = found <= most ? "met" : "MISSED";
  return `${Math.abs(found).toFixed(digits)} of ${Math.abs(most)}: ${isMet}`;
}

export function shardsTable({ entries, manifest, body, shards, opening, loading, lookup, octets }) {
  const each = octets.reduce((sum, length) => sum + length) / shards.length;
  return {
    name: "Lists, in shards",
    notes: [
      `${entries} entries in ${shards.length} shards, each loaded and looked up in.`,
      ...wholeNotes(manifest, shards, each),
    ],
    head: ["what", "median (fastest to slowest)"],
    rows: [
      ["octets of a shard", withSpread(octets, 0)],
      ["octets an entry", ((each * shards.length) / entries).toFixed(2)],
      ["octets of the manifest, and of the list beside its shards", `${manifest.length}, ${body.length}`],
      ["loading that list, ms", withSpread(opening)],
      ["loading a shard, ms", withSpread(loading)],
      ["verify, thrown out by a shard, µs", withSpread(lookup)],
    ],
  };
}

/** What all the shards would take, where only some were tried. */
function wholeNotes(manifest, shards, each) {
  if (shards.length === SHARD.all) return [];
  const whole = ((each * SHARD.all) / 1e6).toFixed(0);
  const manifestOctets = manifest.length + Math.ceil((SHARD.all - shards.length) * 32 * (4 / 3) ** 2);
  return [
    `Computed, not run (\`npm run bench -- revocation --huge\` runs it): ${SHARD.all * SHARD.entries} entries in`,
    `${SHARD.all} such shards are ${whole} MB in all, with a manifest of about ${manifestOctets} octets; a shard`,
    "costs what it costs here.",
  ];
}

function withSpread(times, digits = 2) {
  const [middle, least, most] = [median(times), Math.min(...times), Math.max(...times)];
  return `${middle.toFixed(digits)} (${least.toFixed(digits)} to ${most.toFixed(digits)})`;
}

/** Of many short passes some were interrupted: the middle half of them tells the spread. */
function withQuartiles(times) {
  const [first, middle, third] = [0.25, 0.5, 0.75].map((share) => quantile(times, share));
  return `${middle.toFixed(2)} (${first.toFixed(2)} to ${third.toFixed(2)})`;
}
