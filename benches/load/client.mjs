// The process that asks: it is told what to do on a line of JSON, and answers with one.
//
// `rate` requests a second are sent at their time whether earlier ones have been answered or not, so
// that a worker that stalls is seen to; without a rate, each connection asks again at once.

import { Agent, request } from "node:http";
import { createInterface } from "node:readline";

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await ask(JSON.parse(line))));
}

/** Asks for so many seconds, and answers how that went. */
async function ask({ url, seconds, rate = null, connections = 64, tokens }) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const said = { sent: 0, wrong: {}, times: [] };
  const started = performance.now();
  const end = started + 1000 * seconds;
  const one = async (due) => {
    const { token, status } = tokens[said.sent++ % tokens.length];
    const got = await send(url, token, agent).catch((error) => error.code ?? error.message);
    if (got !== status) said.wrong[`${got} for ${status}`] = (said.wrong[`${got} for ${status}`] ?? 0) + 1;
    said.times.push(performance.now() - due);
  };
  if (rate === null) await Promise.all(Array.from({ length: connections }, () => again(one, end)));
  else await paced(one, started, end, rate);
  const taken = (performance.now() - started) / 1000;
  agent.destroy();
  return { sent: said.sent, wrong: said.wrong, perSecond: said.sent / taken, ...spread(said.times) };
}

async function again(one, end) {
  while (performance.now() < end) await one(performance.now());
}

async function paced(one, started, end, rate) {
  const all = [];
  for (let count = 0; ; ) {
    const now = performance.now();
    if (now >= end) break;
    for (; started + (1000 * count) / rate <= now; count += 1) all.push(one(started + (1000 * count) / rate));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(all);
}

function send(url, token, agent) {
  return new Promise((resolve, reject) => {
    const headers = token === null ? {} : { authorization: `Bearer ${token}` };
    const asked = request(url, { agent, headers, timeout: 10_000 }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode));
      response.on("error", reject);
    });
    asked.on("timeout", () => asked.destroy(new Error("timeout")));
    asked.on("error", reject);
    asked.end();
  });
}

/** Milliseconds: the middle, and what one in a hundred exceeds. */
function spread(times) {
  times.sort((one, two) => one - two);
  const at = (share) => times[Math.min(times.length - 1, Math.floor(share * times.length))];
  return { p50: at(0.5), p99: at(0.99), max: times.at(-1) };
}
