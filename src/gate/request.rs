//! What a gate looks at of a request: its method, its URL and the header fields it asks for.

use crate::error::Code;
use crate::gate::place::{Target, cut};
use crate::gate::query;

/// A request.
#[derive(Clone, Debug)]
pub struct Request<'r> {
    /// The method.
    pub method: &'r [u8],
    /// The URL, or its path and query.
    pub url: &'r [u8],
    /// Names in lower case, with their values; one that was sent twice stands here twice.
    pub fields: Vec<(&'r [u8], &'r [u8])>,
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
pub fn is_method(text: &[u8]) -> bool {
    let is_part = |octet: &u8| octet.is_ascii_uppercase() || b"-_".contains(octet);
    !text.is_empty() && text.iter().all(is_part)
}

impl<'r> Request<'r> {
    /// A request by its head: the method, the URL and the fields (`name:value`), each on a line.
    #[must_use]
    pub fn parse(head: &'r [u8]) -> Self {
        let mut lines = head.split(|octet| *octet == b'\n');
        let (method, url) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
        Self { method, url, fields: lines.filter_map(|line| cut(line, b':')).collect() }
    }

    /// The values of a header field.
    #[must_use]
    pub fn values(&self, name: &str) -> Vec<&'r [u8]> {
        let mut values = Vec::new();
        for (found, value) in &self.fields {
            if *found == name.as_bytes() {
                values.push(*value);
            }
        }
        values
    }

    /// Whether a browser asks whether it may send a request.
    #[must_use]
    pub fn is_preflight(&self) -> bool {
        let [.., asked] = FIELDS;
        self.method == b"OPTIONS" && !self.values(asked).is_empty()
    }

    /// The parts of the URL.
    ///
    /// # Errors
    /// `ambiguous_request` where the request says in two places, differently, what it asks for:
    /// WordPress obeys `_method` and the headers of that meaning, other servers those for paths.
    pub fn target(&self) -> Result<Target<'r>, Code> {
        let is_method = is_method(self.method);
        let target = Target::parse(self.url).filter(|target| is_method && self.repeats(target));
        target.ok_or(Code::AmbiguousRequest)
    }

    /// Whether query and headers say what method and URL say.
    fn repeats(&self, target: &Target<'_>) -> bool {
        let [methods @ .., original, rewritten, _] = FIELDS;
        let all = |name, expected| self.values(name).iter().all(|said| *said == expected);
        let in_query = query::values(target.query, "_method");
        in_query.is_some_and(|said| said.iter().all(|said| said == self.method))
            && methods.iter().all(|name| all(name, self.method))
            && [original, rewritten].iter().all(|name| all(name, target.whole))
    }
}
