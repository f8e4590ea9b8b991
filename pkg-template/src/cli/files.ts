// Files, standard input and the environment, as options name them. What goes wrong is misuse that
// names the option: a value that is no file's name may be the secret itself.

import * as fs from "node:fs";

import { Misuse } from "./command.js";

/** Does something with a file; whatever the system says against it is misuse of that option. */
export function withFile<T>(what: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    throw fileMisuse(what, error);
  }
}

const PROBLEMS: Record<string, string> = {
  ENOENT: "is no file that is there",
  ENOTDIR: "is no file that is there",
  EISDIR: "is a folder",
  EACCES: "may not be read or written",
  EPERM: "may not be read or written",
  EEXIST: "is there already, and is not overwritten",
  ENOSPC: "cannot be written: there is no room",
  ENAMETOOLONG: "is no file's name",
  ERR_FS_FILE_TOO_LARGE: "is too large",
};

/** What went wrong with a file, without its name. */
export function fileMisuse(what: string, error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
  if (code === undefined || !/^E[A-Z_]+$/.test(code)) return error;
  return new Misuse(what, PROBLEMS[code] ?? `cannot be used (${code})`);
}

/** Octets of a file. */
export function readOctets(what: string, path: string): Uint8Array<ArrayBuffer> {
  return withFile(what, () => new Uint8Array(fs.readFileSync(path)));
}

/** Text of a file, or, where it is named "env:NAME", of the environment. */
export function readText(what: string, source: string): string {
  if (!source.startsWith("env:")) return withFile(what, () => fs.readFileSync(source, "utf8"));
  const value = process.env[source.slice(4)];
  if (value !== undefined && value !== "") return value;
  throw new Misuse(what, "names nothing in the environment");
}

/** So many octets of a token are read at least: enough for it to be called too large. */
const MAX_TOKEN = 1 << 16;

/** A token: the word itself, or what stands on standard input. */
export async function readToken(word: string): Promise<string> {
  return word === "-" ? (await readInput("TOKEN", word, MAX_TOKEN)).trim() : word;
}

/** Text of a file or, for "-", of standard input; what goes beyond `max` octets may be left out. */
export async function readInput(what: string, path: string, max: number): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of octetsOf(what, path)) {
    pieces.push(piece);
    length += piece.length;
    if (length > max) break;
  }
  return Buffer.concat(pieces).toString("utf8");
}

/** The octets of a file or, for "-", of standard input, piece by piece. */
export async function* octetsOf(what: string, path: string): AsyncGenerator<Buffer> {
  const pieces = { highWaterMark: 1 << 18 };
  const stream = path === "-" ? process.stdin : fs.createReadStream(path, pieces);
  try {
    yield* stream as AsyncIterable<Buffer>;
  } catch (error) {
    throw fileMisuse(what, error);
  }
}

/** Writes what nobody else may read, where nothing is yet. */
export function writePrivate(what: string, path: string, content: string): void {
  withFile(what, () => fs.writeFileSync(path, content, { flag: "wx", mode: 0o600 }));
}

/** Puts files into a folder, in their order, each as a whole; and takes others away at last. */
export function putFiles(
  what: string,
  files: [path: string, content: string | Uint8Array][],
  { folder, stale }: { folder: string; stale: string[] },
): void {
  withFile(what, () => {
    fs.mkdirSync(folder, { recursive: true });
    for (const [path, content] of files) {
      fs.writeFileSync(`${path}.new`, content);
      fs.renameSync(`${path}.new`, path);
    }
    for (const path of stale) fs.rmSync(path, { force: true });
  });
}
