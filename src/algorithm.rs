//! The one table of algorithms (RFC 7518 section 3.1). Nothing else knows an algorithm's name.
//!
//! Below this file only entries of the table travel; `none` has no entry, so it cannot be asked
//! for. To add an algorithm, add a row.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::Algorithm as Id;
use jsonwebtoken::crypto::{JwtSigner, JwtVerifier};
use jsonwebtoken::signature::{Error as SignatureError, Signer, Verifier};
use sha2::{Sha256, Sha384, Sha512};

/// What there is to know about one algorithm.
pub struct Algorithm {
    /// The `alg` value.
    pub name: &'static str,
    /// Bytes of hash output: the least that a secret may have (RFC 7518 section 3.2).
    pub hash_bytes: usize,
    prepare: fn(&[u8]) -> Option<KeyPair>,
}

/// A key made ready once for all that it will do.
pub struct KeyPair {
    /// Signs.
    pub signer: Box<dyn JwtSigner>,
    /// Verifies, in constant time where the key is secret.
    pub verifier: Box<dyn JwtVerifier>,
}

static TABLE: [Algorithm; 3] = [
    Algorithm {
        name: "HS256",
        hash_bytes: 32,
        prepare: |secret| prepare_hmac::<Hmac<Sha256>>(Id::HS256, secret),
    },
    Algorithm {
        name: "HS384",
        hash_bytes: 48,
        prepare: |secret| prepare_hmac::<Hmac<Sha384>>(Id::HS384, secret),
    },
    Algorithm {
        name: "HS512",
        hash_bytes: 64,
        prepare: |secret| prepare_hmac::<Hmac<Sha512>>(Id::HS512, secret),
    },
];

impl Algorithm {
    /// The entry of that `alg` value. Case matters (RFC 7515 section 4.1.1).
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        TABLE.iter().find(|algorithm| algorithm.name == name)
    }

    /// Makes a secret ready for signing and verifying; `None` if it cannot serve as a key.
    #[must_use]
    pub fn prepare(&self, secret: &[u8]) -> Option<KeyPair> {
        (self.prepare)(secret)
    }
}

impl fmt::Debug for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl PartialEq for Algorithm {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// HMAC with its two key blocks already hashed; a clone of `mac` starts a fresh computation.
#[derive(Clone)]
struct HmacKey<M> {
    id: Id,
    mac: M,
}

fn prepare_hmac<M>(id: Id, secret: &[u8]) -> Option<KeyPair>
where
    M: Mac + KeyInit + Clone + 'static,
{
    let key = HmacKey { id, mac: M::new_from_slice(secret).ok()? };
    Some(KeyPair { signer: Box::new(key.clone()), verifier: Box::new(key) })
}

impl<M: Mac + Clone> Signer<Vec<u8>> for HmacKey<M> {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, SignatureError> {
        Ok(self.mac.clone().chain_update(message).finalize().into_bytes().to_vec())
    }
}

impl<M: Mac + Clone> Verifier<Vec<u8>> for HmacKey<M> {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), SignatureError> {
        let mac = self.mac.clone().chain_update(message);
        mac.verify_slice(signature).map_err(|_| SignatureError::new())
    }
}

impl<M: Mac + Clone> JwtSigner for HmacKey<M> {
    fn algorithm(&self) -> Id {
        self.id
    }
}

impl<M: Mac + Clone> JwtVerifier for HmacKey<M> {
    fn algorithm(&self) -> Id {
        self.id
    }
}
