// A Node server that decides by a list in a folder: on a shared disk, or synchronised from where
// the list is published.
//
// In the folder: `latest` with the number of the newest list, and for each list its manifest and
// its octets, `snapshot/7.jwt` and `snapshot/7.rvl`, likewise `delta/7`. Whoever writes there writes
// `latest` last, under another name first, and renames it. The pointer is read every POLL_SECONDS
// (to be told of changes does not work on every disk); a list is swapped between two decisions.
//
// Environment: LISTS (the folder), LIST_JWKS and TOKEN_JWKS (files with the public keys of lists and
// of tokens), PORT, POLL_SECONDS.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";

import { KeySet, Revocations, Verifier } from "edge-jwt";
import { ListFollower } from "edge-jwt/lists";

const ISSUER = "https://me.example";
const AUDIENCE = "api";

const { LISTS, LIST_JWKS, TOKEN_JWKS, PORT = 0, POLL_SECONDS = 5 } = process.env;

const list = new Revocations({ keys: await keysIn(LIST_JWKS), issuer: ISSUER, maxStaleness: 600 });
const verifier = new Verifier({ keys: await keysIn(TOKEN_JWKS), issuer: ISSUER, audience: AUDIENCE });
verifier.setRevocations(list, { mode: "required", irrevocable: "refuse" });

const follower = new ListFollower({
  list,
  from: { latest, read },
  every: Number(POLL_SECONDS),
  onError: ({ name, code, message }) =>
    console.error(`${name} was not taken in: ${code}, ${message}`),
});
await follower.refresh();
setInterval(() => follower.refresh(), 1000 * POLL_SECONDS).unref();

const server = createServer(async (request, response) => {
  const [, token] = request.headers.authorization?.match(/^Bearer (.+)$/i) ?? [];
  const decision = await verifier.verify(token);
  response.statusCode = decision.ok ? 200 : 401;
  response.end(decision.ok ? `Hello, ${decision.claims.sub}` : decision.code);
});
server.listen(PORT, "127.0.0.1", () => console.log(`listening on ${server.address().port}`));

async function latest() {
  return Number(await readFile(join(LISTS, "latest"), "utf8"));
}

async function read(name) {
  try {
    const [manifest, body] = await Promise.all([
      readFile(join(LISTS, `${name}.jwt`), "utf8"),
      readFile(join(LISTS, `${name}.rvl`)),
    ]);
    return { manifest, body };
  } catch (error) {
    if (error.code === "ENOENT") return null;
    throw error;
  }
}

async function keysIn(file) {
  return KeySet.fromJwks(JSON.parse(await readFile(file, "utf8")));
}
