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

/// The answer of a service that follows RFC 6750 section 3.
#[must_use]
pub fn standard(refusal: &Refusal) -> Answer {
    let (code, message) = (refusal.code, refusal.code.message());
    let error = match refusal.code.stage() {
        Stage::Access => "insufficient_scope",
        Stage::Internal => "temporarily_unavailable",
        _ if is_outage(code) => "temporarily_unavailable",
        _ => "invalid_token",
    };
    let status = match error {
        "insufficient_scope" => 403,
        "temporarily_unavailable" => 503,
        _ => 401,
    };
    let challenge = match (status, code) {
        (503, _) => None,
        // Without a token there is nothing to find fault with (RFC 6750 section 3.1).
        (_, Code::MissingToken | Code::UnsupportedScheme) => Some("Bearer".to_owned()),
        _ => Some(format!(r#"Bearer error="{error}", error_description="{message}""#)),
    };
    Answer {
        status,
        headers: challenge.into_iter().map(|text| ("WWW-Authenticate", text)).collect(),
        body: format!(
            r#"{{"error":"{error}","error_description":{},"code":"{}"}}"#,
            quoted(message),
            code.name()
        ),
    }
}

/// The fault is the service's own, and the token may be good all the same.
fn is_outage(code: Code) -> bool {
    matches!(code, Code::StaleList | Code::NotCovered)
}
