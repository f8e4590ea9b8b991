// The libraries that run in Node.

import cryptoSubtle from "./crypto-subtle.js";
import fastJwt from "./fast-jwt.js";
import jsonwebtoken from "./jsonwebtoken.js";
import nodeCrypto from "./node-crypto.js";
import nodeRs from "./node-rs-jsonwebtoken.js";
import { OURS, PEERS } from "./web.js";

export const LIBRARIES = [
  ...OURS,
  fastJwt,
  jsonwebtoken,
  nodeRs,
  ...PEERS,
  cryptoSubtle,
  nodeCrypto,
];
