// How long it takes to refuse what goes beyond a limit, by a policy that lets in tokens of 1 MiB;
// the default policy refuses what is over 16 KiB unseen. What stands in signed claims is refused
// after the MAC over it, which takes most of the time.

import { KeySet, Verifier } from "edge-jwt";

import { LARGEST, SECRET, beyondLimits } from "../tests/package/limits.mjs";
import { median } from "./report/figures.mjs";

const PASSES = 25;

/** The refusals by the library, slowest last. */
export function measureLimits() {
  const keys = new KeySet([{ alg: "HS256", secret: SECRET }]);
  const policy = { keys, issuer: null, audience: null };
  const large = new Verifier({ ...policy, maxTokenBytes: LARGEST });
  const byDefault = new Verifier(policy);
  const rows = beyondLimits().map(({ name, token }) => {
    return { name, octets: token.length, ms: [time(large, token), time(byDefault, token)] };
  });
  rows.sort((one, two) => one.ms[0] - two.ms[0]);
  return [
    {
      name: "What goes beyond a limit",
      notes: [`Medians of ${PASSES} refusals.`],
      head: ["refused", "octets", "ms, up to 1 MiB let in", "ms, default policy"],
      rows: rows.map(({ name, octets, ms }) => [name, octets, ...ms.map((ms) => ms.toFixed(3))]),
    },
  ];
}

/** The middle of the passes, in milliseconds. */
function time(verifier, token) {
  const times = Array.from({ length: PASSES }, () => {
    const started = process.hrtime.bigint();
    if (verifier.verifySync(token).ok) throw new Error("it was not refused");
    return Number(process.hrtime.bigint() - started) / 1e6;
  });
  return median(times);
}
