// The README's examples, run as they stand on the host that each is for.

import assert from "node:assert/strict";
import { createHmac, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { startWorker } from "../../scripts/worker.mjs";
import { launchChromium, serveFolder } from "../package/browser.mjs";
import { installInto } from "../package/install.mjs";
import { blocksOf, runScript } from "./page.mjs";

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

/** The examples, each with the host that its mark names. */
const examples = blocksOf(readme);

function example(host) {
  const found = examples.find(({ name }) => name === host);
  assert.ok(found, `the README has an example for ${host}`);
  return found.text;
}

function token(secret, sub) {
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const exp = Math.floor(Date.now() / 1000) + 60;
  const claims = { iss: "https://me.example", aud: "api", sub, exp };
  const input = `${encode({ alg: "HS256", kid: "2026-11" })}.${encode(claims)}`;
  return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
}

for (const { name, text } of examples.filter(({ name }) => /^node\b/.test(name))) {
  test(`the example "${name}" prints what it says it prints`, async () => {
    const folder = installInto("readme-node", { texts: { "main.mjs": text } });
    await runScript(folder, "main.mjs", text);
  });
}

test("the example for Workers guards its route", async () => {
  const folder = installInto("readme-workerd", { texts: { "worker.mjs": example("workerd") } });
  const secret = randomBytes(32);
  const bindings = { JWT_SECRET: secret.toString("base64") };
  const { address, stop } = await startWorker({ entry: join(folder, "worker.mjs"), bindings });
  try {
    const get = (headers) => fetch(address, { headers });
    const withToken = (sub) => get({ authorization: `Bearer ${token(secret, sub)}` });
    assert.equal(await (await withToken("user-1")).text(), "Hello, user-1");
    assert.equal((await (await withToken("user-2")).json()).code, "revoked_subject");
    assert.equal((await (await get({})).json()).code, "missing_token");
  } finally {
    await stop();
  }
});

test("the example for browsers reads its token", async () => {
  // What a bundler or an import map does for a user: the bare name becomes the package's file.
  const code = example("browser").replace('"edge-jwt"', '"/node_modules/edge-jwt/lib/hosts/browser.js"');
  const folder = installInto("readme-browser", {
    texts: { "page.mjs": code, token: token(randomBytes(32), "user-1") },
  });
  const server = await serveFolder(folder);
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.goto(server.page("page.mjs", "script-src 'self' 'wasm-unsafe-eval'"));
    await page.getByText("You are user-1").waitFor();
  } finally {
    await browser.close();
    await server.stop();
  }
});

/** The codes of a union of types, by its file. */
function codesOf(file, type) {
  const text = readFileSync(new URL(`../../pkg-template/src/${file}`, import.meta.url), "utf8");
  const [union] = text.split(`export type ${type} =`)[1].split(";");
  return [...union.matchAll(/\| "(\w+)"/g)].map(([, code]) => code);
}

test("the tables of codes in docs/decisions.md are the whole lists", () => {
  const page = readFileSync(new URL("../../docs/decisions.md", import.meta.url), "utf8");
  const listedUnder = (heading) => {
    const [section] = page.split(`\n## ${heading}\n`)[1].split("\n## ");
    return [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, code]) => code);
  };
  assert.deepEqual(listedUnder("All codes"), codesOf("types.ts", "Code"));
  assert.deepEqual(listedUnder("What throws"), codesOf("errors.ts", "SetupErrorCode"));
});
