// All work that is timed beside other libraries. It runs as it stands on every host.

import { issue, issuePair, refresh } from "./issue.js";
import { refuseBadSignature, refuseExpired, refuseRevoked } from "./refuse.js";
import { verify, verifySeen } from "./verify.js";

export const WORKS = [
  verify,
  verifySeen,
  refuseBadSignature,
  refuseExpired,
  refuseRevoked,
  issue,
  issuePair,
  refresh,
];
