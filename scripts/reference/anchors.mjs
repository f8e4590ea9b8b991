// By which names the headings of a Markdown page are linked to, as the places that show pages make them.

/** A page without its blocks, in which nothing is a heading or a link. */
export const withoutBlocks = (page) => page.replace(/^```[^]*?^```$/gm, "");

/** The names of a page's headings, of which the second of one name has a number, and of its anchors. */
export function anchorsOf(page) {
  const text = withoutBlocks(page);
  const anchors = new Set([...text.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id));
  const times = new Map();
  for (const [, heading] of text.matchAll(/^#+ (.+)$/gm)) {
    const name = heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-");
    const before = times.get(name) ?? 0;
    times.set(name, before + 1);
    anchors.add(before === 0 ? name : `${name}-${before}`);
  }
  return anchors;
}
