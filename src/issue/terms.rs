//! What is said about one token beside its claims: its times, its `jti`, its header.
//!
//! The issuer's own word goes where nothing is said about the token itself. Everything is absent,
//! null or a value: absent means the usual, null means deliberately none.

use crate::error::SetupError;
use crate::issue::kinds::Kinds;
use crate::json::Json;
use crate::options::Options;
use crate::random;
use crate::time::{Span, Timestamp};
use crate::token_kind::TokenKind;

/// What is said: nothing, "none", or a value.
type Said<T> = Option<Option<T>>;

/// What a caller says about a token, or an issuer about all of its own.
#[derive(Clone, Debug, Default)]
pub struct Wishes {
    kid: Option<String>,
    kind: Option<TokenKind>,
    typ: Said<String>,
    ttl: Option<Span>,
    issued: Said<Timestamp>,
    expires: Said<Timestamp>,
    not_before: Said<NotBefore>,
    token_id: Said<String>,
}

/// From when on a token is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NotBefore {
    Now,
    At(Timestamp),
}

impl Wishes {
    /// `kid` of the key to sign with; `kind`; `typ` of the header (null: none); `ttl`, a length of
    /// time, or `exp` in seconds (null: none); `iat` in seconds (null: none); `nbf` in seconds or
    /// "now"; `jti` (null: none).
    pub fn read(options: &mut Options<'_>) -> Self {
        let wishes = Self {
            kid: options.text("kid"),
            kind: options.parsed("kind", TokenKind::named, "is not a kind of token"),
            typ: options.says("typ").then(|| options.text("typ")),
            ttl: life(options, "ttl"),
            issued: options.says("iat").then(|| options.date("iat")),
            expires: options.says("exp").then(|| options.date("exp")),
            not_before: options.says("nbf").then(|| not_before(options)),
            token_id: options.says("jti").then(|| options.text("jti")),
        };
        if wishes.ttl.is_some() && wishes.expires.is_some() {
            options.refuse("ttl", "does not go with exp: one of them is enough");
        }
        wishes
    }

    /// These, with the `typ` of their kind where they say no other.
    #[must_use]
    pub fn typed(self, kinds: &Kinds) -> Self {
        let typ = kinds.typ(self.kind).map(|typ| Some(typ.to_owned()));
        Self { typ: self.typ.or(typ), ..self }
    }

    /// These, and where they say nothing the others.
    #[must_use]
    pub fn or(self, others: &Self) -> Self {
        let says_end = self.ttl.is_some() || self.expires.is_some();
        Self {
            kid: self.kid.or_else(|| others.kid.clone()),
            kind: self.kind.or(others.kind),
            typ: self.typ.or_else(|| others.typ.clone()),
            ttl: if says_end { self.ttl } else { others.ttl },
            issued: self.issued.or(others.issued),
            expires: if says_end { self.expires } else { others.expires },
            not_before: self.not_before.or(others.not_before),
            token_id: self.token_id.or_else(|| others.token_id.clone()),
        }
    }

    /// What they come to for a token of a kind, made now, that lives so long if nothing else is
    /// said.
    ///
    /// # Errors
    /// `SetupError` for an end that is not after the beginning, or if the host has no randomness.
    pub fn settle(self, ttl: Span, now: Timestamp) -> Result<Terms, SetupError> {
        let now = now.whole_second();
        let issued = self.issued.unwrap_or(Some(now));
        let begins = issued.unwrap_or(now);
        let ends = begins.plus(self.ttl.unwrap_or(ttl));
        let expires = self.expires.unwrap_or(Some(ends));
        if expires.is_some_and(|expires| expires <= begins) {
            return Err(SetupError::new("exp", "is not after the time of issue"));
        }
        let [id, token_id] =
            random::ids().map_err(|_| SetupError::new("jti", "the host has no randomness here"))?;
        let not_before = self.not_before.flatten().map(|from| match from {
            NotBefore::Now => now,
            NotBefore::At(time) => time,
        });
        Ok(Terms {
            kid: self.kid,
            kind: self.kind,
            typ: self.typ,
            begins,
            issued,
            expires,
            not_before,
            token_id: self.token_id.unwrap_or(Some(token_id)),
            id,
        })
    }

    /// These, with a key to sign with where they name none.
    #[must_use]
    pub fn by(self, kid: Option<String>) -> Self {
        Self { kid: self.kid.or(kid), ..self }
    }

    /// The key to sign with.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// A kind, a life, and a `jti` where there is one.
    #[must_use]
    pub fn of(kind: TokenKind, ttl: Span, token_id: Option<String>) -> Self {
        let token_id = token_id.map(Some);
        Self { kind: Some(kind), ttl: Some(ttl), token_id, ..Self::default() }
    }
}

/// What goes for one token.
#[derive(Clone, Debug)]
pub struct Terms {
    /// The key to sign with.
    pub kid: Option<String>,
    /// What the token is for.
    pub kind: Option<TokenKind>,
    /// The header's `typ`, where it is said.
    pub typ: Said<String>,
    /// When its life begins, also where no claim says so.
    pub begins: Timestamp,
    /// `iat`.
    pub issued: Option<Timestamp>,
    /// `exp`.
    pub expires: Option<Timestamp>,
    /// `nbf`.
    pub not_before: Option<Timestamp>,
    /// `jti`.
    pub token_id: Option<String>,
    /// The name of its record.
    pub id: String,
}

/// A life in whole seconds, at least one; `None` if absent or null.
pub fn life(options: &mut Options<'_>, name: &'static str) -> Option<Span> {
    let life = options.span(name)?.whole_seconds();
    if life == Span::ZERO {
        options.refuse(name, "is not a life of at least one second");
    }
    Some(life)
}

fn not_before(options: &mut Options<'_>) -> Option<NotBefore> {
    let said = options.value("nbf")?;
    match &said {
        Json::Null => return None,
        Json::Text(text) if text == "now" => return Some(NotBefore::Now),
        Json::Number(seconds) => Timestamp::from_seconds(*seconds).map(NotBefore::At),
        _ => None,
    }
    .or_else(|| {
        options.refuse("nbf", "is not a time in seconds, nor now");
        None
    })
}
