// The libraries that run in workerd and in Chromium, as they do in Node.

import awsJwtVerify from "./aws-jwt-verify.js";
import cloudflareWorkerJwt from "./cloudflare-worker-jwt.js";
import cryptoSubtle from "./crypto-subtle.js";
import edgeJwtAtOnce from "./edge-jwt-at-once.js";
import edgeJwtFull from "./edge-jwt-full.js";
import edgeJwt from "./edge-jwt.js";
import hono from "./hono.js";
import jose from "./jose.js";

export const OURS = [edgeJwt, edgeJwtAtOnce, edgeJwtFull];
export const PEERS = [jose, hono, cloudflareWorkerJwt, awsJwtVerify];

export const LIBRARIES = [...OURS, ...PEERS, cryptoSubtle];
