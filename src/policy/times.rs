//! The rules over time. Boundaries are exact to the millisecond; the tolerance moves each of them
//! by itself, always in the token's favour.

use crate::claims::Claims;
use crate::error::{Code, Refusal};
use crate::options::Options;
use crate::time::{Span, Timestamp};

/// The time of a decision, and how far clocks may differ.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// The time.
    pub now: Timestamp,
    /// How far the issuer's clock may differ from it.
    pub tolerance: Span,
}

impl Clock {
    fn is_past(self, end: Timestamp) -> bool {
        self.now >= end.plus(self.tolerance)
    }

    fn is_before(self, start: Timestamp) -> bool {
        self.now.plus(self.tolerance) < start
    }
}

/// Whether a token without `exp` is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// It is refused.
    Required,
    /// It is taken.
    Optional,
}

/// Whether a token that was issued in the future is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FutureIssue {
    Refused,
    Taken,
}

/// What the times of a token must meet.
#[derive(Clone, Debug)]
pub struct Times {
    expiry: Expiry,
    future_issue: FutureIssue,
    max_age: Option<Span>,
    max_lifetime: Option<Span>,
    max_future: Option<Span>,
}

impl Times {
    /// `requireExp`; `rejectFutureIat` (default: only where `maxAge` is set); `maxAge` since `iat`,
    /// `maxLifetime` from `iat` to `exp` and `maxFuture` from now to `exp`, all in seconds; under
    /// each of the last two a token must have an `exp`.
    pub fn read(options: &mut Options<'_>, default: Expiry) -> Self {
        let max_age = options.span("maxAge");
        // A time of issue that lies ahead would make an old token young.
        let refuses_future = options.flag("rejectFutureIat").unwrap_or(max_age.is_some());
        Self {
            expiry: match options.flag("requireExp") {
                Some(true) => Expiry::Required,
                Some(false) => Expiry::Optional,
                None => default,
            },
            future_issue: if refuses_future { FutureIssue::Refused } else { FutureIssue::Taken },
            max_age,
            max_lifetime: options.span("maxLifetime"),
            max_future: options.span("maxFuture"),
        }
    }

    /// Judges the times of a token.
    ///
    /// # Errors
    /// `missing_claim`, `expired`, `not_yet_valid`, `issued_in_future`, `too_old` or
    /// `lifetime_too_long`.
    pub fn judge(&self, claims: &Claims<'_>, clock: Clock) -> Result<(), Refusal> {
        self.judge_expiry(claims, clock)?;
        if claims.not_before.is_some_and(|start| clock.is_before(start)) {
            return Err(Refusal::about(Code::NotYetValid, "nbf"));
        }
        self.judge_issue(claims, clock)?;
        self.judge_lifetime(claims)
    }

    fn judge_expiry(&self, claims: &Claims<'_>, clock: Clock) -> Result<(), Refusal> {
        let Some(expires) = claims.expires else {
            // What never ends lies beyond every limit.
            return match (self.expiry, self.max_future) {
                (Expiry::Optional, None) => Ok(()),
                _ => Err(Refusal::about(Code::MissingClaim, "exp")),
            };
        };
        // RFC 7519 section 4.1.4: on or after `exp` the token is out.
        if clock.is_past(expires) {
            return Err(Refusal::about(Code::Expired, "exp"));
        }
        if self.max_future.is_some_and(|limit| clock.is_before(expires.minus(limit))) {
            return Err(Refusal::about(Code::LifetimeTooLong, "exp"));
        }
        Ok(())
    }

    fn judge_issue(&self, claims: &Claims<'_>, clock: Clock) -> Result<(), Refusal> {
        let from_future = claims.issued.is_some_and(|issued| clock.is_before(issued));
        if from_future && self.future_issue == FutureIssue::Refused {
            return Err(Refusal::about(Code::IssuedInFuture, "iat"));
        }
        let Some(limit) = self.max_age else { return Ok(()) };
        if clock.is_past(issued(claims)?.plus(limit)) {
            return Err(Refusal::about(Code::TooOld, "iat"));
        }
        Ok(())
    }

    fn judge_lifetime(&self, claims: &Claims<'_>) -> Result<(), Refusal> {
        let Some(limit) = self.max_lifetime else { return Ok(()) };
        let expires = claims.expires.ok_or_else(|| Refusal::about(Code::MissingClaim, "exp"))?;
        if expires.since(issued(claims)?) > limit {
            return Err(Refusal::about(Code::LifetimeTooLong, "exp"));
        }
        Ok(())
    }
}

fn issued(claims: &Claims<'_>) -> Result<Timestamp, Refusal> {
    claims.issued.ok_or_else(|| Refusal::about(Code::MissingClaim, "iat"))
}
