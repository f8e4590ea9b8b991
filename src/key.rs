//! Keys and key sets. A key carries one algorithm for life and is made ready when it is read.
//!
//! Secret octets live in zeroizing memory, are never kept beside the prepared key, and appear in
//! no message and no `Debug` text. What is not a fit secret is refused here, so that everything
//! behind a [`KeySet`] may be trusted to be one.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

use crate::algorithm::{Algorithm, KeyPair};
use crate::error::{Code, Refusal, SetupError};
use crate::json::Object;
use crate::options::Options;

/// What a key may do (rotation moves a key down this list).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeyState {
    /// Signs and verifies.
    #[default]
    Active,
    /// Verifies what it signed before; signs nothing new.
    Verify,
    /// Known, and refused by name: `disabled_key`.
    Disabled,
}

impl KeyState {
    fn named(name: Option<&str>) -> Result<Self, SetupError> {
        match name {
            None | Some("active") => Ok(Self::Active),
            Some("verify") => Ok(Self::Verify),
            Some("disabled") => Ok(Self::Disabled),
            Some(_) => Err(SetupError::new("state", "is not active, verify or disabled")),
        }
    }
}

/// How the octets of a secret are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretEncoding {
    /// As they are; text as UTF-8.
    Raw,
    /// RFC 4648 section 4, padded.
    Base64,
    /// RFC 4648 section 5, unpadded.
    Base64url,
    /// RFC 4648 section 8, either case.
    Hex,
}

impl SecretEncoding {
    fn named(name: Option<&str>) -> Result<Self, SetupError> {
        match name {
            None => Ok(Self::Raw),
            Some("base64") => Ok(Self::Base64),
            Some("base64url") => Ok(Self::Base64url),
            Some("hex") => Ok(Self::Hex),
            Some(_) => Err(SetupError::new("encoding", "is not base64, base64url or hex")),
        }
    }
}

/// Whether a secret shorter than the hash is taken (RFC 7518 section 3.2 says it must not be).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ShortSecret {
    /// Refuse it.
    #[default]
    Refuse,
    /// Take it, because the other side cannot be changed.
    Allow,
}

/// One key, ready for use.
pub struct Key {
    /// Its id; a key without one fits any token of its algorithm, if it is the only such key.
    pub kid: Option<String>,
    /// The one algorithm it is for.
    pub algorithm: &'static Algorithm,
    /// What it may do.
    pub state: KeyState,
    /// The key itself.
    pub pair: KeyPair,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kid, algorithm, state, .. } = self;
        write!(f, "Key {{ kid: {kid:?}, alg: {algorithm:?}, state: {state:?}, .. }}")
    }
}

impl Key {
    /// A secret key from its written form. Options: `alg`; `kid`, `state` ("active", "verify",
    /// "disabled"), `encoding` ("base64", "base64url", "hex"; absent: the octets as they are)
    /// and `allowShortSecret`.
    ///
    /// # Errors
    /// `SetupError` for an unknown algorithm, text that does not decode, an empty secret, one
    /// shorter than the hash unless allowed, or a PEM or JWK handed over as a secret.
    pub fn from_secret(mut options: Options<'_>, written: &[u8]) -> Result<Self, SetupError> {
        let kid = options.text("kid")?;
        let algorithm = options.text("alg")?.and_then(|alg| Algorithm::named(&alg));
        let algorithm =
            algorithm.ok_or_else(|| SetupError::new("alg", "is not a supported algorithm"))?;
        let state = KeyState::named(options.text("state")?.as_deref())?;
        let encoding = SecretEncoding::named(options.text("encoding")?.as_deref())?;
        let short = match options.flag("allowShortSecret")? {
            Some(true) => ShortSecret::Allow,
            _ => ShortSecret::Refuse,
        };
        options.finish()?;

        let secret = decode(written, encoding)?;
        check_secret(&secret, algorithm, short)?;
        let pair = algorithm
            .prepare(&secret)
            .ok_or_else(|| SetupError::new("secret", "cannot serve as a key for this algorithm"))?;
        Ok(Self { kid, algorithm, state, pair })
    }
}

fn decode(written: &[u8], encoding: SecretEncoding) -> Result<Zeroizing<Vec<u8>>, SetupError> {
    match encoding {
        SecretEncoding::Raw => Some(written.to_vec()),
        SecretEncoding::Base64 => STANDARD.decode(written).ok(),
        SecretEncoding::Base64url => URL_SAFE_NO_PAD.decode(written).ok(),
        SecretEncoding::Hex => base16ct::mixed::decode_vec(written).ok(),
    }
    .map(Zeroizing::new)
    .ok_or_else(|| SetupError::new("secret", "is not written in the encoding it names"))
}

fn check_secret(
    secret: &[u8],
    algorithm: &Algorithm,
    short: ShortSecret,
) -> Result<(), SetupError> {
    if secret.is_empty() {
        return Err(SetupError::new("secret", "is empty"));
    }
    if is_key_text(secret) {
        return Err(SetupError::new("secret", "is a PEM or JWK text, not a secret"));
    }
    if secret.len() < algorithm.hash_bytes && short == ShortSecret::Refuse {
        let problem = format!(
            "is shorter than the {} bytes that {} asks for (allowShortSecret takes it all the same)",
            algorithm.hash_bytes, algorithm.name
        );
        return Err(SetupError::new("secret", problem));
    }
    Ok(())
}

/// A public key used as an HMAC secret is how algorithm confusion begins (CVE-2015-9235). The
/// algorithm is pinned, so this is a guard against a slip, not the defence.
fn is_key_text(secret: &[u8]) -> bool {
    const PEM: &[u8] = b"-----BEGIN";
    let is_jwk = |text| {
        Object::parse(text)
            .is_ok_and(|object| object.into_iter().any(|(name, _)| name == "kty" || name == "keys"))
    };
    secret.windows(PEM.len()).any(|part| part == PEM)
        || std::str::from_utf8(secret).is_ok_and(is_jwk)
}

/// The keys of one party. No two share a `kid`.
#[derive(Debug, Default)]
pub struct KeySet {
    keys: Vec<Key>,
}

impl KeySet {
    /// Adds a key; the newest comes last.
    ///
    /// # Errors
    /// `SetupError` if the set already has a key of that `kid`.
    pub fn add(&mut self, key: Key) -> Result<(), SetupError> {
        if key.kid.is_some() && self.keys.iter().any(|other| other.kid == key.kid) {
            return Err(SetupError::new("kid", "is used by two keys"));
        }
        self.keys.push(key);
        Ok(())
    }

    /// The key that a token's header asks for.
    ///
    /// A `kid` is looked up by exact equality; without a match, and for a token without `kid`,
    /// the key must be the only one that fits.
    ///
    /// # Errors
    /// `unsupported_algorithm`, `unknown_key` or `disabled_key`.
    pub fn select(&self, algorithm: &Algorithm, kid: Option<&str>) -> Result<&Key, Refusal> {
        let key = match kid.and_then(|kid| self.named(kid)) {
            Some(key) => key,
            None => self.only_fitting(algorithm, kid)?,
        };
        if key.algorithm != algorithm {
            return Err(Code::UnsupportedAlgorithm.into());
        }
        if key.state == KeyState::Disabled {
            return Err(Code::DisabledKey.into());
        }
        Ok(key)
    }

    /// The key to sign with: the one of that `kid`, or the newest active one.
    ///
    /// # Errors
    /// `SetupError` when there is none, or the one named is not active.
    pub fn signing_key(&self, kid: Option<&str>) -> Result<&Key, SetupError> {
        let key = match kid {
            Some(kid) => self.named(kid).filter(|key| key.state == KeyState::Active),
            None => self.keys.iter().rfind(|key| key.state == KeyState::Active),
        };
        key.ok_or_else(|| SetupError::new("kid", "names no active key of the set"))
    }

    fn named(&self, kid: &str) -> Option<&Key> {
        self.keys.iter().find(|key| key.kid.as_deref() == Some(kid))
    }

    /// A token that names a key can only fit one that has no name; a token that names none can
    /// fit any that is not disabled.
    fn only_fitting(&self, algorithm: &Algorithm, kid: Option<&str>) -> Result<&Key, Refusal> {
        let nameable = |key: &&Key| match kid {
            Some(_) => key.kid.is_none(),
            None => key.state != KeyState::Disabled,
        };
        let mut fitting =
            self.keys.iter().filter(nameable).filter(|key| key.algorithm == algorithm);
        match (fitting.next(), fitting.next()) {
            (Some(key), None) => Ok(key),
            (None, _) if !self.keys.iter().any(|key| key.algorithm == algorithm) => {
                Err(Code::UnsupportedAlgorithm.into())
            }
            _ => Err(Code::UnknownKey.into()),
        }
    }
}
