// The demo as a person meets it, by keyboard: sign in, send, revoke, be refused, be told why.

import assert from "node:assert/strict";
import { test } from "node:test";

import { startDemo } from "../../scripts/demo.mjs";
import { launchChromium } from "../package/browser.mjs";

test("a visitor signs in, is accepted, is revoked and is told why", async () => {
  const demo = await startDemo();
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    const faults = [];
    page.on("pageerror", (error) => faults.push(error.message));
    await page.goto(demo.address);
    const type = async (text) => {
      await page.keyboard.type(text);
      await page.keyboard.press("Enter");
    };
    const text = (selector) => page.locator(selector).innerText();

    // The name field has the focus from the start.
    await type("Ada");
    await page.locator("#compose").waitFor();
    assert.match(await text("#visitor"), /^Signed in as Ada, until /);

    await type("Hello");
    await page.locator('.message[data-state="accepted"]').waitFor();
    assert.match(await text(".message"), /Hello\s+accepted/);

    // What the operator sees: claims, time left, and a button that the keyboard reaches.
    assert.match(await text(".token .claims"), /sub\s+visitor:/);
    assert.match(await text(".token .time-text"), /^1[45]:\d\d left$/);
    assert.equal(await text(".token .chip"), "live");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Revoke");
    await page.keyboard.press("Enter");
    await page.locator('.token[data-state="revoked"]').waitFor();
    assert.equal(await text(".token .chip"), "revoked");

    await page.locator("#text").focus();
    await type("Still there?");
    await page.locator('.message[data-state="refused"]').waitFor();
    assert.match(await text('.message[data-state="refused"]'), /refused: revoked_token/);
    assert.equal(await text("#visitor"), "Signed out: the token has been revoked (revoked_token)");

    // A new sign-in is a new token, and good.
    await type("");
    await page.locator("#compose").waitFor();
    await type("Back again");
    await page.locator('.message[data-state="accepted"]').nth(1).waitFor();
    assert.deepEqual(faults, []);
  } finally {
    await browser.close();
    await demo.stop();
  }
});
