//! An entry as callers write it.

use crate::error::SetupError;
use crate::jws::{Compact, decode, encode};
use crate::options::Options;
use crate::revocation::kind::{Kind, Reach};
use crate::revocation::target::{Target, sha256};
use crate::time::{MAX_TOLERANCE, Timestamp};

/// A valid entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Whom it is about.
    pub target: Target,
    /// How far it reaches.
    pub terms: Terms,
}

/// How far an entry reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Which tokens are out.
    pub cutoff: Cutoff,
    /// From when on nobody takes the last of them any more, by whatever clock; absent: never.
    pub expires: Option<Timestamp>,
}

/// Which tokens of a target are out, by when they began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cutoff {
    /// Those that began before a time.
    Before(Timestamp),
    /// All.
    Always,
}

impl Entry {
    /// An entry as the caller writes it: exactly one of `jti`, `token`, `session`, `family`,
    /// `client`, `key`, `kid`, `sub`, `tenant` (strings) and `all` (true); `issuer` (absent: that
    /// of `default`; null: any); `before`, in milliseconds, for what can have a cut-off (absent:
    /// all of its tokens); `exp`, in seconds, when the last token that the entry throws out expires,
    /// which the entry outlives by as much as clocks may differ (absent: never). `token` is a whole
    /// token, or the SHA-256 of what was signed of it as base64url. A `client` without `before` is
    /// suspended.
    ///
    /// # Errors
    /// `SetupError` that names the option.
    pub fn read(options: Options<'_>, default: Option<&str>) -> Result<Self, SetupError> {
        options.read(|options| {
            let is_said = options.says("issuer");
            let issuer = options.text("issuer");
            let issuer = if is_said { issuer.as_deref() } else { default };
            let cutoff = cutoff(options);
            let (kind, value) = selected(options, cutoff);
            if cutoff != Cutoff::Always && kind.reach() == Reach::Whole {
                options.refuse("before", "goes with sub, client, tenant and all only");
            }
            // A verifier whose clock may be behind still takes what has expired.
            let expires = options.date("exp").map(|expires| expires.plus(MAX_TOLERANCE));
            let terms = Terms { cutoff, expires };
            Self { target: Target::new(kind, issuer, &value), terms }
        })
    }
}

impl Target {
    /// The same text for all ways of writing one target.
    #[must_use]
    pub fn to_text(self) -> String {
        let head = [self.group.kind.byte(), self.group.scope.byte()];
        encode(&[head.as_slice(), &self.print].concat())
    }
}

fn selected(options: &mut Options<'_>, cutoff: Cutoff) -> (Kind, Vec<u8>) {
    let mut selected: Vec<(Kind, Vec<u8>)> = Vec::new();
    for kind in Kind::ALL.iter().copied().filter(|kind| *kind != Kind::Client) {
        let value = match kind {
            Kind::All => options.flag(kind.name()).filter(|all| *all).map(|_| Vec::new()),
            Kind::Fingerprint => options.parsed(kind.name(), print_of_token, NO_TOKEN),
            _ => options.text(kind.name()).map(String::into_bytes),
        };
        selected.extend(value.map(|value| (kind, value)));
    }
    match (selected.pop(), selected.pop()) {
        (Some((Kind::Suspension, client)), None) if cutoff != Cutoff::Always => {
            (Kind::Client, client)
        }
        (Some(one), None) => one,
        _ => {
            options.refuse("entry", "names not just one of what can be thrown out");
            (Kind::All, Vec::new())
        }
    }
}

const NO_TOKEN: &str = "is neither a token nor the base64url of a SHA-256";

fn print_of_token(text: &str) -> Option<Vec<u8>> {
    if let Ok(token) = Compact::parse(text.as_bytes()) {
        return Some(sha256(token.signing_input).to_vec());
    }
    decode(text.as_bytes()).ok().filter(|octets| octets.len() == 32)
}

fn cutoff(options: &mut Options<'_>) -> Cutoff {
    let Some(milliseconds) = options.number("before") else { return Cutoff::Always };
    // 10^11 ms is the year 1973: less is a time in seconds.
    let time = Timestamp::from_milliseconds(milliseconds).filter(|_| milliseconds >= 1e11);
    if time.is_none() {
        options.refuse("before", "is not a time in milliseconds");
    }
    time.map_or(Cutoff::Always, Cutoff::Before)
}

impl Terms {
    /// The latest cut-off and the latest expiry; "never expires" is the latest of all.
    #[must_use]
    pub fn combine(self, other: Self) -> Self {
        Self {
            cutoff: self.cutoff.max(other.cutoff),
            expires: self.expires.zip(other.expires).map(|(one, two)| one.max(two)),
        }
    }

    /// Whether nobody takes any more what it throws out.
    #[must_use]
    pub fn is_over(self, now: Timestamp) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }
}

impl Cutoff {
    /// A token that does not say when it began is out: it could be older than any cut-off.
    #[must_use]
    pub fn throws_out(self, began: Option<Timestamp>) -> bool {
        match self {
            Self::Always => true,
            Self::Before(cutoff) => began.is_none_or(|began| began < cutoff),
        }
    }
}
