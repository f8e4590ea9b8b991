// Mutated tokens: of every token must hold that there is no exception, an answer with a known code,
// and acceptance only of the very text of an honest token. The control token is accepted throughout.

import { mutate, mutateContent } from "./mutations.mjs";
import { signed } from "./sign.mjs";
import { mayPass, worldOf } from "./world.mjs";

/** What is tried with the tokens of one algorithm, in one build. */
export function tokenTrial(library, { alg, build, codes }) {
  const world = worldOf(library, alg, build === "full" || alg.startsWith("HS"));
  return {
    warmUp: async () => {
      for (const token of world.largest) await world.decide(token);
    },
    make: (random) => make(random, world),
    judge: (made, row) => judge(library, world, codes, made, row),
    control: async () =>
      (await world.decide(world.control)).ok === true ? undefined : "the control token was refused",
  };
}

function make(random, { alg, key, bases }) {
  // Only who holds the key reaches what lies behind the signature.
  if (key === undefined || random.below(8) > 0) return mutate(random, bases);
  const { header, payload, names } = mutateContent(random, bases);
  return { text: signed(alg, key, header, payload), names, isSigned: true };
}

/** What is wrong with the answers to a text, if anything is. */
async function judge(library, { alg, decide, honest }, codes, { text, isSigned }, row) {
  let decision;
  try {
    decision = decide(text);
    if (decision instanceof Promise) decision = await decision;
    library.inspect(text);
  } catch (error) {
    return `${error.name} was thrown`;
  }
  const { ok, code } = decision;
  if (ok === true && honest.has(text)) {
    row.honest += 1;
  } else if (ok === true) {
    if (!isSigned || !mayPass(alg, text)) return "it was accepted";
    row.signedAnew += 1;
  } else if (ok === false && codes.has(code)) {
    row.codes[code] = (row.codes[code] ?? 0) + 1;
  } else {
    return "the answer is none";
  }
  return undefined;
}
