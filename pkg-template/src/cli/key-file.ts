// Keys come from files or the environment, never from the command line itself, where others would
// see them.

import { type Algorithm, Issuer, type Jwk, type Jwks, KeySet, SetupError } from "../hosts/node.js";
import { type Given, Misuse, type Option, known, text } from "./command.js";
import { readText } from "./files.js";

/** The options of commands that need keys. */
export const KEY_OPTIONS = {
  key: {
    value: "FILE",
    help: "the key: a JWK, a JWK Set or PEM in a file, or env:NAME for one in the environment",
  },
  alg: { value: "ALG", help: "the algorithm, for keys that do not say their own" },
} satisfies Record<string, Option>;

/** The option for a key out of several. */
export const KID: Option = {
  value: "KID",
  help: "the key to sign with, or a name for a key that has none (default: the newest)",
};

/** The keys of an option that must be there. */
export function needKeys(given: Given, name = "key"): KeySet {
  const source = text(given, name);
  if (source === undefined) throw new Misuse(`--${name}`, "is missing: name a file with a key");
  return readKeys(given, name, source);
}

/** The keys of an option. */
export function keysOf(given: Given, name = "key"): KeySet | undefined {
  const source = text(given, name);
  return source === undefined ? undefined : readKeys(given, name, source);
}

/** Keys to sign with, and which of them, once it is clear that one can. */
export function needSigner(given: Given): { keys: KeySet; kid?: string } {
  const signer = { keys: needKeys(given), ...known({ kid: text(given, "kid") }) };
  try {
    new Issuer(signer).free();
  } catch (error) {
    const isOurs = error instanceof SetupError && error.option === "kid" && !("kid" in signer);
    throw isOurs ? new Misuse("--key", "holds no key that can sign") : error;
  }
  return signer;
}

function readKeys(given: Given, name: string, source: string): KeySet {
  const content = readText(`--${name}`, source).trim();
  const terms = { alg: text(given, "alg") as Algorithm | undefined, kid: text(given, "kid") };
  try {
    if (content.startsWith("-----BEGIN ")) return new KeySet([{ pem: content, ...known(terms) }]);
    return keysOfJson(parseJson(`--${name}`, content), terms);
  } catch (error) {
    throw error instanceof SetupError ? keyMisuse(name, error) : error;
  }
}

/** What is said on the command line is for keys that say nothing of it themselves. */
function keysOfJson(
  written: object,
  { alg, kid }: { alg: Algorithm | undefined; kid: string | undefined },
): KeySet {
  if ("keys" in written) return KeySet.fromJwks(written as Jwks, known({ alg }));
  const jwk = written as Jwk;
  const lacking = {
    alg: jwk.alg === undefined ? alg : undefined,
    kid: jwk.kid === undefined ? kid : undefined,
  };
  return new KeySet([{ jwk, ...known(lacking) }]);
}

function parseJson(what: string, content: string): object {
  try {
    const value: unknown = JSON.parse(content);
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // JSON.parse quotes what it met: a secret, perhaps.
  }
  throw new Misuse(what, "holds neither a JWK, nor a JWK Set, nor PEM");
}

/** What is wrong with a key, under the name of its option, or of --alg where that is at fault. */
function keyMisuse(name: string, { option, message }: SetupError): Misuse {
  // What the library would let pass if it were told to is not to be had here.
  const problem = message.slice(option.length + 2).replace(/ \(.*\)$/, "");
  if (option === "alg" || option === "kid") return new Misuse(`--${name}`, `${option} ${problem}`);
  return new Misuse(`--${name}`, problem);
}
