// Where a suite leaves the verdict open and the token is accepted, and where the verdict here is
// another than the suite's: every case by its id, with the reason. SECURITY.md gives the same
// reasons in the same words; nothing may join these lists in silence, and nothing may stay that
// has become untrue.

/** The cases of JSONTestSuite that carry a text as a claim and as a header member. */
const claimAndHeader = (names) =>
  names.flatMap((name) => [`jts/claim/${name}`, `jts/header/${name}`]);

/** `either` in the suite, accepted here. */
export const ACCEPTED = {
  "a number in any form of JSON is the nearest 64-bit float": claimAndHeader([
    "i_number_double_huge_neg_exp",
    "i_number_real_underflow",
    "i_number_too_big_neg_int",
    "i_number_too_big_pos_int",
    "i_number_very_big_negative_int",
    "number_-9223372036854775808",
    "number_-9223372036854775809",
    "number_1.0",
    "number_1.000000000000000005",
    "number_1000000000000000",
    "number_10000000000000000999",
    "number_1e-999",
    "number_1e6",
    "number_9223372036854775807",
    "number_9223372036854775808",
  ]),
  "names that only Unicode normalization would make equal are two names": [
    ...claimAndHeader(["object_key_nfc_nfd", "object_key_nfd_nfc"]),
    "jts/payload/object_key_nfc_nfd",
    "jts/payload/object_key_nfd_nfc",
  ],
  "a string may hold NUL": claimAndHeader(["string_with_escaped_NULL"]),
  "an audience that nobody asked about is not looked at": [
    "harvest/pyjwt/0106",
    "harvest/pyjwt/0138",
    "harvest/pyjwt/0140",
  ],
  "iat in the future is no reason to refuse unless the policy says so": ["harvest/pyjwt/0058"],
  "a token younger than maxAge is not too old": ["harvest/jsonwebtoken/0045"],
  "a case recorded for its signature alone, whose claims happen to be good": [
    "harvest/jose/0035",
    "harvest/jose/0037",
    "harvest/jose/0038",
    "harvest/jose/0040",
    "harvest/pyjwt/0136",
    "harvest/pyjwt/0159",
  ],
};

/** `either` for the signature alone in the suite, and the signature fits here. */
export const ACCEPTED_SIGNATURES = {
  "a set may hold secrets and public keys, each pinned to its own algorithm": ["wycheproof/key/1"],
  "an RSA key with the ROCA weakness is not recognized": [
    "wycheproof/key/7",
    "wycheproof/crypto/46",
  ],
};

/** Valid in the suite, refused here. */
export const REFUSED = {
  "base64url with padding (RFC 7515 section 2 omits it)": ["harvest/pyjwt/0087"],
  "a registered claim of the wrong JSON type (recorded with that check switched off)": [
    "harvest/pyjwt/0050",
    "harvest/pyjwt/0052",
    "harvest/pyjwt/0083",
    "harvest/pyjwt/0119",
    "harvest/pyjwt/0145",
    "harvest/pyjwt/0153",
  ],
};

/** Left out of the signature layer's count; as tokens all are refused. */
export const NOT_COUNTED = {
  "wycheproof/signature/367": "bad padding by its note, but the token is canonical, its MAC right",
  "wycheproof/signature/370": "the same token again",
  "harvest/pyjwt/0030": "a signature with padding, valid in the suite",
  "wycheproof/crypto/47": "wants sets of secret and public keys refused; keys here are pinned",
};

/** To be refused, but accepted until the fault is mended; then the case must leave this list. */
export const FAULTS = {};

/** The reason that a list gives for a case; undefined if none. */
export function reasonIn(list, id) {
  return Object.keys(list).find((reason) => list[reason].includes(id));
}
