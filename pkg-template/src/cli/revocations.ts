// edge-jwt revocations show, check and diff: looking into lists.

import { type Claims, type Header, type KeySet, type ListPosition } from "../hosts/node.js";
import { type Refusal, type Revocations, SetupError, type Status, inspect } from "../hosts/node.js";
import * as args from "./command.js";
import { type Command, type Option, type Refused, isRefused } from "./command.js";
import { readToken } from "./files.js";
import { KEY_OPTIONS, keysOf, needKeys } from "./key-file.js";
import { changesBetween } from "./list-changes.js";
import { type ListFiles, allShards, loadShards } from "./list-files.js";
import { openList, placeOf, readList } from "./list-files.js";
import { json, lines, moment, spanText } from "./speech.js";

const LIST = "a list: its folder, or the file of its manifest";

/** Whose signature on a list is asked for. */
const PUBLISHER: Record<string, Option> = {
  ...KEY_OPTIONS,
  key: { ...KEY_OPTIONS.key, help: `${KEY_OPTIONS.key.help}, of who signed the list` },
};

/** What a list is, whoever may have signed it. */
export const SHOW: Command = {
  name: "revocations show",
  summary: "says what a list is: its place, its times, how much is in it",
  usage: "[--key FILE] LIST",
  words: { LIST },
  options: { ...PUBLISHER, now: args.NOW },
  notes: ["Without --key nobody has vouched for the list. One that has expired is shown too."],
  async run(given) {
    const [now, keys] = [args.now(given), keysOf(given)];
    const files = readList("LIST", args.word(given, 0));
    const size = await sizeOf(files, keys);
    if (isRefused(size)) return size;
    const { iss, iat, exp, ttl, epoch, seq } = files.claims;
    const unchecked = files.isSigned ? "not checked" : "none";
    const signature = keys === undefined ? unchecked : "good";
    const delta = files.delta()?.bytes;
    const shown = { ...size, shards: files.shards, delta: delta && `${delta} bytes` };
    const said = { issuer: iss, epoch, seq, iat, exp, ttl, signature, ...size };
    const text = lines({
      issuer: typeof iss === "string" ? iss : json(iss ?? null),
      list: `epoch ${epoch}, number ${seq}`,
      signature,
      signed: moment(iat, now),
      expires: moment(exp, now),
      "look again": typeof ttl === "number" ? `after ${spanText(ttl)}` : undefined,
      ...shown,
    });
    return { said: { ...said, shards: files.shards, delta: delta ?? null }, text };
  },
};

/** What a list that is relied on says of a token. */
export const CHECK: Command = {
  name: "revocations check",
  summary: "verifies a list, and says what it says of a token",
  usage: "--key FILE LIST TOKEN",
  words: { LIST, TOKEN: "a token, or - for one on standard input; its signature is not checked" },
  options: { ...PUBLISHER, now: args.NOW },
  notes: ["A token that is not good by the list is a refusal: exit code 1."],
  async run(given) {
    const [now, keys] = [args.now(given), needKeys(given)];
    const files = readList("LIST", args.word(given, 0));
    const token = await readToken(args.word(given, 1));
    const seen = inspect(token);
    if (!seen.ok) return refusedToken(seen);
    const list = await openList(files, { keys, now });
    if (isRefused(list)) return list;
    const fault = await loadShards(list, files, list.neededShards(token));
    if (fault !== undefined) return fault;
    const status = statusIn(list, seen, now, token);
    if ("code" in status) return refusedToken(status);
    if (status.status === "good") return { said: status, text: "good" };
    const by = "by" in status ? `, by ${status.by}` : "";
    return { refused: status, line: `${status.status}${by}` };
  },
};

/** The status of a token, or what is wrong with its claims. */
function statusIn(
  list: Revocations,
  { claims, header }: { claims: Claims; header: Header },
  now: number,
  token: string,
): Status | Refusal {
  try {
    return list.check(claims, header, now, token);
  } catch (error) {
    if (!(error instanceof SetupError) || error.option !== "claims") throw error;
    const message = error.message.replace(/^claims: /, "");
    return { ok: false, code: "invalid_claim", stage: "claims", message };
  }
}

function refusedToken(refusal: Refusal): Refused {
  return { refused: refusal, line: `${refusal.code}: ${refusal.message}` };
}

/** What changed from one list to another. */
export const DIFF: Command = {
  name: "revocations diff",
  summary: "says what changed from one list to another",
  usage: "[--key FILE] OLDER NEWER",
  words: { OLDER: LIST, NEWER: LIST },
  options: PUBLISHER,
  notes: [
    "Entries are fingerprints: how many were added, removed or changed in their terms can be " +
      "told, and not whose they are. Without --key nobody has vouched for the lists.",
  ],
  async run(given) {
    const keys = keysOf(given);
    const older = readList("OLDER", args.word(given, 0));
    const newer = readList("NEWER", args.word(given, 1));
    for (const files of [older, newer]) {
      const size = await sizeOf(files, keys);
      if (isRefused(size)) return size;
    }
    const [from, to] = [placeOf("OLDER", older), placeOf("NEWER", newer)];
    const { before, after, ...changes } = await changesBetween(older, newer);
    const order = orderOf(from, to);
    const base = newer.delta()?.claims.prev;
    const deltaFits = base === undefined ? null : base === older.claims.state;
    const text = lines({
      older: `epoch ${from.epoch}, number ${from.seq}`,
      newer: `epoch ${to.epoch}, number ${to.seq}`,
      order,
      entries: `${before} before, ${after} after`,
      ...changes,
      delta: { true: "from older to newer", false: "from another list" }[String(deltaFits)],
    });
    const follows = order === FOLLOWS;
    const places = { older: from, newer: to, follows, deltaFits };
    return { said: { ...places, before, after, ...changes }, text };
  },
};

const FOLLOWS = "newer follows older";

function orderOf(from: ListPosition, to: ListPosition): string {
  if (to.epoch !== from.epoch) return "the epochs differ: newer does not follow older";
  const steps = to.seq - from.seq;
  if (steps === 0) return "both have one number";
  if (steps < 0) return "newer comes before older";
  return steps === 1 ? FOLLOWS : `newer does not follow older: ${steps - 1} between`;
}

/** How much is in a list, by all its parts, as of when it was signed: it may have expired since. */
async function sizeOf(
  files: ListFiles,
  keys: KeySet | undefined,
): Promise<{ entries: number; bytes: number } | Refused> {
  const { iat } = files.claims;
  const signed = typeof iat === "number" && Math.abs(iat) < 1e11 ? iat : 0;
  const list = await openList(files, { keys, now: signed });
  if (isRefused(list)) return list;
  const fault = await loadShards(list, files, allShards(files));
  if (fault !== undefined) return fault;
  const { entries, published } = list.stats(signed);
  return { entries, bytes: published?.bytes ?? 0 };
}
