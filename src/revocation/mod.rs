//! Revocation lists: what has been thrown out, and the answer for one token.
//!
//! A list answers, it does not judge: what a hit means for the caller is decided in `verify.rs`.
//! Entries are keyed by validated claims and never by the token's text, which is no identity
//! (RFC 7515 leaves several spellings). Lookup cannot fail and reads no clock.

mod deflate;
mod fault;
mod inflate;
mod status_list;

pub use fault::Fault;
pub use status_list::{Format, Reference, Standing, StatusLists};

use std::collections::HashMap;

use crate::claims::Claims;
use crate::error::{Code, SetupError};
use crate::options::Options;
use crate::time::Timestamp;

/// What an entry throws out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One token, by its `jti`.
    Token,
    /// All tokens of a `sub` that began before a cut-off.
    Subject,
    /// All tokens signed with a key, by the header's `kid`.
    Key,
}

impl Kind {
    /// The selector's name, as callers spell it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Token => "jti",
            Self::Subject => "sub",
            Self::Key => "kid",
        }
    }

    /// The refusal that a hit leads to.
    #[must_use]
    pub fn code(self) -> Code {
        match self {
            Self::Token => Code::RevokedToken,
            Self::Subject => Code::RevokedSubject,
            Self::Key => Code::RevokedKey,
        }
    }
}

/// A valid entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    target: Target,
    terms: Terms,
}

/// Whom an entry is about.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Target {
    kind: Kind,
    value: String,
    issuer: Option<String>,
}

/// How far an entry reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Terms {
    cutoff: Cutoff,
    expires: Option<Timestamp>,
}

/// Which tokens of a target are out, by when they began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Cutoff {
    Before(Timestamp),
    Always,
}

impl Entry {
    /// An entry as the caller writes it: exactly one of `jti`, `sub` and `kid`; `issuer` (absent:
    /// any); `before`, a cut-off for `sub` in milliseconds (absent: all of its tokens); `exp`, in
    /// seconds, when the last token that the entry throws out has expired (absent: never).
    ///
    /// # Errors
    /// `SetupError` that names the option.
    pub fn read(options: Options<'_>) -> Result<Self, SetupError> {
        options.read(|options| {
            let (kind, value) = selected(options);
            Self {
                target: Target { kind, value, issuer: options.text("issuer") },
                terms: Terms { cutoff: cutoff(options, kind), expires: expiry(options) },
            }
        })
    }
}

fn selected(options: &mut Options<'_>) -> (Kind, String) {
    match (options.text("jti"), options.text("sub"), options.text("kid")) {
        (Some(jti), None, None) => (Kind::Token, jti),
        (None, Some(sub), None) => (Kind::Subject, sub),
        (None, None, Some(kid)) => (Kind::Key, kid),
        _ => {
            options.refuse("entry", "names not just one of jti, sub, kid");
            (Kind::Token, String::new())
        }
    }
}

fn cutoff(options: &mut Options<'_>, kind: Kind) -> Cutoff {
    let Some(milliseconds) = options.number("before") else { return Cutoff::Always };
    // A thief of the key can back-date `iat`, so a cut-off for a key would let him in.
    if kind != Kind::Subject {
        options.refuse("before", "goes with sub only");
    }
    // 10^11 ms is the year 1973: less is a time in seconds.
    let time = Timestamp::from_milliseconds(milliseconds).filter(|_| milliseconds >= 1e11);
    if time.is_none() {
        options.refuse("before", "is not a time in milliseconds");
    }
    time.map_or(Cutoff::Always, Cutoff::Before)
}

fn expiry(options: &mut Options<'_>) -> Option<Timestamp> {
    let expires = Timestamp::from_seconds(options.number("exp")?);
    if expires.is_none() {
        options.refuse("exp", "is not a time in seconds");
    }
    expires
}

/// The answer for one token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// No entry throws it out.
    Good,
    /// An entry of this kind throws it out.
    Revoked(Kind),
}

/// A revocation list held in memory.
#[derive(Clone, Debug, Default)]
pub struct Revocations {
    tokens: Values,
    subjects: Values,
    keys: Values,
}

/// What is said about the values of one kind.
type Values = HashMap<String, Vec<Scoped>>;

/// What is said about one value, for one issuer or for all.
#[derive(Clone, Debug)]
struct Scoped {
    issuer: Option<String>,
    terms: Terms,
}

impl Revocations {
    /// Adds an entry. Two entries for one target combine to the one that reaches further.
    pub fn revoke(&mut self, entry: Entry) {
        let Entry { target: Target { kind, value, issuer }, terms } = entry;
        let said = self.values_mut(kind).entry(value).or_default();
        match said.iter_mut().find(|scoped| scoped.issuer == issuer) {
            Some(scoped) => scoped.terms = scoped.terms.combine(terms),
            None => said.push(Scoped { issuer, terms }),
        }
    }

    /// Takes back what was said about the entry's target, whatever its cut-off; says whether
    /// there was anything to take back.
    pub fn unrevoke(&mut self, entry: &Entry) -> bool {
        let Target { kind, value, issuer } = &entry.target;
        let values = self.values_mut(*kind);
        let Some(said) = values.get_mut(value) else { return false };
        let before = said.len();
        said.retain(|scoped| scoped.issuer != *issuer);
        let removed = said.len() < before;
        if said.is_empty() {
            values.remove(value);
        }
        removed
    }

    /// Forgets entries whose tokens have all expired, and says how many.
    pub fn prune(&mut self, now: Timestamp) -> usize {
        let before = self.len();
        for values in [&mut self.tokens, &mut self.subjects, &mut self.keys] {
            values.retain(|_, said| {
                said.retain(|scoped| scoped.terms.expires.is_none_or(|expires| now < expires));
                !said.is_empty()
            });
        }
        before.saturating_sub(self.len())
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        let values = [&self.tokens, &self.subjects, &self.keys];
        values.into_iter().flat_map(HashMap::values).map(Vec::len).sum()
    }

    /// Whether there is no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The answer for a token, from its claims and its header's `kid`.
    #[must_use]
    pub fn check(&self, claims: &Claims<'_>, kid: Option<&str>) -> Status {
        let named = [
            (Kind::Token, claims.token_id.as_deref()),
            (Kind::Subject, claims.subject.as_deref()),
            (Kind::Key, kid),
        ];
        let hit = named
            .into_iter()
            .find(|(kind, value)| value.is_some_and(|value| self.throws_out(*kind, value, claims)));
        hit.map_or(Status::Good, |(kind, _)| Status::Revoked(kind))
    }

    fn values(&self, kind: Kind) -> &Values {
        match kind {
            Kind::Token => &self.tokens,
            Kind::Subject => &self.subjects,
            Kind::Key => &self.keys,
        }
    }

    fn values_mut(&mut self, kind: Kind) -> &mut Values {
        match kind {
            Kind::Token => &mut self.tokens,
            Kind::Subject => &mut self.subjects,
            Kind::Key => &mut self.keys,
        }
    }

    fn throws_out(&self, kind: Kind, value: &str, claims: &Claims<'_>) -> bool {
        let said = self.values(kind).get(value);
        said.into_iter().flatten().any(|scoped| {
            scoped.concerns(claims.issuer.as_deref())
                && scoped.terms.cutoff.throws_out(claims.authority_began())
        })
    }
}

impl Scoped {
    fn concerns(&self, issuer: Option<&str>) -> bool {
        self.issuer.is_none() || self.issuer.as_deref() == issuer
    }
}

impl Terms {
    /// The latest cut-off and the latest expiry; "never expires" is the latest of all.
    fn combine(self, other: Self) -> Self {
        Self {
            cutoff: self.cutoff.max(other.cutoff),
            expires: self.expires.zip(other.expires).map(|(one, two)| one.max(two)),
        }
    }
}

impl Cutoff {
    /// A token that does not say when it began is out: it could be older than any cut-off.
    fn throws_out(self, began: Option<Timestamp>) -> bool {
        match self {
            Self::Always => true,
            Self::Before(cutoff) => began.is_none_or(|began| began < cutoff),
        }
    }
}
