// `edge-jwt`: keys, tokens, decisions, revocation lists and gates. Every name a user can import, and
// nothing else.

export { type BuildOptions, RevocationBuilder } from "./builder.js";
export { SetupError, type SetupErrorCode } from "./errors.js";
export { type Families, MemoryFamilies } from "./families.js";
export { Gate, type GateOptions } from "./gate.js";
export { type History, type HistoryQuery, type HistoryRecord } from "./history.js";
export { type RecordRevoked, listHistory, revokeById, revokeByJti } from "./history.js";
export { type GenerateOptions, generateKey } from "./host.js";
export { toResponse } from "./http.js";
export { init, initSync, type ModuleSource } from "./instance.js";
export { Issuer, type RefreshOptions } from "./issuer.js";
export { type Credentials, type KeyPairOptions, type KeyPairRecord } from "./keypairs.js";
export { type KeyPairChange, type KeyPairDecision, KeyPairs } from "./keypairs.js";
export { KeySet } from "./keys.js";
export type { CustomCheck } from "./objection.js";
export { type Given, type Profile, type ProfileClaims } from "./profile.js";
export { type ProfileRequest, profile } from "./profile.js";
export { RemoteKeySet, type RemoteKeySetOptions, type RemoteKeySetStats } from "./remote.js";
export { type ListOptions, Revocations } from "./revocations.js";
export { Verifier, type VerifierOptions, inspect } from "./verifier.js";
export { type Subscription, type SubscriptionDecision, checkSubscriptions } from "./webhook.js";
export { Webhook, type WebhookOptions, equal, hmacHex } from "./webhook.js";

export type * from "./gate-types.js";
export type * from "./issue-types.js";
export type * from "./key-types.js";
export type * from "./list-types.js";
export type * from "./policy-types.js";
export type * from "./profile-types.js";
export type * from "./types.js";
