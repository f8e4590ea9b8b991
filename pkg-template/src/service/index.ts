// `edge-jwt/service`: a token service for any host that has fetch, made of parts.
//
// It has no wasm of its own: import `edge-jwt` beside it. Passwords, users and who may do what are
// the host's, asked by callbacks; what must be remembered is in a `Store`.

export { SetupError } from "../errors.js";
export { json, oauthError } from "./answers.js";
export { textOf } from "./fields.js";
export { createTokenService } from "./service.js";
export type * from "./types.js";
