//! ES256: ECDSA over P-256 with SHA-256 (RFC 7518 section 3.4).
//!
//! Signatures are `r || s` of exactly 64 octets. The `p256` crate checks keys, parses signatures,
//! signs (RFC 6979, deterministic) and verifies; for a key in steady use the double multiplication
//! runs on tables of ours instead, which must give the crate's answer or none.

use ::p256::ecdsa::signature::{Signer, Verifier};
use ::p256::ecdsa::{Signature, SigningKey, VerifyingKey};
use ::p256::elliptic_curve::ops::Reduce;
use ::p256::{FieldBytes, Scalar, Sec1Point};
use sha2::{Digest, Sha256};

use crate::full::p256_table::{self, Table};
use crate::full::warm::Warm;
use crate::full::{Sign, Verify};

/// The crate's verification costs a third of a table.
const USES_WITHOUT_TABLE: u8 = 7;

/// A point that is on the curve.
pub struct PublicKey {
    key: VerifyingKey,
    x: [u8; 32],
    y: [u8; 32],
    table: Warm<Table>,
}

impl PublicKey {
    pub fn new(x: &[u8], y: &[u8]) -> Option<Self> {
        let (x, y) = (<[u8; 32]>::try_from(x).ok()?, <[u8; 32]>::try_from(y).ok()?);
        let point = Sec1Point::from_affine_coordinates(&x.into(), &y.into(), false);
        let key = VerifyingKey::from_sec1_point(&point).ok()?;
        Some(Self { key, x, y, table: Warm::after(USES_WITHOUT_TABLE) })
    }
}

impl Verify for PublicKey {
    fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let Ok(signature) = Signature::from_slice(signature) else { return false };
        self.table
            .on_use(|| Table::new(&self.x, &self.y))
            .and_then(|table| verifies_by_table(table, message, &signature))
            .unwrap_or_else(|| self.key.verify(message, &signature).is_ok())
    }
}

/// The verdict of the tables; `None` where they met a case that only complete formulas can decide.
#[expect(clippy::arithmetic_side_effects, reason = "modulo the order of the group")]
fn verifies_by_table(table: &Table, message: &[u8], signature: &Signature) -> Option<bool> {
    let (r, s) = signature.split_scalars();
    let s_inverse: Scalar = Option::from(s.invert_vartime())?;
    let z = <Scalar as Reduce<FieldBytes>>::reduce(&Sha256::digest(message));
    let (u1, u2) = (z * s_inverse, *r * s_inverse);
    let sum = p256_table::sum(&u1.to_bytes().into(), table, &u2.to_bytes().into())?;
    Some(sum.x_is_congruent_to(&r.to_bytes().into()))
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
