//! How a list is kept and read, as its caller says once.

use crate::error::SetupError;
use crate::json::MAX_WHOLE;
use crate::options::Options;
use crate::revocation::presented::Places;
use crate::time::Span;

/// How large a published list may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Octets, of all its parts at hand together.
    pub bytes: usize,
    /// Entries of the same.
    pub entries: usize,
}

impl Limits {
    /// Whether so many octets and entries are not too many.
    #[must_use]
    pub fn allow(self, bytes: usize, entries: usize) -> bool {
        bytes <= self.bytes && entries <= self.entries
    }
}

/// How a list is kept and read.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where claims hold what has no registered name.
    pub(crate) places: Places,
    /// How large a published list may be.
    pub(crate) limits: Limits,
    /// How long after its signing a list is relied on.
    pub(crate) max_staleness: Option<Span>,
    /// What becomes of tokens where it is not.
    pub(crate) on_stale: OnStale,
    /// The least number that a published list may have.
    pub(crate) min_seq: u64,
    /// How large a status list may be, once inflated.
    pub(crate) status_bytes: usize,
}

/// What becomes of tokens that the list at hand does not name, where it is not to be relied on or is
/// not there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnStale {
    /// They are refused.
    #[default]
    Deny,
    /// They are accepted, and the answer says so.
    Allow,
    /// The same for those issued at most so long ago.
    AllowYoung(Span),
}

impl OnStale {
    fn read(options: &mut Options<'_>) -> Self {
        let age = options.span("youngerThan");
        let policy = options.text("onStale");
        match (policy.as_deref(), age) {
            (None | Some("deny"), None) => Self::Deny,
            (Some("allow"), None) => Self::Allow,
            (Some("allow-young"), Some(age)) => Self::AllowYoung(age),
            (Some("allow-young"), None) | (_, Some(_)) => {
                options.refuse("youngerThan", "goes with allow-young, and that with it");
                Self::Deny
            }
            (Some(_), None) => {
                options.refuse("onStale", "is not deny, allow or allow-young");
                Self::Deny
            }
        }
    }
}

const MAX_BYTES: u64 = 1 << 30;
const DEFAULT_BYTES: u64 = 1 << 25;
const MAX_ENTRIES: u64 = 1 << 27;
const DEFAULT_ENTRIES: u64 = 4_000_000;
const MAX_STATUS: u64 = 1 << 24;
const DEFAULT_STATUS: u64 = 1 << 20;

impl Settings {
    /// Settings as the caller describes them: `claims` (see `Places::read`); `maxBytes` of a
    /// published list (default 2^25, at most 2^30) and `maxEntries` (default 4 million, at most
    /// 2^27); `maxStaleness`, in seconds since a list was signed (absent: until it expires);
    /// `onStale` ("deny", "allow" or "allow-young", this with `youngerThan` in seconds; default
    /// "deny"); `minSeq`, the least number that a list may have; `maxStatusBytes` of a status list
    /// once it is inflated (default 2^20, at most 2^24).
    ///
    /// # Errors
    /// `SetupError` that names the option.
    pub fn read(options: Options<'_>) -> Result<Self, SetupError> {
        options.read(|options| {
            let bytes = options.whole("maxBytes", 1..=MAX_BYTES).unwrap_or(DEFAULT_BYTES);
            let entries = options.whole("maxEntries", 1..=MAX_ENTRIES).unwrap_or(DEFAULT_ENTRIES);
            let status = options.whole("maxStatusBytes", 1..=MAX_STATUS).unwrap_or(DEFAULT_STATUS);
            let size = |size| usize::try_from(size).unwrap_or(usize::MAX);
            Self {
                places: options.nested("claims", Places::read).unwrap_or_default(),
                limits: Limits { bytes: size(bytes), entries: size(entries) },
                max_staleness: options.span("maxStaleness"),
                on_stale: OnStale::read(options),
                min_seq: options.whole("minSeq", 0..=MAX_WHOLE).unwrap_or(0),
                status_bytes: size(status),
            }
        })
    }
}

impl Default for Settings {
    fn default() -> Self {
        let limits = Limits { bytes: usize::MAX, entries: usize::MAX };
        let (places, on_stale) = (Places::default(), OnStale::default());
        let status_bytes = usize::MAX;
        Self { places, limits, max_staleness: None, on_stale, min_seq: 0, status_bytes }
    }
}
