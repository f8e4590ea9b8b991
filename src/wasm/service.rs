//! The boundary for key pairs, history and webhooks. Rows come in as JSON text, one a line, and what
//! is said of them goes out as JSON text; secrets cross as octets both ways.

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;
use zeroize::Zeroizing;

use crate::error::SetupError;
use crate::history::{self, Naming};
use crate::key::{SecretEncoding, read_secret};
use crate::keypair::{self, Made, State};
use crate::mac::{self, Mac};
use crate::verify::refusal_json;
use crate::wasm::{read, time};
use crate::webhook;

fn wiped(octets: &Uint8Array) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(octets.to_vec())
}

/// See [`keypair::KeyPairs`].
#[wasm_bindgen]
pub struct KeyPairs {
    pairs: keypair::KeyPairs,
    /// That of the pair made last, until it is taken.
    secret: Zeroizing<String>,
}

#[wasm_bindgen]
impl KeyPairs {
    /// Checks and keeps options and secret.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &str, secret: &Uint8Array) -> Result<KeyPairs, SetupError> {
        let pairs = keypair::KeyPairs::read(read(options)?, &wiped(secret))?;
        Ok(Self { pairs, secret: Zeroizing::default() })
    }

    /// Makes a pair; its record.
    pub fn create(&mut self, options: &str, now: f64) -> Result<String, SetupError> {
        let made = self.pairs.create(read(options)?, time(now)?)?;
        Ok(self.keep(made))
    }

    /// Makes a pair anew.
    pub fn regenerate(&mut self, record: &str, now: f64) -> Result<String, SetupError> {
        let made = self.pairs.regenerate(record, time(now)?)?;
        Ok(self.keep(made))
    }

    fn keep(&mut self, made: Made) -> String {
        self.secret = made.secret;
        made.answer
    }

    /// The octets of the secret of the pair made last; nothing of it stays here.
    #[wasm_bindgen(js_name = takeSecret)]
    pub fn take_secret(&mut self) -> Uint8Array {
        Uint8Array::from(std::mem::take(&mut self.secret).as_bytes())
    }

    /// Judges a stranger's pair.
    pub fn verify(
        &self,
        key: &str,
        secret: &Uint8Array,
        record: Option<String>,
        ip: Option<String>,
        now: f64,
    ) -> Result<String, SetupError> {
        let (record, ip, now) = (record.as_deref(), ip.as_deref(), time(now)?);
        self.pairs.verify(key, &wiped(secret), record, ip, now)
    }

    /// The hash in place of WordPress's, if that fits.
    #[wasm_bindgen(js_name = importHash)]
    pub fn import_hash(
        &self,
        key: &str,
        salt: &Uint8Array,
        secret: &Uint8Array,
        hash: &str,
    ) -> Option<String> {
        self.pairs.import(key, &wiped(salt), &wiped(secret), hash)
    }

    /// Deactivates or reactivates a pair.
    #[wasm_bindgen(js_name = setActive)]
    pub fn set_active(&self, record: &str, is_active: bool) -> Result<String, SetupError> {
        self.pairs.put_into(if is_active { State::Active } else { State::Deactivated }, record)
    }

    /// Removes pairs.
    pub fn remove(&self, records: &str, options: &str, now: f64) -> Result<String, SetupError> {
        self.pairs.remove(records, read(options)?, time(now)?)
    }
}

/// The places of key pairs, newest first.
#[wasm_bindgen(js_name = listPairs)]
pub fn list_pairs(records: &str) -> Result<String, SetupError> {
    keypair::list(records)
}

/// A page of the history.
#[wasm_bindgen(js_name = listHistory)]
pub fn list_history(records: &str, query: &str, sub: Option<String>) -> Result<String, SetupError> {
    history::list(records, query, sub.as_deref())
}

/// The entry that revokes the token of a record.
#[wasm_bindgen(js_name = revokeRecord)]
pub fn revoke_record(
    records: &str,
    is_id: bool,
    name: &str,
    sub: Option<String>,
) -> Result<String, SetupError> {
    let naming = if is_id { Naming::Id } else { Naming::Jti };
    history::revoke(records, naming, name, sub.as_deref())
}

/// See [`webhook::Webhook`].
#[wasm_bindgen]
pub struct Webhook(webhook::Webhook);

#[wasm_bindgen]
impl Webhook {
    /// Checks and keeps the options.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &str) -> Result<Webhook, SetupError> {
        Ok(Self(webhook::Webhook::read(read(options)?)?))
    }

    /// Adds a secret, the newest first.
    #[wasm_bindgen(js_name = addSecret)]
    pub fn add_secret(&mut self, options: &str, secret: &Uint8Array) -> Result<(), SetupError> {
        self.0.add_secret(read(options)?, &wiped(secret))
    }

    /// Keeps the old verification token.
    #[wasm_bindgen(js_name = keepVerificationToken)]
    pub fn keep_verification_token(&mut self, token: &Uint8Array) -> Result<(), SetupError> {
        self.0.keep_verification_token(&wiped(token))
    }

    /// Signs a body.
    pub fn sign(&self, body: &Uint8Array, now: f64) -> Result<String, SetupError> {
        self.0.sign(&body.to_vec(), time(now)?)
    }

    /// The refusal of a body, if it is refused.
    pub fn verify(
        &self,
        body: &Uint8Array,
        timestamp: &str,
        signature: &str,
        now: f64,
    ) -> Result<Option<String>, SetupError> {
        let verified = self.0.verify(&body.to_vec(), timestamp, signature, time(now)?);
        Ok(verified.err().map(|code| refusal_json(&code.into())))
    }

    /// The answer to a question for the address, if the body is one.
    #[wasm_bindgen(js_name = answerUrlValidation)]
    pub fn answer_url_validation(&self, body: &Uint8Array) -> Result<Option<String>, SetupError> {
        self.0.answer_url_validation(&body.to_vec())
    }

    /// Whether that is the old verification token.
    #[wasm_bindgen(js_name = matchesVerificationToken)]
    pub fn matches_verification_token(&self, given: &Uint8Array) -> Result<bool, SetupError> {
        self.0.matches_verification_token(&wiped(given))
    }
}

/// Whether subscriptions keep the rules.
#[wasm_bindgen(js_name = checkSubscriptions)]
pub fn check_subscriptions(list: &str, most: usize) -> String {
    webhook::check_subscriptions(list, most)
}

/// HMAC-SHA-256 in lower-case hex.
#[wasm_bindgen(js_name = hmacHex)]
pub fn hmac_hex(
    options: &str,
    secret: &Uint8Array,
    message: &Uint8Array,
) -> Result<String, SetupError> {
    let encoding = read(options)?.read(SecretEncoding::read)?;
    let mac = Mac::new(&read_secret(&wiped(secret), encoding, 1)?)?;
    Ok(mac::hex(&mac.of(&[&message.to_vec()])))
}

/// Whether two texts are one, in constant time.
#[wasm_bindgen]
pub fn equal(one: &Uint8Array, other: &Uint8Array) -> bool {
    mac::equal(&wiped(one), &wiped(other))
}
