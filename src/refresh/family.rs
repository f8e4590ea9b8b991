//! What is known of one family of refresh tokens, and whose turn it is: the heart of rotation.
//!
//! At any time one token of a family may be shown next. Showing one that was exchanged before says
//! that two hold it, and ends the family (RFC 9700 section 4.14.2). The host keeps the text made
//! here, and exchanges it in one atomic step for the one that it was made from.

use crate::json::{Json, Object, quoted};
use crate::json_text::{object, quoted_or_null};
use crate::time::{Span, Timestamp};

/// What is known of a family.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Family {
    /// It lives.
    Alive {
        /// The `jti` of the token that may be shown next.
        current: String,
        /// The one that was exchanged for it.
        previous: String,
        /// When that was.
        turned: Timestamp,
    },
    /// One of its tokens was shown twice.
    Ended,
}

/// What comes of showing a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It is exchanged, and the family becomes this.
    Taken(Family),
    /// It was exchanged before.
    Reused,
    /// The family had ended already.
    Over,
}

impl Family {
    /// Reads what [`Self::to_text`] wrote. What cannot be read is a family that has ended.
    #[must_use]
    pub fn read(text: &str) -> Self {
        Self::read_alive(text).unwrap_or(Self::Ended)
    }

    fn read_alive(text: &str) -> Option<Self> {
        let mut members = Object::parse(text)?;
        let mut text_of = |name| members.take(name)?.into_text();
        let (current, previous) = (text_of("current")?, text_of("previous")?);
        let Some(Json::Number(turned)) = members.get("turned") else { return None };
        let turned = Timestamp::from_milliseconds(*turned)?;
        Some(Self::Alive { current: current.into(), previous: previous.into(), turned })
    }

    /// The text that the host keeps.
    #[must_use]
    pub fn to_text(&self) -> String {
        match self {
            Self::Alive { current, previous, turned } => object([
                ("current", quoted(current)),
                ("previous", quoted(previous)),
                ("turned", turned.milliseconds().unwrap_or_default().to_string()),
            ]),
            Self::Ended => object([("current", quoted_or_null(None))]),
        }
    }

    /// Shows a token of a family, of which nothing may be known yet, to be exchanged for the `next`.
    ///
    /// An answer can get lost on its way: for `grace` after its exchange a token may be shown again.
    /// What it was exchanged for first is then worth nothing any more, so that of two who hold the
    /// token one alone goes on, and the other one ends the family.
    #[must_use]
    pub fn show(
        known: Option<&Self>,
        shown: &str,
        next: &str,
        now: Timestamp,
        grace: Span,
    ) -> Turn {
        let turned = match known {
            None => now,
            Some(Self::Ended) => return Turn::Over,
            Some(Self::Alive { current, .. }) if current == shown => now,
            // The time of the first exchange stays, so that the grace comes to an end.
            Some(Self::Alive { previous, turned, .. })
                if previous == shown && now.since(*turned) <= grace =>
            {
                *turned
            }
            Some(Self::Alive { .. }) => return Turn::Reused,
        };
        let (current, previous) = (next.to_owned(), shown.to_owned());
        Turn::Taken(Self::Alive { current, previous, turned })
    }
}
