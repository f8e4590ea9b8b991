// A folder served on loopback, and headless Chromium to open its pages.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

import { chromium } from "playwright-core";

const TYPES = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts the browser that `npm test` found or installed. */
export function launchChromium(more = []) {
  return chromium.launch({ executablePath: process.env.EDGE_JWT_CHROMIUM, args: [...ARGS, ...more] });
}

/** Serves a folder; `page(script, csp)` is the address of a page that runs a script of it. */
export async function serveFolder(folder) {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, "http://localhost");
    const script = searchParams.get("script");
    if (script !== null) return sendPage(response, script, searchParams.get("csp"));
    return sendFile(response, join(folder, normalize(pathname)));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  return {
    origin,
    page: (script, csp) => `${origin}/?${new URLSearchParams({ script, csp })}`,
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}

function sendPage(response, script, csp) {
  response.setHeader("content-type", "text/html");
  response.setHeader("content-security-policy", csp);
  response.end(`<!doctype html><script type="module" src="/${script}"></script>`);
}

async function sendFile(response, path) {
  try {
    const octets = await readFile(path);
    response.setHeader("content-type", TYPES[extname(path)] ?? "application/octet-stream");
    response.end(octets);
  } catch {
    response.statusCode = 404;
    response.end("not found");
  }
}

/** Opens a page and waits for what it leaves in `window.answer`. */
export async function openPage(address) {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    const failed = new Promise((_, reject) => page.once("pageerror", reject));
    await page.goto(address);
    const answered = page.waitForFunction(() => window.answer !== undefined, undefined, { timeout: 60_000 });
    await Promise.race([answered, failed]);
    return await page.evaluate(() => window.answer);
  } finally {
    await browser.close();
  }
}
