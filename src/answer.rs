//! What a refusal is answered with over HTTP: status, headers and body, ready to send.
//!
//! The standard answers are those of RFC 6750; a vendor's profile has its own. An answer says what
//! the caller may know: the code and its plain sentence, nothing of the token.

use crate::error::{Code, Refusal, Stage};
use crate::json::quoted;

/// An answer ready to send. Its body is JSON unless a header says otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Header fields, besides `Content-Type: application/json`.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: String,
}

/// How a service answers refusals.
pub type Answers = fn(&Refusal) -> Answer;

impl Answer {
    /// The answer as JSON text: `status`, `headers` and `body`.
    #[must_use]
    pub fn to_json(&self) -> String {
        const TYPE: &str = "Content-Type";
        let is_typed = self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(TYPE));
        let usual = if is_typed { "" } else { r#","Content-Type":"application/json""# };
        let mut headers = usual.to_owned();
        for (name, value) in &self.headers {
            headers.push_str(&[",", &quoted(name), ":", &quoted(value)].concat());
        }
        let (status, body) = (self.status.to_string(), quoted(&self.body));
        let headers = headers.strip_prefix(',').unwrap_or_default();
        ["{\"status\":", &status, ",\"headers\":{", headers, "},\"body\":", &body, "}"].concat()
    }
}

/// The answer of a service that follows RFC 6750 section 3.
#[must_use]
pub fn standard(refusal: &Refusal) -> Answer {
    let (code, message) = (refusal.code, refusal.code.message());
    let (status, error) = status_and_error(code);
    let challenge = match code {
        _ if status == 503 => None,
        // Without a token there is nothing to find fault with (RFC 6750 section 3.1).
        Code::MissingToken | Code::UnsupportedScheme => Some("Bearer".to_owned()),
        _ => Some(["Bearer error=\"", error, "\", error_description=\"", message, "\""].concat()),
    };
    let (start, then, end) = (r#"{"error":""#, r#"","error_description":""#, r#"","code":""#);
    Answer {
        status,
        headers: challenge.into_iter().map(|text| ("WWW-Authenticate", text)).collect(),
        body: [start, error, then, message, end, code.name(), "\"}"].concat(),
    }
}

fn status_and_error(code: Code) -> (u16, &'static str) {
    match (code, code.stage()) {
        (Code::AmbiguousRequest, _) => (400, "invalid_request"),
        // The fault is the service's own, and the token may be good all the same.
        (Code::StaleList | Code::NotCovered, _) | (_, Stage::Internal) => {
            (503, "temporarily_unavailable")
        }
        (_, Stage::Access) => (403, "insufficient_scope"),
        _ => (401, "invalid_token"),
    }
}
