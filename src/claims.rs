//! The claims set (RFC 7519 section 4): the registered claims, each of its own type, or no claims.
//!
//! A wrong JSON type is refused here, before any value is looked at. Whether a value is *right*
//! is the policy's business.

use std::borrow::Cow;

use crate::error::{Code, Refusal};
use crate::json::{Json, Object};
use crate::time::Timestamp;

/// A claims set whose registered claims all have the type that the standards give them.
#[derive(Clone, Debug)]
pub struct Claims<'a> {
    /// The JSON text itself, for the caller: what was signed, not a copy made from parts.
    pub text: &'a str,
    /// `iss`, RFC 7519 section 4.1.1.
    pub issuer: Option<Cow<'a, str>>,
    /// `sub`, section 4.1.2.
    pub subject: Option<Cow<'a, str>>,
    /// `aud`, section 4.1.3: empty when absent, one entry for a plain string.
    pub audience: Vec<Cow<'a, str>>,
    /// `exp`, section 4.1.4.
    pub expires: Option<Timestamp>,
    /// `nbf`, section 4.1.5.
    pub not_before: Option<Timestamp>,
    /// `iat`, section 4.1.6.
    pub issued: Option<Timestamp>,
    /// `jti`, section 4.1.7.
    pub token_id: Option<Cow<'a, str>>,
    /// `auth_time`, OpenID Connect Core section 2: when the user last signed in.
    pub authenticated: Option<Timestamp>,
}

impl<'a> Claims<'a> {
    /// Reads a claims set.
    ///
    /// # Errors
    /// `malformed_token` unless the text is one strict JSON object; `invalid_claim` for a
    /// registered claim of the wrong type, or a time that is not finite or is in milliseconds.
    pub fn parse(text: &'a str) -> Result<Self, Refusal> {
        let object = Object::parse(text).ok_or(Code::MalformedToken)?;
        let mut claims = Self::none(text);
        for (name, value) in object {
            match name.as_ref() {
                "iss" => claims.issuer = Some(string(value, "iss")?),
                "sub" => claims.subject = Some(string(value, "sub")?),
                "aud" => claims.audience = strings(value, "aud")?,
                "exp" => claims.expires = Some(date(&value, "exp")?),
                "nbf" => claims.not_before = Some(date(&value, "nbf")?),
                "iat" => claims.issued = Some(date(&value, "iat")?),
                "jti" => claims.token_id = Some(string(value, "jti")?),
                "auth_time" => claims.authenticated = Some(date(&value, "auth_time")?),
                _ => {}
            }
        }
        Ok(claims)
    }

    /// When the token's authority began: the earlier of `iat` and `auth_time`, so that a refresh
    /// cannot carry a session past a cut-off (revocation.md 2.2).
    #[must_use]
    pub fn authority_began(&self) -> Option<Timestamp> {
        [self.issued, self.authenticated].into_iter().flatten().min()
    }

    fn none(text: &'a str) -> Self {
        Self {
            text,
            issuer: None,
            subject: None,
            audience: Vec::new(),
            expires: None,
            not_before: None,
            issued: None,
            token_id: None,
            authenticated: None,
        }
    }
}

fn string<'a>(value: Json<'a>, claim: &'static str) -> Result<Cow<'a, str>, Refusal> {
    match value {
        Json::Text(text) => Ok(text),
        _ => Err(Refusal::about(Code::InvalidClaim, claim)),
    }
}

fn strings<'a>(value: Json<'a>, claim: &'static str) -> Result<Vec<Cow<'a, str>>, Refusal> {
    match value {
        Json::Array(items) => items.into_iter().map(|item| string(item, claim)).collect(),
        one => Ok(vec![string(one, claim)?]),
    }
}

fn date(value: &Json<'_>, claim: &'static str) -> Result<Timestamp, Refusal> {
    match value {
        Json::Number(seconds) => Timestamp::from_seconds(*seconds),
        _ => None,
    }
    .ok_or(Refusal::about(Code::InvalidClaim, claim))
}
