//! Webhooks: what is sent to a subscriber is signed, and what arrives is checked, over the raw octets
//! of the body (systems.md ZM-16, ZM-17).
//!
//! A code is HMAC-SHA-256 in lower-case hex over the version, the time in seconds and the body, with
//! a colon between. What arrives is a stranger's: it is refused as data, and its time is looked at
//! only once its code is known to fit.

mod subscriptions;

use crate::error::{Code, SetupError};
use crate::json::{Json, Object, from_digits};
use crate::json_text::Writer;
use crate::key::SecretEncoding;
use crate::mac::{Mac, equal, from_hex, hex};
use crate::options::Options;
use crate::time::{Span, Timestamp};

pub use crate::webhook::subscriptions::check_subscriptions;

/// Most secrets at once: each is tried.
const MAX_SECRETS: usize = 8;

/// Most characters of a text that a sender wants to have back.
const MAX_PLAIN: usize = 256;

/// One sender's or subscriber's way of signing.
pub struct Webhook {
    /// The newest first.
    macs: Vec<Mac>,
    version: String,
    max_age: Span,
    tolerance: Span,
}

impl Webhook {
    /// A way of signing, with no secret yet. Options: `version` (default "v0"), letters and digits;
    /// `maxAge` (default 300 seconds); `clockTolerance`, how far ahead the sender's clock may be,
    /// in seconds, 0 to 600 (default 60).
    ///
    /// # Errors
    /// `SetupError` that names the option.
    pub fn read(options: Options<'_>) -> Result<Self, SetupError> {
        options.read(|options| {
            let version = options.text("version").unwrap_or_else(|| "v0".to_owned());
            if version.is_empty() || !version.bytes().all(|octet| octet.is_ascii_alphanumeric()) {
                options.refuse("version", "is not letters and digits");
            }
            let problem = "is not 0 to 600 seconds";
            let tolerance = options.number_within("clockTolerance", 0.0..=600.0, problem);
            Self {
                macs: Vec::new(),
                version,
                max_age: options.span("maxAge").unwrap_or(Span::from_whole_seconds(300)),
                tolerance: tolerance
                    .and_then(Span::from_seconds)
                    .unwrap_or(Span::from_whole_seconds(60)),
            }
        })
    }

    /// Adds a secret; the newest comes first and signs, the others are for what was sent before.
    /// Option: its `encoding`.
    ///
    /// # Errors
    /// `SetupError` for a secret that cannot be read or is empty, and for one too many.
    pub fn add_secret(&mut self, options: Options<'_>, secret: &[u8]) -> Result<(), SetupError> {
        if self.macs.len() >= MAX_SECRETS {
            return Err(SetupError::new("secrets", "are more than eight"));
        }
        let encoding = options.read(SecretEncoding::read)?;
        self.macs.push(Mac::read(secret, encoding, 1)?);
        Ok(())
    }

    fn newest(&self) -> Result<&Mac, SetupError> {
        self.macs.first().ok_or_else(|| SetupError::new("secrets", "are none"))
    }

    /// The time and the code to send a body with, as JSON text.
    ///
    /// # Errors
    /// `SetupError` where there is no secret, or before 1970.
    pub fn sign(&self, body: &[u8], now: Timestamp) -> Result<String, SetupError> {
        let seconds = now.whole_second();
        seconds.milliseconds().ok_or_else(|| SetupError::new("now", "is before 1970"))?;
        let timestamp = seconds.to_string();
        let code = hex(&self.newest()?.of(&self.message(&timestamp, body)));
        let signature = [&self.version, "=", &code].concat();
        Ok(Writer::default().text("timestamp", &timestamp).text("signature", &signature).end())
    }

    fn message<'m>(&'m self, timestamp: &'m str, body: &'m [u8]) -> [&'m [u8]; 5] {
        [self.version.as_bytes(), b":", timestamp.as_bytes(), b":", body]
    }

    /// Checks a body by the time and the code that came with it.
    ///
    /// # Errors
    /// `missing_token` without either of them; `malformed_token` for a time that is not in whole
    /// seconds or a code of another form; `invalid_signature`; then `too_old` or `issued_in_future`.
    pub fn verify(
        &self,
        body: &[u8],
        timestamp: &str,
        signature: &str,
        now: Timestamp,
    ) -> Result<(), Code> {
        if timestamp.is_empty() || signature.is_empty() {
            return Err(Code::MissingToken);
        }
        let sent = seconds(timestamp).ok_or(Code::MalformedToken)?;
        let code = self.code_in(signature).ok_or(Code::MalformedToken)?;
        let message = self.message(timestamp, body);
        // All are tried, so that nothing is told of which one fits.
        let fits = self.macs.iter().fold(false, |fits, mac| fits | equal(&mac.of(&message), &code));
        match now.since(sent) {
            _ if !fits => Err(Code::InvalidSignature),
            age if age > self.max_age => Err(Code::TooOld),
            _ if sent.since(now) > self.tolerance => Err(Code::IssuedInFuture),
            _ => Ok(()),
        }
    }

    fn code_in(&self, signature: &str) -> Option<Vec<u8>> {
        let code = signature.strip_prefix(&self.version)?.strip_prefix('=')?;
        from_hex(code).filter(|code| code.len() == 32)
    }

    /// The answer to a sender that asks whether this address is meant to receive its events, as JSON
    /// text (ZM-18); `None` for any other body.
    ///
    /// A text with a colon is not answered: with it a stranger could have any message signed.
    ///
    /// # Errors
    /// `SetupError` where there is no secret.
    pub fn answer_url_validation(&self, body: &[u8]) -> Result<Option<String>, SetupError> {
        let mac = self.newest()?;
        Ok(plain_token(body).map(|plain| {
            let code = hex(&mac.of(&[plain.as_bytes()]));
            Writer::default().text("plainToken", &plain).text("encryptedToken", &code).end()
        }))
    }
}

/// A time as `sign` writes it, and in no other way.
fn seconds(text: &str) -> Option<Timestamp> {
    Timestamp::from_whole_milliseconds(from_digits(text)?.checked_mul(1000)?)
}

fn plain_token(body: &[u8]) -> Option<String> {
    let object = Object::parse(std::str::from_utf8(body).ok()?)?;
    let Some(Json::Object(payload)) = object.get("payload") else { return None };
    match (object.get("event"), payload.get("plainToken")) {
        (Some(Json::Text(event)), Some(Json::Text(plain))) => {
            let is_meant = event == "endpoint.url_validation" && is_opaque(plain);
            is_meant.then(|| plain.to_string())
        }
        _ => None,
    }
}

/// Letters, digits and the marks of base64 and base64url.
fn is_opaque(plain: &str) -> bool {
    let is_mark = |octet: u8| octet.is_ascii_alphanumeric() || b"-_+/=".contains(&octet);
    (1..=MAX_PLAIN).contains(&plain.len()) && plain.bytes().all(is_mark)
}
