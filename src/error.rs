//! The words for "no": every refusal a token can meet, and every misuse of the API.
//!
//! A refusal is data and names a stable code (docs/decisions.md); a `SetupError` is the
//! caller's mistake and names the option. Neither ever carries token text or a secret.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

/// How far a token came before it was refused. Everything up to and including
/// [`Stage::Signature`] concerns a token nobody has vouched for yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The request carried no token, or is none to be read in one way.
    Header,
    /// The text is not a JSON Web Token.
    Format,
    /// The signature layer: algorithm, critical header members, key, signature.
    Signature,
    /// The claims set, once it is authentic.
    Claims,
    /// The revocation list.
    Revocation,
    /// What the bearer may do, once it is clear who it is.
    Access,
    /// This module itself.
    Internal,
}

impl Stage {
    /// The stage's name in a decision.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Format => "format",
            Self::Signature => "signature",
            Self::Claims => "claims",
            Self::Revocation => "revocation",
            Self::Access => "access",
            Self::Internal => "internal",
        }
    }
}

/// Declares [`Code`] from one table, so that a code cannot exist without its name, stage and text.
macro_rules! codes {
    ($($variant:ident $name:literal $stage:ident $message:literal;)*) => {
        /// Why a token was refused. Exhaustive on purpose: callers should notice a new reason.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code {
            $(#[doc = concat!("`", $name, "`: ", $message, ".")] $variant,)*
        }

        impl Code {
            /// Every code there is, in the order of the stages.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable name.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// How far the token came.
            #[must_use]
            pub fn stage(self) -> Stage {
                match self { $(Self::$variant => Stage::$stage,)* }
            }

            /// One plain sentence for a log; lower case, no full stop, nothing from the token.
            #[must_use]
            pub fn message(self) -> &'static str {
                match self { $(Self::$variant => $message,)* }
            }
        }
    };
}

codes! {
    MissingToken "missing_token" Header "no token was given";
    UnsupportedScheme "unsupported_scheme" Header "the token came under another scheme";
    AmbiguousRequest "ambiguous_request" Header "the request can be read in more than one way";
    MalformedToken "malformed_token" Format "the text is not a well-formed JSON Web Token";
    TokenTooLarge "token_too_large" Format "the token is larger than the policy allows";
    UnsupportedAlgorithm "unsupported_algorithm" Signature
        "the token's algorithm is not allowed, or not the one its key is pinned to";
    UnsupportedCritical "unsupported_critical" Signature
        "the header demands an extension that is not understood";
    UnknownKey "unknown_key" Signature "no key in the set fits the token";
    DisabledKey "disabled_key" Signature "the token's key is disabled";
    InvalidSignature "invalid_signature" Signature "the signature does not match";
    InvalidClaim "invalid_claim" Claims "a claim has the wrong type or a value it must not have";
    MissingClaim "missing_claim" Claims "a claim the policy requires is absent";
    Expired "expired" Claims "the token has expired";
    NotYetValid "not_yet_valid" Claims "the token is not valid yet";
    IssuedInFuture "issued_in_future" Claims "the token was issued in the future";
    TooOld "too_old" Claims "the token was issued too long ago";
    LifetimeTooLong "lifetime_too_long" Claims "the token lives longer than the policy allows";
    WrongIssuer "wrong_issuer" Claims "the token is from another issuer";
    WrongAudience "wrong_audience" Claims "the token is for another audience";
    WrongSubject "wrong_subject" Claims "the token is about another subject";
    WrongType "wrong_type" Claims "the header's typ is not the one expected";
    WrongKind "wrong_kind" Claims "the token is of another kind";
    UnsupportedVersion "unsupported_version" Claims "the claims are of an unknown version";
    ForbiddenClaim "forbidden_claim" Claims "the token holds a claim it must not hold";
    RevokedToken "revoked_token" Revocation "the token has been revoked";
    RevokedSession "revoked_session" Revocation "the session has been ended";
    RevokedFamily "revoked_family" Revocation "the token's refresh family has been revoked";
    RevokedSubject "revoked_subject" Revocation "the subject's tokens have been revoked";
    RevokedClient "revoked_client" Revocation "the client's tokens have been revoked";
    SuspendedClient "suspended_client" Revocation "the client is suspended";
    RevokedCredential "revoked_credential" Revocation
        "the credential behind the token has been revoked";
    RevokedKey "revoked_key" Revocation "the key that signed the token has been revoked";
    RevokedTenant "revoked_tenant" Revocation "the tenant's tokens have been revoked";
    RevokedIssuer "revoked_issuer" Revocation "the issuer's tokens have been revoked";
    RefreshReused "refresh_reused" Revocation "the refresh token has been used before";
    StatusInvalid "status_invalid" Revocation "the status list calls the token invalid";
    StatusSuspended "status_suspended" Revocation "the status list calls the token suspended";
    StatusUnknown "status_unknown" Revocation "the status list gives no status for the token";
    IrrevocableToken "irrevocable_token" Revocation "the token holds nothing to revoke it by";
    NotCovered "not_covered" Revocation "no revocation list covers the token";
    StaleList "stale_list" Revocation "the revocation list is too old to rely on";
    ForbiddenRole "forbidden_role" Access "the bearer's role is not allowed here";
    InternalError "internal_error" Internal "the module failed and has been started anew";
}

impl Code {
    /// The code of that name, if there is one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.name() == name)
    }
}

/// A token was refused. One word long, for it is handed on from call to call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal(Box<Reason>);

/// Why, and the claim concerned where there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The reason.
    pub code: Code,
    /// The claim that the reason is about: its name, or its path as the policy spells it.
    pub claim: Option<Cow<'static, str>>,
}

impl Refusal {
    /// A refusal, and the claim it is about if it is about one.
    #[must_use]
    pub fn new(code: Code, claim: Option<Cow<'static, str>>) -> Self {
        Self(Box::new(Reason { code, claim }))
    }

    /// A refusal that is about one claim.
    #[must_use]
    pub fn about(code: Code, claim: impl Into<Cow<'static, str>>) -> Self {
        Self::new(code, Some(claim.into()))
    }
}

impl Deref for Refusal {
    type Target = Reason;

    fn deref(&self) -> &Reason {
        &self.0
    }
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Self {
        Self::new(code, None)
    }
}

/// The API was misused. One word long, for it is handed on from call to call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetupError(Box<Misuse>);

/// Which option is at fault, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misuse {
    /// The option at fault, as the caller spells it.
    pub option: Cow<'static, str>,
    /// What is wrong; lower case, no full stop, never the value itself.
    pub problem: Cow<'static, str>,
}

impl SetupError {
    /// Misuse of one option.
    #[must_use]
    pub fn new(
        option: impl Into<Cow<'static, str>>,
        problem: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self(Box::new(Misuse { option: option.into(), problem: problem.into() }))
    }

    /// The same misuse of an option within another.
    #[must_use]
    pub fn within(self, outer: &str) -> Self {
        let Misuse { option, problem } = *self.0;
        Self::new([outer, ".", &option].concat(), problem)
    }
}

impl Deref for SetupError {
    type Target = Misuse;

    fn deref(&self) -> &Misuse {
        &self.0
    }
}

impl fmt::Display for SetupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.option, self.problem)
    }
}

impl std::error::Error for SetupError {}
