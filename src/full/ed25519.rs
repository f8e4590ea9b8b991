//! Ed25519 (RFC 8032), verified strictly.
//!
//! A key or an `R` of small order, an encoding that is not canonical and an `s` not below the
//! group's order are refused, so no signature can be changed into another valid one. Signing and
//! the first verifications are dalek's; a key in steady use is verified on tables of ours instead,
//! which must give the same answers.

use std::ops::Neg;
use std::sync::LazyLock;

use curve25519_dalek::constants::EIGHT_TORSION;
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;
use ed25519_dalek::{Signer, SigningKey};
use sha2::{Digest, Sha512};

use crate::full::ed25519_table::{Table, encoded_sum};
use crate::full::warm::Warm;
use crate::full::{Sign, Verify};

/// A table saves a verification more than half its time, and costs what two dozen of them save.
const USES_WITHOUT_TABLE: u8 = 23;

/// The encodings of the points of small order.
static SMALL_ORDER: LazyLock<[[u8; 32]; 8]> =
    LazyLock::new(|| EIGHT_TORSION.map(|point| point.compress().0));

/// A point that is on the curve, canonically encoded and not of small order.
pub struct PublicKey {
    encoded: [u8; 32],
    minus_a: EdwardsPoint,
    table: Warm<Table>,
}

impl PublicKey {
    pub fn new(x: &[u8]) -> Option<Self> {
        let encoded = <[u8; 32]>::try_from(x).ok()?;
        let a = CompressedEdwardsY(encoded).decompress()?;
        let sound = !a.is_small_order() && a.compress().0 == encoded;
        sound.then(|| Self { encoded, minus_a: a.neg(), table: Warm::after(USES_WITHOUT_TABLE) })
    }

    /// The encoding of the `R` that a signature with this `s` must have: `sB - kA`.
    fn expected_r(&self, s: &Scalar, k: &Scalar) -> [u8; 32] {
        match self.table.on_use(|| Table::new(&self.minus_a.compress().0)) {
            Some(table) => encoded_sum(s.as_bytes(), table, k.as_bytes()),
            None => {
                EdwardsPoint::vartime_double_scalar_mul_basepoint(k, &self.minus_a, s).compress().0
            }
        }
    }

    fn challenge(&self, r: &[u8; 32], message: &[u8]) -> Scalar {
        let hash = Sha512::new().chain_update(r).chain_update(self.encoded).chain_update(message);
        Scalar::from_bytes_mod_order_wide(&hash.finalize().into())
    }
}

impl Verify for PublicKey {
    fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let Some((r, s)) = split(signature) else { return false };
        // Comparing encodings refuses an `R` that is not canonical, without decoding it.
        self.expected_r(&s, &self.challenge(&r, message)) == r && !SMALL_ORDER.contains(&r)
    }
}

/// `R` as it came, and `s` if it is canonical.
fn split(signature: &[u8]) -> Option<([u8; 32], Scalar)> {
    let (r, s) = signature.split_first_chunk::<32>()?;
    let s = Scalar::from_canonical_bytes(s.try_into().ok()?);
    Some((*r, Option::from(s)?))
}

/// A signing key; dalek clears it when it is dropped.
pub struct PrivateKey(SigningKey);

impl PrivateKey {
    pub fn new(seed: &[u8]) -> Option<Self> {
        Some(Self(SigningKey::from_bytes(seed.try_into().ok()?)))
    }

    /// The encoded point of the public key.
    pub fn point(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }
}

impl Sign for PrivateKey {
    fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        Some(self.0.sign(message).to_bytes().to_vec())
    }
}
