//! The decision on one token: what it says, or why it is refused.
//!
//! The order is fixed (systems.md C-2): size, three parts, canonical base64url, header, algorithm
//! and key, signature, payload, claims, revocation. So nothing in a forged token is believed, and
//! a forgery that names a revoked `jti` says `invalid_signature`. Where the host checks the
//! signature, what comes after is decided beside the question and holds only if the host agrees.

use std::rc::Rc;

use crate::claims::Claims;
use crate::demands::Demands;
use crate::error::{Code, Refusal};
use crate::json::{Json, Object, digits, quoted};
use crate::json_text::{Writer, object, quoted_or_null};
use crate::jws::{Compact, Header, Headers, decode, utf8};
use crate::key::{Key, KeySet, Side};
use crate::policy::{Captured, Policy};
use crate::revocation::{Presented, Revocations};
use crate::time::{Span, Timestamp};

/// A token that passed every check.
#[derive(Clone, Debug, PartialEq)]
pub struct Verified {
    /// The claims, as the JSON text that was signed.
    pub claims: String,
    /// The header.
    pub header: Rc<Header>,
    /// The parts of `aud` that the policy captures.
    pub captured: Captured,
    /// The time left until `exp`.
    pub expires_in: Option<Span>,
    /// What no list could make sure of, where its settings let that pass.
    pub unchecked: Option<Code>,
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
    /// What is asked of that list.
    pub demands: Demands,
    /// Headers read before.
    pub headers: &'a Headers,
}

/// The answer to a token, or what the host must find out first.
#[derive(Clone, Debug, PartialEq)]
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

    /// What is left to judge of a token whose signature is known to fit, however often.
    ///
    /// # Errors
    /// Those of a token that no key of the set can have signed.
    pub fn recall(&self, token: &[u8]) -> Result<Recalled, Refusal> {
        let Opened { compact, header, key, .. } = self.open(token)?;
        let claims = Claims::parse(utf8(&compact.payload)?, self.policy.subjects())?.into_owned();
        let kid = key_id(key, &header).map(str::to_owned);
        let signed = compact.signing_input.len();
        Ok(Recalled { claims, typ: header.typ.clone(), kid, signed })
    }

    /// Judges a recalled token, whose text this is, as it stands now; answers the time left until
    /// `exp`.
    ///
    /// # Errors
    /// Every refusal of the stages `claims` and `revocation`, also where a list's settings would
    /// let it pass: then the token is to be verified, so that the answer says so.
    pub fn judge_again(
        &self,
        token: &Recalled,
        text: &[u8],
        now: Timestamp,
    ) -> Result<Option<Span>, Refusal> {
        let Recalled { claims, typ, kid, signed } = token;
        let signed = text.get(..*signed).unwrap_or_default();
        let presented = Presented { claims, kid: kid.as_deref(), signed };
        let judged = self.judge_claims(&presented, typ.as_deref(), now)?;
        match judged.unchecked {
            None => Ok(claims.expires.map(|expires| expires.since(now))),
            Some(code) => Err(code.into()),
        }
    }

    /// Everything before the signature.
    fn open<'t>(&self, token: &'t [u8]) -> Result<Opened<'t, '_>, Refusal> {
        self.check_size(token)?;
        let compact = Compact::parse(token)?;
        let header = self.headers.read(compact.header)?;
        self.policy.judge_algorithm(header.algorithm)?;
        let (place, key) = self.keys.select(header.algorithm, header.kid.as_deref())?;
        Ok(Opened { compact, header, place, key })
    }

    /// Everything after the signature.
    fn judge(&self, opened: Opened<'_, '_>, now: Timestamp) -> Decision {
        let Opened { compact, header, key, .. } = opened;
        let text = String::from_utf8(compact.payload).map_err(|_| Code::MalformedToken)?;
        let claims = Claims::parse(&text, self.policy.subjects())?;
        let kid = key_id(key, &header);
        let presented = Presented { claims: &claims, kid, signed: compact.signing_input };
        let judged = self.judge_claims(&presented, header.typ.as_deref(), now)?;
        let Judged { captured, unchecked } = judged;
        let expires_in = claims.expires.map(|expires| expires.since(now));
        drop(claims);
        Ok(Verified { claims: text, header, captured, expires_in, unchecked })
    }

    fn judge_claims(
        &self,
        token: &Presented<'_>,
        typ: Option<&str>,
        now: Timestamp,
    ) -> Result<Judged, Refusal> {
        let captured = self.policy.judge(token.claims, typ, now)?;
        let unchecked = self.demands.judge(self.revocations, token, now)?;
        Ok(Judged { captured, unchecked })
    }

    fn check_size(&self, token: &[u8]) -> Result<(), Refusal> {
        match token.len() {
            0 => Err(Code::MissingToken.into()),
            length if length > self.policy.max_token_bytes() => Err(Code::TokenTooLarge.into()),
            _ => Ok(()),
        }
    }
}

/// What policy and list say of a token that they let pass.
struct Judged {
    captured: Captured,
    unchecked: Option<Code>,
}

/// The key's own name, even where the token does not say which key signed it.
fn key_id<'a>(key: &'a Key, header: &'a Header) -> Option<&'a str> {
    key.id().or(header.kid.as_deref())
}

/// What time, policy and lists have a say in of a token that verified before.
#[derive(Debug)]
pub struct Recalled {
    claims: Claims<'static>,
    typ: Option<String>,
    kid: Option<String>,
    /// How many octets of its text were signed.
    signed: usize,
}

/// A token taken apart, with the key that it asks for; nothing in it is believed.
struct Opened<'t, 'k> {
    compact: Compact<'t>,
    header: Rc<Header>,
    place: usize,
    key: &'k Key,
}

impl Opened<'_, '_> {
    fn question(&mut self) -> Question {
        let signature = std::mem::take(&mut self.compact.signature);
        Question { key: self.place, signed: self.compact.signing_input.len(), signature }
    }
}

/// Reads a token without believing it: header, claims and hints as one JSON text, checked by no
/// key.
#[must_use]
pub fn inspect_json(token: &[u8]) -> String {
    match inspect(token) {
        Ok((header, claims, hints)) => {
            format!(r#"{{"ok":true,"header":{header},"claims":{claims},"hints":{hints}}}"#)
        }
        Err(refusal) => refusal_json(&refusal),
    }
}

fn inspect(token: &[u8]) -> Result<(String, String, String), Refusal> {
    let compact = Compact::parse(token)?;
    let octets = decode(compact.header)?;
    let (header, payload) = (utf8(&octets)?, utf8(&compact.payload)?);
    let header_members = Object::parse(header).ok_or(Code::MalformedToken)?;
    let claims = Object::parse(payload).ok_or(Code::MalformedToken)?;
    Ok((header.to_owned(), payload.to_owned(), hints(&header_members, &claims)))
}

/// What helps the host to find the right key, where it is well-formed (systems.md C-4): `kid`,
/// `iss`, `ver`, and the two path segments of an `aud` such as `https://host/projects/p1`.
fn hints(header: &Object<'_>, claims: &Object<'_>) -> String {
    let text = |object: &Object<'_>, name: &str| match object.get(name) {
        Some(Json::Text(text)) => quoted(text),
        _ => null(),
    };
    let version = match claims.get("ver") {
        Some(Json::Number(version)) => digits(*version).unwrap_or_else(null),
        _ => text(claims, "ver"),
    };
    let (audience_type, audience_id) = claims.get("aud").and_then(audience_path).unzip();
    Writer::default()
        .json("kid", &text(header, "kid"))
        .json("iss", &text(claims, "iss"))
        .json("ver", &version)
        .json("audType", &quoted_or_null(audience_type))
        .json("audId", &quoted_or_null(audience_id))
        .end()
}

fn audience_path<'j>(audience: &'j Json<'_>) -> Option<(&'j str, &'j str)> {
    let Json::Text(url) = audience else { return None };
    let mut segments = url.split('/');
    let (scheme, empty, _host) = (segments.next()?, segments.next()?, segments.next()?);
    let (kind, id) = (segments.next()?, segments.next()?);
    let is_url = scheme.ends_with(':') && empty.is_empty() && segments.next().is_none();
    (is_url && !kind.is_empty() && !id.is_empty()).then_some((kind, id))
}

/// A decision as JSON text, the form in which it crosses into JavaScript.
#[must_use]
pub fn to_json(decision: &Decision) -> String {
    match decision {
        Ok(verified) => verified_json(verified),
        Err(refusal) => refusal_json(refusal),
    }
}

/// Without the header, which most tokens share: [`Headers::newest`] has it.
fn verified_json(verified: &Verified) -> String {
    let Verified { claims, captured, expires_in, unchecked, .. } = verified;
    let expires_in = expires_in.map_or_else(null, |span| span.to_string());
    let mut text = Writer::default();
    text.json("ok", "true").json("claims", claims).json("expiresIn", &expires_in);
    if !captured.is_empty() {
        let parts = captured.iter().map(|(name, part)| (name.as_ref(), quoted(part)));
        text.json("captured", &object(parts));
    }
    if let Some(code) = unchecked {
        text.text("unchecked", code.name());
    }
    text.end()
}

/// A refusal as JSON text.
#[must_use]
pub fn refusal_json(refusal: &Refusal) -> String {
    let mut text = Writer::default();
    let code = refusal.code;
    text.json("ok", "false").text("code", code.name()).text("stage", code.stage().name());
    text.text("message", code.message());
    if let Some(claim) = &refusal.claim {
        text.text("claim", claim);
    }
    text.end()
}

fn null() -> String {
    "null".to_owned()
}
