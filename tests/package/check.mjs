// What the suites of all hosts compare with: nothing that a host might lack.

/** What a step throws; an error that says so if it throws nothing. */
export function thrownBy(misuse) {
  try {
    misuse();
  } catch (error) {
    return error;
  }
  return new Error("nothing was thrown");
}

/** Throws unless both are one value. */
export function same(found, expected, what = "") {
  if (Object.is(found, expected)) return;
  throw new Error(`${what}: expected ${String(expected)}, found ${String(found)}`);
}
