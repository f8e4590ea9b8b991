// The public face: every name a user can import, and nothing else.

export { SetupError, type SetupErrorCode } from "./errors.js";
export { type GenerateOptions, generateKey } from "./host.js";
export { init, initSync, type ModuleSource } from "./instance.js";
export { type BuildOptions, RevocationBuilder } from "./builder.js";
export { type Families, MemoryFamilies } from "./families.js";
export { Gate, type GateOptions } from "./gate.js";
export type * from "./gate-types.js";
export { toResponse } from "./http.js";
export { type History, type HistoryQuery, type HistoryRecord } from "./history.js";
export { type RecordRevoked, listHistory, revokeById, revokeByJti } from "./history.js";
export { Issuer, type RefreshOptions } from "./issuer.js";
export { type Credentials, type KeyPairOptions, type KeyPairRecord } from "./keypairs.js";
export { type KeyPairChange, type KeyPairDecision, KeyPairs } from "./keypairs.js";
export { KeySet } from "./keys.js";
export type { CustomCheck } from "./objection.js";
export { RemoteKeySet, type RemoteKeySetOptions, type RemoteKeySetStats } from "./remote.js";
export { type ListOptions, Revocations } from "./revocations.js";
export type * from "./types.js";
export { type Subscription, type SubscriptionDecision, checkSubscriptions } from "./webhook.js";
export { Webhook, type WebhookOptions, equal, hmacHex } from "./webhook.js";
export { Verifier, type VerifierOptions, inspect } from "./verifier.js";
