// The full build without a promise: every algorithm in wasm, where the host may have no
// crypto.subtle.

import * as build from "edge-jwt/full";

import { ALL, ownLibrary } from "./edge-jwt-calls.js";

export default ownLibrary({ name: "edge-jwt/full, at once", isSync: true, algs: ALL, build });
