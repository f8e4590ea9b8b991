// `edge-jwt/events`: from what others say of revocation to entries of a revocation list.
//
// Pure functions, one for each event: no wasm, no clock, no network. They take what the host has
// verified already, answer entries for `Revocations.revoke`, and throw nothing but a SetupError,
// which names the member that makes it no such event.

export { SetupError } from "../errors.js";
export type { Entry } from "../list-types.js";
export {
  type ReceivedOptions,
  type RevocationRequest,
  type TokenOptions,
  entriesOfGlobalRevocation,
  entriesOfToken,
  readRevocationRequest,
} from "./oauth.js";
export type { Keep, Of } from "./reading.js";
export { entriesOf, entriesOfLogout, entriesOfSessionRevoked } from "./sets.js";
export {
  type FirebaseUser,
  type HistoryRecord,
  type NotBeforeAction,
  type PushOptions,
  entriesOfFirebaseUser,
  entriesOfKeyPairs,
  entriesOfKeycloakUser,
  entriesOfNotBefore,
  entriesOfTiledesk,
} from "./vendors.js";
