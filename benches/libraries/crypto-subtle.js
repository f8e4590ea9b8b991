// crypto.subtle alone: what nobody who uses it can beat.

import { takeApart, toSign } from "./compact.js";
import { library } from "./shape.js";
import { ALGORITHMS, signingKey, verifyingKey } from "./web-keys.js";

export default library({
  name: "crypto.subtle alone",
  isFloor: true,
  algs: Object.keys(ALGORITHMS),
  signed: takeApart,
  async verifier(alg, jwk) {
    const key = await verifyingKey(alg, jwk);
    const algorithm = ALGORITHMS[alg];
    return ({ data, signature }) => crypto.subtle.verify(algorithm, key, signature, data);
  },
  unsigned: toSign,
  async issuer(alg, jwk) {
    const key = await signingKey(alg, jwk);
    const algorithm = ALGORITHMS[alg];
    return (data) => crypto.subtle.sign(algorithm, key, data);
  },
});
