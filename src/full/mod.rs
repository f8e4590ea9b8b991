//! Asymmetric signatures of the `full` build: RSA, ECDSA and Ed25519 behind the traits of
//! `jsonwebtoken`. (ES512 is left to the host.)
//!
//! A key is checked once, here, and made ready for very many tokens; a key that cannot serve its
//! algorithm gives `None`, and a signature that does not fit gives an error, never a panic. What
//! holds a secret is left to the crates of `RustCrypto` and dalek: arithmetic of our own touches
//! public numbers only.

mod digits;
mod ed25519;
mod ed25519_field;
mod ed25519_table;
mod field;
mod limbs;
mod montgomery;
mod p256;
mod p256_field;
mod p256_table;
mod p384;
mod padding;
mod rsa;
#[cfg(test)]
mod tests;
mod warm;

use jsonwebtoken::Algorithm as Id;
use jsonwebtoken::crypto::{JwtSigner, JwtVerifier};
use jsonwebtoken::signature::{Error as SignatureError, Signer, Verifier};

use crate::algorithm::{Algorithm, Family, KeyPair};
use crate::curve::Curve;
use crate::numbers::{Numbers, PrivateNumbers, PublicKey, PublicNumbers};

/// Makes a key ready for all that its numbers allow; `None` if they cannot serve that algorithm.
///
/// Signing with RSA here is possible, but its time tells something of the key
/// (RUSTSEC-2023-0071): prefer the host's `crypto.subtle`, which the asynchronous calls do.
#[must_use]
pub fn key_pair(id: Id, numbers: &Numbers) -> Option<KeyPair> {
    let signer = match private_of(numbers) {
        Some(private) => Some(signer(id, &private)?),
        None => None,
    };
    let verifier = match &numbers.public {
        Some(public) => verifier(id, &public_of(public.numbers()))?,
        None => verifier(id, &Public::Ed25519 { x: &ed25519_point(numbers)? })?,
    };
    Some(KeyPair { signer, verifier })
}

fn public_of(numbers: &PublicNumbers) -> Public<'_> {
    match numbers {
        PublicNumbers::Rsa { n, e } => Public::Rsa { n, e },
        PublicNumbers::Ec { x, y, .. } => Public::Ec { x, y },
        PublicNumbers::Ed25519 { x } => Public::Ed25519 { x },
    }
}

fn private_of(numbers: &Numbers) -> Option<Private<'_>> {
    let public = numbers.public.as_ref().map(PublicKey::numbers);
    match (numbers.private.as_ref()?, public) {
        (PrivateNumbers::Rsa(private), Some(PublicNumbers::Rsa { n, e })) => {
            let [d, p, q, ..] = private.as_ref();
            Some(Private::Rsa { n, e, d, p, q })
        }
        (PrivateNumbers::Scalar(d), Some(PublicNumbers::Ec { .. })) => Some(Private::Ec { d }),
        (PrivateNumbers::Scalar(d), _) => Some(Private::Ed25519 { d }),
        _ => None,
    }
}

/// The point of a seed that came without it.
fn ed25519_point(numbers: &Numbers) -> Option<[u8; 32]> {
    match numbers.private.as_ref()? {
        PrivateNumbers::Scalar(seed) => Some(ed25519::PrivateKey::new(seed)?.point()),
        PrivateNumbers::Rsa(_) => None,
    }
}

/// The numbers of a public key, as the big-endian octets of a JWK.
#[derive(Clone, Copy, Debug)]
pub enum Public<'a> {
    /// RSA (RFC 7518 section 6.3.1).
    Rsa {
        /// The modulus.
        n: &'a [u8],
        /// The public exponent.
        e: &'a [u8],
    },
    /// A point of P-256 or P-384, each coordinate at full length (RFC 7518 section 6.2.1).
    Ec {
        /// The x coordinate.
        x: &'a [u8],
        /// The y coordinate.
        y: &'a [u8],
    },
    /// An Ed25519 key (RFC 8037 section 2).
    Ed25519 {
        /// The encoded point.
        x: &'a [u8],
    },
}

/// The numbers of a private key, as the big-endian octets of a JWK. Has no `Debug`: it is secret.
#[derive(Clone, Copy)]
pub enum Private<'a> {
    /// RSA with its two primes (RFC 7518 section 6.3.2).
    Rsa {
        /// The modulus.
        n: &'a [u8],
        /// The public exponent.
        e: &'a [u8],
        /// The private exponent.
        d: &'a [u8],
        /// One prime.
        p: &'a [u8],
        /// The other prime.
        q: &'a [u8],
    },
    /// A scalar of P-256 or P-384, at full length (RFC 7518 section 6.2.2).
    Ec {
        /// The scalar.
        d: &'a [u8],
    },
    /// An Ed25519 key (RFC 8037 section 2).
    Ed25519 {
        /// The seed of 32 octets.
        d: &'a [u8],
    },
}

/// Makes a public key ready to verify; `None` if it cannot serve that algorithm.
#[must_use]
pub fn verifier(id: Id, key: &Public<'_>) -> Option<Box<dyn JwtVerifier>> {
    let algorithm = Algorithm::identified(id)?;
    match (algorithm.family, *key) {
        (Family::Ecdsa(Curve::P256), Public::Ec { x, y }) => {
            prepared(id, p256::PublicKey::new(x, y))
        }
        (Family::Ecdsa(Curve::P384), Public::Ec { x, y }) => {
            prepared(id, p384::PublicKey::new(x, y))
        }
        (Family::EdDsa, Public::Ed25519 { x }) => prepared(id, ed25519::PublicKey::new(x)),
        (_, Public::Rsa { n, e }) => {
            prepared(id, rsa::PublicKey::new(padding::Scheme::of(algorithm)?, n, e))
        }
        _ => None,
    }
}

/// Makes a private key ready to sign; `None` if it cannot serve that algorithm.
#[must_use]
pub fn signer(id: Id, key: &Private<'_>) -> Option<Box<dyn JwtSigner>> {
    let algorithm = Algorithm::identified(id)?;
    match (algorithm.family, *key) {
        (Family::Ecdsa(Curve::P256), Private::Ec { d }) => ready(id, p256::PrivateKey::new(d)),
        (Family::Ecdsa(Curve::P384), Private::Ec { d }) => ready(id, p384::PrivateKey::new(d)),
        (Family::EdDsa, Private::Ed25519 { d }) => ready(id, ed25519::PrivateKey::new(d)),
        (_, Private::Rsa { n, e, d, p, q }) => {
            ready(id, rsa::PrivateKey::new(padding::Scheme::of(algorithm)?, [n, e, d, p, q]))
        }
        _ => None,
    }
}

/// What a family's public key does.
trait Verify {
    fn verifies(&self, message: &[u8], signature: &[u8]) -> bool;
}

/// What a family's private key does; `None` where the host failed it.
trait Sign {
    fn sign(&self, message: &[u8]) -> Option<Vec<u8>>;
}

/// A family's key dressed in the traits of `jsonwebtoken`.
struct Prepared<K> {
    id: Id,
    key: K,
}

fn prepared<K: Verify + 'static>(id: Id, key: Option<K>) -> Option<Box<dyn JwtVerifier>> {
    Some(Box::new(Prepared { id, key: key? }))
}

fn ready<K: Sign + 'static>(id: Id, key: Option<K>) -> Option<Box<dyn JwtSigner>> {
    Some(Box::new(Prepared { id, key: key? }))
}

impl<K: Verify> Verifier<Vec<u8>> for Prepared<K> {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), SignatureError> {
        if self.key.verifies(message, signature) { Ok(()) } else { Err(SignatureError::new()) }
    }
}

impl<K: Sign> Signer<Vec<u8>> for Prepared<K> {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, SignatureError> {
        self.key.sign(message).ok_or_else(SignatureError::new)
    }
}

impl<K: Verify> JwtVerifier for Prepared<K> {
    fn algorithm(&self) -> Id {
        self.id
    }
}

impl<K: Sign> JwtSigner for Prepared<K> {
    fn algorithm(&self) -> Id {
        self.id
    }
}
