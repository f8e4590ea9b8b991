// `edge-jwt/lists`: revocation lists, from the rows of a store to every isolate that decides by them.
//
// It has no wasm of its own: import `edge-jwt` beside it. With `edge-jwt/full` goes
// `edge-jwt/full/lists`.

export { SetupError } from "../errors.js";
export { type CaughtUp, catchUp } from "./catch-up.js";
export { type FollowerOptions, ListFollower, type ListHealth } from "./follower.js";
export type { PollHost, Polled } from "./follower.js";
export { type HttpListOptions, httpLists } from "./http.js";
export { type Publication, type PublishOptions, publishList } from "./publish.js";
export { type AnswerListOptions, answerList } from "./routes.js";
export type { ListSigning } from "./signing.js";
export { STATUS_PLACES, type StatusListMaking, makeStatusList, statusAt } from "./status-list.js";
export { type KvLike, type KvOptions, type R2ConditionLike, type R2Like } from "./stores.js";
export { type ListValue, type R2ObjectLike, type R2Options, kv, memoryLists, r2 } from "./stores.js";
export type * from "./types.js";
