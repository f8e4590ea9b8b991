//! Webhooks: what is sent to a subscriber is signed, and what arrives is checked, over the raw octets
//! of the body (systems.md ZM-16, ZM-17).
//!
//! A code is HMAC-SHA-256 in lower-case hex over the version, the time in seconds and the body, with
//! a colon between. What arrives is a stranger's: it is refused as data, and its time is looked at
//! only once its code is known to fit.

mod subscriptions;

use crate::error::{Code, SetupError};
use crate::json::{Json, Object, quoted};
use crate::json_text::object;
use crate::key::{SecretEncoding, read_secret};
use crate::mac::{Mac, from_hex, hex};
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
    /// The code of the old verification token under the newest secret.
    token: Option<[u8; 32]>,
    version: String,
    max_age: Span,
    tolerance: Span,
}

impl Webhook {
    /// A way of signing, with no secret yet. Options: `version` (default "v0"), letters and digits;
    /// `maxAge` in seconds (default 300); `clockTolerance`, how far ahead the sender's clock may be,
    /// in seconds, 0 to 600 (default 60).
    ///
    /// # Errors
    /// `SetupError` that names the option.
    pub fn read(options: Options<'_>) -> Result<Self, SetupError> {
        options.read(|options| {
            let version = options.parsed("version", version, "is not letters and digits");
            let problem = "is not 0 to 600 seconds";
            let tolerance = options.number_within("clockTolerance", 0.0..=600.0, problem);
            Self {
                macs: Vec::new(),
                token: None,
                version: version.unwrap_or_else(|| "v0".to_owned()),
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
        self.macs.push(Mac::new(&read_secret(secret, encoding, 1)?)?);
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
        Ok(object([("timestamp", quoted(&timestamp)), ("signature", quoted(&signature))]))
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
        let fits = self.macs.iter().fold(false, |fits, mac| fits | mac.fits(&message, &code));
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
            object([("plainToken", quoted(&plain)), ("encryptedToken", quoted(&code))])
        }))
    }

    /// Keeps the old verification token (ZM-19), as a code alone.
    ///
    /// # Errors
    /// `SetupError` for one that is empty, or where there is no secret.
    pub fn keep_verification_token(&mut self, token: &[u8]) -> Result<(), SetupError> {
        if token.is_empty() {
            return Err(SetupError::new("verificationToken", "is empty"));
        }
        self.token = Some(self.newest()?.of(&[token]));
        Ok(())
    }

    /// Whether that is the old verification token. Codes are compared, so that not even its length is
    /// told.
    ///
    /// # Errors
    /// `SetupError` where none is kept.
    pub fn matches_verification_token(&self, given: &[u8]) -> Result<bool, SetupError> {
        let token = self.token.as_ref();
        let token =
            token.ok_or_else(|| SetupError::new("verificationToken", "has not been given"))?;
        Ok(self.newest()?.fits(&[given], token))
    }
}

fn version(name: &str) -> Option<String> {
    let is_plain = !name.is_empty() && name.bytes().all(|octet| octet.is_ascii_alphanumeric());
    is_plain.then(|| name.to_owned())
}

/// A time as `sign` writes it, and in no other way.
fn seconds(text: &str) -> Option<Timestamp> {
    let seconds: u64 = text.parse().ok().filter(|seconds: &u64| seconds.to_string() == text)?;
    Timestamp::from_whole_milliseconds(seconds.checked_mul(1000)?)
}

fn plain_token(body: &[u8]) -> Option<String> {
    let object = Object::parse(std::str::from_utf8(body).ok()?)?;
    let is_question =
        matches!(object.get("event")?, Json::Text(name) if name == "endpoint.url_validation");
    match object.get("payload")? {
        Json::Object(payload) if is_question => match payload.get("plainToken")? {
            Json::Text(plain) if is_opaque(plain) => Some(plain.to_string()),
            _ => None,
        },
        _ => None,
    }
}

/// Letters, digits and the marks of base64 and base64url.
fn is_opaque(plain: &str) -> bool {
    let is_mark = |octet: u8| octet.is_ascii_alphanumeric() || b"-_+/=".contains(&octet);
    (1..=MAX_PLAIN).contains(&plain.len()) && plain.bytes().all(is_mark)
}
