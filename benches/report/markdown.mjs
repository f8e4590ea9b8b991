// Tables as Markdown. A table has a name, a head, rows, and perhaps notes.

/** A table below its name and its notes. */
export function section({ name, notes = [], head, rows }) {
  return [`### ${name}`, "", ...(notes.length > 0 ? [...notes, ""] : []), table(head, rows)].join("\n");
}

export function table(head, rows) {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
