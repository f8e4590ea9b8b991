// Whether inputs of two classes take different time, in the manner of dudect (Reparaz, Balasch and
// Verbauwhede 2017): classes in random order, the slowest measurements left out, Welch's t-test.
//
// What differs between the classes besides the inputs' content shows just as well, the place of a
// string in memory above all. So both classes come in pairs, and an input is made just before.

/** How many measurements in a row are divided by their median: the machine's speed changes. */
const WINDOW = 50;

/** The share of the measurements that is kept: the slowest were interrupted. */
const KEPT = 0.8;

/** Welch's t for the time that a call takes on the inputs of two classes, made of pairs. */
export function compareTimes(call, pairs, makeInput, count) {
  const measured = evened(measure(call, pairs, makeInput, count));
  const limit = quantile(measured.map(({ time }) => time), KEPT);
  const [a, b] = [0, 1].map((which) => {
    const kept = measured.filter((one) => one.which === which && one.time < limit);
    return moments(kept.map(({ time }) => time));
  });
  return (a.mean - b.mean) / Math.sqrt(a.variance / a.count + b.variance / b.count);
}

function measure(call, pairs, makeInput, count) {
  return Array.from({ length: count }, (_, n) => {
    const which = Math.random() < 0.5 ? 0 : 1;
    const input = makeInput(pairs[n % pairs.length][which]);
    const started = process.hrtime.bigint();
    call(input);
    return { which, time: Number(process.hrtime.bigint() - started) };
  });
}

function evened(measured) {
  const windows = Array.from({ length: Math.floor(measured.length / WINDOW) }, (_, n) =>
    measured.slice(n * WINDOW, (n + 1) * WINDOW),
  );
  return windows.flatMap((window) => {
    const median = quantile(window.map(({ time }) => time), 0.5);
    return window.map(({ which, time }) => ({ which, time: time / median }));
  });
}

function quantile(times, share) {
  return times.toSorted((one, two) => one - two)[Math.floor(times.length * share)];
}

function moments(times) {
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
  const squares = times.reduce((sum, time) => sum + (time - mean) ** 2, 0);
  return { count: times.length, mean, variance: squares / (times.length - 1) };
}
