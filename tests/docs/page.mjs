// The blocks of a page that carry a mark, and whether what they print is what they promise.
//
// A mark is a comment on the line before its block, which a reader of the page does not see:
//   <!-- file: NAME -->     the block is a file of that name
//   <!-- runs: node ... --> a script; what its lines print stands behind them, `// so`
//   <!-- runs: sh -->       commands; what one prints stands behind it, `# so`
//   <!-- runs: sh until --> the same, to be repeated until they print it
//   <!-- stays: PORT -->    a command that goes on running, and listens on that port

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** A command that hangs fails, after so many milliseconds. */
const PATIENCE = { timeout: 60_000 };

const exec = promisify(execFile);

/** The marked blocks of a page, in its order. A mark without a block is one that nobody would run. */
export function blocksOf(page) {
  const blocks = page.matchAll(/^<!-- (file|runs|stays): (.+) -->\n```\w+\n([^]*?)^```$/gm);
  const marked = [...blocks].map(([, mark, name, text]) => ({ mark, name, text }));
  assert.equal(marked.length, page.match(/<!--/g)?.length ?? 0, "each mark stands right above its block");
  return marked;
}

/** The languages of the blocks that carry no mark. */
export function unmarkedIn(page) {
  const blocks = page.matchAll(/^(.*)\n```(\w+)\n[^]*?^```$/gm);
  return [...blocks].filter(([, before]) => !before.startsWith("<!--")).map(([, , language]) => language);
}

/** Runs a script of a folder and holds it to what the text of it promises. */
export async function runScript(folder, file, text) {
  const { stdout, stderr } = await exec("node", [file], { ...PATIENCE, cwd: folder });
  const promised = [...text.matchAll(/console\.log\(.*\/\/ (.+)/g)].map(([, said]) => said);
  assert.equal(stderr, "");
  assert.deepEqual(stdout.trim().split("\n"), promised);
}

/** Runs the commands of a block, one by one, and holds each to what stands behind it. */
export async function runCommands(folder, env, text) {
  for (const command of text.trim().split(/(?<!\\)\n/)) {
    const { stdout } = await exec("bash", ["-c", command], { ...PATIENCE, cwd: folder, env });
    const [, promised] = / # (.+)$/.exec(command) ?? [];
    if (promised !== undefined) assert.equal(stdout.trim(), promised, command);
  }
}
