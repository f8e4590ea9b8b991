//! Every family against the vectors of Project Wycheproof, before and after its tables exist.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use edge_jwt::algorithm::Algorithm;
use edge_jwt::full::{Public, verifier};
use jsonwebtoken::Algorithm as Id;
use jsonwebtoken::crypto::JwtVerifier;
use wasm_bindgen_test::wasm_bindgen_test;
use wycheproof::{EllipticCurve, HashFunction, TestResult, ecdsa, eddsa, mac};
use wycheproof::{rsa_pkcs1_verify as pkcs1, rsa_pss_verify as pss};

/// Verifications that make a key warm.
const WARM: usize = 24;

/// A verifier with its tables made, where the family has any.
fn warmed(verifier: Box<dyn JwtVerifier>) -> Box<dyn JwtVerifier> {
    for _ in 0..WARM {
        assert!(verifier.verify(b"", &vec![1; 64]).is_err());
    }
    verifier
}

/// Checks one vector on a key never used and on one in steady use; gives whether it was accepted.
fn accepted(id: Id, key: &Public<'_>, warm: &dyn JwtVerifier, m: &[u8], s: &[u8]) -> bool {
    let signature = s.to_vec();
    let cold = verifier(id, key).unwrap().verify(m, &signature).is_ok();
    assert_eq!(cold, warm.verify(m, &signature).is_ok(), "cold and warm differ");
    cold
}

fn padded(number: &[u8], length: usize) -> Vec<u8> {
    let significant: Vec<u8> = number.iter().copied().skip_while(|&octet| octet == 0).collect();
    [vec![0; length.checked_sub(significant.len()).unwrap()], significant].concat()
}

fn check_ecdsa(name: ecdsa::TestName, id: Id, length: usize) {
    for group in ecdsa::TestSet::load(name).unwrap().test_groups {
        assert!(matches!(group.key.curve, EllipticCurve::Secp256r1 | EllipticCurve::Secp384r1));
        let x = padded(&group.key.affine_x, length);
        let y = padded(&group.key.affine_y, length);
        let key = Public::Ec { x: &x, y: &y };
        let warm = warmed(verifier(id, &key).unwrap());
        for test in group.tests {
            let accepted = accepted(id, &key, &*warm, &test.msg, &test.sig);
            assert_eq!(accepted, test.result == TestResult::Valid, "{name:?} {}", test.tc_id);
        }
    }
}

/// Catalogue 6: r or s of zero, the order or more.
#[wasm_bindgen_test(unsupported = test)]
fn es256() {
    check_ecdsa(ecdsa::TestName::EcdsaSecp256r1Sha256P1363, Id::ES256, 32);
}

#[wasm_bindgen_test(unsupported = test)]
fn es384() {
    check_ecdsa(ecdsa::TestName::EcdsaSecp384r1Sha384P1363, Id::ES384, 48);
}

/// Catalogue 8: S above the order, points of small order.
#[wasm_bindgen_test(unsupported = test)]
fn ed25519() {
    for group in eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap().test_groups {
        let key = Public::Ed25519 { x: &group.key.pk };
        let warm = warmed(verifier(Id::EdDSA, &key).unwrap());
        for test in group.tests {
            let accepted = accepted(Id::EdDSA, &key, &*warm, &test.msg, &test.sig);
            assert_eq!(accepted, test.result == TestResult::Valid, "{}", test.tc_id);
        }
    }
}

/// Catalogue 9: sloppy padding, and signatures of other lengths.
#[wasm_bindgen_test(unsupported = test)]
fn pkcs1() {
    for (name, id) in [
        (pkcs1::TestName::Rsa2048Sha256, Id::RS256),
        (pkcs1::TestName::Rsa2048Sha384, Id::RS384),
        (pkcs1::TestName::Rsa2048Sha512, Id::RS512),
        (pkcs1::TestName::Rsa3072Sha256, Id::RS256),
        (pkcs1::TestName::Rsa3072Sha384, Id::RS384),
        (pkcs1::TestName::Rsa3072Sha512, Id::RS512),
        (pkcs1::TestName::Rsa4096Sha256, Id::RS256),
        (pkcs1::TestName::Rsa4096Sha384, Id::RS384),
        (pkcs1::TestName::Rsa4096Sha512, Id::RS512),
        (pkcs1::TestName::Rsa8192Sha256, Id::RS256),
        (pkcs1::TestName::Rsa8192Sha384, Id::RS384),
        (pkcs1::TestName::Rsa8192Sha512, Id::RS512),
    ] {
        for group in pkcs1::TestSet::load(name).unwrap().test_groups {
            let key = Public::Rsa { n: &group.key.n, e: &group.key.e };
            let verifier = verifier(id, &key).unwrap();
            for test in group.tests {
                let accepted = verifier.verify(&test.msg, &test.sig.to_vec()).is_ok();
                // The acceptable ones lack the NULL of their DigestInfo: refused.
                assert_eq!(accepted, test.result == TestResult::Valid, "{name:?} {}", test.tc_id);
            }
        }
    }
}

fn pss_id(hash: HashFunction) -> Option<(Id, usize)> {
    match hash {
        HashFunction::Sha2_256 => Some((Id::PS256, 32)),
        HashFunction::Sha2_384 => Some((Id::PS384, 48)),
        HashFunction::Sha2_512 => Some((Id::PS512, 64)),
        _ => None,
    }
}

/// Catalogue 10: vectors valid for other salt lengths or hashes are run too, and must be refused.
#[wasm_bindgen_test(unsupported = test)]
fn pss() {
    let mut valid = 0_usize;
    for name in [
        pss::TestName::RsaPss2048Sha256Mgf1SaltLen0,
        pss::TestName::RsaPss2048Sha256Mgf1SaltLen32,
        pss::TestName::RsaPss2048Sha256Mgf1Sha1_20,
        pss::TestName::RsaPss2048Sha384Mgf1SaltLen48,
        pss::TestName::RsaPss3072Sha256Mgf1SaltLen32,
        pss::TestName::RsaPss4096Sha256Mgf1SaltLen32,
        pss::TestName::RsaPss4096Sha384Mgf1SaltLen48,
        pss::TestName::RsaPss4096Sha512Mgf1SaltLen32,
        pss::TestName::RsaPss4096Sha512Mgf1SaltLen64,
        pss::TestName::RsaPssmisc,
    ] {
        for group in pss::TestSet::load(name).unwrap().test_groups {
            let Some((id, length)) = pss_id(group.hash) else { continue };
            let key = Public::Rsa { n: &group.key.n, e: &group.key.e };
            let Some(verifier) = verifier(id, &key) else {
                assert!(group.key_size < 2048, "{name:?}: a key of {} bits", group.key_size);
                continue;
            };
            let ours = group.salt_size == length && group.mgf_hash == Some(group.hash);
            for test in group.tests {
                let accepted = verifier.verify(&test.msg, &test.sig.to_vec()).is_ok();
                match test.result {
                    TestResult::Valid => assert_eq!(accepted, ours, "{name:?} {}", test.tc_id),
                    // What is invalid for another salt length may be valid for ours.
                    TestResult::Invalid => assert!(!ours || !accepted, "{name:?} {}", test.tc_id),
                    TestResult::Acceptable => assert!(!accepted, "{name:?} {}", test.tc_id),
                }
                valid = valid.saturating_add(usize::from(accepted));
            }
        }
    }
    assert!(valid > 300, "only {valid} valid vectors");
}

fn check_hmac(name: mac::TestName, alg: &str) {
    let algorithm = Algorithm::named(alg).unwrap();
    let mut valid = 0_usize;
    for group in mac::TestSet::load(name).unwrap().test_groups {
        let whole = group.tag_size / 8 == algorithm.hash.octets();
        for test in group.tests {
            let key = algorithm.prepare_secret(&test.key).unwrap();
            let accepted = key.verifier.verify(&test.msg, &test.tag.to_vec()).is_ok();
            // A tag that was cut short is no signature here, however right it is.
            let expected = whole && test.result == TestResult::Valid;
            assert_eq!(accepted, expected, "{name:?} {}", test.tc_id);
            valid = valid.saturating_add(usize::from(accepted));
        }
    }
    assert!(valid > 0);
}

#[wasm_bindgen_test(unsupported = test)]
fn hmac() {
    check_hmac(mac::TestName::HmacSha256, "HS256");
    check_hmac(mac::TestName::HmacSha384, "HS384");
    check_hmac(mac::TestName::HmacSha512, "HS512");
}
