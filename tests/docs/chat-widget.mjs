// What docs/chat-widget.md has a person do in two tabs.

import assert from "node:assert/strict";

import { launchChromium } from "../package/browser.mjs";

export async function chat(t, { here }) {
  const browser = await launchChromium();
  t.after(() => browser.close());
  const context = await browser.newContext();
  const address = here("http://localhost:8787");
  const open = async () => {
    const page = await context.newPage();
    await page.goto(address);
    return page;
  };
  const is = (page, name) => page.locator("#who", { hasText: new RegExp(`^${name}$`) }).waitFor();
  const say = async (page, text) => {
    await page.fill("#say input", text);
    const asked = page.waitForRequest(`${address}/messages`);
    await page.click("#say button");
    return (await asked).allHeaders();
  };
  const [first, second] = [await open(), await open()];
  for (const page of [first, second]) await is(page, "guest");
  await say(second, "hello");
  await second.getByText("guest: hello").waitFor();

  await first.fill("[name=username]", "ada");
  await first.fill("[name=password]", "a wrong password");
  await first.click("#sign-in button");
  await is(first, "guest");
  await first.fill("[name=password]", "a long password");
  await first.click("#sign-in button");
  for (const page of [first, second]) await is(page, "ada");
  const { authorization } = await say(second, "it is me");
  await second.getByText("ada: it is me").waitFor();

  const ask = async () => (await fetch(`${address}/messages`, { headers: { authorization } })).status;
  assert.equal(await ask(), 200);
  const told = first.waitForResponse(`${address}/sign-out`);
  await first.click("#sign-out");
  await told;
  for (const page of [first, second]) await is(page, "nobody");
  assert.equal(await ask(), 401, "a token that was taken along is worth nothing");

  await second.click("#start");
  await is(second, "guest");
}
