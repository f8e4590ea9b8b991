// `edge-jwt/service`: a token service for any host that has fetch, made of parts.
//
// It has no wasm of its own: import `edge-jwt` beside it. Passwords, users and who may do what are
// the host's, asked by callbacks; what must be remembered is in a `Store`.

export { SetupError } from "../errors.js";
export { json, oauthError } from "./answers.js";
export type { Presented } from "./client.js";
export { textOf } from "./fields.js";
export { leaddesk } from "./leaddesk/index.js";
export type * from "./leaddesk/types.js";
export { type ListPartOptions, type StatusListPartOptions, lists, statusLists } from "./lists.js";
export { miniorange } from "./miniorange/index.js";
export type { MiniOrange, MiniOrangeOptions, MiniOrangeUser } from "./miniorange/types.js";
export { type Client, type Grant, type GrantRequest, type OAuthOptions, oauth } from "./oauth.js";
export { type OperatorOptions, operator } from "./operator.js";
export { createTokenService } from "./service.js";
export { tiledesk } from "./tiledesk/index.js";
export type * from "./tiledesk/types.js";
export type * from "./types.js";
export { wordpress } from "./wordpress/index.js";
export type { WordPress, WordPressOptions, WordPressUser } from "./wordpress/types.js";
export { zoomApps } from "./zoom/index.js";
export type { AppRecord, Environment, ZoomApps, ZoomAppsOptions } from "./zoom/types.js";
