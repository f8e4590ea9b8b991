//! Where a request goes: the segments of its path, if there is only one way to read them.
//!
//! What servers read differently is no place at all: dot segments, empty segments, backslashes,
//! parameters after a semicolon, escapes of what needs none, escapes within escapes, octets that
//! are not UTF-8. A rule that such a spelling slipped past would protect nothing. Texts are not
//! normalised, and only the case of ASCII letters can be left out of account.

use std::borrow::Cow;

use crate::gate::case::Case;

/// The most segments of a path; bounds how deep the routes are searched.
pub const MAX_SEGMENTS: usize = 64;

/// The parts of a request's URL, as they were written.
#[derive(Clone, Copy, Debug)]
pub struct Target<'u> {
    /// Path and query together: the target as a request line has it (RFC 9112 section 3.2.1).
    pub whole: &'u [u8],
    /// The path.
    pub path: &'u [u8],
    /// What follows the question mark.
    pub query: &'u [u8],
}

impl<'u> Target<'u> {
    /// Reads a path with a query, or a URL of the web; `None` for one with a user, a fragment or
    /// what no URL holds without escaping it.
    #[must_use]
    pub fn parse(url: &'u [u8]) -> Option<Self> {
        let is_written = |octet: &u8| octet.is_ascii_graphic() && *octet != b'#';
        let whole = url.iter().all(is_written).then(|| after_authority(url)).flatten()?;
        let (path, query) = cut(whole, b'?').unwrap_or((whole, b""));
        Some(Self { whole, path, query })
    }
}

fn after_authority(url: &[u8]) -> Option<&[u8]> {
    if url.starts_with(b"/") {
        return Some(url);
    }
    let rest = url.strip_prefix(b"https://").or_else(|| url.strip_prefix(b"http://"))?;
    let is_host = |octet: &u8| octet.is_ascii_alphanumeric() || b"-._:[]".contains(octet);
    let end = rest.iter().position(|octet| !is_host(octet)).unwrap_or(rest.len());
    let (host, whole) = rest.split_at_checked(end)?;
    let ends = matches!(whole.first(), None | Some(b'/' | b'?'));
    (ends && !host.is_empty()).then_some(whole)
}

/// What stands before and after the first such octet.
#[must_use]
pub fn cut(text: &[u8], at: u8) -> Option<(&[u8], &[u8])> {
    let place = text.iter().position(|octet| *octet == at)?;
    let (before, from) = text.split_at_checked(place)?;
    Some((before, from.get(1..)?))
}

/// One segment of a path, without its escapes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment<'u> {
    /// What it says, in UTF-8.
    pub text: Cow<'u, [u8]>,
    /// Whether it escapes an ASCII character, which not every server undoes before it compares.
    pub escaped: bool,
}

/// How a path is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// As in a URL.
    Escaped,
    /// Without escapes.
    Plain,
}

/// The segments of a path; a slash at its end makes no difference. `None` where servers differ.
#[must_use]
pub fn segments(path: &[u8], written: Written, case: Case) -> Option<Vec<Segment<'_>>> {
    let mut segments = Vec::with_capacity(8);
    if path.is_empty() || path == b"/" {
        return Some(segments);
    }
    let path = path.strip_prefix(b"/")?;
    let path = path.strip_suffix(b"/").unwrap_or(path);
    for part in path.split(|octet| *octet == b'/') {
        let Unescaped { octets, is_sound, of_ascii, is_needless } = match written {
            Written::Escaped => unescape(part),
            Written::Plain => Unescaped::plain(part),
        };
        if !is_sound || is_needless || !is_name(&octets) || segments.len() == MAX_SEGMENTS {
            return None;
        }
        segments.push(Segment { text: case.fold(octets), escaped: of_ascii });
    }
    Some(segments)
}

/// Whether a segment names one thing to everybody. Dots and spaces at its end get lost on the way
/// to a file, and what stands behind a semicolon on the way to a Java servlet.
#[must_use]
pub fn is_name(text: &[u8]) -> bool {
    let is_part = |octet: &u8| *octet >= b' ' && *octet != 0x7f && !b"/\\;%?#".contains(octet);
    // Controls beyond ASCII, and the space among them.
    let is_odd = |pair: &[u8]| matches!(pair, [0xc2, 0x80..=0xa0]);
    text.iter().all(is_part)
        && !text.windows(2).any(is_odd)
        && !matches!(text.first(), None | Some(b' '))
        && !matches!(text.last(), Some(b' ' | b'.'))
}

/// A text without its escapes, and what they were like.
#[derive(Debug)]
pub struct Unescaped<'u> {
    /// The text.
    pub octets: Cow<'u, [u8]>,
    /// Whether every escape has two digits, and all is UTF-8.
    pub is_sound: bool,
    /// Whether an ASCII character was escaped.
    pub of_ascii: bool,
    /// Whether one was that never needs it (RFC 3986 section 2.3).
    pub is_needless: bool,
}

impl<'u> Unescaped<'u> {
    fn plain(text: &'u [u8]) -> Self {
        let octets = Cow::Borrowed(text);
        Self { octets, is_sound: true, of_ascii: false, is_needless: false }
    }
}

/// Undoes the escapes of a text once.
#[must_use]
pub fn unescape(text: &[u8]) -> Unescaped<'_> {
    let mut found = Unescaped::plain(text);
    if !text.contains(&b'%') {
        return found;
    }
    let (mut octets, mut left) = (Vec::with_capacity(text.len()), text);
    while let [first, rest @ ..] = left {
        let (octet, rest) = if let Some((octet, rest)) = escaped(left) {
            found.of_ascii |= octet.is_ascii();
            found.is_needless |= octet.is_ascii_alphanumeric() || b"-._~".contains(&octet);
            (octet, rest)
        } else {
            found.is_sound &= *first != b'%';
            (*first, rest)
        };
        octets.push(octet);
        left = rest;
    }
    found.is_sound &= std::str::from_utf8(&octets).is_ok();
    found.octets = octets.into();
    found
}

/// The octet that an escape stands for, and what follows it.
fn escaped(text: &[u8]) -> Option<(u8, &[u8])> {
    let [b'%', high, low, rest @ ..] = text else { return None };
    let mut octet = [0];
    base16ct::mixed::decode([*high, *low], &mut octet).ok()?;
    Some((octet[0], rest))
}
