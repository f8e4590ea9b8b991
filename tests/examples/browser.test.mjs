// The example for pages as it stands, in Chromium.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { launchChromium, serveFolder } from "../package/browser.mjs";
import { libraryIn, makeWorld, projectOf } from "./world.mjs";

const PAGE = "revocations-browser.html";

const folder = projectOf("browser", [PAGE]);
const world = await makeWorld(await libraryIn(folder));
const write = (name, content) => writeFileSync(join(folder, name), content);

function publish({ manifest, body }) {
  write("list.jwt", manifest);
  write("list.rvl", body);
}

test("a page notices that its visitor's session has ended elsewhere", async () => {
  write("list-keys.json", JSON.stringify(world.listJwks));
  write("token-keys.json", JSON.stringify(world.tokenJwks));
  write("token", await world.token({ sub: "visitor", sid: "session-1" }, { audience: "chat" }));
  publish(await world.list(1, [{ session: "session-2" }]));
  const server = await serveFolder(folder);
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    const [faults, warnings] = [[], []];
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("console", (message) => warnings.push(message.text()));
    // The half minute between two looks passes when the test says so.
    await page.clock.install();
    await page.goto(`${server.origin}/${PAGE}`);
    const passes = () => page.clock.fastForward(31_000);
    await page.getByText("You are signed in").waitFor();

    publish(await world.list(2, [{ session: "session-1" }]));
    await passes();
    await page.getByText("You have been signed out: revoked_session").waitFor();

    // A list turned back changes nothing.
    publish(await world.list(1, [{ session: "session-2" }]));
    await passes();
    while (!warnings.some((text) => text.includes("rollback"))) await page.waitForTimeout(50);
    await page.getByText("You have been signed out: revoked_session").waitFor();

    publish(await world.list(3, []));
    await passes();
    await page.getByText("You are signed in").waitFor();
    assert.deepEqual(faults, []);
  } finally {
    await browser.close();
    await server.stop();
  }
});
