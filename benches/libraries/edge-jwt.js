// edge-jwt by promise: RSA, ECDSA and EdDSA by the host's crypto.subtle.

import * as build from "edge-jwt";

import { ALL, ownLibrary } from "./edge-jwt-calls.js";

export default ownLibrary({ name: "edge-jwt", isSync: false, algs: ALL, build });
