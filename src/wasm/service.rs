//! The boundary for key pairs, history and webhooks. Rows come in as JSON text, one a line, and what
//! is said of them goes out as JSON text; secrets cross as octets both ways.

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;
use zeroize::Zeroizing;

use crate::error::SetupError;
use crate::history::{self, Naming};
use crate::key::SecretEncoding;
use crate::keypair::{self, Made, State};
use crate::mac::{self, Mac};
use crate::verify::refusal_json;
use crate::wasm::{read, time};
use crate::webhook;

#[inline(never)]
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

    /// Makes, changes or removes pairs; where that makes a secret, it can be taken then. Rows are
    /// those that pairs are removed from.
    pub fn change(
        &mut self,
        what: &str,
        options: &str,
        rows: &str,
        now: f64,
    ) -> Result<String, SetupError> {
        let (pairs, options, now) = (&self.pairs, read(options)?, time(now)?);
        let Made { secret, answer } = match what {
            "create" => pairs.create(options, now)?,
            "regenerate" => pairs.regenerate(options, now)?,
            "deactivate" => return pairs.put_into(State::Deactivated, options),
            "reactivate" => return pairs.put_into(State::Active, options),
            _ => return pairs.remove(rows, options, now),
        };
        self.secret = secret;
        Ok(answer)
    }

    /// The octets of the secret of the pair made last; nothing of it stays here.
    #[wasm_bindgen(js_name = takeSecret)]
    pub fn take_secret(&mut self) -> Uint8Array {
        Uint8Array::from(std::mem::take(&mut self.secret).as_bytes())
    }

    /// Judges a stranger's pair.
    pub fn verify(
        &self,
        options: &str,
        secret: &Uint8Array,
        now: f64,
    ) -> Result<String, SetupError> {
        self.pairs.verify(read(options)?, &wiped(secret), time(now)?)
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
}

/// What is asked of rows: "list" for the places of key pairs, newest first; "history" for the page
/// that `text`, a query, asks for; "jti" or "id" for the entry that revokes the token of the record
/// that `text` names.
#[wasm_bindgen(js_name = askRows)]
pub fn ask_rows(
    what: &str,
    rows: &str,
    text: &str,
    sub: Option<String>,
) -> Result<String, SetupError> {
    let sub = sub.as_deref();
    match what {
        "list" => keypair::list(rows),
        "history" => history::list(rows, text, sub),
        "jti" => history::revoke(rows, Naming::Jti, text, sub),
        _ => history::revoke(rows, Naming::Id, text, sub),
    }
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
    let mac = Mac::read(&wiped(secret), encoding, 1)?;
    Ok(mac::hex(&mac.of(&[&message.to_vec()])))
}

/// Whether two texts are one, in constant time.
#[wasm_bindgen]
pub fn equal(one: &Uint8Array, other: &Uint8Array) -> bool {
    mac::equal(&wiped(one), &wiped(other))
}
