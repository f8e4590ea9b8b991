// Whether two classes of inputs take different time, in the manner of dudect (Reparaz, Balasch and
// Verbauwhede 2017): measured in random order, the slowest left out, compared by Welch's t-test.

/** The share of all measurements that is kept: interruptions are in the slowest. */
const KEPT = 0.8;

/** Welch's t for two lists of times, each cropped at one common time. */
export function welch(times) {
  const all = times.flat().sort((one, two) => one - two);
  const limit = all[Math.floor(all.length * KEPT)];
  const [a, b] = times.map((list) => momentsOf(list.filter((time) => time < limit)));
  return (a.mean - b.mean) / Math.sqrt(a.variance / a.count + b.variance / b.count);
}

function momentsOf(list) {
  const mean = list.reduce((sum, time) => sum + time, 0) / list.length;
  const squares = list.reduce((sum, time) => sum + (time - mean) ** 2, 0);
  return { count: list.length, mean, variance: squares / (list.length - 1) };
}

/**
 * The times of `measurements` calls on inputs of two classes, chosen at random; each call is one
 * batch of a class's inputs, in turn, so that the clock's own grain matters little.
 */
export function measure(call, batches, measurements) {
  const times = [[], []];
  const turns = [0, 0];
  for (let n = 0; n < measurements; n += 1) {
    const which = Math.random() < 0.5 ? 0 : 1;
    const batch = batches[which][turns[which]++ % batches[which].length];
    const started = process.hrtime.bigint();
    for (const input of batch) call(input);
    times[which].push(Number(process.hrtime.bigint() - started));
  }
  return times;
}
