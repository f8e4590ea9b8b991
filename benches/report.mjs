// Figures as Markdown: medians, spread, and what edge-jwt takes of each other's time.

/** The middle of the figures. */
export function median(times) {
  return times.toSorted((a, b) => a - b)[times.length >> 1];
}

/** Prints one table; `figures` holds microseconds a token by library, a figure a pass. */
export function printTable(title, figures) {
  const own = median(figures["edge-jwt"]);
  console.log(`\n| ${title} | µs per token | fastest to slowest pass | edge-jwt takes |`);
  console.log("|---|---|---|---|");
  for (const [name, times] of Object.entries(figures)) {
    const spread = `${Math.min(...times).toFixed(1)} to ${Math.max(...times).toFixed(1)}`;
    const ratio = name.startsWith("edge-jwt") ? "" : `${(own / median(times)).toFixed(2)} of it`;
    console.log(`| ${name} | ${median(times).toFixed(1)} | ${spread} | ${ratio} |`);
  }
}
