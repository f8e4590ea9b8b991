//! One set of rules over claims: who, for whom, when, and what the token must hold besides.

use crate::claims::Claims;
use crate::error::{Code, Refusal};
use crate::options::Options;
use crate::policy::audience::{Audience, Captured};
use crate::policy::contents::Contents;
use crate::policy::times::{Clock, Expiry, Times};
use crate::token_kind::{TokenKind, is_same_media_type};

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
    typ: Typ,
    times: Times,
    contents: Contents,
}

impl Rules {
    /// Rules as the caller writes them: `issuer`, `audience` (a string, a list, null, or `{ url }`
    /// with captured parts), `subject` (a string or a list), what [`Typ::read`] reads, what
    /// [`Times::read`] reads and what [`Contents::read`] reads.
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
            typ: Typ::read(options, stated),
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
        self.typ.judge(typ)?;
        self.contents.judge(claims, &captured)?;
        Ok(captured)
    }
}

/// What the header's `typ` must say.
#[derive(Clone, Debug)]
enum Typ {
    /// Deliberately anything.
    Any,
    /// One of these media types.
    OneOf(Vec<String>),
    /// That the token is of this kind.
    Kind(TokenKind),
    /// Nothing, or no kind but that of an access token: what is meant for something else opens
    /// nothing, also where nobody thought of saying so.
    NoOtherKind,
}

impl Typ {
    /// `typ`, a string, a list or null, or else the name of a `kind`.
    fn read(options: &mut Options<'_>, stated: Stated) -> Self {
        let default = match stated {
            Stated::All if !options.says("typ") => Self::NoOtherKind,
            _ => Self::Any,
        };
        let typ = options.texts("typ").map(Self::OneOf);
        if options.is_object("kind") {
            return typ.unwrap_or(default);
        }
        let kind = options.parsed("kind", TokenKind::named, "is not a kind of token");
        match (typ, kind) {
            (Some(_), Some(_)) => {
                options.refuse("kind", "says the same as typ: one of them is enough");
                default
            }
            (typ, kind) => typ.or(kind.map(Self::Kind)).unwrap_or(default),
        }
    }

    fn judge(&self, typ: Option<&str>) -> Result<(), Refusal> {
        let kind = || typ.and_then(TokenKind::of_typ);
        let (fits, wrong) = match self {
            Self::Any => return Ok(()),
            Self::OneOf(expected) => {
                let fits = |typ: &str| expected.iter().any(|one| is_same_media_type(one, typ));
                (typ.is_some_and(fits), Code::WrongType)
            }
            Self::Kind(expected) => (kind() == Some(*expected), Code::WrongKind),
            Self::NoOtherKind => {
                (matches!(kind(), None | Some(TokenKind::Access)), Code::WrongKind)
            }
        };
        if fits { Ok(()) } else { Err(Refusal::about(wrong, "typ")) }
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
