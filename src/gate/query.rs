//! What a query says under one name, if every server reads the same.
//!
//! Nothing here is taken as well as possible: a name that some server would read as the one asked
//! for, though it is not spelled so, makes the whole query ambiguous.

use crate::gate::place::unescape;

/// The values under a name; `None` where servers differ.
#[must_use]
pub fn values(query: &str, name: &str) -> Option<Vec<String>> {
    let mut values = Vec::new();
    for pair in query.split('&') {
        for part in pair.split(';') {
            let (spelled, value) = part.split_once('=').unwrap_or((part, ""));
            let spelled = unescape_form(spelled).0;
            if !resembles(&spelled, name) {
                continue;
            }
            let (value, is_sound) = unescape_form(value);
            // Some servers end a pair at a semicolon, others do not.
            (spelled == name && is_sound && part == pair).then(|| values.push(value))?;
        }
    }
    Some(values)
}

/// A text of a form, where a plus is a space, and whether its escapes are sound.
fn unescape_form(text: &str) -> (String, bool) {
    let spaced = text.replace('+', " ");
    let unescaped = unescape(&spaced);
    (unescaped.text.into_owned(), unescaped.is_sound)
}

/// Whether some server takes the one name for the other. PHP reads ` rest.route[x]` as
/// `rest_route`, and some frameworks leave case out of account.
fn resembles(spelled: &str, name: &str) -> bool {
    let Some((start, rest)) = spelled.trim_start().split_at_checked(name.len()) else {
        return false;
    };
    let is_alike = |(found, wanted): (u8, u8)| {
        found.eq_ignore_ascii_case(&wanted) || (wanted == b'_' && b". [".contains(&found))
    };
    start.bytes().zip(name.bytes()).all(is_alike)
        && (rest.is_empty() || rest.starts_with(['[', '\0']))
}
