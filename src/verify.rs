//! The decision on one token: what it says, or why it is refused.
//!
//! The order is fixed (systems.md C-2): size, three parts, canonical base64url, header, algorithm
//! and key, signature, payload, claims, revocation. So nothing in a forged token is believed, and
//! a forgery that names a revoked `jti` says `invalid_signature`. Where the host checks the
//! signature, what comes after is decided beside the question and holds only if the host agrees.

use crate::claims::Claims;
use crate::error::{Code, Refusal};
use crate::json::{Object, quoted};
use crate::jws::{Compact, Header, utf8};
use crate::key::{Key, KeySet, Side};
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

/// The answer to a token, or what the host must find out first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The decision.
    Decided(Decision),
    /// Only the host can check this signature, or it does so faster: the decision holds if it
    /// fits, and is `invalid_signature` if not. Until then it must be shown to nobody.
    AskHost(Question, Decision),
}

/// A signature for the host to check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The place of the key in its set.
    pub key: usize,
    /// How many octets of the token were signed.
    pub signed: usize,
    /// The signature.
    pub signature: Vec<u8>,
}

impl Verifier<'_> {
    /// Decides on a token, but for a signature that is the host's to check.
    #[must_use]
    pub fn verify(&self, token: &[u8], now: Timestamp, side: Side) -> Answer {
        let mut opened = match self.open(token) {
            Ok(opened) => opened,
            Err(refusal) => return Answer::Decided(Err(refusal)),
        };
        let Some(pair) = opened.key.local(side) else {
            let question = opened.question();
            return Answer::AskHost(question, self.judge(opened, now));
        };
        Answer::Decided(match opened.compact.check_signature(pair) {
            Ok(()) => self.judge(opened, now),
            Err(refusal) => Err(refusal),
        })
    }

    /// Everything before the signature.
    fn open<'t>(&self, token: &'t [u8]) -> Result<Opened<'t, '_>, Refusal> {
        self.check_size(token)?;
        let compact = Compact::parse(token)?;
        let header = Header::parse(&compact.header)?;
        let (place, key) = self.keys.select(header.algorithm, header.kid.as_deref())?;
        Ok(Opened {
            header: header.text.to_owned(),
            kid: header.kid.map(String::from),
            compact,
            place,
            key,
        })
    }

    /// Everything after the signature.
    fn judge(&self, opened: Opened<'_, '_>, now: Timestamp) -> Decision {
        let Opened { compact, header, kid, key, .. } = opened;
        let claims = Claims::parse(utf8(&compact.payload)?)?;
        self.policy.judge(&claims, now)?;
        self.check_revocation(&claims, key.id().or(kid.as_deref()))?;
        Ok(Verified {
            claims: claims.text.to_owned(),
            header,
            kid,
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

    /// `kid` is the key's own name, even where the token does not say which key signed it.
    fn check_revocation(&self, claims: &Claims<'_>, kid: Option<&str>) -> Result<(), Refusal> {
        match self.revocations.check(claims, kid) {
            Status::Good => Ok(()),
            Status::Revoked(kind) => Err(kind.code().into()),
        }
    }
}

/// A token taken apart, with the key that it asks for; nothing in it is believed.
struct Opened<'t, 'k> {
    compact: Compact<'t>,
    header: String,
    kid: Option<String>,
    place: usize,
    key: &'k Key,
}

impl Opened<'_, '_> {
    fn question(&mut self) -> Question {
        let signature = std::mem::take(&mut self.compact.signature);
        Question { key: self.place, signed: self.compact.signing_input.len(), signature }
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
    Object::parse(text).ok_or(Code::MalformedToken)?;
    Ok(text.to_owned())
}

/// An answer as JSON text: a decision, or `host` (the key's place, the length of what was signed,
/// and that of the signature) with the `decision` that holds if the signature fits.
#[must_use]
pub fn answer_json(answer: &Answer) -> String {
    match answer {
        Answer::Decided(decision) => to_json(decision),
        Answer::AskHost(Question { key, signed, signature }, decision) => format!(
            r#"{{"host":{{"key":{key},"signed":{signed},"signature":{}}},"decision":{}}}"#,
            signature.len(),
            to_json(decision),
        ),
    }
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
