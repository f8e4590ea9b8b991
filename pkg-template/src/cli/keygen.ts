// edge-jwt keygen: the one command that ever shows a private key.

import { type Algorithm, type Jwk, KeySet, generateKey } from "../hosts/node.js";
import * as args from "./command.js";
import { type Command, type Given, Misuse } from "./command.js";
import { writePrivate } from "./files.js";
import { json } from "./speech.js";

/** The command. */
export const KEYGEN: Command = {
  name: "keygen",
  summary: "makes a key: a private or secret JWK",
  usage: "--alg ALG [--kid KID] [--out FILE [--public]]",
  words: {},
  options: {
    alg: { value: "ALG", help: "what it is for, such as ES256, EdDSA, RS256 or HS256" },
    kid: { value: "KID", help: "its name (default: none, or the thumbprint of a public key)" },
    bits: { value: "N", help: "the size of an RSA key (default 2048)" },
    out: { value: "FILE", help: "write it there, for its owner alone, and over no other file" },
    public: { help: "and answer with its public half as a JWK Set, to publish" },
  },
  notes: ["Without --out the key goes to standard output, and nothing else does."],
  async run(given) {
    const [alg, out] = [args.need(given, "alg"), args.text(given, "out")];
    const isPublic = args.isOn(given, "public");
    if (isPublic && out === undefined) {
      throw new Misuse("--public", "goes with --out, for the private half");
    }
    const key = await make(given, alg);
    if (out === undefined) return { said: key, text: json(key, 2) };
    if (isPublic && key.kty === "oct") throw new Misuse("--public", "is not for a secret");
    const jwks = isPublic ? new KeySet([{ jwk: key }]).toJwks() : undefined;
    writePrivate("--out", out, `${json(key, 2)}\n`);
    if (jwks !== undefined) return { said: jwks, text: json(jwks, 2) };
    return { said: { kid: key.kid ?? null, alg }, text: "written, for its owner alone" };
  },
};

function make(given: Given, alg: string): Promise<Jwk> {
  const options = { kid: args.text(given, "kid"), modulusLength: args.whole(given, "bits") };
  return generateKey(alg as Algorithm, args.known(options));
}
