//! Where the token of a request is: in a header, or where that was asked for in the query or in a
//! cookie (systems.md C-12).
//!
//! The first place that holds anything decides, so that nobody can put a token in front of another.
//! A token in a cookie is sent by every page that a browser opens: what changes anything needs
//! other protection against that, which is not to be had here.

use crate::error::Code;
use crate::gate::case::Case;
use crate::gate::place::cut;
use crate::gate::query;
use crate::gate::request::Request;
use crate::options::Options;

/// Where to look for a token, and under which schemes.
#[derive(Debug)]
pub struct Credentials {
    headers: Vec<String>,
    schemes: Vec<String>,
    scheme_case: Case,
    query: Option<String>,
    cookie: Option<String>,
}

impl Credentials {
    /// `headers`, by default `authorization`; `schemes`, by default `Bearer`; `schemeCase`, by
    /// default "any" (RFC 9110 section 11.1); `query` and `cookie`, names, by default none.
    pub fn read(options: &mut Options<'_>) -> Self {
        let headers = options.texts("headers");
        let mut headers = headers.unwrap_or_else(|| vec!["authorization".to_owned()]);
        for name in &mut headers {
            name.make_ascii_lowercase();
        }
        let schemes = options.texts("schemes").unwrap_or_else(|| vec!["Bearer".to_owned()]);
        let mut name = |option| options.parsed(option, word, "is not a name");
        let (query, cookie) = (name("query"), name("cookie"));
        for (option, names) in [("headers", &headers), ("schemes", &schemes)] {
            if !names.iter().all(|name| is_word(name)) {
                options.refuse(option, "holds what is not a name");
            }
        }
        let scheme_case = Case::read(options, "schemeCase").unwrap_or(Case::Any);
        Self { headers, schemes, scheme_case, query, cookie }
    }

    /// The names of the headers that may hold the token.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        let cookie = self.cookie.is_some().then_some("cookie");
        self.headers.iter().map(String::as_str).chain(cookie)
    }

    /// The token of a request, if it has one.
    ///
    /// # Errors
    /// `unsupported_scheme` for what is there and is not one scheme and one token;
    /// `ambiguous_request` for a query or a cookie that says two things under one name.
    pub fn find(&self, request: &Request<'_>, query: &[u8]) -> Result<Option<String>, Code> {
        for name in &self.headers {
            match request.values(name).as_slice() {
                [] => {}
                [value] => return self.token_under_scheme(value).map(Some),
                _ => return Err(Code::UnsupportedScheme),
            }
        }
        if let Some(name) = &self.query {
            match query::values(query, name).as_deref() {
                Some([]) => {}
                Some([value]) => return token(value).map(Some),
                _ => return Err(Code::AmbiguousRequest),
            }
        }
        if let Some(name) = &self.cookie {
            match cookies(request, name).as_slice() {
                [] => {}
                [value] => return token(value).map(Some),
                _ => return Err(Code::AmbiguousRequest),
            }
        }
        Ok(None)
    }

    /// RFC 9110 section 11.4: a scheme, spaces, and one token.
    fn token_under_scheme(&self, value: &[u8]) -> Result<String, Code> {
        let (found, rest) = cut(value.trim_ascii(), b' ').unwrap_or_default();
        let is_found = |scheme: &String| self.scheme_case.is_same(scheme.as_bytes(), found);
        if self.schemes.iter().any(is_found) {
            let spaces = rest.iter().take_while(|octet| **octet == b' ').count();
            return token(rest.get(spaces..).unwrap_or_default());
        }
        Err(Code::UnsupportedScheme)
    }
}

/// What a cookie of that name says, each time it is sent (RFC 6265 section 4.2.1).
fn cookies<'r>(request: &Request<'r>, name: &str) -> Vec<&'r [u8]> {
    let mut values = Vec::new();
    for pairs in request.values("cookie") {
        for pair in pairs.split(|octet| *octet == b';') {
            match cut(pair.trim_ascii(), b'=') {
                Some((found, value)) if found == name.as_bytes() => values.push(value),
                _ => {}
            }
        }
    }
    values
}

/// One token, of characters that need no escape anywhere (RFC 9110 section 11.2).
fn token(text: &[u8]) -> Result<String, Code> {
    let is_part = |octet: &u8| octet.is_ascii_alphanumeric() || b"-._~+/=".contains(octet);
    let token = (!text.is_empty() && text.iter().all(is_part)).then(|| text.to_vec());
    let token = token.and_then(|octets| String::from_utf8(octets).ok());
    token.ok_or(Code::UnsupportedScheme)
}

fn word(text: &str) -> Option<String> {
    is_word(text).then(|| text.to_owned())
}

/// RFC 9110 section 5.6.2.
fn is_word(text: &str) -> bool {
    let is_part = |octet: u8| octet.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&octet);
    !text.is_empty() && text.bytes().all(is_part)
}
