// Key pairs, by which programs get tokens: made, shown once, stopped and thrown out. What follows
// for their tokens, the package says; here it is only carried out.

import { note } from "./events.js";
import { json, readJson } from "./http.js";
import { announce, throwOut } from "./operator.js";

/** Whose pairs these are: the demo has one operator. */
const OWNER = 1;

/** GET /api/operator/pairs: without their hashes. */
export async function listPairs(request, { pairs, store }) {
  return json(200, { pairs: pairs.list(await store.pairs.ofOwner(OWNER)) });
}

/** POST /api/operator/pairs { name }: the only answer that ever holds the secret. */
export async function createPair(request, desk) {
  const { name } = await readJson(request);
  const isName = typeof name === "string" && /^.{1,40}$/u.test(name.trim());
  if (!isName) return json(400, { message: "a name of 1 to 40 characters is needed" });
  const { secret, record } = desk.pairs.create({ owner: OWNER, name: name.trim() });
  await desk.store.pairs.put(record, null);
  await note(desk, "pair", `makes the pair ${record.name}`);
  return json(200, { key: record.key, secret });
}

/** POST /api/operator/pairs/change { key, change } */
export async function changePair(request, desk) {
  const { key, change } = await readJson(request);
  const record = typeof key === "string" && key !== "" ? await desk.store.pairs.byKey(key) : null;
  if (record === null || !Object.hasOwn(CHANGES, change)) {
    return json(404, { message: "there is no such pair, or no such change" });
  }
  const answer = await CHANGES[change](desk, record);
  if (answer === undefined) return json(409, { message: "the pair has changed meanwhile" });
  await note(desk, "pair", `${SAID[change]} the pair ${record.name}`);
  return json(200, answer);
}

const SAID = {
  deactivate: "stops",
  reactivate: "takes in again",
  regenerate: "makes anew",
  revoke: "throws out",
};

const CHANGES = {
  deactivate: (desk, record) => carryOut(desk, record, desk.pairs.deactivate(record)),
  reactivate: (desk, record) => carryOut(desk, record, desk.pairs.reactivate(record)),
  regenerate: (desk, record) => carryOut(desk, record, desk.pairs.regenerate(record)),
  async revoke(desk, record) {
    const { entries } = desk.pairs.revoke([record], record.key);
    const wasThere = await desk.store.pairs.remove(record.key);
    if (wasThere) await throwOut(desk, ...entries);
    return wasThere ? {} : undefined;
  },
};

/** Keeps the record as it is to be, and tells the list what follows. */
async function carryOut(desk, was, { record, entries, unrevoke, secret }) {
  if (!(await desk.store.pairs.put(record, was))) return undefined;
  for (const selector of unrevoke) await desk.store.revocations.remove(selector);
  if (entries.length > 0) await throwOut(desk, ...entries);
  else await announce(desk);
  return secret === undefined ? {} : { key: record.key, secret };
}

/** POST /api/programs/token { key, secret }: a token without a jti, which names its pair. */
export async function giveToken(request, desk) {
  const { key, secret } = await readJson(request);
  const found = typeof key === "string" && key !== "" ? await desk.store.pairs.byKey(key) : null;
  const decision = desk.pairs.verify({ key, secret }, found);
  if (!decision.ok) {
    await note(desk, "refusal", `a program: ${decision.code}`);
    return json(403, { code: decision.code, message: decision.message });
  }
  const { record } = decision;
  await desk.store.pairs.put(record, found);
  const claims = { sub: `program:${record.name}`, azp: "back-office", tenant: "back-office" };
  const data = { user: { api_key: key } };
  const issuer = desk.issuer();
  if (issuer === undefined) return json(503, { message: "every signing key is thrown out" });
  const made = await issuer.issue({ ...claims, data }, { jti: null });
  await desk.store.tokens.add({ ...made.record, tenant: claims.tenant, key });
  await note(desk, "sign-in", `${claims.sub} gets a token`);
  return json(200, { token: made.token });
}
