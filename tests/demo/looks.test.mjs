// How the demo's page is to be seen and heard: on a phone and on a desk, in light and dark, by
// screen reader. Contrast is by WCAG 2.2, success criterion 1.4.3.

import assert from "node:assert/strict";
import { after, test } from "node:test";

import { openWorld } from "./world.mjs";

const world = await openWorld({ pollSeconds: 1 });
after(() => world.close());

/** The page with something of everything in it: accepted, refused, thrown out, shown once. */
async function openFull(t, options) {
  const person = await world.open(t, options);
  const { page, signIn, send, regionSays, button } = person;
  await signIn("Ada");
  await send("Hello");
  await page.locator("#pair-name").fill("Till");
  await page.locator("#pair-name").press("Enter");
  await page.locator("#secret").waitFor();
  await button("Revoke this sign-in in Helsinki").click();
  await regionSays("helsinki", "Refused");
  await send("Hello again");
  await page.locator("#claims").fill(`${await page.locator("#claims").inputValue()} `);
  await page.locator("#audience").fill("another");
  await page.locator("#verdict-text", { hasText: "Refused" }).waitFor();
  await page.locator("#feed .chip", { hasText: "refusal" }).first().waitFor();
  return person;
}

for (const colorScheme of ["light", "dark"]) {
  for (const width of [390, 1280]) {
    const name = `${colorScheme}, ${width} px wide`;
    const options = { colorScheme, viewport: { width, height: 844 } };

    test(`nothing is wider than the page, and all text stands out (${name})`, async (t) => {
      const { page, noFaults } = await openFull(t, options);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.equal(wide, width);
      assert.deepEqual(await page.evaluate(faintTexts), []);
      await page.getByRole("button", { name: /^Revoke the / }).first().click();
      assert.deepEqual(await page.evaluate(faintTexts), [], "in the dialog");
      noFaults();
    });
  }
}

/** Runs in the page: texts whose contrast is below 4.5, or 3 where they are large. */
function faintTexts() {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const luminanceOf = (color) => {
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue] = [...canvas.getImageData(0, 0, 1, 1).data].map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const paperOf = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const { backgroundColor } = getComputedStyle(at);
      if (backgroundColor !== "rgba(0, 0, 0, 0)") return backgroundColor;
    }
    return getComputedStyle(document.documentElement).backgroundColor;
  };
  const hasText = (element) =>
    element.matches("input, textarea")
    || [...element.childNodes].some(({ nodeType, data }) => nodeType === 3 && data.trim() !== "");
  const isSeen = (element) => element.checkVisibility() && !element.matches(":disabled, .visually-hidden *");
  const faint = [];
  for (const element of document.querySelectorAll("body *")) {
    if (!hasText(element) || !isSeen(element)) continue;
    const { color, fontSize, fontWeight } = getComputedStyle(element);
    const [one, other] = [luminanceOf(color), luminanceOf(paperOf(element))];
    const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    const size = parseFloat(fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(fontWeight) >= 700);
    if (contrast < (isLarge ? 3 : 4.5)) faint.push(`${element.textContent} ${contrast.toFixed(2)}`);
  }
  return faint;
}

const CONTROLS = ["button", "link", "textbox", "radio", "spinbutton", "table", "dialog", "region"];

test("every control, table and region has a name, and headings are in order", async (t) => {
  const { page, noFaults } = await openFull(t);
  const client = await page.context().newCDPSession(page);
  const check = async (where, least) => {
    const { nodes } = await client.send("Accessibility.getFullAXTree");
    const seen = nodes.filter(({ ignored }) => !ignored);
    const controls = seen.filter(({ role }) => CONTROLS.includes(role.value));
    assert.ok(controls.length >= least, `${where}: ${controls.length} controls`);
    const nameless = controls.filter(({ name }) => !name?.value?.trim());
    assert.deepEqual(nameless.map(({ role }) => role.value), [], where);
    return seen;
  };
  const seen = await check("the page", 40);
  const headings = seen.filter(({ role }) => role.value === "heading");
  const levelOf = ({ properties }) => properties.find(({ name }) => name === "level").value.value;
  const levels = headings.map(levelOf);
  assert.equal(levels[0], 1);
  levels.forEach((level, place) => assert.ok(place === 0 || level <= levels[place - 1] + 1, `${levels}`));
  await page.getByRole("button", { name: /^Revoke the / }).first().click();
  await check("the dialog", 8);
  noFaults();
});

test("the dialog is left by keyboard, and the focus goes back to where it was", async (t) => {
  const { page, tabTo, text, noFaults } = await openFull(t);
  await tabTo("#history button");
  const name = await page.evaluate(() => document.activeElement.ariaLabel);
  await page.keyboard.press("Enter");
  await page.locator("#revoke[open]").waitFor();
  await page.keyboard.press("ArrowDown");
  assert.equal(await page.evaluate(() => document.activeElement.value), "jti");
  // Somebody else comes meanwhile, so the table is made anew.
  const before = await text("#history-page");
  await page.evaluate(() => fetch("/sydney/api/visit", { method: "POST" }));
  await page.waitForFunction((was) => document.querySelector("#history-page").textContent !== was, before);
  await page.keyboard.press("Escape");
  await page.locator("#revoke").waitFor({ state: "hidden" });
  assert.equal(await page.evaluate(() => document.activeElement.ariaLabel), name);
  assert.equal(await page.locator("#history .chip", { hasText: "revoked: jti" }).count(), 0);
  noFaults();
});

test("what has the focus is seen to have it", async (t) => {
  const { page, noFaults } = await openFull(t);
  const bare = [];
  for (let presses = 0; presses < 45; presses += 1) {
    await page.keyboard.press("Tab");
    const seen = await page.evaluate(() => {
      const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
      const isSeen = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
      return isSeen ? undefined : document.activeElement.outerHTML.slice(0, 80);
    });
    if (seen !== undefined) bare.push(seen);
  }
  assert.deepEqual(bare, []);
  noFaults();
});

test("the page may do nothing that its CSP does not say", async (t) => {
  const { page } = await world.open(t);
  const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute("content");
  assert.match(policy, /^default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self';/);
  const loaded = () => performance.getEntriesByType("resource").map(({ name }) => name);
  const addresses = await page.evaluate(loaded);
  assert.ok(addresses.length > 2);
  for (const address of addresses) assert.ok(address.startsWith(world.address), address);
});
