//! One set of rules over claims: who, for whom, when, and what the token must hold besides.

use crate::claims::Claims;
use crate::error::{Code, Refusal};
use crate::options::Options;
use crate::policy::audience::{Audience, Captured};
use crate::policy::contents::Contents;
use crate::policy::times::{Clock, Expiry, Times};

/// Which options must be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stated {
    /// `issuer` and `audience` must be, and `exp` is required unless they say otherwise.
    All,
    /// None: these rules stand beside others that say it all.
    Some,
}

/// Rules that every token of a kind must meet.
#[derive(Clone, Debug)]
pub struct Rules {
    issuer: Option<Vec<String>>,
    audience: Audience,
    subject: Option<Vec<String>>,
    typ: Option<Vec<String>>,
    times: Times,
    contents: Contents,
}

impl Rules {
    /// Rules as the caller writes them: `issuer`, `audience` (a string, a list, null, or `{ url }`
    /// with captured parts), `subject` and `typ` (a string or a list), what [`Times::read`] reads
    /// and what [`Contents::read`] reads.
    pub fn read(options: &mut Options<'_>, stated: Stated) -> Self {
        if stated == Stated::All {
            options.must_be_said("issuer");
            options.must_be_said("audience");
        }
        let expiry = match stated {
            Stated::All => Expiry::Required,
            Stated::Some => Expiry::Optional,
        };
        let audience = Audience::read(options);
        Self {
            issuer: options.texts("issuer"),
            subject: options.texts("subject"),
            typ: options.texts("typ"),
            times: Times::read(options, expiry),
            contents: Contents::read(options, &audience),
            audience,
        }
    }

    /// Judges a claims set, with the header's `typ`; answers the parts of `aud` that the audience
    /// captures.
    ///
    /// # Errors
    /// Every refusal of the stage `claims` but those about the version.
    pub fn judge(
        &self,
        claims: &Claims<'_>,
        typ: Option<&str>,
        clock: Clock,
    ) -> Result<Captured, Refusal> {
        self.times.judge(claims, clock)?;
        one_of(self.issuer.as_deref(), claims.issuer.as_deref(), "iss", Code::WrongIssuer)?;
        let captured = self.audience.judge(&claims.audience)?;
        one_of(self.subject.as_deref(), claims.subject.as_deref(), "sub", Code::WrongSubject)?;
        self.judge_type(typ)?;
        self.contents.judge(claims, &captured)?;
        Ok(captured)
    }

    fn judge_type(&self, typ: Option<&str>) -> Result<(), Refusal> {
        let Some(expected) = &self.typ else { return Ok(()) };
        let fits = |typ: &str| expected.iter().any(|one| is_same_media_type(one, typ));
        if typ.is_some_and(fits) { Ok(()) } else { Err(Refusal::about(Code::WrongType, "typ")) }
    }
}

/// Checks a claim that must be one of several, by exact equality.
fn one_of(
    expected: Option<&[String]>,
    found: Option<&str>,
    claim: &'static str,
    wrong: Code,
) -> Result<(), Refusal> {
    let Some(expected) = expected else { return Ok(()) };
    let found = found.ok_or_else(|| Refusal::about(Code::MissingClaim, claim))?;
    let fits = expected.iter().any(|one| one == found);
    if fits { Ok(()) } else { Err(Refusal::about(wrong, claim)) }
}

/// Media types are compared without case, and one without a slash as if `application/` stood
/// before it (RFC 7515 section 4.1.9, RFC 8725 section 3.11).
fn is_same_media_type(one: &str, other: &str) -> bool {
    short(one).eq_ignore_ascii_case(short(other))
}

fn short(typ: &str) -> &str {
    const PREFIX: &str = "application/";
    match typ.split_at_checked(PREFIX.len()) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case(PREFIX) && !rest.contains('/') => rest,
        _ => typ,
    }
}
