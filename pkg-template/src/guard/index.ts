// `edge-jwt/handler`: a gate in front of a handler, so that no request reaches it unseen.
//
// No wasm of its own: the gate is the host's, of whichever build. Each guard hands on what it was
// given and nothing else; it reads no body.

export { SetupError } from "../errors.js";
export type { Admitted } from "../gate-types.js";
export { type FetchHandler, guard } from "./fetch.js";
export type { GateSource } from "./gating.js";
export { type ExpressRequest, type NodeGuardOptions, type NodeResponse } from "./node.js";
export { guardExpress, guardNode } from "./node.js";
