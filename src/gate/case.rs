//! Whether case tells two texts apart. Only that of ASCII letters is ever left out of account.

use std::borrow::Cow;

use crate::options::Options;

/// Which texts are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// Those that differ in case alone, too.
    Any,
    /// None but the same.
    Exact,
}

impl Case {
    /// A case by its name: "any" or "exact".
    pub fn read(options: &mut Options<'_>, name: &'static str) -> Option<Self> {
        options.parsed(name, Self::named, "is not any or exact")
    }

    fn named(name: &str) -> Option<Self> {
        match name {
            "any" => Some(Self::Any),
            "exact" => Some(Self::Exact),
            _ => None,
        }
    }

    /// Whether two texts are one.
    #[must_use]
    pub fn is_same(self, one: &[u8], other: &[u8]) -> bool {
        match self {
            Self::Any => one.eq_ignore_ascii_case(other),
            Self::Exact => one == other,
        }
    }

    /// The same for all texts that are one.
    #[must_use]
    pub fn fold(self, text: Cow<'_, [u8]>) -> Cow<'_, [u8]> {
        match self {
            Self::Any => text.to_ascii_lowercase().into(),
            Self::Exact => text,
        }
    }
}
