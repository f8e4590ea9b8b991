// Tables as Markdown. A table has a name, a head, rows, and perhaps notes.

/** A table below its name and its notes. */
export function section({ name, notes = [], head, rows }) {
  const lines = [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  return [`### ${name}`, "", ...(notes.length > 0 ? [...notes, ""] : []), ...lines].join("\n");
}
