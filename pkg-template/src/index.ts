// The public face: every name a user can import, and nothing else.

export { SetupError, type SetupErrorCode } from "./errors.js";
export { type GenerateOptions, generateKey } from "./host.js";
export { init, initSync, type ModuleSource } from "./instance.js";
export { type BuildOptions, RevocationBuilder } from "./builder.js";
export { type Families, MemoryFamilies } from "./families.js";
export { Issuer, type RefreshOptions } from "./issuer.js";
export { KeySet } from "./keys.js";
export type { CustomCheck } from "./objection.js";
export {
  type Given,
  type Profile,
  type ProfileClaims,
  type ProfileRequest,
  profile,
} from "./profile.js";
export type * from "./profile-types.js";
export { RemoteKeySet, type RemoteKeySetOptions, type RemoteKeySetStats } from "./remote.js";
export { type ListOptions, Revocations } from "./revocations.js";
export type * from "./types.js";
export { Verifier, type VerifierOptions, inspect } from "./verifier.js";
