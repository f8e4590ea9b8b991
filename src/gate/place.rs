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
    pub whole: &'u str,
    /// The path.
    pub path: &'u str,
    /// What follows the question mark.
    pub query: &'u str,
}

impl<'u> Target<'u> {
    /// Reads a path with a query, or a URL of the web; `None` for one with a user, a fragment or
    /// what no URL holds without escaping it.
    #[must_use]
    pub fn parse(url: &'u str) -> Option<Self> {
        let is_written = |octet: u8| octet.is_ascii_graphic() && octet != b'#';
        let whole = url.bytes().all(is_written).then(|| after_authority(url)).flatten()?;
        let (path, query) = whole.split_once('?').unwrap_or((whole, ""));
        Some(Self { whole, path, query })
    }
}

fn after_authority(url: &str) -> Option<&str> {
    if url.starts_with('/') {
        return Some(url);
    }
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, whole) = rest.split_at_checked(end)?;
    let is_host = |octet: u8| octet.is_ascii_alphanumeric() || b"-._:[]".contains(&octet);
    (!authority.is_empty() && authority.bytes().all(is_host)).then_some(whole)
}

/// One segment of a path, without its escapes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment<'u> {
    /// What it says.
    pub text: Cow<'u, str>,
    /// Whether it escapes an ASCII character, which not every server undoes before it compares.
    pub escaped: bool,
}

/// The segments of a path; a slash at its end makes no difference. `None` where servers differ.
#[must_use]
pub fn segments(path: &str, case: Case) -> Option<Vec<Segment<'_>>> {
    let segment = |part| {
        let Unescaped { text, is_sound, of_ascii, is_needless } = unescape(part);
        let is_one = is_sound && !is_needless && is_name(&text);
        is_one.then(|| Segment { text: case.fold(text), escaped: of_ascii })
    };
    parts(path)?.map(segment).collect()
}

/// The segments of a path that has no escapes any more.
#[must_use]
pub fn plain_segments(path: &str, case: Case) -> Option<Vec<Segment<'_>>> {
    let segment = |part| Segment { text: case.fold(Cow::Borrowed(part)), escaped: false };
    parts(path)?.map(|part| is_name(part).then(|| segment(part))).collect()
}

/// What stands between the slashes.
fn parts(path: &str) -> Option<impl Iterator<Item = &str>> {
    let inner = if path.is_empty() { "" } else { path.strip_prefix('/')? };
    let inner = inner.strip_suffix('/').filter(|rest| !rest.is_empty()).unwrap_or(inner);
    let is_short = inner.bytes().filter(|octet| *octet == b'/').count() < MAX_SEGMENTS;
    is_short.then(|| inner.split('/').skip(usize::from(inner.is_empty())))
}

/// Whether a segment names one thing to everybody. Dots and spaces at its end get lost on the way
/// to a file, and what stands behind a semicolon on the way to a Java servlet.
#[must_use]
pub fn is_name(text: &str) -> bool {
    let is_whole = !text.is_empty() && text.trim().len() == text.len() && !text.ends_with('.');
    is_whole && !text.contains(|c: char| c.is_control() || r"/\;%?#".contains(c))
}

/// A text without its escapes, and what they were like.
#[derive(Debug)]
pub struct Unescaped<'u> {
    /// The text; what is not UTF-8 is replaced.
    pub text: Cow<'u, str>,
    /// Whether every escape has two digits, and together they are UTF-8.
    pub is_sound: bool,
    /// Whether an ASCII character was escaped.
    pub of_ascii: bool,
    /// Whether one was that never needs it (RFC 3986 section 2.3).
    pub is_needless: bool,
}

/// Undoes the escapes of a text once.
#[must_use]
pub fn unescape(text: &str) -> Unescaped<'_> {
    let mut found =
        Unescaped { text: text.into(), is_sound: true, of_ascii: false, is_needless: false };
    let mut runs = text.split('%');
    let mut octets = runs.next().unwrap_or_default().as_bytes().to_vec();
    if octets.len() == text.len() {
        return found;
    }
    for run in runs {
        let Some((octet, rest)) = escaped(run) else {
            found.is_sound = false;
            octets.extend([b"%", run.as_bytes()].concat());
            continue;
        };
        found.of_ascii |= octet.is_ascii();
        found.is_needless |= octet.is_ascii_alphanumeric() || b"-._~".contains(&octet);
        octets.push(octet);
        octets.extend_from_slice(rest.as_bytes());
    }
    let text = String::from_utf8_lossy(&octets);
    found.is_sound &= matches!(text, Cow::Borrowed(_));
    found.text = Cow::Owned(text.into_owned());
    found
}

/// The octet that two digits stand for, and what follows them.
fn escaped(run: &str) -> Option<(u8, &str)> {
    let (digits, rest) = run.split_at_checked(2)?;
    let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    let octet = u8::from_str_radix(digits, 16).ok().filter(|_| is_hex)?;
    Some((octet, rest))
}
