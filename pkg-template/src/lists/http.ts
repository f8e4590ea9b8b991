// Lists over HTTP: the routes that `answerList` answers, read from elsewhere.
//
// Nothing that comes from there is believed: a list is taken in by its signature. No more is read
// than may be, and for no longer.

import { SetupError, setup } from "../errors.js";
import { readUpTo } from "../octets.js";
import { readObject, refuseMembers } from "../options.js";
import { seqIn } from "./file.js";
import type { ListReader } from "./types.js";

/** How lists are fetched. */
export interface HttpListOptions {
  /** What fetches. Default: the host's `fetch`. */
  fetch?: typeof fetch;
  /** The largest list, in octets. Default 33554432, as that of `Revocations`. */
  maxBytes?: number;
  /** The longest that one fetch with its body may take, in milliseconds. Default 10000. */
  timeout?: number;
}

/** A number has at most so many digits. */
const POINTER = 16;

/** Lists at a URL, such as "https://me.example/revocations". */
export function httpLists(url: string | URL, options: HttpListOptions = {}): ListReader {
  const base = setup("url", () => new URL(url)).href.replace(/\/$/, "");
  const { ask, maxBytes, timeout } = readOptions(options);
  const get = async (name: string, most: number) => {
    const response = await ask(`${base}/${name}`, { signal: AbortSignal.timeout(timeout) });
    if (response.status === 404) return null;
    if (response.status !== 200) throw new Error(`${name}: the server answered ${response.status}`);
    const octets = response.body === null ? new Uint8Array() : await readUpTo(response.body, most);
    if (octets === undefined) throw new Error(`${name}: the answer is larger than ${most} octets`);
    return { octets, manifest: response.headers.get("list-manifest") ?? "" };
  };
  return {
    async latest() {
      const answer = await get("latest", POINTER);
      return answer && seqIn(new TextDecoder().decode(answer.octets));
    },
    async read(name) {
      const answer = await get(name, maxBytes);
      return answer && { manifest: answer.manifest, body: answer.octets };
    },
  };
}

function readOptions(options: HttpListOptions) {
  const members = readObject(options, "options");
  const { fetch: given, maxBytes = 1 << 25, timeout = 10_000, ...rest } = members;
  refuseMembers(rest);
  if (given !== undefined && typeof given !== "function") {
    throw new SetupError("fetch", "is not a function");
  }
  for (const [option, number] of Object.entries({ maxBytes, timeout })) {
    if (!Number.isSafeInteger(number) || (number as number) < 1) {
      throw new SetupError(option, "is not a whole number above 0");
    }
  }
  // Looked up at each call, and on the global object: browsers and workers refuse any other `this`.
  const ask = (given as typeof fetch | undefined) ?? ((input, init) => globalThis.fetch(input, init));
  return { ask, maxBytes: maxBytes as number, timeout: timeout as number };
}
