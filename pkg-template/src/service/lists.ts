// The parts that publish: what is thrown out as signed lists, made by the clock and read by routes,
// and status lists, made when they are asked for.

import { readHost } from "../binding.js";
import { SetupError, setup } from "../errors.js";
import { type PublishOptions, publishList } from "../lists/publish.js";
import { answerList } from "../lists/routes.js";
import { type StatusListMaking, makeStatusList } from "../lists/status-list.js";
import type { ListStore } from "../lists/types.js";
import { oauthError } from "./answers.js";
import { unrouted } from "./routing.js";
import type { Asked, Part } from "./types.js";

/** What is published, and who may read it. */
export interface ListPartOptions
  extends Pick<PublishOptions, "signWith" | "kid" | "issuer" | "ttl" | "life" | "epoch" | "partition"> {
  /** Where lists are published, such as `kv(env.LISTS)`. */
  to: ListStore;
  /**
   * Whether a request may read them. Null, said aloud: all may. A list holds hashes: whoever has it
   * can try names and addresses until one fits.
   */
  mayRead: ((request: Request) => boolean | Promise<boolean>) | null;
  /** What its paths stand under. Default "/revocations". */
  base?: string;
  /** For how many seconds readers may keep the number of the newest list. Default 10. */
  maxAge?: number;
}

/** `GET /revocations/latest`, `/snapshot/7`, `/delta/7`; `scheduled` publishes the next list. */
export function lists(options: ListPartOptions): Part {
  const { to, mayRead, base = "/revocations", maxAge, ...publishing } = options;
  readHost(to, "to", ["latest", "read", "write", "point"]);
  if (mayRead !== null && typeof mayRead !== "function") {
    throw new SetupError("mayRead", "must say who may read, or be null");
  }
  const cache = mayRead === null ? "public" : "private";
  const caching = { cache, ...(maxAge !== undefined && { maxAge }) } as const;
  const answer = async ({ request }: Asked) => {
    // Nothing but true: an answer that was meant to be waited for is no permission.
    if (mayRead !== null && (await mayRead(request)) !== true) {
      return oauthError(403, "access_denied", "this is not for everybody");
    }
    return (await answerList(request, to, caching)) ?? unrouted([]);
  };
  return ({ store }) => ({
    base,
    routes: ["/latest", "/snapshot/{seq}", "/delta/{seq}"].map((path) => ({ method: "GET", path, answer })),
    scheduled: (now) => publishList({ ...publishing, store, lists: to, now }),
  });
}

/** How status lists are made. */
export interface StatusListPartOptions
  extends Pick<StatusListMaking, "signWith" | "kid" | "issuer" | "ttl" | "life"> {
  /** Where they are, as tokens name it by `statusAt`, such as "https://me.example/status". */
  url: string;
  /** For how many seconds one is kept and may be kept. Default 10. */
  maxAge?: number;
}

/** How many lists are kept at one time. */
const KEPT = 16;

/** `GET /status/1`: the places that `store.statuses` gives, on lists that all may read. */
export function statusLists(options: StatusListPartOptions): Part {
  const { url, maxAge = 10, ...making } = options;
  const path = setup("url", () => new URL(url).pathname);
  const kept = new Map<number, { token: string; now: number }>();
  return ({ store: { statuses } }) => {
    const tokenOf = async (list: number, now: number) => {
      const one = kept.get(list);
      if (one !== undefined && now - one.now < maxAge) return one.token;
      const token = await makeStatusList({ ...making, statuses, base: url, list, now });
      if (kept.size === KEPT) kept.clear();
      if (token !== null) kept.set(list, { token, now });
      return token;
    };
    const answer = async ({ params: { list = "" }, now }: Asked) => {
      const token = /^[1-9]\d{0,9}$/.test(list) ? await tokenOf(Number(list), now) : null;
      if (token === null) return unrouted([]);
      const headers = {
        "Content-Type": "application/statuslist+jwt",
        "Cache-Control": `public, max-age=${maxAge}`,
      };
      return { status: 200, headers, body: token };
    };
    return { routes: [{ method: "GET", path: `${path}/{list}`, answer }] };
  };
}
