//! What a token must meet. A policy is checked once, when it is made, and then only judges.
//!
//! Where security hangs on an option, leaving it out is an error: a value means "check", `null`
//! means "deliberately not". Nothing here reads a clock or a list.

mod audience;
mod contents;
mod rules;
mod times;

use crate::algorithm::Algorithm;
use crate::claims::{Claims, Subjects};
use crate::error::{Code, Refusal};
use crate::json::Json;
use crate::options::Options;
use crate::pointer::Pointer;
use crate::time::{MAX_TOLERANCE, Span, Timestamp};

pub use audience::Captured;
use rules::{Rules, Stated};
use times::Clock;

/// Largest token that any policy may allow, in bytes.
pub const MAX_TOKEN_BYTES: f64 = 1_048_576.0;

/// Default token limit, in bytes.
pub const DEFAULT_TOKEN_BYTES: usize = 16 * 1024;

/// A valid policy.
#[derive(Clone, Debug)]
pub struct Policy {
    algorithms: Option<Vec<&'static Algorithm>>,
    subjects: Subjects,
    tolerance: Span,
    max_token_bytes: usize,
    rules: Rules,
    versions: Option<Versions>,
}

impl Policy {
    /// A policy as the caller writes it: what `Rules` reads, `issuer` and `audience` said
    /// aloud, and what goes for the whole token: `algorithms` (absent: those of the keys);
    /// `versions`; `clockTolerance` in seconds (default 0, at most 600); `allowNumericSub` (default
    /// false); `maxTokenBytes` (default 16384, at most 1048576).
    pub fn read(options: &mut Options<'_>) -> Self {
        Self {
            algorithms: algorithms(options),
            subjects: Subjects::read(options),
            tolerance: tolerance(options),
            max_token_bytes: token_limit(options),
            versions: options.nested("versions", Versions::read).flatten(),
            rules: Rules::read(options, Stated::All),
        }
    }

    /// The largest token looked at, in bytes.
    #[must_use]
    pub fn max_token_bytes(&self) -> usize {
        self.max_token_bytes
    }

    /// Which `sub` is taken.
    #[must_use]
    pub fn subjects(&self) -> Subjects {
        self.subjects
    }

    /// Judges an algorithm, beside the pinning of each key.
    ///
    /// # Errors
    /// `unsupported_algorithm`.
    pub fn judge_algorithm(&self, algorithm: &Algorithm) -> Result<(), Refusal> {
        match &self.algorithms {
            Some(allowed) if !allowed.contains(&algorithm) => {
                Err(Code::UnsupportedAlgorithm.into())
            }
            _ => Ok(()),
        }
    }

    /// Judges a claims set, with the header's `typ`, at a time. The version comes first, because
    /// it says how the rest is laid out (systems.md LD-6).
    ///
    /// # Errors
    /// Every refusal of the stage `claims`.
    pub fn judge(
        &self,
        claims: &Claims<'_>,
        typ: Option<&str>,
        now: Timestamp,
    ) -> Result<Captured, Refusal> {
        let clock = Clock { now, tolerance: self.tolerance };
        let layout = self.versions.as_ref().map(|versions| versions.layout(claims)).transpose()?;
        let mut captured = self.rules.judge(claims, typ, clock)?;
        if let Some(layout) = layout {
            captured.extend(layout.judge(claims, typ, clock)?);
        }
        Ok(captured)
    }
}

/// Rules by the version that a claim states.
#[derive(Clone, Debug)]
struct Versions {
    claim: Pointer,
    layouts: Vec<(Json<'static>, Rules)>,
}

impl Versions {
    /// `claim`, a JSON pointer, and `rules`: for each `version` (a string or a number) what is to
    /// be met besides.
    fn read(options: &mut Options<'_>) -> Option<Self> {
        let claim = options.pointer("claim");
        let layouts = options.each("rules", layout).unwrap_or_default();
        if layouts.is_empty() {
            options.refuse("rules", "must be said for each version");
        }
        Some(Self { claim: claim?, layouts })
    }

    fn layout(&self, claims: &Claims<'_>) -> Result<&Rules, Refusal> {
        let about = |code| Refusal::about(code, self.claim.claim().to_owned());
        let stated = self.claim.find(&claims.members);
        let stated = stated.ok_or_else(|| about(Code::MissingClaim))?;
        let layout = self.layouts.iter().find(|(version, _)| version == stated);
        layout.map(|(_, rules)| rules).ok_or_else(|| about(Code::UnsupportedVersion))
    }
}

fn layout(options: &mut Options<'_>) -> (Json<'static>, Rules) {
    let version = options.value("version").unwrap_or(Json::Null);
    if !matches!(version, Json::Text(_) | Json::Number(_)) {
        options.refuse("version", "is not a string or a number");
    }
    (version.into_owned(), Rules::read(options, Stated::Some))
}

fn algorithms(options: &mut Options<'_>) -> Option<Vec<&'static Algorithm>> {
    let names = options.texts("algorithms")?;
    let known: Option<_> = names.iter().map(|name| Algorithm::named(name)).collect();
    if known.is_none() {
        options.refuse("algorithms", "hold one that is not supported");
    }
    known
}

fn tolerance(options: &mut Options<'_>) -> Span {
    let problem = "is not between 0 and 600 seconds";
    let seconds = options.number_within("clockTolerance", 0.0..=MAX_TOLERANCE.seconds(), problem);
    seconds.and_then(Span::from_seconds).unwrap_or(Span::ZERO)
}

#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between 1 and 2^20, so the cast only drops a fraction"
)]
fn token_limit(options: &mut Options<'_>) -> usize {
    let problem = "is not between 1 and 1048576";
    let bytes = options.number_within("maxTokenBytes", 1.0..=MAX_TOKEN_BYTES, problem);
    bytes.map_or(DEFAULT_TOKEN_BYTES, |bytes| bytes as usize)
}
