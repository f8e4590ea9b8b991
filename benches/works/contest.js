// One piece of work and all that contend in it, on whatever host this runs.
//
// A contender has `fresh()`, what its next pass is given; `call(input)`, which is timed; and
// `isRight(answer)`. What a call throws is an answer too, undefined: a peer refuses by throwing.

/** A contest between these libraries; `works` are those of index.js. */
export function newContest(libraries, works) {
  let contenders;
  let inputs;
  return {
    /** Makes everything ready, and says who contends. */
    async open(name, alg) {
      const { counts, open } = works.find((work) => work.name === name);
      const able = libraries.filter((library) => library.algs.includes(alg));
      contenders = new Map(await open({ alg, count: counts[alg], libraries: able }));
      return [...contenders].map(([contender, { isSync }]) => ({ name: contender, isSync }));
    },
    async ready(name) {
      inputs = await contenders.get(name).fresh();
    },
    /** Goes over what `ready` made, and says how many calls that were. */
    pass: (name) => runPass(name, contenders.get(name), inputs),
  };
}

async function runPass(name, { call, isRight }, inputs) {
  for (const input of inputs) {
    let answer;
    let thrown;
    try {
      answer = call(input);
      if (answer instanceof Promise) answer = await answer;
    } catch (error) {
      answer = undefined;
      thrown = error;
    }
    if (!isRight(answer)) throw new Error(`${name} answered wrongly`, { cause: thrown });
  }
  return inputs.length;
}
