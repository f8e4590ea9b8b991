//! Whom a token is for: exact names, or a URL pattern that captures parts of the address.

use std::borrow::Cow;

use crate::error::{Code, Refusal};
use crate::options::Options;

/// Parts of `aud` by the names that the pattern gives them.
pub type Captured = Vec<(String, String)>;

/// What `aud` must hold.
#[derive(Clone, Debug)]
pub enum Audience {
    /// Deliberately nothing.
    Anything,
    /// One of these, by exact equality; never empty.
    OneOf(Vec<String>),
    /// An address of this form.
    Url(UrlPattern),
}

impl Audience {
    /// `audience`: a string, a list, null, or `{ url }`, a pattern.
    pub fn read(options: &mut Options<'_>) -> Self {
        const NAME: &str = "audience";
        if options.is_object(NAME) {
            let problem = "is not a pattern such as https://example.org/projects/{project}";
            let pattern = options.nested(NAME, |form| {
                let pattern = form.parsed("url", UrlPattern::parse, problem);
                if pattern.is_none() {
                    form.refuse("url", problem);
                }
                pattern
            });
            return pattern.flatten().map_or(Self::Anything, Self::Url);
        }
        options.texts(NAME).map_or(Self::Anything, Self::OneOf)
    }

    /// Judges the audience of a token; answers what the pattern captures.
    ///
    /// # Errors
    /// `missing_claim` or `wrong_audience`.
    pub fn judge(&self, audience: &[Cow<'_, str>]) -> Result<Captured, Refusal> {
        let captured = match self {
            Self::Anything => return Ok(Captured::new()),
            _ if audience.is_empty() => return Err(Refusal::about(Code::MissingClaim, "aud")),
            Self::OneOf(expected) => {
                let fits = |one: &Cow<'_, str>| expected.iter().any(|name| name == one);
                audience.iter().any(fits).then(Captured::new)
            }
            Self::Url(pattern) => audience.iter().find_map(|one| pattern.capture(one)),
        };
        captured.ok_or_else(|| Refusal::about(Code::WrongAudience, "aud"))
    }

    /// Whether a part of that name is captured.
    #[must_use]
    pub fn captures(&self, name: &str) -> bool {
        let Self::Url(UrlPattern(segments)) = self else { return false };
        segments.iter().any(|segment| matches!(segment, Segment::Named(named) if named == name))
    }
}

/// An address whose path segments may be left open under a name (systems.md TD-12, TD-24).
///
/// Compared segment by segment, with nothing normalised: an address that needs that is refused.
#[derive(Clone, Debug)]
pub struct UrlPattern(Vec<Segment>);

#[derive(Clone, Debug)]
enum Segment {
    Literal(String),
    Named(String),
}

/// Scheme, nothing, and host: what an attacker must not choose.
const ORIGIN_SEGMENTS: usize = 3;

impl UrlPattern {
    fn parse(text: &str) -> Option<Self> {
        let segments: Vec<_> = text.split('/').map(Segment::parse).collect::<Option<_>>()?;
        let (origin, path) = segments.split_at_checked(ORIGIN_SEGMENTS)?;
        let is_fixed = origin.iter().all(|segment| matches!(segment, Segment::Literal(_)));
        let has_name = path.iter().any(|segment| matches!(segment, Segment::Named(_)));
        let is_url = text.starts_with("https://") || text.starts_with("http://");
        (is_url && is_fixed && has_name).then_some(Self(segments))
    }

    fn capture(&self, url: &str) -> Option<Captured> {
        let mut captured = Captured::new();
        let mut parts = url.split('/');
        for segment in &self.0 {
            let part = parts.next()?;
            match segment {
                Segment::Literal(literal) if literal == part => {}
                Segment::Named(name) if is_plain(part) => {
                    captured.push((name.clone(), part.to_owned()));
                }
                _ => return None,
            }
        }
        parts.next().is_none().then_some(captured)
    }
}

impl Segment {
    fn parse(text: &str) -> Option<Self> {
        match text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some(name) => is_name(name).then(|| Self::Named(name.to_owned())),
            None => (!text.contains(['{', '}'])).then(|| Self::Literal(text.to_owned())),
        }
    }
}

/// Whether a text can be the name of a captured part: letters, digits and underscores.
#[must_use]
pub fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Unreserved characters (RFC 3986 section 2.3), but no dot segment.
fn is_plain(part: &str) -> bool {
    let unreserved = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~');
    !matches!(part, "" | "." | "..") && part.chars().all(unreserved)
}
