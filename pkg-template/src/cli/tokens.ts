// edge-jwt issue, verify and inspect: one token at a time.

import { isRecord } from "../errors.js";
import { type Claims, type Decision, type IssueOptions, Issuer } from "../hosts/node.js";
import { type KeySet, type Revocations, Verifier } from "../hosts/node.js";
import { inspect as inspectToken } from "../hosts/node.js";
import * as args from "./command.js";
import { type Command, type Given, Misuse, type Refused, SPANS } from "./command.js";
import { isRefused, known } from "./command.js";
import { readInput, readToken } from "./files.js";
import { KEY_OPTIONS, KID, keysOf, needKeys, needSigner } from "./key-file.js";
import { loadShards, openList, readList } from "./list-files.js";
import { json, lines, moment } from "./speech.js";

const TOKEN = "a token, or - for one on standard input";

/** Makes a token. */
export const ISSUE: Command = {
  name: "issue",
  summary: "makes a token",
  usage: "--key FILE [OPTIONS]",
  words: {},
  options: {
    ...KEY_OPTIONS,
    kid: KID,
    issuer: { value: "I", help: "its iss" },
    audience: { value: "A", help: "its aud", isList: true },
    ttl: { value: "SPAN", help: `its life: ${SPANS} (default 1h)` },
    typ: { value: "TYP", help: "the typ of its header (default JWT)" },
    jti: { value: "JTI", help: "its jti (default: 128 random bits)" },
    claims: { value: "JSON", help: "its other claims: a JSON object, or one in a file: @FILE, @-" },
    now: args.NOW,
  },
  async run(given) {
    const issuer = new Issuer({
      ...needSigner(given),
      issuer: args.text(given, "issuer") ?? null,
      audience: args.oneOrMore(given, "audience") ?? null,
    });
    const issued = await issuer.issue(await readClaims(given), issueOptions(given));
    return { said: issued, text: issued.token };
  },
};

function issueOptions(given: Given): IssueOptions {
  const [typ, jti] = [args.text(given, "typ"), args.text(given, "jti")];
  return { now: args.now(given), ...known({ ttl: args.span(given, "ttl"), typ, jti }) };
}

/** The most octets of claims that are read: the library takes fewer. */
const MAX_CLAIMS = 1 << 21;

async function readClaims(given: Given): Promise<Claims> {
  const said = args.text(given, "claims") ?? "{}";
  const isElsewhere = said.startsWith("@");
  const text = isElsewhere ? await readInput("--claims", said.slice(1), MAX_CLAIMS) : said;
  try {
    const claims: unknown = JSON.parse(text);
    if (isRecord(claims)) return claims as Claims;
  } catch {
    // Said below, without what JSON.parse would quote.
  }
  throw new Misuse("--claims", "is not a JSON object");
}

/** Decides on a token. */
export const VERIFY: Command = {
  name: "verify",
  summary: "decides on a token",
  usage: "--key FILE | --jwks FILE --issuer I --audience A [--revocations LIST] TOKEN",
  words: { TOKEN },
  options: {
    ...KEY_OPTIONS,
    jwks: { value: "FILE", help: "the keys, as --key: a JWK Set that was published" },
    issuer: { value: "I", help: "the iss that it must have, or any", isList: true },
    audience: { value: "A", help: "the aud that it must have, or any", isList: true },
    revocations: { value: "LIST", help: "a list that must not name it: a folder, or a manifest" },
    "list-key": { value: "FILE", help: "the key of who signed the list (default: the same)" },
    now: args.NOW,
  },
  async run(given) {
    const now = args.now(given);
    const keys = tokenKeys(given);
    const [issuer, audience] = [args.needOrAny(given, "issuer"), args.needOrAny(given, "audience")];
    const verifier = new Verifier({ keys, issuer, audience });
    const listKeys = keysOf(given, "list-key") ?? keys;
    const token = await readToken(args.word(given, 0));
    const place = args.text(given, "revocations");
    if (place !== undefined) {
      const list = await listFor(token, place, { keys: listKeys, now });
      if (isRefused(list)) return list;
      verifier.setRevocations(list, { mode: "required", irrevocable: "accept" });
    }
    const decision = await verifier.verify(token, { now });
    return decision.ok ? { said: decision, text: verified(decision, now) } : refused(decision);
  },
};

/** A list with what is needed of it for a token. */
async function listFor(
  token: string,
  place: string,
  by: { keys: KeySet; now: number },
): Promise<Revocations | Refused> {
  const files = readList("--revocations", place);
  const list = await openList(files, by);
  if (isRefused(list)) return list;
  return (await loadShards(list, files, list.neededShards(token))) ?? list;
}

function tokenKeys(given: Given) {
  const [isKey, isJwks] = [args.isOn(given, "key"), args.isOn(given, "jwks")];
  if (isKey && isJwks) throw new Misuse("--jwks", "is there beside --key: one of them is enough");
  if (args.isOn(given, "list-key") && !args.isOn(given, "revocations")) {
    throw new Misuse("--list-key", "goes with --revocations");
  }
  return needKeys(given, isJwks ? "jwks" : "key");
}

function verified({ claims, header }: Extract<Decision, { ok: true }>, now: number): string {
  return ["good", parts(header, claims, now)].join("\n");
}

function refused(decision: Extract<Decision, { ok: false }>): Refused {
  const { code, message, claim } = decision;
  // The claim's name is one of the policy's, which is to say a registered one.
  const about = claim === undefined ? "" : ` (${claim})`;
  return { refused: decision, line: `${code}: ${message}${about}` };
}

/** Shows a token. */
export const INSPECT: Command = {
  name: "inspect",
  summary: "shows what stands in a token, which nobody has vouched for",
  usage: "TOKEN",
  words: { TOKEN },
  options: { now: args.NOW },
  async run(given) {
    const seen = inspectToken(await readToken(args.word(given, 0)));
    if (!seen.ok) return refused(seen);
    const text = parts(seen.header, seen.claims, args.now(given));
    return { said: seen, text: `not verified: anybody can have written this\n${text}` };
  },
};

/** Header and claims, and the times among them as people write them. */
function parts(header: object, claims: Claims, now: number): string {
  const times = Object.fromEntries(
    ["iat", "nbf", "exp", "auth_time"].map((name) => [name, moment(claims[name], now)]),
  ) as Record<string, string>;
  const spread = [`header ${json(header, 2)}`, `claims ${json(claims, 2)}`];
  return [...spread, lines(times)].filter((part) => part !== "").join("\n");
}
