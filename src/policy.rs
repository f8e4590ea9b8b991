//! What a token must meet. A policy is checked once, when it is made, and then only judges.
//!
//! Where security hangs on an option, leaving it out is an error: a value means "check",
//! [`Expect::Anything`] (`null` in JavaScript) means "deliberately not".

use crate::claims::Claims;
use crate::error::{Code, Refusal, SetupError};
use crate::options::Options;
use crate::time::{Span, Timestamp};

/// Largest clock tolerance: ten minutes. A larger one is no tolerance but a longer life.
pub const MAX_TOLERANCE_SECONDS: f64 = 600.0;

/// Largest token that any policy may allow, in bytes.
pub const MAX_TOKEN_BYTES: f64 = 1_048_576.0;

/// Default token limit, in bytes.
pub const DEFAULT_TOKEN_BYTES: usize = 16 * 1024;

/// What a claim is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expect {
    /// Deliberately nothing.
    Anything,
    /// One of these, by exact equality; never empty.
    OneOf(Vec<String>),
}

impl From<Option<Vec<String>>> for Expect {
    fn from(values: Option<Vec<String>>) -> Self {
        values.map_or(Self::Anything, Self::OneOf)
    }
}

/// Whether a token without `exp` is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expiry {
    Required,
    Optional,
}

/// A valid policy.
#[derive(Clone, Debug)]
pub struct Policy {
    issuer: Expect,
    audience: Expect,
    expiry: Expiry,
    tolerance: Span,
    max_token_bytes: usize,
}

impl Policy {
    /// A policy as the caller writes it: `issuer` and `audience` (a string, a list, or null);
    /// `requireExp` (default true); `clockTolerance` in seconds (default 0, at most 600);
    /// `maxTokenBytes` (default 16384, at most 1048576).
    ///
    /// # Errors
    /// `SetupError` that names the option.
    pub fn read(mut options: Options<'_>) -> Result<Self, SetupError> {
        let policy = Self {
            issuer: options.stated_texts("issuer")?.into(),
            audience: options.stated_texts("audience")?.into(),
            expiry: match options.flag("requireExp")? {
                Some(false) => Expiry::Optional,
                _ => Expiry::Required,
            },
            tolerance: tolerance(options.number("clockTolerance")?.unwrap_or(0.0))?,
            max_token_bytes: token_limit(options.number("maxTokenBytes")?)?,
        };
        options.finish()?;
        Ok(policy)
    }

    /// The largest token looked at, in bytes.
    #[must_use]
    pub fn max_token_bytes(&self) -> usize {
        self.max_token_bytes
    }

    /// Judges a claims set at a time.
    ///
    /// # Errors
    /// `missing_claim`, `expired`, `not_yet_valid`, `wrong_issuer` or `wrong_audience`.
    pub fn judge(&self, claims: &Claims<'_>, now: Timestamp) -> Result<(), Refusal> {
        self.judge_time(claims, now)?;
        self.judge_issuer(claims)?;
        self.judge_audience(claims)
    }

    fn judge_time(&self, claims: &Claims<'_>, now: Timestamp) -> Result<(), Refusal> {
        match claims.expires {
            None if self.expiry == Expiry::Required => {
                return Err(Refusal::about(Code::MissingClaim, "exp"));
            }
            // RFC 7519 section 4.1.4: on or after `exp` the token is out.
            Some(expires) if now >= expires.plus(self.tolerance) => {
                return Err(Refusal::about(Code::Expired, "exp"));
            }
            _ => {}
        }
        if claims.not_before.is_some_and(|start| now.plus(self.tolerance) < start) {
            return Err(Refusal::about(Code::NotYetValid, "nbf"));
        }
        Ok(())
    }

    fn judge_issuer(&self, claims: &Claims<'_>) -> Result<(), Refusal> {
        let Expect::OneOf(expected) = &self.issuer else { return Ok(()) };
        let issuer = claims.issuer.as_deref().ok_or(Refusal::about(Code::MissingClaim, "iss"))?;
        if expected.iter().any(|one| one == issuer) {
            return Ok(());
        }
        Err(Refusal::about(Code::WrongIssuer, "iss"))
    }

    fn judge_audience(&self, claims: &Claims<'_>) -> Result<(), Refusal> {
        let Expect::OneOf(expected) = &self.audience else { return Ok(()) };
        if claims.audience.is_empty() {
            return Err(Refusal::about(Code::MissingClaim, "aud"));
        }
        if claims.audience.iter().any(|audience| expected.iter().any(|one| one == audience)) {
            return Ok(());
        }
        Err(Refusal::about(Code::WrongAudience, "aud"))
    }
}

fn tolerance(seconds: f64) -> Result<Span, SetupError> {
    (0.0..=MAX_TOLERANCE_SECONDS)
        .contains(&seconds)
        .then(|| Span::from_seconds(seconds))
        .flatten()
        .ok_or_else(|| SetupError::new("clockTolerance", "is not between 0 and 600 seconds"))
}

#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between 1 and 2^20, so the cast only drops a fraction"
)]
fn token_limit(bytes: Option<f64>) -> Result<usize, SetupError> {
    match bytes {
        None => Ok(DEFAULT_TOKEN_BYTES),
        Some(bytes) if (1.0..=MAX_TOKEN_BYTES).contains(&bytes) => Ok(bytes as usize),
        Some(_) => Err(SetupError::new("maxTokenBytes", "is not between 1 and 1048576")),
    }
}
