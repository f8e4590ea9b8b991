//! The JWS compact serialization (RFC 7515 section 7.1): taking a token apart, and making one.
//!
//! Only the canonical spelling is read: three parts, base64url without padding or spare bits.
//! The signature is checked over the octets received, never over text made anew.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::algorithm::{Algorithm, KeyPair};
use crate::error::{Code, Refusal, SetupError};
use crate::json::{Json, Object, quoted};
use crate::key::{Key, Side};

/// The longest header, in base64url, whatever the policy allows a whole token: it is read and
/// remembered before anybody has vouched for it.
const MAX_HEADER: usize = 16 * 1024;

/// A token in its parts, decoded but for the header, and not yet believed.
#[derive(Debug)]
pub struct Compact<'a> {
    /// The header as it stands in the token; [`Headers`] reads it.
    pub header: &'a [u8],
    /// The octets of the payload.
    pub payload: Vec<u8>,
    /// The octets of the signature.
    pub signature: Vec<u8>,
    /// What was signed: the octets before the second dot.
    pub signing_input: &'a [u8],
}

impl<'a> Compact<'a> {
    /// Takes a token apart.
    ///
    /// # Errors
    /// `malformed_token` unless it is three parts of canonical base64url.
    pub fn parse(token: &'a [u8]) -> Result<Self, Refusal> {
        let (header, payload, signature) = parts(token).ok_or(Code::MalformedToken)?;
        if header.len() > MAX_HEADER {
            return Err(Code::MalformedToken.into());
        }
        Ok(Self {
            header,
            payload: decode(payload)?,
            signature: decode(signature)?,
            signing_input: signing_input(token),
        })
    }

    /// Checks the signature with a key that verifies here.
    ///
    /// # Errors
    /// `invalid_signature`.
    pub fn check_signature(&self, key: &KeyPair) -> Result<(), Refusal> {
        let verified = key.verifier.verify(self.signing_input, &self.signature);
        verified.map_err(|_| Code::InvalidSignature.into())
    }
}

/// What was signed of a token: the octets before the last dot.
#[must_use]
pub fn signing_input(token: &[u8]) -> &[u8] {
    let dot = token.iter().rposition(|octet| *octet == b'.');
    dot.and_then(|dot| token.get(..dot)).unwrap_or_default()
}

/// What stands before the first dot, between it and the last one, and after that. A dot in between
/// is no letter of base64url, so decoding refuses it.
fn parts(token: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let is_dot = |octet: &u8| *octet == b'.';
    let first = token.iter().position(is_dot)?;
    let last = token.iter().rposition(is_dot)?;
    let payload = token.get(first.saturating_add(1)..last)?;
    Some((token.get(..first)?, payload, token.get(last.saturating_add(1)..)?))
}

/// Octets as a part of a token.
#[must_use]
pub fn encode(octets: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(octets)
}

/// Decodes a part.
///
/// # Errors
/// `malformed_token` unless it is canonical base64url.
pub fn decode(part: &[u8]) -> Result<Vec<u8>, Refusal> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| Code::MalformedToken.into())
}

/// A JOSE header (RFC 7515 section 4). What it says about keys (`jwk`, `jku`, `x5u`, `x5c`) is
/// never followed.
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    /// The JSON text itself.
    pub text: String,
    /// The algorithm that the token claims.
    pub algorithm: &'static Algorithm,
    /// The id of the key that the token asks for.
    pub kid: Option<String>,
    /// The media type of the whole token.
    pub typ: Option<String>,
}

impl Header {
    /// Reads a header.
    ///
    /// # Errors
    /// `malformed_token` for anything but a strict JSON object with a string `alg` (and strings
    /// for `kid` and `typ`); `unsupported_critical`; `unsupported_algorithm`, which `none` is.
    pub fn parse(octets: &[u8]) -> Result<Self, Refusal> {
        let text = utf8(octets)?;
        let object = Object::parse(text).ok_or(Code::MalformedToken)?;
        let (mut alg, mut kid, mut typ, mut critical) = (None, None, None, false);
        for (name, value) in object {
            match name.as_ref() {
                "alg" => alg = Some(string(value)?),
                "kid" => kid = Some(string(value)?),
                "typ" => typ = Some(string(value)?),
                // RFC 7515 section 4.1.11: no extension is understood, so any demand is refused.
                "crit" => critical = true,
                _ => {}
            }
        }
        let alg = alg.ok_or(Code::MalformedToken)?;
        if critical {
            return Err(Code::UnsupportedCritical.into());
        }
        let algorithm = Algorithm::named(&alg).ok_or(Code::UnsupportedAlgorithm)?;
        let (kid, typ) = (kid.map(Cow::into_owned), typ.map(Cow::into_owned));
        Ok(Self { text: text.to_owned(), algorithm, kid, typ })
    }
}

fn string(value: Json<'_>) -> Result<Cow<'_, str>, Refusal> {
    value.into_text().ok_or_else(|| Code::MalformedToken.into())
}

/// The newest header read, because most tokens of an issuer have the same.
#[derive(Debug, Default)]
pub struct Headers(RefCell<Option<(Vec<u8>, Rc<Header>)>>);

impl Headers {
    /// The header that was read last.
    #[must_use]
    pub fn newest(&self) -> Option<Rc<Header>> {
        self.0.borrow().as_ref().map(|(_, header)| Rc::clone(header))
    }

    /// The header that stands in a token as this base64url text.
    ///
    /// # Errors
    /// `malformed_token` unless it is canonical base64url, and those of [`Header::parse`].
    pub fn read(&self, part: &[u8]) -> Result<Rc<Header>, Refusal> {
        let mut newest = self.0.borrow_mut();
        if let Some((_, header)) = newest.as_ref().filter(|(text, _)| text == part) {
            return Ok(Rc::clone(header));
        }
        let header = Rc::new(Header::parse(&decode(part)?)?);
        *newest = Some((part.to_vec(), Rc::clone(&header)));
        Ok(header)
    }
}

/// The octets as text.
///
/// # Errors
/// `malformed_token` unless they are UTF-8 (RFC 7519 section 7.2).
pub fn utf8(octets: &[u8]) -> Result<&str, Refusal> {
    std::str::from_utf8(octets).map_err(|_| Code::MalformedToken.into())
}

/// A token in the making.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signed {
    /// A whole token.
    Here(String),
    /// What the host is to sign.
    ByHost(String),
}

/// Makes a token of a header's text and a payload's.
///
/// # Errors
/// `SetupError` if the key cannot sign.
pub fn sign(key: &Key, header: &str, payload: &str, side: Side) -> Result<Signed, SetupError> {
    let mut token = encode(header.as_bytes());
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(payload, &mut token);
    let signer = match key.local(side) {
        None => return Ok(Signed::ByHost(token)),
        Some(pair) => pair.signer.as_ref(),
    };
    let signature = signer.and_then(|signer| signer.try_sign(token.as_bytes()).ok());
    let signature = signature.ok_or_else(|| SetupError::new("keys", "the key cannot sign"))?;
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    Ok(Signed::Here(token))
}

/// Which member of a header comes first. A parser of JSON does not care; others may.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HeaderOrder {
    /// `alg`, `typ`, `kid`.
    #[default]
    AlgFirst,
    /// `typ`, `alg`, `kid` (systems.md WP-17).
    TypFirst,
}

impl HeaderOrder {
    /// The order of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "alg-first" => Some(Self::AlgFirst),
            "typ-first" => Some(Self::TypFirst),
            _ => None,
        }
    }

    /// The text of a header for a key, with a `typ` if there is one.
    #[must_use]
    pub fn text(self, key: &Key, typ: Option<&str>) -> String {
        let alg = Some([r#""alg":""#, key.algorithm().name, "\""].concat());
        let typ = typ.map(|typ| [r#""typ":"#, &quoted(typ)].concat());
        let kid = key.id().map(|kid| [r#""kid":"#, &quoted(kid)].concat());
        let members = match self {
            Self::AlgFirst => [alg, typ, kid],
            Self::TypFirst => [typ, alg, kid],
        };
        let members: Vec<_> = members.into_iter().flatten().collect();
        ["{", &members.join(","), "}"].concat()
    }
}
