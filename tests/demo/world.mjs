// What the tests of the demo do as a person would: open the page, sign in, press, read. A page that
// throws, or writes an error to its console, fails the test that opened it.

import assert from "node:assert/strict";

import { startDemo } from "../../scripts/demo.mjs";
import { launchChromium } from "../package/browser.mjs";

/**
 * What browsers write to the console of themselves: a refused token is answered 401, and a delta that
 * there is none of 404.
 */
const EXPECTED = /\/api\/(messages|refresh|revocations\/delta\/\d+)$/;

/** The demo and a browser, for as long as the tests of a file run. */
export async function openWorld(options) {
  const demo = await startDemo(options);
  const browser = await launchChromium();
  return {
    address: demo.address,
    open: (t, context) => openPage(t, browser, demo.address, context),
    close: async () => {
      await browser.close();
      await demo.stop();
    },
  };
}

async function openPage(t, browser, address, { clock = false, ...options } = {}) {
  const context = await browser.newContext({ reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  const faults = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => {
    const isExpected = EXPECTED.test(message.location().url);
    if (message.type() === "error" && !isExpected) faults.push(message.text());
  });
  t.after(() => context.close());
  if (clock) await page.clock.install();
  await page.goto(address);
  await page.getByText("You are a guest").waitFor();
  return personAt(page, faults);
}

/** What a person can do with a page. */
function personAt(page, faults) {
  const region = (name) => page.locator(`[data-region="${name}"]`);
  const person = {
    page,
    text: (selector) => page.locator(selector).innerText(),

    async signIn(name) {
      await page.locator("#name").fill(name);
      await page.locator("#name").press("Enter");
      await page.getByText(`You are ${name}`).waitFor();
      await page.locator("#watched", { hasText: `of ${name}` }).waitFor();
    },

    /** Sends a message, and answers what came of it. */
    async send(text) {
      await page.locator("#text").fill(text);
      await page.locator("#text").press("Enter");
      const message = page.locator(".message", { hasText: text });
      await message.locator('xpath=self::*[@data-state!="sending"]').waitFor();
      return message.locator(".outcome").innerText();
    },

    button: (name) => page.getByRole("button", { name }),

    /** Throws out the newest token of that kind of a person, by one of the dialog's ways. */
    async revoke(kind, sub, by) {
      await page.getByRole("button", { name: `Revoke the ${kind} token of ${sub}` }).first().click();
      await page.locator(`input[name="by"][value="${by}"]`).check();
      await page.getByRole("button", { name: "Revoke", exact: true }).click();
    },

    /** Takes back all that is thrown out. */
    async takeBackAll() {
      const buttons = page.locator("#entries button");
      await buttons.first().waitFor();
      while ((await buttons.count()) > 0) {
        const before = await buttons.count();
        await buttons.first().click();
        await page.waitForFunction(
          (count) => document.querySelectorAll("#entries button").length < count,
          before,
        );
      }
    },

    /** Waits until a region says that of the token watched. */
    regionSays: (name, words) => region(name).locator(".answer", { hasText: words }).waitFor(),

    /** Presses Tab until that has the focus. */
    async tabTo(selector) {
      for (let presses = 0; presses < 80; presses += 1) {
        await page.keyboard.press("Tab");
        const isThere = await page.evaluate((it) => document.activeElement.matches(it), selector);
        if (isThere) return;
      }
      assert.fail(`Tab never came to ${selector}`);
    },

    /** To be called last. */
    noFaults: () => assert.deepEqual(faults, []),
  };
  return person;
}
