//! ES384: ECDSA over P-384 with SHA-384 (RFC 7518 section 3.4), all of it the `p384` crate's.
//!
//! Signatures are `r || s` of exactly 96 octets; signing is deterministic (RFC 6979).

use ::p384::ecdsa::signature::{Signer, Verifier};
use ::p384::ecdsa::{Signature, SigningKey, VerifyingKey};
use ::p384::{FieldBytes, Sec1Point};

use crate::full::{Sign, Verify};

/// A point that is on the curve.
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    pub fn new(x: &[u8], y: &[u8]) -> Option<Self> {
        let (x, y) = (FieldBytes::try_from(x).ok()?, FieldBytes::try_from(y).ok()?);
        let point = Sec1Point::from_affine_coordinates(&x, &y, false);
        Some(Self(VerifyingKey::from_sec1_point(&point).ok()?))
    }
}

impl Verify for PublicKey {
    fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature)
            .is_ok_and(|signature| self.0.verify(message, &signature).is_ok())
    }
}

/// A scalar from 1 to below the group's order; the crate clears it when it is dropped.
pub struct PrivateKey(SigningKey);

impl PrivateKey {
    pub fn new(d: &[u8]) -> Option<Self> {
        let d = <&FieldBytes>::try_from(d).ok()?;
        Some(Self(SigningKey::from_bytes(d).ok()?))
    }
}

impl Sign for PrivateKey {
    fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        let signature: Signature = self.0.try_sign(message).ok()?;
        Some(signature.to_bytes().to_vec())
    }
}
