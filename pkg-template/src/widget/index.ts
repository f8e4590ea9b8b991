// `edge-jwt/widget`: a page's session with the server that gives it tokens.
//
// No wasm comes in with it: a caller who wants tokens verified in the page hands over a Verifier.

export { SetupError } from "../errors.js";
export { SessionError, type SessionErrorCode } from "./errors.js";
export type { Host } from "./host.js";
export { Session } from "./session.js";
export type * from "./types.js";
