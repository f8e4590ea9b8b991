//! Writing JSON: texts put together from texts, so that what was given arrives as it was written.
//!
//! Values are taken as JSON texts that are known to be valid; nothing here reads a stranger's text.

use crate::json::quoted;

/// The text of an object with these members, whose values are JSON texts.
#[must_use]
pub fn object<'m>(members: impl IntoIterator<Item = (&'m str, String)>) -> String {
    let members = members.into_iter().map(|(name, value)| [&quoted(name), ":", &value].concat());
    ["{", &members.collect::<Vec<_>>().join(","), "}"].concat()
}

/// The text of an array of these items, which are JSON texts.
#[must_use]
pub fn array(items: impl IntoIterator<Item = String>) -> String {
    ["[", &items.into_iter().collect::<Vec<_>>().join(","), "]"].concat()
}

/// A text as a JSON string, or `null`.
#[must_use]
pub fn quoted_or_null(text: Option<&str>) -> String {
    text.map_or_else(|| "null".to_owned(), quoted)
}
