//! The vendors: one file each, tables and short functions, nothing that decides on a token.
//!
//! Lines of systems.md stand beside what follows them. A vendor's pitfall is had only by a name of
//! its own, or not at all; `tests/systems.md` says which.

mod calendar;
mod leaddesk;
mod miniorange;
mod tiledesk;
mod widgets;
mod wp_jwt_auth;
mod zoom;

use crate::answer::{Answer, Answers};
use crate::error::{Code, SetupError};
use crate::profile::{Facts, Profile};
use crate::profiles::calendar::offset_seconds;

/// Every profile there is.
pub const ALL: &[&Profile] = &[
    &leaddesk::PROFILE,
    &zoom::PROFILE,
    &tiledesk::PROFILE,
    &wp_jwt_auth::PROFILE,
    &miniorange::PROFILE,
    &widgets::ZENDESK,
    &widgets::INTERCOM,
    &widgets::FRESHCHAT,
    &widgets::HUBSPOT,
];

/// The profile of that name.
///
/// # Errors
/// `SetupError` if there is none.
pub fn named(name: &str) -> Result<&'static Profile, SetupError> {
    let found = ALL.iter().copied().find(|profile| profile.name == name);
    found.ok_or_else(|| SetupError::new("name", "is not the name of a profile"))
}

/// How the gate of the profile of that name answers.
///
/// # Errors
/// `SetupError` about `profile` if there is none.
pub fn answers(name: &str) -> Result<Answers, SetupError> {
    let answers = named(name).and_then(|profile| profile.answers("gate"));
    answers.map_err(|error| SetupError::new("profile", error.problem.clone()))
}

/// An answer of this body, which is JSON.
fn answer(status: u16, body: String) -> Answer {
    Answer { status, headers: Vec::new(), body }
}

/// The status where the fault is this service's and the token may be good, or where the request
/// cannot be read; no vendor knows such cases. Else what the vendor says.
fn status_of(code: Code, status: u16) -> u16 {
    match code {
        Code::InternalError | Code::NotCovered | Code::StaleList => 503,
        _ => status,
    }
}

/// How far local time is ahead of UTC, in seconds, by the fact `utcOffset`; also as it is written.
fn offset(facts: &mut Facts<'_>) -> Option<(i64, String)> {
    let written = facts.text("utcOffset")?;
    let seconds = offset_seconds(&written);
    if seconds.is_none() {
        facts.refuse("utcOffset", "is not an offset such as +02:00");
    }
    seconds.map(|seconds| (seconds, written))
}
