//! Keys and key sets. A key carries one algorithm for life and is made ready when it is read.
//!
//! Secret octets live in zeroizing memory, are never kept beside the prepared key, and appear in
//! no message and no `Debug` text. What is not fit for use is refused here, so that everything
//! behind a [`KeySet`] may be trusted to be a key.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

use crate::algorithm::{Algorithm, Family, KeyPair};
use crate::asn1;
use crate::error::{Code, Refusal, SetupError};
use crate::json::{Object, quoted};
use crate::jwk::{self, Jwk, JwkKey};
use crate::numbers::{Numbers, PublicKey};
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
    fn named(name: &str) -> Option<Self> {
        match name {
            "active" => Some(Self::Active),
            "verify" => Some(Self::Verify),
            "disabled" => Some(Self::Disabled),
            _ => None,
        }
    }
}

/// How the octets of a secret are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SecretEncoding {
    /// As they are; text as UTF-8.
    #[default]
    Raw,
    /// RFC 4648 section 4, padded.
    Base64,
    /// RFC 4648 section 5, unpadded.
    Base64url,
    /// RFC 4648 section 8, either case.
    Hex,
}

impl SecretEncoding {
    /// The option `encoding`.
    pub fn read(options: &mut Options<'_>) -> Self {
        let encoding = options.parsed("encoding", Self::named, "is not base64, base64url or hex");
        encoding.unwrap_or_default()
    }

    fn named(name: &str) -> Option<Self> {
        match name {
            "base64" => Some(Self::Base64),
            "base64url" => Some(Self::Base64url),
            "hex" => Some(Self::Hex),
            _ => None,
        }
    }
}

/// Who signs or verifies where both this module and the host could.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// This module, at once.
    Here,
    /// The host, which is faster at everything but HMAC.
    Host,
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
#[derive(Debug)]
pub struct Key {
    kid: Option<String>,
    thumbprint: Option<String>,
    algorithm: &'static Algorithm,
    state: KeyState,
    /// What signs and verifies here; nothing where the host must.
    local: Option<KeyPair>,
    /// What the host can import; nothing for a secret, which never leaves.
    numbers: Option<Numbers>,
}

/// What is said about a key beside the key itself.
#[derive(Clone)]
struct Terms {
    kid: Option<String>,
    alg: Option<String>,
    state: KeyState,
    short: ShortSecret,
}

impl Terms {
    fn read(options: &mut Options<'_>) -> Self {
        let state = options.parsed("state", KeyState::named, "is not active, verify or disabled");
        Self {
            kid: options.text("kid"),
            alg: options.text("alg"),
            state: state.unwrap_or_default(),
            short: match options.flag("allowShortSecret") {
                Some(true) => ShortSecret::Allow,
                _ => ShortSecret::Refuse,
            },
        }
    }

    /// Joins what the options say with what the JWK says of itself.
    fn join(&mut self, kid: Option<String>, alg: Option<String>) -> Result<(), SetupError> {
        if self.alg.is_some() && alg.is_some() && self.alg != alg {
            return Err(SetupError::new("alg", "contradicts the JWK's own"));
        }
        self.alg = self.alg.take().or(alg);
        self.kid = self.kid.take().or(kid);
        Ok(())
    }
}

impl Key {
    /// The keys of a written text. Options: `form` ("secret", "pem", "der", "jwk"); `kid`, `alg`
    /// and `state` ("active", "verify", "disabled"); for secrets `encoding` ("base64",
    /// "base64url", "hex"; absent: the octets as they are) and `allowShortSecret`.
    ///
    /// # Errors
    /// `SetupError` for text that cannot be read, a key that is not fit for use or not for its
    /// algorithm, an algorithm that is not known or not said, and a secret that is empty, shorter
    /// than the hash unless allowed, or the text of another key.
    pub fn read(options: Options<'_>, written: &[u8]) -> Result<Vec<Self>, SetupError> {
        let (terms, encoding, form) = options.read(|options| {
            (Terms::read(options), SecretEncoding::read(options), options.text("form"))
        })?;
        match form.as_deref() {
            Some("secret") => Self::from_secret(terms, &decode(written, encoding)?).map(one),
            Some("der") => Self::from_numbers(terms, asn1::read_der(written)?).map(one),
            Some("pem") => Self::from_several(&terms, asn1::read_pem(written)?),
            _ => Self::from_jwk(terms, jwk::read_jwk(written)?).map(one),
        }
    }

    fn from_jwk(mut terms: Terms, jwk: Jwk) -> Result<Self, SetupError> {
        terms.join(jwk.kid, jwk.alg)?;
        match jwk.key {
            JwkKey::Secret(secret) => Self::from_secret(terms, &secret),
            JwkKey::Numbers(numbers) => Self::from_numbers(terms, numbers),
        }
    }

    fn from_secret(terms: Terms, secret: &[u8]) -> Result<Self, SetupError> {
        let algorithm = named_algorithm(terms.alg.as_deref())?;
        if algorithm.family != Family::Hmac {
            return Err(SetupError::new("alg", "does not go with a secret"));
        }
        check_secret(secret, algorithm, terms.short)?;
        let pair = algorithm.prepare_secret(secret);
        let pair = pair.ok_or_else(|| SetupError::new("secret", "cannot serve as a key"))?;
        Ok(Self::new(terms, algorithm, Some(pair), None))
    }

    fn from_several(terms: &Terms, several: Vec<Numbers>) -> Result<Vec<Self>, SetupError> {
        if terms.kid.is_some() && several.len() > 1 {
            return Err(SetupError::new("kid", "cannot name several keys at once"));
        }
        several.into_iter().map(|numbers| Self::from_numbers(terms.clone(), numbers)).collect()
    }

    fn from_numbers(terms: Terms, numbers: Numbers) -> Result<Self, SetupError> {
        let own = numbers.kind.only_family().and_then(Algorithm::of_family);
        let algorithm = match (&terms.alg, own) {
            (None, Some(own)) => own,
            (alg, _) => named_algorithm(alg.as_deref())?,
        };
        if !numbers.kind.serves(algorithm.family) {
            return Err(SetupError::new("alg", "does not go with this kind of key"));
        }
        let local = prepare_here(algorithm, &numbers)?;
        Ok(Self::new(terms, algorithm, local, Some(numbers)))
    }

    fn new(
        terms: Terms,
        algorithm: &'static Algorithm,
        local: Option<KeyPair>,
        numbers: Option<Numbers>,
    ) -> Self {
        let Terms { kid, state, .. } = terms;
        let public = numbers.as_ref().and_then(|numbers| numbers.public.as_ref());
        let thumbprint = public.map(PublicKey::thumbprint);
        Self { kid, thumbprint, algorithm, state, local, numbers }
    }

    /// The key's id: its `kid`, or the thumbprint of a public key that was given none.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.kid.as_deref().or(self.thumbprint.as_deref())
    }

    /// The one algorithm it is for.
    #[must_use]
    pub fn algorithm(&self) -> &'static Algorithm {
        self.algorithm
    }

    /// What signs and verifies here, unless the host must or is preferred to.
    #[must_use]
    pub fn local(&self, side: Side) -> Option<&KeyPair> {
        let host_can = self.numbers.is_some();
        self.local.as_ref().filter(|_| side == Side::Here || !host_can)
    }

    /// The key for the host's own import, private members included.
    #[must_use]
    pub fn host_jwk(&self) -> Option<Zeroizing<Vec<u8>>> {
        self.numbers.as_ref().map(Numbers::jwk_octets)
    }

    fn can_sign(&self) -> bool {
        let here = self.local.as_ref().is_some_and(|pair| pair.signer.is_some());
        let host = self.numbers.as_ref().is_some_and(|numbers| numbers.private.is_some());
        self.state == KeyState::Active && (here || host)
    }

    fn public_jwk(&self) -> Option<String> {
        let public = self.numbers.as_ref()?.public.as_ref()?;
        let (members, alg) = (public.jwk_members(), self.algorithm.name);
        let kid = quoted(self.id()?);
        Some(format!(r#"{{{members},"kid":{kid},"alg":"{alg}","use":"sig"}}"#))
    }
}

fn one(key: Key) -> Vec<Key> {
    vec![key]
}

/// Asymmetric keys are the host's, but for the `full` build.
#[cfg(not(feature = "full"))]
#[expect(clippy::unnecessary_wraps, reason = "the full build can refuse the key")]
fn prepare_here(_: &Algorithm, _: &Numbers) -> Result<Option<KeyPair>, SetupError> {
    Ok(None)
}

/// A key of an algorithm that this module has (all but ES512) is made ready, or refused.
#[cfg(feature = "full")]
fn prepare_here(algorithm: &Algorithm, numbers: &Numbers) -> Result<Option<KeyPair>, SetupError> {
    let Some(id) = algorithm.id else { return Ok(None) };
    let pair = crate::full::key_pair(id, numbers);
    pair.map(Some).ok_or_else(|| SetupError::new("key", "has numbers that do not fit together"))
}

fn named_algorithm(alg: Option<&str>) -> Result<&'static Algorithm, SetupError> {
    let alg = alg.ok_or_else(|| SetupError::new("alg", "must be said for this key"))?;
    Algorithm::named(alg).ok_or_else(|| SetupError::new("alg", "is not a supported algorithm"))
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

/// The octets of a secret that is for something else than tokens.
///
/// # Errors
/// `SetupError` for a secret that is not in its encoding, empty, of fewer octets than `least`, or
/// the text of a key.
pub fn read_secret(
    written: &[u8],
    encoding: SecretEncoding,
    least: usize,
) -> Result<Zeroizing<Vec<u8>>, SetupError> {
    let secret = decode(written, encoding)?;
    check_form(&secret)?;
    if secret.len() < least {
        return Err(SetupError::new("secret", "is too short"));
    }
    Ok(secret)
}

fn check_form(secret: &[u8]) -> Result<(), SetupError> {
    if secret.is_empty() {
        return Err(SetupError::new("secret", "is empty"));
    }
    if is_key_text(secret) {
        return Err(SetupError::new("secret", "is a PEM or JWK text, not a secret"));
    }
    Ok(())
}

fn check_secret(
    secret: &[u8],
    algorithm: &Algorithm,
    short: ShortSecret,
) -> Result<(), SetupError> {
    check_form(secret)?;
    if secret.len() < algorithm.hash.octets() && short == ShortSecret::Refuse {
        let problem = "is shorter than its algorithm's hash (allowShortSecret takes it anyway)";
        return Err(SetupError::new("secret", problem));
    }
    Ok(())
}

/// A public key used as an HMAC secret is how algorithm confusion begins (CVE-2015-9235). The
/// algorithm is pinned, so this is a guard against a slip, not the defence.
fn is_key_text(secret: &[u8]) -> bool {
    const MARKS: [&[u8]; 4] = [b"-----BEGIN", b"ssh-rsa ", b"ssh-ed25519 ", b"ecdsa-sha2-"];
    let is_jwk = |text| {
        Object::parse(text).is_some_and(|object| {
            object.into_iter().any(|(name, _)| name == "kty" || name == "keys")
        })
    };
    MARKS.iter().any(|mark| secret.windows(mark.len()).any(|part| part == *mark))
        || std::str::from_utf8(secret).is_ok_and(is_jwk)
}

/// Most keys of one set: lookup walks them all.
const MAX_KEYS: usize = 256;

/// The keys of one party. No two share an id.
#[derive(Debug, Default)]
pub struct KeySet {
    keys: Vec<Key>,
}

impl KeySet {
    /// Adds a key; the newest comes last.
    ///
    /// # Errors
    /// `SetupError` if the set already has a key of that id, or all the keys it may have.
    pub fn add(&mut self, key: Key) -> Result<(), SetupError> {
        if self.keys.len() >= MAX_KEYS {
            return Err(SetupError::new("keys", "are more than a set may have"));
        }
        if key.id().is_some() && self.keys.iter().any(|other| other.id() == key.id()) {
            return Err(SetupError::new("kid", "is used by two keys"));
        }
        self.keys.push(key);
        Ok(())
    }

    /// The key at a place, as [`Self::select`] and [`Self::signing_key`] named it.
    #[must_use]
    pub fn at(&self, place: usize) -> Option<&Key> {
        self.keys.get(place)
    }

    /// The public keys that are not disabled, as a JWK Set (RFC 7517 section 5). Secrets and
    /// private members never appear.
    #[must_use]
    pub fn public_jwks(&self) -> String {
        let published = self.keys.iter().filter(|key| key.state != KeyState::Disabled);
        let jwks: Vec<_> = published.filter_map(Key::public_jwk).collect();
        format!(r#"{{"keys":[{}]}}"#, jwks.join(","))
    }

    /// The key that a token's header asks for, and its place.
    ///
    /// A `kid` is looked up by exact equality; without a match, and for a token without `kid`,
    /// the key must be the only one that fits.
    ///
    /// # Errors
    /// `unsupported_algorithm`, `unknown_key` or `disabled_key`.
    pub fn select(
        &self,
        algorithm: &Algorithm,
        kid: Option<&str>,
    ) -> Result<(usize, &Key), Refusal> {
        let (place, key) = match kid.and_then(|kid| self.named(kid)) {
            Some(key) => key,
            None => self.only_fitting(algorithm, kid)?,
        };
        if key.algorithm != algorithm {
            return Err(Code::UnsupportedAlgorithm.into());
        }
        if key.state == KeyState::Disabled {
            return Err(Code::DisabledKey.into());
        }
        Ok((place, key))
    }

    /// The key to sign with, and its place: the one of that `kid`, or the newest that can.
    ///
    /// # Errors
    /// `SetupError` when there is none, or the one named is not active or has no private part.
    pub fn signing_key(&self, kid: Option<&str>) -> Result<(usize, &Key), SetupError> {
        let key = match kid {
            Some(kid) => self.named(kid).filter(|(_, key)| key.can_sign()),
            None => self.keys.iter().enumerate().rfind(|(_, key)| key.can_sign()),
        };
        key.ok_or_else(|| SetupError::new("kid", "names no active key of the set that can sign"))
    }

    fn named(&self, kid: &str) -> Option<(usize, &Key)> {
        self.keys.iter().enumerate().find(|(_, key)| key.id() == Some(kid))
    }

    /// A token that names a key can only fit one that was given no name; a token that names none
    /// can fit any that is not disabled.
    fn only_fitting(
        &self,
        algorithm: &Algorithm,
        kid: Option<&str>,
    ) -> Result<(usize, &Key), Refusal> {
        let nameable = |(_, key): &(usize, &Key)| match kid {
            Some(_) => key.kid.is_none(),
            None => key.state != KeyState::Disabled,
        };
        let keys = self.keys.iter().enumerate();
        let mut fitting = keys.filter(nameable).filter(|(_, key)| key.algorithm == algorithm);
        match (fitting.next(), fitting.next()) {
            (Some(key), None) => Ok(key),
            (None, _) if !self.keys.iter().any(|key| key.algorithm == algorithm) => {
                Err(Code::UnsupportedAlgorithm.into())
            }
            _ => Err(Code::UnknownKey.into()),
        }
    }
}
