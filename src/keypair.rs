//! Key pairs: a public key and a secret that a person keeps for a program, such as WordPress's
//! application passwords or the API key and secret of an app at Zoom.
//!
//! The secret is shown once. What is kept of it is HMAC-SHA-256 under the host's own secret over a
//! label, the length of the key in four octets, the key and the pair's secret: without the host's
//! secret a stolen table is of no use for guessing, and a hash fits no other key. Other members of a
//! record are not bound, so who can write to the table can give a pair to another owner.
//!
//! Records are the host's rows. An answer says what changes in them, and which revocation entries
//! follow from that.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use crate::error::SetupError;
use crate::json::{Json, Object, digits, quoted};
use crate::json_text::Writer;
use crate::key::SecretEncoding;
use crate::mac::{Mac, equal, fits_wordpress};
use crate::options::Options;
use crate::random;
use crate::revocation::Kind;
use crate::rows::{Direction, Order, each_row, name_in, places_text};
use crate::time::{Span, Timestamp};

/// So that no other use of the host's secret makes the same code.
const LABEL: &[u8] = b"edge-jwt key pair 1\0";

/// The fewest octets of the host's secret: those of the hash.
const MIN_SECRET: usize = 32;

/// How many letters and digits a key has behind its owner's number (WP-26): 142 bits.
const KEY_LENGTH: usize = 24;

/// What is compared with where there is no record, so that it takes as long: a hash like any other,
/// of no known secret.
const NO_RECORD: &str = r#"{"key":"AAAAAAAAAAAAAAAAAAAAAAAA","hash":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","state":"active"}"#;

/// Makes and checks the key pairs of one host.
pub struct KeyPairs {
    mac: Mac,
    /// How tokens made with a pair name it, and so the entries that revoke them: as a credential,
    /// such as `data.user.api_key` (WP-32), or as their client or issuer (ZM-2).
    kind: Kind,
    issuer: Option<String>,
    token_ttl: Option<Span>,
}

/// A pair that was just made, or made anew.
pub struct Made {
    /// The secret, to be shown once.
    pub secret: Zeroizing<String>,
    /// The record, or what changes in it and the entries that follow; JSON text.
    pub answer: String,
}

/// A state that a pair is put into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Accepted.
    Active,
    /// Refused until reactivated, and its tokens with it (ZM-11).
    Deactivated,
}

impl KeyPairs {
    /// Key pairs under the host's secret. Options: `tokensNameIt` ("key" or "client"), how tokens
    /// name the pair that they were made with; `issuer` of those tokens (absent or null: any);
    /// `tokenTtl`, the longest life of such a token, after which the entry of a pair that is gone may
    /// be forgotten (absent: never); `encoding` of the secret.
    ///
    /// # Errors
    /// `SetupError` that names the option; for a secret of under 32 octets.
    pub fn read(options: Options<'_>, secret: &[u8]) -> Result<Self, SetupError> {
        let (encoding, kind, issuer, token_ttl) = options.read(|options| {
            let kind = match options.text("tokensNameIt").as_deref() {
                Some("key") => Kind::Credential,
                Some("client") => Kind::Client,
                _ => {
                    options.refuse("tokensNameIt", "must be said: key or client");
                    Kind::Credential
                }
            };
            let encoding = SecretEncoding::read(options);
            (encoding, kind, options.text("issuer"), options.span("tokenTtl"))
        })?;
        let mac = Mac::read(secret, encoding, MIN_SECRET)?;
        Ok(Self { mac, kind, issuer, token_ttl })
    }

    /// A new pair: its record is the answer. Options: `owner`, a whole number, with which the key
    /// then begins, or a text; `name`, by which the owner knows it.
    ///
    /// # Errors
    /// `SetupError` that names the option, or if the host has no randomness.
    pub fn create(&self, options: Options<'_>, now: Timestamp) -> Result<Made, SetupError> {
        let (owner, name) = options.read(|options| {
            let name = options.text("name");
            if name.is_none() {
                options.refuse("name", "is not a string");
            }
            (read_owner(options), name.unwrap_or_default())
        })?;
        let mut record = Writer::default();
        record.json("owner", &owner).text("name", &name).text("state", "active");
        let key = new_key(&owner)?;
        let secret = self.renew(&mut record, &key, now)?;
        Ok(Made { secret, answer: record.end() })
    }

    /// Draws a secret, and writes what it sets in a record.
    fn renew(
        &self,
        record: &mut Writer,
        key: &str,
        now: Timestamp,
    ) -> Result<Zeroizing<String>, SetupError> {
        let secret = random::secret().map_err(no_randomness)?;
        record
            .text("key", key)
            .text("hash", &self.hash(key, secret.as_bytes()))
            .json("created", &now.whole_second().to_string())
            .json("lastUsed", "null")
            .json("lastIp", "null");
        Ok(secret)
    }

    fn hash(&self, key: &str, secret: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode(self.code(key, secret))
    }

    /// The length of the key keeps key and secret apart.
    fn code(&self, key: &str, secret: &[u8]) -> [u8; 32] {
        let length = u32::try_from(key.len()).unwrap_or(u32::MAX).to_be_bytes();
        self.mac.of(&[LABEL, &length, key.as_bytes(), secret])
    }

    /// Whether a stranger's secret is that of a pair, as JSON text: what changes in its record, or
    /// why it is refused. Options: the `key` that the stranger gave; the `record` that the host has
    /// for it (absent or null: none, which takes as much work); `ip` to write down, where there is
    /// one.
    ///
    /// # Errors
    /// `SetupError` that names the option; for a record without a `key` and a `hash`.
    pub fn verify(
        &self,
        options: Options<'_>,
        secret: &[u8],
        now: Timestamp,
    ) -> Result<String, SetupError> {
        let (key, ip, record) = options.read(|options| {
            let key = options.text("key").unwrap_or_default();
            (key, options.text("ip"), options.value("record"))
        })?;
        let (row, is_known) = match record {
            None | Some(Json::Null) => (Object::parse(NO_RECORD), false),
            Some(Json::Object(row)) => (Some(row), true),
            Some(_) => (None, true),
        };
        let row = row.unwrap_or_default();
        let hash = name_in(&row, "hash").and_then(|hash| URL_SAFE_NO_PAD.decode(hash).ok());
        let hash = hash.ok_or_else(|| SetupError::new("record", "has no hash of ours"))?;
        let fits = equal(&self.code(&key, secret), &hash);
        let is_it = equal(key_of(&row)?.as_bytes(), key.as_bytes());
        Ok(match (fits & is_it & is_known, is_active(&row)) {
            // Whether the key or the secret is wrong, nobody is told.
            (false, _) => refused("invalid_credentials", "no such key, or another secret"),
            (true, false) => refused("deactivated", "the key pair has been deactivated"),
            (true, true) => used(now, ip),
        })
    }

    /// The hash to keep in place of WordPress's old one, if that fits the secret; `None` if not
    /// (WP-27).
    #[must_use]
    pub fn import(&self, key: &str, salt: &[u8], secret: &[u8], hash: &str) -> Option<String> {
        fits_wordpress(salt, secret, hash).then(|| self.hash(key, secret))
    }

    /// A new secret for the pair of a `record`, and the entries that revoke what was made with the
    /// old one. Where tokens name the pair as a client it keeps its key, else it gets a new one.
    ///
    /// # Errors
    /// `SetupError` for a record without a `key`, or if the host has no randomness.
    pub fn regenerate(&self, options: Options<'_>, now: Timestamp) -> Result<Made, SetupError> {
        let record = read_record(options)?;
        let old = key_of(&record)?;
        let entry = self.entry(&old, (self.kind == Kind::Client).then_some(now), Some(now));
        let key = match self.kind {
            Kind::Client => old,
            _ => new_key(&owner_of(&record).unwrap_or_default())?,
        };
        let mut changes = Writer::default();
        let secret = self.renew(&mut changes, &key, now)?;
        Ok(Made { secret, answer: changed(&changes.end(), &entry, "") })
    }

    /// What changes in a `record` that is deactivated or reactivated, and the entries to add
    /// (`entries`) or to take back (`unrevoke`), as JSON text.
    ///
    /// # Errors
    /// `SetupError` for a record without a `key`.
    pub fn put_into(&self, state: State, options: Options<'_>) -> Result<String, SetupError> {
        let entry = self.entry(&key_of(&read_record(options)?)?, None, None);
        Ok(match state {
            State::Active => changed(r#"{"state":"active"}"#, "", &entry),
            State::Deactivated => changed(r#"{"state":"deactivated"}"#, &entry, ""),
        })
    }

    /// The places of the records to remove, and the entries that follow, as JSON text. Options:
    /// `key` and `owner` of what is meant, at least one of them.
    ///
    /// # Errors
    /// `SetupError` if neither is given, and for records that are not one strict JSON object with a
    /// `key` a line.
    pub fn remove(
        &self,
        records: &str,
        options: Options<'_>,
        now: Timestamp,
    ) -> Result<String, SetupError> {
        let (key, owner) = options.read(|options| {
            let key = options.text("key");
            let needs_owner = key.is_none() || options.says("owner");
            (key, needs_owner.then(|| read_owner(options)))
        })?;
        let (mut places, mut entries, mut fault) = (Vec::new(), Vec::new(), None);
        each_row(records, &mut |place, row| match key_of(&row) {
            Ok(own) => {
                let is_meant = key.as_ref().is_none_or(|key| *key == own)
                    && (owner.is_none() || owner == owner_of(&row));
                if is_meant {
                    places.push(place);
                    entries.push(self.entry(&own, None, Some(now)));
                }
            }
            Err(error) => fault = Some(error),
        })?;
        fault.map_or(Ok(()), Err)?;
        let entries = ["[", &entries.join(","), "]"].concat();
        let mut answer = Writer::default();
        answer.json("removed", &places_text(places.into_iter())).json("entries", &entries);
        Ok(answer.end())
    }

    /// The entry for the tokens of a key: all, or those from `before` a time. Where no more can be
    /// made from `end` on, it ends with the last of them.
    fn entry(&self, key: &str, before: Option<Timestamp>, end: Option<Timestamp>) -> String {
        let mut entry = Writer::default();
        entry.text(self.kind.name(), key);
        if let Some(issuer) = &self.issuer {
            entry.text("issuer", issuer);
        }
        if let Some(before) = before.and_then(Timestamp::milliseconds) {
            entry.json("before", &before.to_string());
        }
        if let (Some(end), Some(ttl)) = (end, self.token_ttl) {
            entry.json("exp", &end.plus(ttl).to_string());
        }
        entry.end()
    }
}

/// The places of records, newest first, as JSON text (WP-34).
///
/// # Errors
/// `SetupError` for records that are not one strict JSON object a line.
pub fn list(records: &str) -> Result<String, SetupError> {
    let mut order = Order::new(Direction::Descending);
    each_row(records, &mut |place, row| order.add(place, row.get("created")))?;
    Ok(places_text(order.places().into_iter()))
}

fn refused(code: &str, message: &str) -> String {
    Writer::refusal(code, message).end()
}

fn used(now: Timestamp, ip: Option<String>) -> String {
    let mut changes = Writer::default();
    changes.json("lastUsed", &now.whole_second().to_string());
    if let Some(ip) = ip {
        changes.text("lastIp", &ip);
    }
    Writer::default().json("ok", "true").json("changes", &changes.end()).end()
}

/// One entry to add, or one to take back.
fn changed(changes: &str, entry: &str, unrevoke: &str) -> String {
    let list = |entry| ["[", entry, "]"].concat();
    let mut answer = Writer::default();
    answer.json("changes", changes).json("entries", &list(entry));
    answer.json("unrevoke", &list(unrevoke)).end()
}

/// A key, which begins with its owner's number, if it is one.
fn new_key(owner: &str) -> Result<String, SetupError> {
    let mut key = if owner.starts_with('"') { String::new() } else { owner.to_owned() };
    random::append_alphanumerics(&mut key, KEY_LENGTH).map_err(no_randomness)?;
    Ok(key)
}

fn no_randomness(_: random::NoRandomness) -> SetupError {
    SetupError::new("secret", "cannot be drawn: the host has no randomness here")
}

fn read_record(options: Options<'_>) -> Result<Object<'_>, SetupError> {
    match options.read(|options| options.value("record"))? {
        Some(Json::Object(record)) => Ok(record),
        _ => Err(SetupError::new("record", "is not an object")),
    }
}

/// The owner as JSON text: a whole number or a string.
fn read_owner(options: &mut Options<'_>) -> String {
    let owner = options.value("owner").as_ref().and_then(owner_text);
    if owner.is_none() {
        options.refuse("owner", "is neither a whole number nor a string");
    }
    owner.unwrap_or_default()
}

fn owner_of(row: &Object<'_>) -> Option<String> {
    owner_text(row.get("owner")?)
}

fn owner_text(owner: &Json<'_>) -> Option<String> {
    match owner {
        Json::Number(number) => digits(*number),
        Json::Text(text) if !text.is_empty() => Some(quoted(text)),
        _ => None,
    }
}

fn key_of(row: &Object<'_>) -> Result<String, SetupError> {
    name_in(row, "key").ok_or_else(|| SetupError::new("record", "has no key"))
}

/// A state that is not known lets nobody in.
fn is_active(row: &Object<'_>) -> bool {
    match row.get("state") {
        None => true,
        Some(Json::Text(state)) => state == "active",
        Some(_) => false,
    }
}
