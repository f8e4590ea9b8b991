//! What a query says under one name, if every server reads the same.
//!
//! Nothing here is taken as well as possible: a name that some server would read as the one asked
//! for, though it is not spelled so, makes the whole query ambiguous.

use std::borrow::Cow;

use crate::gate::place::{Unescaped, cut, unescape};

/// The values under a name, in UTF-8; `None` where servers differ.
#[must_use]
pub fn values(query: &[u8], name: &str) -> Option<Vec<Vec<u8>>> {
    let mut values = Vec::new();
    for pair in query.split(|octet| *octet == b'&') {
        // Some servers end a pair at a semicolon, others do not.
        for part in pair.split(|octet| *octet == b';') {
            let (spelled, value) = cut(part, b'=').unwrap_or((part, b""));
            let (spelled, _) = unescape_form(spelled);
            if resembles(&spelled, name.as_bytes()) {
                let (value, is_sound) = unescape_form(value);
                let is_clear = is_sound && *spelled == *name.as_bytes() && part.len() == pair.len();
                is_clear.then(|| values.push(value.into_owned()))?;
            }
        }
    }
    Some(values)
}

/// A text of a form, where a plus is a space, and whether its escapes are sound.
fn unescape_form(text: &[u8]) -> (Cow<'_, [u8]>, bool) {
    if !text.contains(&b'+') {
        let Unescaped { octets, is_sound, .. } = unescape(text);
        return (octets, is_sound);
    }
    let mut spaced = text.to_vec();
    spaced.iter_mut().filter(|octet| **octet == b'+').for_each(|octet| *octet = b' ');
    let Unescaped { octets, is_sound, .. } = unescape(&spaced);
    (octets.into_owned().into(), is_sound)
}

/// Whether some server takes the one name for the other. PHP reads ` rest.route[x]` as
/// `rest_route`, and some frameworks leave case out of account.
fn resembles(spelled: &[u8], name: &[u8]) -> bool {
    let Some((start, rest)) = spelled.trim_ascii_start().split_at_checked(name.len()) else {
        return false;
    };
    let is_alike = |(found, wanted): (&u8, &u8)| {
        found.eq_ignore_ascii_case(wanted) || (*wanted == b'_' && b". [".contains(found))
    };
    start.iter().zip(name).all(is_alike) && matches!(rest.first(), None | Some(b'[' | 0))
}
