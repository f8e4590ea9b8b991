// The README's examples, run as they stand on the host that each is for.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHmac, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { startWorker } from "../../scripts/worker.mjs";
import { launchChromium, serveFolder } from "../package/browser.mjs";
import { installInto } from "../package/install.mjs";

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

/** The code block that follows the mark of a host. */
function example(host) {
  const [, code] = readme.split(`<!-- runs: ${host} -->\n\`\`\`js\n`);
  assert.ok(code, `the README has an example for ${host}`);
  return code.split("```")[0];
}

function token(secret, sub) {
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const exp = Math.floor(Date.now() / 1000) + 60;
  const claims = { iss: "https://me.example", aud: "api", sub, exp };
  const input = `${encode({ alg: "HS256", kid: "2026-11" })}.${encode(claims)}`;
  return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
}

const PRINTING = [...readme.matchAll(/<!-- runs: (node\b.*) -->/g)].map(([, name]) => name);

for (const name of PRINTING) {
  test(`the example "${name}" prints what it says it prints`, () => {
    const code = example(name);
    const cwd = installInto("readme-node", { texts: { "main.mjs": code } });
    const { stdout, stderr } = spawnSync("node", ["main.mjs"], { cwd, encoding: "utf8" });
    const promised = [...code.matchAll(/console\.log\(.*\/\/ (.+)/g)].map(([, text]) => text);
    assert.equal(stderr, "");
    assert.deepEqual(stdout.trim().split("\n"), promised);
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

test("the README's table of codes is the whole list", () => {
  const types = readFileSync(new URL("../../pkg-template/src/types.ts", import.meta.url), "utf8");
  const union = types.split("export type Code =")[1].split(";")[0];
  const codes = [...union.matchAll(/"(\w+)"/g)].map(([, code]) => code);
  const table = readme.split("## Decisions")[1].split("Checks run")[0];
  const rows = table.split("\n").filter((line) => /^\| `/.test(line));
  const listed = rows.flatMap((row) => [...row.split("|")[2].matchAll(/`(\w+)`/g)].map(([, code]) => code));
  assert.deepEqual(listed, codes);
});
