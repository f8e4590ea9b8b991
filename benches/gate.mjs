// What a gate takes to decide on a request, by how many routes it has: the route, where the token
// is, and for the last figure a rule about roles. The token's own check is timed in works/verify.js.

import { Gate, Issuer, KeySet, Verifier } from "edge-jwt";

import { median } from "./report/figures.mjs";

const PASSES = 15;
const CALLS = 20_000;
const NOW = { now: 1700000000 };

/** Gates of 1 to 1000 routes on requests of each kind. */
export function measureGate() {
  const keys = new KeySet([{ alg: "HS256", secret: "s".repeat(32) }]);
  const verifier = new Verifier({ keys, issuer: null, audience: null, cache: {} });
  const issuer = new Issuer({ keys, accessTtl: 600 });
  const { token } = issuer.issueSync({ sub: "u1", user: { role: "agent" } }, NOW);
  return [
    {
      name: "A gate's decisions",
      notes: [`Medians of ${PASSES} passes, µs a request, for the last of so many routes.`],
      head: ["routes", "public", "no token", "token", "token and role", "the token alone"],
      rows: [1, 100, 1000].map((count) => [count, ...timeGate(verifier, token, count)]),
    },
  ];
}

function timeGate(verifier, token, count) {
  const gate = new Gate({ verifier, routes: routesOf(count) });
  const ask = (path, headers) => () => gate.checkSync({ method: "GET", url: path, headers }, NOW);
  const authorization = `Bearer ${token}`;
  const last = count - 1;
  const figures = [
    time(ask(`/open/v2/things${last}/12/parts`, {}), "public"),
    time(ask(`/api/v2/things${last}/12/parts`, {}), "deny"),
    time(ask(`/api/v2/things${last}/12/parts`, { authorization }), "allow"),
    time(ask(`/role/v2/things${last}/12/parts`, { authorization }), "allow"),
    time(() => ({ outcome: verifier.verifySync(token, NOW).ok && "allow" }), "allow"),
  ];
  return figures.map((figure) => figure.toFixed(2));
}

function routesOf(count) {
  const things = Array.from({ length: count }, (_, n) => `/v2/things${n}/{id}/parts`);
  const roles = { claim: "/user/role", allow: ["admin", "agent"] };
  return things.slice(0, Math.ceil(count / 3)).flatMap((_, n) => {
    const thing = things[count - 1 - n];
    return [
      { path: `/open${thing}`, access: "public" },
      { path: `/api${thing}`, access: "required" },
      { path: `/role${thing}`, access: "required", roles },
    ];
  });
}

/** Microseconds a call. */
function time(call, outcome) {
  const passes = [];
  for (let pass = -2; pass < PASSES; pass += 1) {
    const started = process.hrtime.bigint();
    for (let n = 0; n < CALLS; n += 1) {
      if (call().outcome !== outcome) throw new Error(`not ${outcome}`);
    }
    const taken = Number(process.hrtime.bigint() - started) / 1000 / CALLS;
    if (pass >= 0) passes.push(taken);
  }
  return median(passes);
}
