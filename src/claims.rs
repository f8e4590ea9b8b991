//! The claims set (RFC 7519 section 4): the registered claims, each of its own type, or no claims.
//!
//! A wrong JSON type is refused here, before any value is looked at. Whether a value is *right*
//! is the policy's business.

use std::borrow::Cow;

use crate::error::{Code, Refusal};
use crate::json::{Json, Object, digits};
use crate::options::Options;
use crate::time::Timestamp;

/// A claims set whose registered claims all have the type that the standards give them.
#[derive(Clone, Debug, Default)]
pub struct Claims<'a> {
    /// All members, the registered ones among them.
    pub members: Object<'a>,
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
    pub fn parse(text: &'a str, subjects: Subjects) -> Result<Self, Refusal> {
        let members = Object::parse(text).ok_or(Code::MalformedToken)?;
        let mut claims = Self::default();
        for (name, value) in &members {
            match name.as_ref() {
                "iss" => claims.issuer = Some(string(value, "iss")?),
                "sub" => claims.subject = Some(subject(value, subjects)?),
                "aud" => claims.audience = strings(value, "aud")?,
                "exp" => claims.expires = Some(date(value, "exp")?),
                "nbf" => claims.not_before = Some(date(value, "nbf")?),
                "iat" => claims.issued = Some(date(value, "iat")?),
                "jti" => claims.token_id = Some(string(value, "jti")?),
                "auth_time" => claims.authenticated = Some(date(value, "auth_time")?),
                _ => {}
            }
        }
        Ok(Self { members, ..claims })
    }

    /// The same claims, free of the text they were read from.
    #[must_use]
    pub fn into_owned(self) -> Claims<'static> {
        let owned = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        Claims {
            members: self.members.into_owned(),
            issuer: self.issuer.map(owned),
            subject: self.subject.map(owned),
            audience: self.audience.into_iter().map(owned).collect(),
            expires: self.expires,
            not_before: self.not_before,
            issued: self.issued,
            token_id: self.token_id.map(owned),
            authenticated: self.authenticated,
        }
    }

    /// When the token's authority began: the earlier of `iat` and `auth_time`, so that a refresh
    /// cannot carry a session past a cut-off (revocation.md 2.2).
    #[must_use]
    pub fn authority_began(&self) -> Option<Timestamp> {
        [self.issued, self.authenticated].into_iter().flatten().min()
    }
}

/// Which `sub` is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subjects {
    /// Text, as RFC 7519 section 4.1.2 has it.
    Texts,
    /// Whole numbers too, read as their decimal digits (systems.md MO-3).
    NumbersToo,
}

impl Subjects {
    /// `allowNumericSub`: whether whole numbers are taken (default false).
    pub fn read(options: &mut Options<'_>) -> Self {
        match options.flag("allowNumericSub") {
            Some(true) => Self::NumbersToo,
            _ => Self::Texts,
        }
    }
}

fn subject<'a>(value: &Json<'a>, subjects: Subjects) -> Result<Cow<'a, str>, Refusal> {
    match (value, subjects) {
        (Json::Number(number), Subjects::NumbersToo) => digits(*number).map(Cow::Owned),
        _ => return string(value, "sub"),
    }
    .ok_or_else(|| Refusal::about(Code::InvalidClaim, "sub"))
}

fn string<'a>(value: &Json<'a>, claim: &'static str) -> Result<Cow<'a, str>, Refusal> {
    match value {
        Json::Text(text) => Ok(text.clone()),
        _ => Err(Refusal::about(Code::InvalidClaim, claim)),
    }
}

fn strings<'a>(value: &Json<'a>, claim: &'static str) -> Result<Vec<Cow<'a, str>>, Refusal> {
    match value {
        Json::Array(items) => items.iter().map(|item| string(item, claim)).collect(),
        one => Ok(vec![string(one, claim)?]),
    }
}

fn date(value: &Json<'_>, claim: &'static str) -> Result<Timestamp, Refusal> {
    match value {
        Json::Number(seconds) => Timestamp::from_seconds(*seconds),
        _ => None,
    }
    .ok_or_else(|| Refusal::about(Code::InvalidClaim, claim))
}
