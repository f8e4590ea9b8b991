// The demo as a person meets it, in Chromium: the chat by keyboard, the operator, two regions, the
// console. The regions look for newer lists every second.

import assert from "node:assert/strict";
import { after, test } from "node:test";

import { at } from "../../scripts/steps.mjs";
import { openWorld } from "./world.mjs";

const world = await openWorld({ pollSeconds: 1, publishSeconds: 2 });
after(() => world.close());

test("a guest signs in by keyboard, is told who they are, and signs out", async (t) => {
  const { page, text, tabTo, noFaults } = await world.open(t);
  await tabTo("#text");
  await page.keyboard.type("Is anybody there?");
  await page.keyboard.press("Enter");
  await page.getByText("accepted, from a guest").waitFor();
  await tabTo("#name");
  await page.keyboard.type("Ada");
  await page.keyboard.press("Enter");
  await page.getByText("You are Ada").waitFor();
  // The message field has the focus next.
  await page.waitForFunction(() => document.activeElement.id === "text");
  await page.keyboard.type("Hello");
  await page.keyboard.press("Enter");
  await page.getByText("accepted, from Ada").waitFor();
  assert.match(await text("#life-text"), /^Token good for [12]:\d\d$/);
  assert.equal(await text("#verified"), "Verified in this page");
  await tabTo("#sign-out");
  await page.keyboard.press("Enter");
  await page.locator("#speaker", { hasText: "Signed out" }).waitFor();
  await tabTo("#start");
  await page.keyboard.press("Enter");
  await page.getByText("You are a guest").waitFor();
  noFaults();
});

test("the session renews its token before its end", async (t) => {
  const { page, send, signIn, text, noFaults } = await world.open(t, { clock: true });
  await signIn("Rena");
  const before = await text("#watched");
  await page.clock.fastForward(100_000);
  await page.getByText("The token was renewed").waitFor();
  assert.equal(await send("Still me?"), "accepted, from Rena");
  assert.notEqual(await text("#watched"), before, "the regions are asked about the new token");
  noFaults();
});

test("a sign-in that is thrown out is refused with its code, until it is taken back", async (t) => {
  const { page, send, signIn, text, tabTo, regionSays, button, noFaults } = await world.open(t);
  await signIn("Bea");
  assert.equal(await send("One"), "accepted, from Bea");
  await regionSays("helsinki", "Accepted");
  await tabTo('[aria-label="Revoke this sign-in in Helsinki"]');
  await page.keyboard.press("Enter");
  await regionSays("helsinki", "Refused: revoked_family");
  assert.equal(await send("Two"), "refused: revoked_family");
  assert.equal(await text("#speaker"), "Signed out", "there is no renewing what is thrown out");
  await button("Take back in Helsinki").click();
  await regionSays("helsinki", "Accepted");
  await regionSays("sydney", "Accepted");
  noFaults();
});

test("a token thrown out alone is followed by another", async (t) => {
  const { page, send, signIn, revoke, takeBackAll, regionSays, noFaults } = await world.open(t);
  await signIn("Cleo");
  await revoke("access", "member:cleo", "jti");
  await regionSays("helsinki", "Refused: revoked_token");
  assert.equal(await send("And now?"), "accepted, from Cleo");
  await page.getByText("The token was refused; the session has another").waitFor();
  await takeBackAll();
  noFaults();
});

const WAYS = {
  jti: "revoked_token",
  record: "revoked_token",
  session: "revoked_session",
  family: "revoked_family",
  sub: "revoked_subject",
  client: "suspended_client",
  kid: "revoked_key",
  tenant: "revoked_tenant",
  all: "revoked_issuer",
};

test("the operator throws out by each way of the dialog, and takes it back", async (t) => {
  const { signIn, revoke, takeBackAll, regionSays, noFaults } = await world.open(t);
  await signIn("Dora");
  for (const [by, code] of Object.entries(WAYS)) {
    await revoke("access", "member:dora", by);
    await regionSays("helsinki", `Refused: ${code}`);
    await takeBackAll();
    await regionSays("helsinki", "Accepted");
  }
  noFaults();
});

test("where a signing key is thrown out, the other one signs", async (t) => {
  const { page, signIn, revoke, takeBackAll, regionSays, noFaults } = await world.open(t);
  await signIn("Edda");
  await revoke("access", "member:edda", "kid");
  await regionSays("helsinki", "Refused: revoked_key");
  await page.locator("#sign-out").click();
  await signIn("Eddas sister");
  await regionSays("helsinki", "Accepted");
  await page.locator("#take-token").click();
  assert.match(await page.locator("#header").inputValue(), /"kid": "tokens-1"/);
  await takeBackAll();
  noFaults();
});

test("what one region throws out, the other refuses after its next list", async (t) => {
  const { page, signIn, regionSays, takeBackAll, noFaults } = await world.open(t);
  await signIn("Fay");
  await page.getByLabel("Sydney", { exact: true }).check();
  await page.getByRole("button", { name: "Revoke this sign-in in Sydney" }).click();
  await regionSays("sydney", "Refused: revoked_family");
  await regionSays("helsinki", "Refused: revoked_family");
  const [helsinki, sydney] = await page.locator("#list tr:first-child td").allInnerTexts();
  assert.ok(Number(helsinki) >= 2 && Number(sydney) >= 2, "both stand at a newer list");
  await page.locator("#feed li", { hasText: "throws out family" }).first().waitFor();
  await page.locator("#feed li", { hasText: "Helsinki" }).first().waitFor();
  await takeBackAll();
  noFaults();
});

test("a region that does not answer is not shown as accepting", async (t) => {
  const { page, regionSays } = await world.open(t);
  await regionSays("sydney", "Accepted");
  await page.route("**/sydney/api/watch", (route) => route.abort());
  await regionSays("sydney", "No answer");
  await regionSays("helsinki", "Accepted");
  await page.unroute("**/sydney/api/watch");
  await regionSays("sydney", "Accepted");
});

test("the operator publishes, and the list's number goes up", async (t) => {
  const { page, button, text, noFaults } = await world.open(t);
  await page.locator("#list tr:first-child td:nth-child(2)", { hasText: /^\d+$/ }).waitFor();
  const before = Number(await text("#list tr:first-child td:nth-child(2)"));
  await button("Publish now").click();
  await page.locator("#announcement", { hasText: "Published list" }).waitFor();
  const [seq] = (await text("#announcement")).match(/\d+/);
  assert.ok(Number(seq) > before);
  await page.locator("#feed li", { hasText: `published list ${seq}` }).waitFor();
  noFaults();
});

test("the console tells an edited claim, a policy that is not met, and the code of it", async (t) => {
  const { page, signIn, text, noFaults } = await world.open(t);
  await signIn("Gwen");
  await page.locator("#take-token").click();
  const says = (words) => page.locator("#verdict-text", { hasText: words }).waitFor();
  await says("Accepted");

  const claims = await page.locator("#claims").inputValue();
  await page.locator("#claims").fill(claims.replace('"Gwen"', '"Root"'));
  await says("Refused: invalid_signature");
  await page.locator("#claims").fill("{");
  await says("That is no JSON");
  await page.locator("#take-token").click();
  await says("Accepted");
  await page.locator("#claims").fill(claims);
  await says("Accepted");
  const header = await page.locator("#header").inputValue();
  await page.locator("#header").fill(header.replace("ES256", "none"));
  await says("Refused: unsupported_algorithm");
  await page.locator("#header").fill(header);

  await page.locator("#audience").fill("another");
  await says("Refused: wrong_audience");
  await page.locator("#audience").fill("");
  await says("Accepted");
  assert.match(await text("#code"), /audience: null,/);
  await page.locator("#shift").fill("3");
  await says("Refused: expired");
  await page.locator("#tolerance").fill("600");
  await says("Accepted");
  await page.locator("#tolerance").fill("601");
  await says("The policy is not whole");
  noFaults();
});

test("the code that the console shows does what the console did", async (t) => {
  const { page, signIn, text, noFaults } = await world.open(t);
  await signIn("Hal");
  await page.locator("#take-token").click();
  const token = await page.locator("#token").inputValue();
  await page.locator("#asks-list").uncheck();
  const policies = [
    [{}, "Accepted"],
    [{ issuer: "https://other.example" }, "Refused: wrong_issuer"],
    [{ issuer: "", shift: "10" }, "Refused: expired"],
    [{ issuer: "", shift: "10", tolerance: "600" }, "Accepted"],
  ];
  for (const [fields, verdict] of policies) {
    for (const [id, value] of Object.entries(fields)) await page.locator(`#${id}`).fill(value);
    await page.locator("#verdict-text", { hasText: verdict }).waitFor();
    const decision = await run(await text("#code"), token);
    assert.equal(decision.ok ? "Accepted" : `Refused: ${decision.code}`, verdict);
  }
  noFaults();
});

test("the console asks the list, if it is to, and so does its code", async (t) => {
  const { page, signIn, text, button, regionSays, takeBackAll, noFaults } = await world.open(t);
  await signIn("Ivo");
  await page.locator("#take-token").click();
  const token = await page.locator("#token").inputValue();
  const says = (words) => page.locator("#verdict-text", { hasText: words }).waitFor();
  await says("Accepted");
  assert.equal((await run(await text("#code"), token)).ok, true);
  await button("Revoke this sign-in in Sydney").click();
  await regionSays("sydney", "Refused: revoked_family");
  await says("Refused: revoked_family");
  assert.equal((await run(await text("#code"), token)).code, "revoked_family");
  await page.locator("#asks-list").uncheck();
  await says("Accepted");
  assert.equal((await run(await text("#code"), token)).ok, true);
  await takeBackAll();
  noFaults();
});

/** Runs the code as it stands, but for where the package and the demo are. */
async function run(code, token) {
  const fileOf = (path) => JSON.stringify(`file://${at("target/npm/edge-jwt/lib", path)}`);
  const placed = code
    .replace('"edge-jwt"', fileOf("hosts/node.js"))
    .replace('"edge-jwt/lists"', fileOf("lists/index.js"))
    .replaceAll('fetch("/', `fetch("${world.address}`);
  const page = `const location = { href: ${JSON.stringify(world.address)} };`;
  const script = `const token = ${JSON.stringify(token)};\n${page}\n${placed}\nexport { decision };`;
  const { decision } = await import(`data:text/javascript,${encodeURIComponent(script)}`);
  return decision;
}

test("the history is sorted by its headings, and paged", async (t) => {
  const { page, signIn, button, noFaults } = await world.open(t);
  for (const name of ["Ines", "Jo", "Kim"]) {
    await signIn(name);
    await page.locator("#sign-out").click();
    await page.locator("#speaker", { hasText: "Signed out" }).waitFor();
  }
  const column = (place) => page.locator(`#history tr td:nth-child(${place})`).allInnerTexts();
  const heading = page.getByRole("columnheader", { name: "Whose" });

  await button("Whose").click();
  await page.locator('th[aria-sort="ascending"]', { hasText: "Whose" }).waitFor();
  const first = await column(2);
  assert.equal(first.length, 6);
  assert.deepEqual(first, [...first].sort());
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Whose", "it keeps the focus");

  await button("Next").click();
  await page.getByText(/^Page 2 of \d+, \d+ tokens$/).waitFor();
  const second = await column(2);
  assert.ok(second[0] >= first.at(-1), "the next page goes on");

  await button("Whose").click();
  await page.locator('th[aria-sort="descending"]', { hasText: "Whose" }).waitFor();
  await page.getByText(/^Page 1 of /).waitFor();
  assert.equal(await heading.getAttribute("aria-sort"), "descending");
  const last = await column(2);
  assert.deepEqual(last, [...last].sort().reverse());
  assert.notDeepEqual(last, first);
  noFaults();
});

test("a key pair is shown once, gets a token, stops, comes back and is thrown out", async (t) => {
  const { page, button, regionSays, revoke, text, takeBackAll, noFaults } = await world.open(t);
  await page.locator("#pair-name").fill("Till");
  await page.locator("#pair-name").press("Enter");
  const secret = await text("#secret");
  await button("Get a token with it").click();
  await page.locator("#watched", { hasText: "the token without jti of program:Till" }).waitFor();
  await regionSays("helsinki", "Accepted");
  await button("I have kept it").click();
  const isShown = (await page.content()).includes(secret);
  assert.equal(isShown, false, "the page has forgotten the secret");

  await button("Stop: Till").click();
  await regionSays("helsinki", "Refused: revoked_credential");
  await button("Take in again: Till").click();
  await regionSays("helsinki", "Accepted");
  await revoke("program", "program:Till", "record");
  await regionSays("helsinki", "Refused: revoked_token");
  await takeBackAll();
  await revoke("program", "program:Till", "key");
  await regionSays("helsinki", "Refused: revoked_credential");
  await takeBackAll();
  await regionSays("helsinki", "Accepted");

  const old = await page.locator("#pairs code").innerText();
  await button("New secret: Till").click();
  await page.locator("#pairs code", { hasNotText: old }).waitFor();
  assert.notEqual(await text("#secret"), secret);
  await regionSays("helsinki", "Refused: revoked_credential");
  await button("Get a token with it").click();
  await regionSays("helsinki", "Accepted");
  await button("Throw out: Till").click();
  await regionSays("helsinki", "Refused: revoked_credential");
  await page.locator("#pairs-table").waitFor({ state: "hidden" });
  assert.equal(await page.locator("#shown-once").isHidden(), true);
  noFaults();
});
