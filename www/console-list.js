// The revocation list as the console asks it: followed over HTTP, and believed by its signature.

import { KeySet, Revocations } from "edge-jwt";
import { ListFollower, httpLists } from "edge-jwt/lists";

import { get } from "./api.js";

const EVERY = 3;

let list;
let follower;

/** The newest list, looked for again every few seconds. */
export async function freshList() {
  list ??= new Revocations({
    keys: KeySet.fromJwks(await get("helsinki", "list-keys")),
    issuer: "https://chat.example",
  });
  const from = httpLists(new URL("/helsinki/api/revocations", location.href));
  follower ??= new ListFollower({ list, from, every: EVERY });
  await follower.refresh();
  return list;
}
