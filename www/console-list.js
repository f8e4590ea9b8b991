// The revocation list as the console asks it: followed over HTTP, and believed by its signature.

import { KeySet, Revocations } from "edge-jwt";
import { ListFollower, httpLists } from "edge-jwt/lists";

import { get } from "./api.js";

/** After how many seconds the console looks for a newer list. */
const EVERY = 3;

/** One list for all who ask, also for those who ask at one time. */
let opening;

/** The newest list, looked for again every few seconds. */
export async function freshList() {
  opening ??= open();
  try {
    const { list, follower } = await opening;
    await follower.refresh();
    return list;
  } catch (error) {
    opening = undefined;
    throw error;
  }
}

async function open() {
  const keys = KeySet.fromJwks(await get("helsinki", "list-keys"));
  const list = new Revocations({ keys, issuer: "https://chat.example" });
  const from = httpLists(new URL("/helsinki/api/revocations", location.href));
  return { list, follower: new ListFollower({ list, from, every: EVERY }) };
}
