//! The decision on one token: what it says, or why it is refused.
//!
//! The order is fixed (systems.md C-2): size, three parts, canonical base64url, header, algorithm
//! and key, signature, payload, claims, revocation. So nothing in a forged token is believed, and
//! a forgery that names a revoked `jti` says `invalid_signature`.

use crate::claims::Claims;
use crate::error::{Code, Refusal};
use crate::json::Object;
use crate::jws::{Compact, Header, quoted, utf8};
use crate::key::{Key, KeySet};
use crate::policy::Policy;
use crate::revocation::{Revocations, Status};
use crate::time::{Span, Timestamp};

/// A token that passed every check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The claims, as the JSON text that was signed.
    pub claims: String,
    /// The header, as the JSON text that was signed.
    pub header: String,
    /// The `kid` of the header.
    pub kid: Option<String>,
    /// The time left until `exp`.
    pub expires_in: Option<Span>,
}

/// The answer to one token.
pub type Decision = Result<Verified, Refusal>;

/// Everything a decision rests on, beside the token and the time.
#[derive(Clone, Copy, Debug)]
pub struct Verifier<'a> {
    /// The keys that may have signed.
    pub keys: &'a KeySet,
    /// What the claims must meet.
    pub policy: &'a Policy,
    /// What has been thrown out.
    pub revocations: &'a Revocations,
}

impl Verifier<'_> {
    /// Decides on a token.
    ///
    /// # Errors
    /// The refusal; see [`Code`] for what can be wrong.
    pub fn verify(&self, token: &[u8], now: Timestamp) -> Decision {
        self.check_size(token)?;
        let compact = Compact::parse(token)?;
        let header = Header::parse(&compact.header)?;
        let key = self.keys.select(header.algorithm, header.kid.as_deref())?;
        compact.check_signature(key)?;

        let claims = Claims::parse(utf8(&compact.payload)?)?;
        self.policy.judge(&claims, now)?;
        self.check_revocation(&claims, &header, key)?;
        Ok(Verified {
            claims: claims.text.to_owned(),
            header: header.text.to_owned(),
            kid: header.kid.map(String::from),
            expires_in: claims.expires.map(|expires| expires.since(now)),
        })
    }

    fn check_size(&self, token: &[u8]) -> Result<(), Refusal> {
        match token.len() {
            0 => Err(Code::MissingToken.into()),
            length if length > self.policy.max_token_bytes() => Err(Code::TokenTooLarge.into()),
            _ => Ok(()),
        }
    }

    /// A key is revoked by its own name, even where the token does not say which key signed it.
    fn check_revocation(
        &self,
        claims: &Claims<'_>,
        header: &Header<'_>,
        key: &Key,
    ) -> Result<(), Refusal> {
        let kid = key.kid.as_deref().or(header.kid.as_deref());
        match self.revocations.check(claims, kid) {
            Status::Good => Ok(()),
            Status::Revoked(kind) => Err(kind.code().into()),
        }
    }
}

/// Reads a token without believing it: header and claims as one JSON text, checked by no key.
#[must_use]
pub fn inspect_json(token: &[u8]) -> String {
    match inspect(token) {
        Ok((header, claims)) => format!(r#"{{"ok":true,"header":{header},"claims":{claims}}}"#),
        Err(refusal) => refusal_json(refusal),
    }
}

fn inspect(token: &[u8]) -> Result<(String, String), Refusal> {
    let compact = Compact::parse(token)?;
    Ok((object_text(&compact.header)?, object_text(&compact.payload)?))
}

fn object_text(octets: &[u8]) -> Result<String, Refusal> {
    let text = utf8(octets)?;
    Object::parse(text).map_err(|_| Code::MalformedToken)?;
    Ok(text.to_owned())
}

/// A decision as JSON text, the form in which it crosses into JavaScript.
#[must_use]
pub fn to_json(decision: &Decision) -> String {
    match decision {
        Ok(verified) => verified_json(verified),
        Err(refusal) => refusal_json(*refusal),
    }
}

fn verified_json(verified: &Verified) -> String {
    let Verified { claims, header, kid, expires_in } = verified;
    let kid = kid.as_deref().map_or_else(null, quoted);
    let expires_in = expires_in.map_or_else(null, |span| span.to_string());
    format!(
        r#"{{"ok":true,"claims":{claims},"header":{header},"kid":{kid},"expiresIn":{expires_in}}}"#
    )
}

/// A refusal as JSON text.
#[must_use]
pub fn refusal_json(refusal: Refusal) -> String {
    let Refusal { code, claim } = refusal;
    let claim = claim.map_or_else(String::new, |claim| format!(r#","claim":"{claim}""#));
    format!(
        r#"{{"ok":false,"code":"{}","stage":"{}","message":"{}"{claim}}}"#,
        code.name(),
        code.stage().name(),
        code.message(),
    )
}

fn null() -> String {
    "null".to_owned()
}
