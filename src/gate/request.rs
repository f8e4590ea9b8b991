//! What a gate looks at of a request: its method, its URL and the header fields it asks for.

use crate::error::{Code, Refusal};
use crate::gate::place::Target;
use crate::gate::query;

/// A request.
#[derive(Clone, Debug)]
pub struct Request<'r> {
    /// The method.
    pub method: &'r str,
    /// The URL, or its path and query.
    pub url: &'r str,
    /// Names in lower case, with their values; one that was sent twice stands here twice.
    pub fields: Vec<(&'r str, &'r str)>,
}

/// Headers that say where a request goes. By the first three servers let it name another method,
/// by the next two another path; only a preflight has the last (Fetch Standard, section 3.3).
pub const FIELDS: [&str; 6] = [
    "x-http-method-override",
    "x-http-method",
    "x-method-override",
    "x-original-url",
    "x-rewrite-url",
    "access-control-request-method",
];

/// Whether a method is one to everybody: in upper case, as those of RFC 9110 are.
#[must_use]
pub fn is_method(text: &str) -> bool {
    let is_part = |octet: u8| octet.is_ascii_uppercase() || b"-_".contains(&octet);
    !text.is_empty() && text.bytes().all(is_part)
}

impl<'r> Request<'r> {
    /// The values of a header field.
    pub fn values(&self, name: &str) -> impl Iterator<Item = &'r str> {
        self.fields.iter().filter(move |(found, _)| *found == name).map(|(_, value)| *value)
    }

    /// Whether a browser asks whether it may send a request.
    #[must_use]
    pub fn is_preflight(&self) -> bool {
        let [.., asked] = FIELDS;
        self.method == "OPTIONS" && self.values(asked).next().is_some()
    }

    /// The parts of the URL.
    ///
    /// # Errors
    /// `ambiguous_request` where the request says in two places, differently, what it asks for:
    /// WordPress obeys `_method` and the headers of that meaning, other servers those for paths.
    pub fn target(&self) -> Result<Target<'r>, Refusal> {
        let target = Target::parse(self.url).filter(|target| {
            let in_query = query::values(target.query, "_method");
            is_method(self.method)
                && in_query.is_some_and(|methods| methods.iter().all(|said| said == self.method))
                && self.repeats(target)
        });
        target.ok_or_else(|| Code::AmbiguousRequest.into())
    }

    /// Whether the headers say what method and URL say.
    fn repeats(&self, target: &Target<'_>) -> bool {
        let [methods @ .., original, rewritten, _] = FIELDS;
        let all = |name, expected| self.values(name).all(|said| said == expected);
        methods.iter().all(|name| all(name, self.method))
            && [original, rewritten].iter().all(|name| all(name, target.whole))
    }
}
