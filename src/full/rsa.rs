//! RSA signatures, PKCS #1 v1.5 and PSS (RFC 7518 sections 3.3 and 3.5).
//!
//! Verification raises to the public exponent with arithmetic of our own, on public numbers.
//! Signing leaves everything secret to the `rsa` crate, which also checks each result against the
//! public exponent before it is given out.

use std::convert::Infallible;

use ::rsa::hazmat::rsa_decrypt_and_check;
use ::rsa::rand_core::TryCryptoRng;
use ::rsa::{BoxedUint, RsaPrivateKey};

use crate::full::montgomery::Modulus;
use crate::full::padding::{Padding, Scheme};
use crate::full::{Sign, Verify};

/// An odd modulus of 2048 to 8192 bits with an odd exponent from 3 to below 2^64.
pub struct PublicKey {
    scheme: Scheme,
    modulus: Modulus,
    exponent: u64,
}

impl PublicKey {
    pub fn new(scheme: Scheme, n: &[u8], e: &[u8]) -> Option<Self> {
        let exponent = exponent(e)?;
        Some(Self { scheme, modulus: Modulus::new(without_zeros(n))?, exponent })
    }
}

impl Verify for PublicKey {
    fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let n = self.modulus.octets();
        signature.len() == n.len()
            && signature < n
            && self.scheme.accepts(&self.modulus.power(signature, self.exponent), message, n)
    }
}

/// A key of two primes that fits its public numbers; the crate clears it when it is dropped.
pub struct PrivateKey {
    scheme: Scheme,
    modulus: Vec<u8>,
    key: RsaPrivateKey,
}

impl PrivateKey {
    /// From `n`, `e`, `d`, `p` and `q`. The `rsa` crate wants `e` below 2^33 and primes of like
    /// size.
    #[expect(clippy::many_single_char_names, reason = "the names that RFC 8017 gives them")]
    pub fn new(scheme: Scheme, [n, e, d, p, q]: [&[u8]; 5]) -> Option<Self> {
        let modulus = PublicKey::new(scheme, n, e)?.modulus.octets().to_vec();
        let n = BoxedUint::from_be_slice_vartime(&modulus);
        let bits = n.bits_precision();
        let secret = |octets| BoxedUint::from_be_slice(octets, bits).ok();
        let e = BoxedUint::from_be_slice_vartime(e);
        let key = RsaPrivateKey::from_components(n, e, secret(d)?, vec![secret(p)?, secret(q)?]);
        Some(Self { scheme, modulus, key: key.ok()? })
    }

    fn encode(&self, message: &[u8]) -> Option<Vec<u8>> {
        let hash = self.scheme.hash;
        let digest = hash.of(&[message]);
        match self.scheme.padding {
            Padding::Pkcs1 => hash.pkcs1(&digest, &self.modulus),
            Padding::Pss => {
                let mut salt = vec![0; hash.octets()];
                getrandom::fill(&mut salt).ok()?;
                hash.pss(&digest, &salt, &self.modulus)
            }
        }
    }
}

impl Sign for PrivateKey {
    fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        let encoded = self.encode(message)?;
        let bits = u32::try_from(encoded.len()).ok()?.checked_mul(8)?;
        let encoded = BoxedUint::from_be_slice(&encoded, bits).ok()?;
        // Unblinded: the crate promises that its exponentiation takes constant time.
        let no_blinding: Option<&mut dyn TryCryptoRng<Error = Infallible>> = None;
        let signature = rsa_decrypt_and_check(&self.key, no_blinding, &encoded).ok()?;
        let signature = signature.to_be_bytes();
        let start = signature.len().checked_sub(self.modulus.len())?;
        Some(signature.get(start..)?.to_vec())
    }
}

/// An exponent that is odd, at least 3 and below 2^64.
fn exponent(e: &[u8]) -> Option<u64> {
    let e = without_zeros(e);
    let mut octets = [0; 8];
    let start = octets.len().checked_sub(e.len())?;
    octets.get_mut(start..)?.copy_from_slice(e);
    let exponent = u64::from_be_bytes(octets);
    (exponent >= 3 && exponent & 1 == 1).then_some(exponent)
}

fn without_zeros(octets: &[u8]) -> &[u8] {
    let zeros = octets.iter().take_while(|&&octet| octet == 0).count();
    octets.get(zeros..).unwrap_or_default()
}
