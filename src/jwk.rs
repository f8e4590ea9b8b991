//! Keys written as JSON Web Keys (RFC 7517; members by RFC 7518 section 6 and RFC 8037).
//!
//! Members that are not known are passed over, as RFC 7517 section 4 asks; members that
//! contradict the key's use are an error.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use crate::curve::Curve;
use crate::error::SetupError;
use crate::json::{Json, Object};
use crate::numbers::{
    KeyKind, Numbers, PrivateNumbers, PublicKey, PublicNumbers, RSA_PRIVATE_NAMES, RsaPrivate,
};

/// A JWK that has been read.
#[derive(Debug)]
pub struct Jwk {
    /// `kid`
    pub kid: Option<String>,
    /// `alg`
    pub alg: Option<String>,
    /// The key itself.
    pub key: JwkKey,
}

/// What a JWK holds.
pub enum JwkKey {
    /// `oct`: a secret.
    Secret(Zeroizing<Vec<u8>>),
    /// Any other: numbers.
    Numbers(Numbers),
}

impl std::fmt::Debug for JwkKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JwkKey(..)")
    }
}

/// Reads a JWK.
///
/// # Errors
/// `SetupError` for a `kty` or `crv` that is not known, a number that is missing or not canonical
/// base64url, a `use` or `key_ops` against signatures, or a key that is not fit for use.
pub fn read_jwk(written: &[u8]) -> Result<Jwk, SetupError> {
    let object = std::str::from_utf8(written).ok().and_then(Object::parse);
    let object = object.ok_or_else(|| problem("is not one strict JSON object"))?;
    let mut members = Members(object);
    let (kid, alg) = (members.text("kid")?, members.text("alg")?);
    let key = match members.text("kty")?.as_deref() {
        Some("oct") => JwkKey::Secret(members.number("k")?),
        Some("RSA") => JwkKey::Numbers(rsa(&mut members)?),
        Some("EC") => JwkKey::Numbers(ec(&mut members)?),
        Some("OKP") => JwkKey::Numbers(okp(&mut members)?),
        _ => return Err(problem("has no kty that is known")),
    };
    members.check_use(is_public(&key))?;
    Ok(Jwk { kid, alg, key })
}

fn is_public(key: &JwkKey) -> bool {
    matches!(key, JwkKey::Numbers(numbers) if numbers.private.is_none())
}

fn rsa(members: &mut Members<'_>) -> Result<Numbers, SetupError> {
    let (n, e) = (members.number("n")?.to_vec(), members.number("e")?.to_vec());
    let public = PublicKey::check(PublicNumbers::Rsa { n: stripped(&n), e: stripped(&e) })?;
    if members.0.contains("oth") {
        return Err(problem("is an RSA key of more than two primes"));
    }
    let private = if members.0.contains("d") {
        let mut numbers = RsaPrivate::default();
        for (number, name) in numbers.iter_mut().zip(RSA_PRIVATE_NAMES) {
            *number = members.number(name)?;
        }
        Some(PrivateNumbers::Rsa(Box::new(numbers)))
    } else {
        None
    };
    Ok(Numbers { public: Some(public), private, kind: KeyKind::Rsa })
}

fn ec(members: &mut Members<'_>) -> Result<Numbers, SetupError> {
    let curve = members.text("crv")?.and_then(|crv| Curve::named(&crv));
    let curve = curve.ok_or_else(|| problem("has no crv that is known"))?;
    let (x, y) = (members.number("x")?.to_vec(), members.number("y")?.to_vec());
    let public = PublicKey::check(PublicNumbers::Ec { curve, x, y })?;
    let private = members.scalar(curve.octets())?;
    Ok(Numbers { public: Some(public), private, kind: KeyKind::Ec(curve) })
}

fn okp(members: &mut Members<'_>) -> Result<Numbers, SetupError> {
    if members.text("crv")?.as_deref() != Some("Ed25519") {
        return Err(problem("has no crv that is known"));
    }
    let x = members.number("x")?.to_vec();
    let public = PublicKey::check(PublicNumbers::Ed25519 { x })?;
    let private = members.scalar(32)?;
    Ok(Numbers { public: Some(public), private, kind: KeyKind::Ed25519 })
}

/// The number without leading zeros, as the thumbprint wants it (RFC 7518 section 2).
fn stripped(number: &[u8]) -> Vec<u8> {
    number.iter().copied().skip_while(|octet| *octet == 0).collect()
}

/// The members of a JWK that have not been read yet.
struct Members<'a>(Object<'a>);

impl Members<'_> {
    fn text(&mut self, name: &str) -> Result<Option<String>, SetupError> {
        match self.0.take(name) {
            None => Ok(None),
            Some(Json::Text(text)) => Ok(Some(text.into_owned())),
            Some(_) => Err(problem("has a member of the wrong type")),
        }
    }

    /// Base64url octets.
    fn number(&mut self, name: &str) -> Result<Zeroizing<Vec<u8>>, SetupError> {
        let text = self.0.take(name).and_then(Json::into_text);
        text.and_then(|text| URL_SAFE_NO_PAD.decode(text.as_bytes()).ok())
            .map(Zeroizing::new)
            .ok_or_else(|| problem("lacks a number, or one is not base64url"))
    }

    fn scalar(&mut self, octets: usize) -> Result<Option<PrivateNumbers>, SetupError> {
        if !self.0.contains("d") {
            return Ok(None);
        }
        let d = self.number("d")?;
        if d.len() != octets {
            return Err(problem("has a private number of the wrong length"));
        }
        Ok(Some(PrivateNumbers::Scalar(d)))
    }

    /// RFC 7517 sections 4.2 and 4.3: what the key says it is for must allow signatures.
    fn check_use(&mut self, is_public: bool) -> Result<(), SetupError> {
        if self.text("use")?.is_some_and(|purpose| purpose != "sig") {
            return Err(problem("is not for signatures by its use"));
        }
        let operations = match self.0.take("key_ops") {
            None => return Ok(()),
            Some(Json::Array(operations)) => operations,
            Some(_) => return Err(problem("has a member of the wrong type")),
        };
        let allows = |wanted: &str| {
            operations.iter().any(|one| matches!(one, Json::Text(text) if text == wanted))
        };
        if allows("verify") || (allows("sign") && !is_public) {
            return Ok(());
        }
        Err(problem("is not for signatures by its key_ops"))
    }
}

fn problem(text: &'static str) -> SetupError {
    SetupError::new("jwk", text)
}
