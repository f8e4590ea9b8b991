//! What a verifier asks of its revocation list, and what the list's answer means for a token.
//!
//! Nothing here reads a clock, and no answer is taken for a good one because it is missing: what to
//! let pass is said aloud.

use crate::error::{Code, Refusal};
use crate::options::Options;
use crate::revocation::{OnStale, Presented, Revocations, Status};
use crate::time::Timestamp;

/// What is asked of the list. By default: that it throws nothing out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Demands {
    mode: Mode,
    irrevocable: Irrevocable,
}

/// Whether a list must have been published.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Mode {
    /// What is at hand decides, and where nothing is, nothing is thrown out.
    #[default]
    IfLoaded,
    /// Without one no token is good.
    Required,
}

/// What becomes of a token that holds nothing of its own to be thrown out by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Irrevocable {
    #[default]
    Accept,
    Refuse,
}

impl Demands {
    /// Demands as the caller describes them: `mode` ("required" or, by default, "if-loaded") and
    /// `irrevocable` ("accept" or "refuse"), which must be said where a list is required.
    pub fn read(options: &mut Options<'_>) -> Self {
        let mode = options.parsed("mode", Mode::named, "is not required or if-loaded");
        let mode = mode.unwrap_or_default();
        if mode == Mode::Required && !options.says("irrevocable") {
            options
                .refuse("irrevocable", "must be said where a list is required: accept or refuse");
        }
        let irrevocable =
            options.parsed("irrevocable", Irrevocable::named, "is not accept or refuse");
        Self { mode, irrevocable: irrevocable.unwrap_or_default() }
    }

    /// Judges a token by a list; answers what could not be made sure of, where the list's settings
    /// let that pass.
    ///
    /// # Errors
    /// Every refusal of the stage `revocation`.
    pub fn judge(
        self,
        list: &Revocations,
        token: &Presented<'_>,
        now: Timestamp,
    ) -> Result<Option<Code>, Refusal> {
        if self.irrevocable == Irrevocable::Refuse && list.cannot_name(token) {
            return Err(Code::IrrevocableToken.into());
        }
        let unsure = match list.check(token, now) {
            Status::Revoked(kind) => return Err(kind.code().into()),
            Status::Invalid => return Err(Code::StatusInvalid.into()),
            Status::Suspended => return Err(Code::StatusSuspended.into()),
            Status::Unknown => return Err(Code::StatusUnknown.into()),
            Status::Good => return Ok(None),
            Status::Unpublished | Status::Unlisted if self.mode == Mode::IfLoaded => {
                return Ok(None);
            }
            Status::Unlisted => Code::StatusUnknown,
            Status::Unpublished | Status::NotCovered => Code::NotCovered,
            Status::Stale => Code::StaleList,
        };
        if lets_pass(list.on_stale(), token, now) { Ok(Some(unsure)) } else { Err(unsure.into()) }
    }
}

fn lets_pass(on_stale: OnStale, token: &Presented<'_>, now: Timestamp) -> bool {
    match on_stale {
        OnStale::Deny => false,
        OnStale::Allow => true,
        OnStale::AllowYoung(age) => {
            let is_young = |issued: Timestamp| now.since(issued) <= age && !issued.is_ahead_of(now);
            token.claims.issued.is_some_and(is_young)
        }
    }
}

impl Mode {
    fn named(name: &str) -> Option<Self> {
        match name {
            "required" => Some(Self::Required),
            "if-loaded" => Some(Self::IfLoaded),
            _ => None,
        }
    }
}

impl Irrevocable {
    fn named(name: &str) -> Option<Self> {
        match name {
            "accept" => Some(Self::Accept),
            "refuse" => Some(Self::Refuse),
            _ => None,
        }
    }
}
