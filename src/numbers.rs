//! Asymmetric keys as the numbers they are made of, in the terms of RFC 7518 section 6 and
//! RFC 8037, and whether those numbers are fit for use.
//!
//! A [`PublicKey`] exists only if it passed that check. Private numbers live in zeroizing memory.
//! Formats are read elsewhere; nothing is signed here.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::algorithm::Family;
use crate::curve::{Curve, is_sound_ed25519};
use crate::error::SetupError;

/// Fewest bits of an RSA modulus (RFC 7518 section 3.3).
const MIN_RSA_BITS: usize = 2048;

/// Most bits of an RSA modulus; beyond, one verification is an attack by itself.
const MAX_RSA_BITS: usize = 8192;

/// A public key that is fit for use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey(PublicNumbers);

/// The numbers of a public key, big-endian; coordinates of full length, the rest without leading
/// zeros.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublicNumbers {
    /// RSA: modulus and exponent.
    Rsa {
        /// The modulus.
        n: Vec<u8>,
        /// The exponent.
        e: Vec<u8>,
    },
    /// ECDSA: a point.
    Ec {
        /// Its curve.
        curve: Curve,
        /// Its coordinates.
        x: Vec<u8>,
        /// Its coordinates.
        y: Vec<u8>,
    },
    /// Ed25519: an encoded point, little-endian as RFC 8032 has it.
    Ed25519 {
        /// The point.
        x: Vec<u8>,
    },
}

/// The numbers that a private key has beside its public ones.
#[derive(Clone)]
pub enum PrivateNumbers {
    /// RSA, with its primes and their helpers (RFC 7518 section 6.3.2).
    Rsa(Box<RsaPrivate>),
    /// The scalar of ECDSA, or the seed of Ed25519.
    Scalar(Zeroizing<Vec<u8>>),
}

/// The private numbers of RSA, in the order of PKCS #1: d, p, q, dp, dq, qi.
pub type RsaPrivate = [Zeroizing<Vec<u8>>; 6];

/// The names of [`RsaPrivate`]'s numbers as members of a JWK.
pub const RSA_PRIVATE_NAMES: [&str; 6] = ["d", "p", "q", "dp", "dq", "qi"];

impl fmt::Debug for PrivateNumbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateNumbers(..)")
    }
}

/// A key pair as numbers: both parts, or the one that was given.
#[derive(Clone, Debug)]
pub struct Numbers {
    /// Absent only for an Ed25519 seed that came without its point.
    pub public: Option<PublicKey>,
    /// Absent for a public key.
    pub private: Option<PrivateNumbers>,
    /// What the key can be used for.
    pub kind: KeyKind,
}

/// What sort of key it is, whatever algorithm it will be pinned to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// RSA: PKCS #1 v1.5 or PSS.
    Rsa,
    /// A curve of ECDSA.
    Ec(Curve),
    /// Ed25519.
    Ed25519,
}

impl KeyKind {
    /// Whether such keys serve the family.
    #[must_use]
    pub fn serves(self, family: Family) -> bool {
        match self {
            Self::Rsa => matches!(family, Family::RsaPkcs1 | Family::RsaPss),
            Self::Ec(curve) => family == Family::Ecdsa(curve),
            Self::Ed25519 => family == Family::EdDsa,
        }
    }

    /// The one family that such keys serve, where there is but one.
    #[must_use]
    pub fn only_family(self) -> Option<Family> {
        match self {
            Self::Rsa => None,
            Self::Ec(curve) => Some(Family::Ecdsa(curve)),
            Self::Ed25519 => Some(Family::EdDsa),
        }
    }
}

impl PublicKey {
    /// Takes numbers that are fit for use.
    ///
    /// # Errors
    /// `SetupError` for an RSA modulus under 2048 or over 8192 bits, or even, or an exponent that
    /// is even, under 3 or over 32 bits; for a point off its curve; for an Ed25519 point that is
    /// not canonical, not on the curve or of small order.
    pub fn check(numbers: PublicNumbers) -> Result<Self, SetupError> {
        let problem = match &numbers {
            PublicNumbers::Rsa { n, e } => rsa_problem(n, e),
            PublicNumbers::Ec { curve, x, y } => {
                (!curve.contains(x, y)).then_some("is not a point of its curve")
            }
            PublicNumbers::Ed25519 { x } => {
                (!is_sound_ed25519(x)).then_some("is not a sound Ed25519 public key")
            }
        };
        match problem {
            None => Ok(Self(numbers)),
            Some(problem) => Err(SetupError::new("key", problem)),
        }
    }

    /// The numbers.
    #[must_use]
    pub fn numbers(&self) -> &PublicNumbers {
        &self.0
    }

    /// The required members of the JWK, in the one order and spelling of RFC 7638 section 3.
    #[must_use]
    pub fn jwk_members(&self) -> String {
        match &self.0 {
            PublicNumbers::Rsa { n, e } => {
                format!(r#""e":"{}","kty":"RSA","n":"{}""#, base64url(e), base64url(n))
            }
            PublicNumbers::Ec { curve, x, y } => {
                let (crv, x, y) = (curve.name(), base64url(x), base64url(y));
                format!(r#""crv":"{crv}","kty":"EC","x":"{x}","y":"{y}""#)
            }
            PublicNumbers::Ed25519 { x } => {
                format!(r#""crv":"Ed25519","kty":"OKP","x":"{}""#, base64url(x))
            }
        }
    }

    /// The SHA-256 thumbprint (RFC 7638): the key's id where it was given none.
    #[must_use]
    pub fn thumbprint(&self) -> String {
        base64url(&Sha256::digest(format!("{{{}}}", self.jwk_members())))
    }
}

fn rsa_problem(n: &[u8], e: &[u8]) -> Option<&'static str> {
    let bits = bit_length(n);
    let exponent = e.iter().fold(0_u64, |value, octet| value << 8 | u64::from(*octet));
    if !(MIN_RSA_BITS..=MAX_RSA_BITS).contains(&bits) {
        return Some("is an RSA key of under 2048 or over 8192 bits");
    }
    if is_even(n) {
        return Some("is an RSA key with an even modulus");
    }
    if bit_length(e) > 32 || is_even(e) || exponent < 3 {
        return Some("is an RSA key with a bad exponent");
    }
    None
}

fn is_even(number: &[u8]) -> bool {
    number.last().is_none_or(|octet| octet % 2 == 0)
}

fn bit_length(number: &[u8]) -> usize {
    let zeros = number.first().map_or(0, |octet| octet.leading_zeros());
    let zeros = usize::try_from(zeros).unwrap_or_default();
    number.len().saturating_mul(8).saturating_sub(zeros)
}

impl Numbers {
    /// The whole key as the octets of a JWK, private members included: only for the host's own
    /// key import. Written into one piece of zeroizing memory, so that no part is left elsewhere.
    #[must_use]
    pub fn jwk_octets(&self) -> Zeroizing<Vec<u8>> {
        let public = match &self.public {
            Some(public) => public.jwk_members(),
            // A seed that came without its point: the host finds it.
            None => r#""crv":"Ed25519","kty":"OKP""#.to_owned(),
        };
        let private: Vec<(&str, &[u8])> = match &self.private {
            None => Vec::new(),
            Some(PrivateNumbers::Scalar(d)) => vec![("d", d)],
            Some(PrivateNumbers::Rsa(numbers)) => {
                let octets = numbers.iter().map(|number| number.as_slice());
                RSA_PRIVATE_NAMES.into_iter().zip(octets).collect()
            }
        };
        // Base64 takes four thirds, a member's name and marks under sixteen octets.
        let room = private.iter().map(|(_, octets)| octets.len().saturating_mul(2)).sum::<usize>();
        let room = room.saturating_add(public.len()).saturating_add(128);
        let mut jwk = Zeroizing::new(Vec::with_capacity(room));
        jwk.extend_from_slice(format!("{{{public}").as_bytes());
        for (name, octets) in private {
            jwk.extend_from_slice(format!(r#","{name}":""#).as_bytes());
            append_base64url(&mut jwk, octets);
            jwk.push(b'"');
        }
        jwk.push(b'}');
        jwk
    }
}

fn append_base64url(text: &mut Vec<u8>, octets: &[u8]) {
    let start = text.len();
    let length = base64::encoded_len(octets.len(), false).unwrap_or_default();
    text.resize(start.saturating_add(length), 0);
    if let Some(to) = text.get_mut(start..) {
        // The slice has the very length that the encoder asks for, so this cannot fail.
        let _ = URL_SAFE_NO_PAD.encode_slice(octets, to);
    }
}

fn base64url(octets: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(octets)
}
