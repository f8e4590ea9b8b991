//! How a token says what it is for: a claim may tell access from refreshing, all else the header.

use std::borrow::Cow;

use crate::claims::Claims;
use crate::error::{Code, Refusal, SetupError};
use crate::json::{Json, quoted};
use crate::json_text::with;
use crate::options::Options;
use crate::pointer::Pointer;
use crate::token_kind::TokenKind;

/// Where the kind of a token stands.
#[derive(Clone, Debug, Default)]
pub enum Kinds {
    /// In the header's `typ`.
    #[default]
    Typ,
    /// In a claim, because others look for it there (systems.md WP-19).
    Claim {
        /// Which claim.
        at: Pointer,
        /// What it holds in an access token; nothing: it is absent.
        access: Option<String>,
        /// What it holds in a refresh token.
        refresh: String,
    },
}

impl Kinds {
    /// `claim`, a JSON pointer; `access`, a string, or null for no such claim; `refresh`, a string.
    pub fn read(options: &mut Options<'_>) -> Self {
        let at = options.pointer("claim");
        let (access, refresh) = (options.text("access"), options.text("refresh"));
        if refresh.is_none() || access == refresh {
            options.refuse("refresh", "must be said, and differ from access");
        }
        match (at, refresh) {
            (Some(at), Some(refresh)) => Self::Claim { at, access, refresh },
            _ => Self::Typ,
        }
    }

    /// The `typ` that tells a token of a kind from others, where no claim does.
    #[must_use]
    pub fn typ(&self, kind: Option<TokenKind>) -> Option<&'static str> {
        match (self, kind?) {
            (Self::Claim { .. }, TokenKind::Access | TokenKind::Refresh) => None,
            (_, kind) => Some(kind.typ()),
        }
    }

    /// The claims of a token of a kind: only access and refresh have their claim.
    ///
    /// # Errors
    /// `SetupError` if there is no room for the claim that says the kind.
    pub fn mark<'c>(
        &self,
        claims: &'c str,
        kind: Option<TokenKind>,
    ) -> Result<Cow<'c, str>, SetupError> {
        let (at, value) = match (self, kind) {
            (Self::Claim { at, access, .. }, Some(TokenKind::Access)) => (at, access.as_deref()),
            (Self::Claim { at, refresh, .. }, Some(TokenKind::Refresh)) => (at, Some(&**refresh)),
            _ => return Ok(claims.into()),
        };
        let marked = with(claims, at.steps(), value.map(quoted).as_deref());
        let problem = "have no room for the claim that tells the kinds apart";
        marked.map(Cow::Owned).ok_or_else(|| SetupError::new("claims", problem))
    }

    /// Judges whether a token is one to refresh with.
    ///
    /// # Errors
    /// `wrong_kind`.
    pub fn judge_refresh(&self, claims: &Claims<'_>, typ: Option<&str>) -> Result<(), Refusal> {
        let (is_refresh, place) = match self {
            Self::Typ => (typ.and_then(TokenKind::of_typ) == Some(TokenKind::Refresh), "typ"),
            Self::Claim { at, refresh, .. } => {
                let is_refresh = match at.find(&claims.members) {
                    Some(Json::Text(found)) => found == refresh,
                    _ => false,
                };
                (is_refresh, at.claim())
            }
        };
        if is_refresh { Ok(()) } else { Err(Refusal::about(Code::WrongKind, place.to_owned())) }
    }
}
