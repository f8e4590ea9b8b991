//! The one table of algorithms (RFC 7518 section 3.1, RFC 8037, RFC 9864). Nothing else knows an
//! algorithm's name.
//!
//! Below this file only entries of the table travel; `none` has no entry, so it cannot be asked
//! for. To add an algorithm, add a row.

use std::fmt;

use ctutils::CtEq as _;
use hmac::digest::Output;
use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::Algorithm as Id;
use jsonwebtoken::crypto::{JwtSigner, JwtVerifier};
use jsonwebtoken::signature::{Error as SignatureError, Signer, Verifier};
use sha2::{Sha256, Sha384, Sha512};
use zeroize::Zeroize as _;

use crate::curve::Curve;

/// What there is to know about one algorithm.
#[derive(Debug)]
pub struct Algorithm {
    /// The `alg` value.
    pub name: &'static str,
    /// How it signs, and what keys it takes.
    pub family: Family,
    /// The hash of the message; EdDSA brings its own.
    pub hash: Hash,
    /// Its name in `jsonwebtoken`, which does not know every algorithm.
    pub id: Option<Id>,
}

/// A way of signing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// HMAC, with a secret.
    Hmac,
    /// RSASSA-PKCS1-v1_5.
    RsaPkcs1,
    /// RSASSA-PSS with a salt as long as the hash.
    RsaPss,
    /// ECDSA, a curve each.
    Ecdsa(Curve),
    /// Ed25519.
    EdDsa,
}

/// A hash of the SHA-2 family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    /// SHA-256
    Sha256,
    /// SHA-384
    Sha384,
    /// SHA-512
    Sha512,
}

impl Hash {
    /// Octets of output: also the least that a secret may have (RFC 7518 section 3.2).
    #[must_use]
    pub fn octets(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    fn web_name(self) -> &'static str {
        match self {
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
        }
    }
}

static TABLE: [Algorithm; 14] = [
    row("HS256", Family::Hmac, Hash::Sha256, Some(Id::HS256)),
    row("HS384", Family::Hmac, Hash::Sha384, Some(Id::HS384)),
    row("HS512", Family::Hmac, Hash::Sha512, Some(Id::HS512)),
    row("RS256", Family::RsaPkcs1, Hash::Sha256, Some(Id::RS256)),
    row("RS384", Family::RsaPkcs1, Hash::Sha384, Some(Id::RS384)),
    row("RS512", Family::RsaPkcs1, Hash::Sha512, Some(Id::RS512)),
    row("PS256", Family::RsaPss, Hash::Sha256, Some(Id::PS256)),
    row("PS384", Family::RsaPss, Hash::Sha384, Some(Id::PS384)),
    row("PS512", Family::RsaPss, Hash::Sha512, Some(Id::PS512)),
    row("ES256", Family::Ecdsa(Curve::P256), Hash::Sha256, Some(Id::ES256)),
    row("ES384", Family::Ecdsa(Curve::P384), Hash::Sha384, Some(Id::ES384)),
    row("ES512", Family::Ecdsa(Curve::P521), Hash::Sha512, None),
    row("EdDSA", Family::EdDsa, Hash::Sha512, Some(Id::EdDSA)),
    row("Ed25519", Family::EdDsa, Hash::Sha512, Some(Id::EdDSA)),
];

const fn row(name: &'static str, family: Family, hash: Hash, id: Option<Id>) -> Algorithm {
    Algorithm { name, family, hash, id }
}

impl Algorithm {
    /// The entry of that `alg` value. Case matters (RFC 7515 section 4.1.1).
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        TABLE.iter().find(|algorithm| algorithm.name == name)
    }

    /// The entry that `jsonwebtoken` calls so (Ed25519 and EdDSA are one there).
    #[must_use]
    pub fn identified(id: Id) -> Option<&'static Self> {
        TABLE.iter().find(|algorithm| algorithm.id == Some(id))
    }

    /// The first entry of a family: what a key of that kind is for when it does not say.
    #[must_use]
    pub fn of_family(family: Family) -> Option<&'static Self> {
        TABLE.iter().find(|algorithm| algorithm.family == family)
    }

    /// The algorithm in the terms of the Web Cryptography API, as JSON: enough for importing or
    /// generating a key, and for signing and verifying with it.
    #[must_use]
    pub fn web_crypto(&self) -> String {
        let hash = self.hash.web_name();
        match self.family {
            Family::Hmac => format!(r#"{{"name":"HMAC","hash":"{hash}"}}"#),
            Family::RsaPkcs1 => format!(r#"{{"name":"RSASSA-PKCS1-v1_5","hash":"{hash}"}}"#),
            Family::RsaPss => {
                let salt = self.hash.octets();
                format!(r#"{{"name":"RSA-PSS","hash":"{hash}","saltLength":{salt}}}"#)
            }
            Family::Ecdsa(curve) => {
                let curve = curve.name();
                format!(r#"{{"name":"ECDSA","hash":"{hash}","namedCurve":"{curve}"}}"#)
            }
            Family::EdDsa => r#"{"name":"Ed25519"}"#.to_owned(),
        }
    }

    /// Makes a secret ready for signing and verifying; `None` if it cannot serve as a key.
    #[must_use]
    pub fn prepare_secret(&self, secret: &[u8]) -> Option<KeyPair> {
        let pair = match (self.family, self.hash) {
            (Family::Hmac, Hash::Sha256) => prepare_hmac::<Hmac<Sha256>>(self.id?, secret),
            (Family::Hmac, Hash::Sha384) => prepare_hmac::<Hmac<Sha384>>(self.id?, secret),
            (Family::Hmac, Hash::Sha512) => prepare_hmac::<Hmac<Sha512>>(self.id?, secret),
            _ => None,
        };
        scrub_stack();
        pair
    }
}

impl PartialEq for Algorithm {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// A key made ready once for all that it will do here.
pub struct KeyPair {
    /// Signs, where the key can.
    pub signer: Option<Box<dyn JwtSigner>>,
    /// Verifies, in constant time where the key is secret.
    pub verifier: Box<dyn JwtVerifier>,
}

impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyPair(..)")
    }
}

/// HMAC with its two key blocks already hashed; a clone of `mac` starts a fresh computation.
#[derive(Clone)]
struct HmacKey<M> {
    id: Id,
    mac: M,
}

/// Overwrites what the call before left on the stack: the `hmac` crate forms its key blocks there
/// and leaves them. A test scans the memory for them.
#[inline(never)]
pub fn scrub_stack() {
    let mut left = [0_u8; 4096];
    left.zeroize();
}

#[inline(never)]
fn prepare_hmac<M>(id: Id, secret: &[u8]) -> Option<KeyPair>
where
    M: Mac + KeyInit + Clone + 'static,
{
    let key = HmacKey { id, mac: M::new_from_slice(secret).ok()? };
    Some(KeyPair { signer: Some(Box::new(key.clone())), verifier: Box::new(key) })
}

impl<M: Mac + Clone> HmacKey<M> {
    // Once for each hash, and not again wherever it is called.
    #[inline(never)]
    fn compute(&self, message: &[u8]) -> Output<M> {
        let mut mac = self.mac.clone();
        mac.update(message);
        mac.finalize().into_bytes()
    }
}

impl<M: Mac + Clone> Signer<Vec<u8>> for HmacKey<M> {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, SignatureError> {
        Ok(self.compute(message).to_vec())
    }
}

impl<M: Mac + Clone> Verifier<Vec<u8>> for HmacKey<M> {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), SignatureError> {
        let fits = self.compute(message).as_slice().ct_eq(signature.as_slice());
        if fits.to_bool() { Ok(()) } else { Err(SignatureError::new()) }
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
