// Cold verification in workerd and in headless Chromium, beside jose, pass by pass in turn.
//
// workerd's clock stands still while a request is served, so a pass is one request over tokens that
// an earlier request brought, timed from outside; in Chromium a pass is timed in the page. Both make
// fresh strings in every pass, for all libraries alike.

import { mkdirSync } from "node:fs";

import { build } from "esbuild";

import { at } from "../scripts/steps.mjs";
import { startWorker } from "../scripts/worker.mjs";
import { launchChromium, serveFolder } from "../tests/package/browser.mjs";
import { printTable } from "./report.mjs";

const PASSES = 15;
const TOKENS = { HS256: 4000, RS256: 400, ES256: 200, EdDSA: 200 };
const MODULES = [at("target/npm"), at("benches/node_modules")];

/** Times `edge-jwt` and jose on both hosts. */
export async function benchHosts(library) {
  const jobs = await Promise.all(Object.entries(TOKENS).map((entry) => makeJob(library, entry)));
  await benchWorkerd(jobs);
  await benchChromium(jobs);
}

async function makeJob({ generateKey, KeySet, Issuer }, [alg, count]) {
  const jwk = await generateKey(alg, { kid: "bench" });
  const issuer = new Issuer({ keys: new KeySet([{ jwk }]), issuer: "me", audience: "api" });
  const claims = { sub: "a subject of usual length", scope: "chat:read chat:write" };
  const made = await Promise.all(Array.from({ length: count }, () => issuer.issue(claims)));
  return { alg, jwk: publicPart(jwk), tokens: made.map(({ token }) => token) };
}

function publicPart({ kty, alg, kid, k, n, e, crv, x, y }) {
  return JSON.parse(JSON.stringify({ kty, alg, kid, k, n, e, crv, x, y }));
}

async function benchWorkerd(jobs) {
  const { address, stop } = await startWorker({ entry: at("benches/worker.js"), modules: MODULES });
  try {
    const ask = async (path, init) => {
      const response = await fetch(new URL(path, address), init);
      if ((await response.text()) !== "ok") throw new Error(`${path} failed`);
    };
    for (const job of jobs) {
      await ask("/job", { method: "POST", body: JSON.stringify(job) });
      await timeJob("workerd", job, async (name) => {
        const started = performance.now();
        await ask(`/pass?name=${encodeURIComponent(name)}`);
        return performance.now() - started;
      });
    }
  } finally {
    await stop();
  }
}

async function benchChromium(jobs) {
  const folder = at("target/bench-page");
  mkdirSync(folder, { recursive: true });
  const options = { bundle: true, format: "esm", nodePaths: MODULES, outdir: folder };
  await build({ entryPoints: [at("benches/page.js")], ...options, logLevel: "warning" });
  const server = await serveFolder(folder);
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.goto(server.page("page.js", "script-src 'self' 'wasm-unsafe-eval'"));
    await page.waitForFunction(() => window.runPass !== undefined);
    for (const job of jobs) {
      await page.evaluate((given) => window.prepare(given), job);
      await timeJob("Chromium", job, (name) => page.evaluate((pass) => window.runPass(pass), name));
    }
  } finally {
    await browser.close();
    await server.stop();
  }
}

async function timeJob(host, { alg, tokens }, pass) {
  const figures = { "edge-jwt": [], jose: [], "crypto.subtle alone": [] };
  for (let n = -2; n < PASSES; n += 1) {
    for (const name of Object.keys(figures)) {
      const microseconds = (1000 * (await pass(name))) / tokens.length;
      if (n >= 0) figures[name].push(microseconds);
    }
  }
  printTable(`${alg} in ${host}`, figures);
}
