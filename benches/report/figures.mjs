// What is made of many figures.

/** The middle of the figures. */
export function median(figures) {
  return quantile(figures, 0.5);
}

/** The figure below which such a share of them is. */
export function quantile(figures, share) {
  const sorted = figures.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

/**
 * What one takes of another's time: the median of the passes' ratios, which a step in the machine's
 * speed between two passes does not touch, as it does the ratio of medians.
 */
export function ratio(own, other) {
  return median(own.map((figure, pass) => figure / other[pass]));
}
