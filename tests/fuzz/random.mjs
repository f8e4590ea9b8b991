// Random numbers that can be had again: sfc32 (Chris Doty-Humphrey, PractRand), begun anew for each
// case from the seed and the number of the case, so that a case can be replayed alone.

/** A source whose `start(n)` begins the numbers of case `n`. */
export function seeded(seed) {
  let a = 0;
  let b = 0;
  let c = 0;
  let counter = 0;

  /** The next 32 bits. */
  function next() {
    const result = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + result;
    return result >>> 0;
  }

  function start(n) {
    [a, b, c, counter] = [seed, n, Math.floor(n / 2 ** 32), 1];
    for (let round = 0; round < 12; round += 1) next();
  }

  /** A whole number from 0 to below the limit. */
  const below = (limit) => Math.floor((next() / 2 ** 32) * limit);
  const pick = (list) => list[below(list.length)];
  return { start, below, pick };
}
