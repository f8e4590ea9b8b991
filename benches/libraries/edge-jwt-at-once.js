// edge-jwt without a promise.

import * as build from "edge-jwt";

import { AT_ONCE, ownLibrary } from "./edge-jwt-calls.js";

export default ownLibrary({ name: "edge-jwt, at once", isSync: true, algs: AT_ONCE, build });
