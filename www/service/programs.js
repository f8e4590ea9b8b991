// The programs' part: key pairs, by which programs get tokens: made, shown once, stopped and thrown
// out. What follows for their tokens, the package says; here it is only carried out.

import { json, textOf } from "edge-jwt/service";

import { takeBack, throwOut } from "./announcing.js";
import { note } from "./events.js";
import { isName, noKeyLeft } from "./visitors.js";

/** Whose pairs these are: the demo has one operator. */
const OWNER = 1;

const PLACES = { azp: "back-office", tenant: "back-office" };

export function programs(desk) {
  return (ground) => {
    const at = { ...desk, ...ground };
    return {
      base: "/api",
      routes: [
        { method: "GET", path: "/operator/pairs", answer: () => listPairs(at) },
        { method: "POST", path: "/operator/pairs", answer: ({ fields }) => createPair(at, fields) },
        { method: "POST", path: "/operator/pairs/change", answer: ({ fields }) => changePair(at, fields) },
        {
          method: "POST",
          path: "/programs/token",
          guesses: "counted",
          answer: ({ fields }) => giveToken(at, fields),
        },
      ],
    };
  };
}

/** Without their hashes. */
async function listPairs({ pairs, store }) {
  return json(200, { pairs: pairs.list(await store.pairs.ofOwner(OWNER)) });
}

/** The only answer that ever holds the secret. */
async function createPair(at, fields) {
  const name = textOf(fields, "name");
  if (!isName(name)) return json(400, { message: "a name of 1 to 40 characters is needed" });
  const { secret, record } = at.pairs.create({ owner: OWNER, name: name.trim() });
  await at.store.pairs.put(record, null);
  await note(at, "pair", `makes the pair ${record.name}`);
  return json(200, { key: record.key, secret });
}

/** { key, change } */
async function changePair(at, fields) {
  const [key, change] = [textOf(fields, "key"), textOf(fields, "change")];
  const record = key && (await at.store.pairs.byKey(key));
  if (!record || !Object.hasOwn(CHANGES, change)) {
    return json(404, { message: "there is no such pair, or no such change" });
  }
  const answer = await CHANGES[change](at, record);
  if (answer === undefined) return json(409, { message: "the pair has changed meanwhile" });
  await note(at, "pair", `${SAID[change]} the pair ${record.name}`);
  return json(200, answer);
}

const SAID = {
  deactivate: "stops",
  reactivate: "takes in again",
  regenerate: "makes anew",
  revoke: "throws out",
};

const CHANGES = {
  deactivate: (at, record) => carryOut(at, record, at.pairs.deactivate(record)),
  reactivate: (at, record) => carryOut(at, record, at.pairs.reactivate(record)),
  regenerate: (at, record) => carryOut(at, record, at.pairs.regenerate(record)),
  async revoke(at, record) {
    const { entries } = at.pairs.revoke([record], record.key);
    const wasThere = await at.store.pairs.remove(record.key);
    if (wasThere) await throwOut(at, entries);
    return wasThere ? {} : undefined;
  },
};

/** Keeps the record as it is to be, and tells the list what follows. */
async function carryOut(at, was, { record, entries, unrevoke, secret }) {
  if (!(await at.store.pairs.put(record, was))) return undefined;
  if (unrevoke.length > 0) await takeBack(at, unrevoke);
  if (entries.length > 0) await throwOut(at, entries);
  return secret === undefined ? {} : { key: record.key, secret };
}

/** { key, secret }: a token without a jti, which names its pair. */
async function giveToken(at, fields) {
  const [key, secret] = [textOf(fields, "key") ?? "", textOf(fields, "secret") ?? ""];
  const found = key === "" ? null : await at.store.pairs.byKey(key);
  const decision = at.pairs.verify({ key, secret }, found);
  if (!decision.ok) {
    await note(at, "refusal", `a program: ${decision.code}`);
    return json(403, { code: decision.code, message: decision.message });
  }
  const { record } = decision;
  await at.store.pairs.put(record, found);
  const issuer = at.issuer();
  if (issuer === undefined) return noKeyLeft();
  const claims = { sub: `program:${record.name}`, ...PLACES, data: { user: { api_key: key } } };
  const made = await issuer.issue(claims, { jti: null });
  await at.keep({ ...made.record, tenant: claims.tenant, key });
  await note(at, "sign-in", `${claims.sub} gets a token`);
  return json(200, { token: made.token });
}
