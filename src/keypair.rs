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
use crate::json_text::{array, object};
use crate::key::{SecretEncoding, read_secret};
use crate::mac::{Mac, equal, fits_wordpress};
use crate::options::Options;
use crate::random::{self, NoRandomness};
use crate::rows::{Direction, name_in, order, row, rows};
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
    naming: Naming,
    issuer: Option<String>,
    token_ttl: Option<Span>,
}

/// How tokens made with a pair name it, and so the entries that revoke them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Naming {
    /// As a credential, such as `data.user.api_key` (WP-32).
    Key,
    /// As their issuer or client (ZM-2).
    Client,
}

impl Naming {
    fn named(name: &str) -> Option<Self> {
        match name {
            "key" => Some(Self::Key),
            "client" => Some(Self::Client),
            _ => None,
        }
    }
}

/// A pair that was just made, or made anew.
pub struct Made {
    /// The secret, to be shown once.
    pub secret: Zeroizing<String>,
    /// The record, or what changes in it, and the entries; JSON text.
    pub answer: String,
}

/// Why a pair was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denial {
    /// There is no such pair, or the secret is wrong: which, nobody is told.
    InvalidCredentials,
    /// The pair is right and has been deactivated.
    Deactivated,
}

impl Denial {
    fn to_json(self) -> String {
        let (code, message) = match self {
            Self::InvalidCredentials => {
                ("invalid_credentials", "there is no such key, or its secret is another")
            }
            Self::Deactivated => ("deactivated", "the key pair has been deactivated"),
        };
        object([("ok", "false".to_owned()), ("code", quoted(code)), ("message", quoted(message))])
    }
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
    /// `tokenTtl`, the longest life of such a token in seconds, after which the entry of a pair that
    /// is gone may be forgotten (absent: never); `encoding` of the secret.
    ///
    /// # Errors
    /// `SetupError` that names the option; for a secret of under 32 octets.
    pub fn read(options: Options<'_>, secret: &[u8]) -> Result<Self, SetupError> {
        let (encoding, naming, issuer, token_ttl) = options.read(|options| {
            let problem = "is not key or client";
            let naming = options.parsed("tokensNameIt", Naming::named, problem);
            if naming.is_none() {
                options.refuse("tokensNameIt", "must be said: key or client");
            }
            let encoding = SecretEncoding::read(options);
            (encoding, naming, options.text("issuer"), options.span("tokenTtl"))
        })?;
        let mac = Mac::new(&read_secret(secret, encoding, MIN_SECRET)?)?;
        Ok(Self { mac, naming: naming.unwrap_or(Naming::Key), issuer, token_ttl })
    }

    /// A new pair: its record is in the answer. Options: `owner`, a whole number, with which the key
    /// then begins, or a text; `name`, by which the owner knows it.
    ///
    /// # Errors
    /// `SetupError` that names the option, or if the host has no randomness.
    pub fn create(&self, options: Options<'_>, now: Timestamp) -> Result<Made, SetupError> {
        let (owner, name) = options.read(|options| (read_owner(options), read_name(options)))?;
        let (key, secret) = draw(&owner).map_err(no_randomness)?;
        let made = self.made(&key, &secret, now);
        let fixed = [("owner", owner), ("name", quoted(&name)), ("state", state(State::Active))];
        Ok(Made { secret, answer: object(made.into_iter().chain(fixed)) })
    }

    /// What a new secret sets in a record.
    fn made(&self, key: &str, secret: &str, now: Timestamp) -> [(&'static str, String); 5] {
        [
            ("key", quoted(key)),
            ("hash", quoted(&self.hash(key, secret.as_bytes()))),
            ("created", now.whole_second().to_string()),
            ("lastUsed", null()),
            ("lastIp", null()),
        ]
    }

    fn hash(&self, key: &str, secret: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode(self.mac.of(&parts(key, &length(key), secret)))
    }

    /// Whether a stranger's pair is that of a record, as JSON text: what changes in the record
    /// (`lastUsed`, and `lastIp` if one is given), or the [`Denial`]. Where there is no record the
    /// work is the same.
    ///
    /// # Errors
    /// `SetupError` for a record that is not one strict JSON object with a `key` and a `hash`.
    pub fn verify(
        &self,
        key: &str,
        secret: &[u8],
        record: Option<&str>,
        ip: Option<&str>,
        now: Timestamp,
    ) -> Result<String, SetupError> {
        let used = object(
            [("lastUsed", now.whole_second().to_string())]
                .into_iter()
                .chain(ip.map(|ip| ("lastIp", quoted(ip)))),
        );
        Ok(match self.judge(key, secret, record)? {
            Some(denial) => denial.to_json(),
            None => object([("ok", "true".to_owned()), ("changes", used)]),
        })
    }

    fn judge(
        &self,
        key: &str,
        secret: &[u8],
        record: Option<&str>,
    ) -> Result<Option<Denial>, SetupError> {
        let row = row(record.unwrap_or(NO_RECORD))?;
        let own = key_of(&row)?;
        let hash = name_in(&row, "hash").and_then(|hash| URL_SAFE_NO_PAD.decode(hash).ok());
        let hash = hash.ok_or_else(|| SetupError::new("records", "have no hash of ours"))?;
        let fits = self.mac.fits(&parts(key, &length(key), secret), &hash);
        let is_it = equal(own.as_bytes(), key.as_bytes());
        let is_right = fits & is_it & record.is_some();
        Ok(match (is_right, is_active(&row)) {
            (false, _) => Some(Denial::InvalidCredentials),
            (true, false) => Some(Denial::Deactivated),
            (true, true) => None,
        })
    }

    /// The hash to keep in place of WordPress's old one, if that fits the secret; `None` if not
    /// (WP-27).
    #[must_use]
    pub fn import(&self, key: &str, salt: &[u8], secret: &[u8], hash: &str) -> Option<String> {
        fits_wordpress(salt, secret, hash).then(|| self.hash(key, secret))
    }

    /// A new secret for a record's pair, and the entries that revoke what was made with the old one.
    /// Where tokens name the pair as a client it keeps its key, else it gets a new one.
    ///
    /// # Errors
    /// `SetupError` for a record that is not one strict JSON object with a `key`, or if the host has
    /// no randomness.
    pub fn regenerate(&self, record: &str, now: Timestamp) -> Result<Made, SetupError> {
        let row = row(record)?;
        let old = key_of(&row)?;
        let (new, secret) = draw(&owner_of(&row)).map_err(no_randomness)?;
        let (key, entry) = match self.naming {
            Naming::Key => (new, self.entry(&old, None, Some(now))),
            Naming::Client => (old.clone(), self.entry(&old, Some(now), Some(now))),
        };
        let changes = object(self.made(&key, &secret, now));
        Ok(Made { secret, answer: changed(&changes, Some(entry), None) })
    }

    /// What changes in a record that is deactivated or reactivated, and the entries to add
    /// (`entries`) or to take back (`unrevoke`), as JSON text.
    ///
    /// # Errors
    /// `SetupError` for a record that is not one strict JSON object with a `key`.
    pub fn put_into(&self, to: State, record: &str) -> Result<String, SetupError> {
        let entry = self.entry(&key_of(&row(record)?)?, None, None);
        let changes = object([("state", state(to))]);
        Ok(match to {
            State::Active => changed(&changes, None, Some(entry)),
            State::Deactivated => changed(&changes, Some(entry), None),
        })
    }

    /// The places of the records to remove, and the entries that follow, as JSON text: those of that
    /// `key` and of that `owner`, where each is given.
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
            let (key, owner) =
                (options.text("key"), options.says("owner").then(|| read_owner(options)));
            if key.is_none() && owner.is_none() {
                options.refuse("key", "is not a string");
            }
            (key, owner)
        })?;
        let (mut places, mut entries) = (Vec::new(), Vec::new());
        for row in rows(records) {
            let (place, row) = row?;
            let own = key_of(&row)?;
            let is_meant = key.as_ref().is_none_or(|key| *key == own)
                && owner.as_ref().is_none_or(|owner| *owner == owner_of(&row));
            if is_meant {
                places.push(place.to_string());
                entries.push(self.entry(&own, None, Some(now)));
            }
        }
        Ok(object([("removed", array(places)), ("entries", array(entries))]))
    }

    /// The entry for the tokens of a key: all, or those from `before` a time. Where no more can be
    /// made from `end` on, it ends with the last of them.
    fn entry(&self, key: &str, before: Option<Timestamp>, end: Option<Timestamp>) -> String {
        let selector = match self.naming {
            Naming::Key => "key",
            Naming::Client => "client",
        };
        let end = end.zip(self.token_ttl).map(|(end, ttl)| end.plus(ttl));
        let before = before.and_then(Timestamp::milliseconds);
        let members = [
            Some((selector, quoted(key))),
            self.issuer.as_ref().map(|issuer| ("issuer", quoted(issuer))),
            before.map(|before| ("before", before.to_string())),
            end.map(|end| ("exp", end.to_string())),
        ];
        object(members.into_iter().flatten())
    }
}

/// The places of records, newest first, as JSON text (WP-34).
///
/// # Errors
/// `SetupError` for records that are not one strict JSON object a line.
pub fn list(records: &str) -> Result<String, SetupError> {
    let mut created = Vec::new();
    for row in rows(records) {
        let (place, mut row) = row?;
        created.push((place, row.take("created")));
    }
    Ok(array(order(created, Direction::Descending).iter().map(ToString::to_string)))
}

fn changed(changes: &str, entry: Option<String>, unrevoke: Option<String>) -> String {
    object([
        ("changes", changes.to_owned()),
        ("entries", array(entry)),
        ("unrevoke", array(unrevoke)),
    ])
}

/// What the hash is made of. The length of the key keeps key and secret apart.
fn parts<'p>(key: &'p str, length: &'p [u8; 4], secret: &'p [u8]) -> [&'p [u8]; 4] {
    [LABEL, length, key.as_bytes(), secret]
}

fn length(key: &str) -> [u8; 4] {
    u32::try_from(key.len()).unwrap_or(u32::MAX).to_be_bytes()
}

/// A key and a secret. The key begins with its owner's number, if it is one.
fn draw(owner: &str) -> Result<(String, Zeroizing<String>), NoRandomness> {
    let mut key = if owner.starts_with('"') { String::new() } else { owner.to_owned() };
    random::append_alphanumerics(&mut key, KEY_LENGTH)?;
    Ok((key, random::secret()?))
}

fn no_randomness(_: NoRandomness) -> SetupError {
    SetupError::new("secret", "cannot be drawn: the host has no randomness here")
}

/// The owner as JSON text: a whole number or a string.
fn read_owner(options: &mut Options<'_>) -> String {
    let owner = options.value("owner").and_then(owner_text);
    owner.unwrap_or_else(|| {
        options.refuse("owner", "is neither a whole number nor a string");
        String::new()
    })
}

fn owner_text(owner: Json<'_>) -> Option<String> {
    match owner {
        Json::Number(number) => digits(number),
        Json::Text(text) if !text.is_empty() => Some(quoted(&text)),
        _ => None,
    }
}

/// The owner of a record; none is an owner whose pairs begin with no number.
fn owner_of(row: &Object<'_>) -> String {
    row.get("owner").cloned().and_then(owner_text).unwrap_or_else(|| "\"\"".to_owned())
}

fn read_name(options: &mut Options<'_>) -> String {
    let name = options.text("name");
    if name.is_none() {
        options.refuse("name", "is not a string");
    }
    name.unwrap_or_default()
}

fn key_of(row: &Object<'_>) -> Result<String, SetupError> {
    name_in(row, "key").ok_or_else(|| SetupError::new("records", "have no key"))
}

/// A state that is not known is taken for none that lets anybody in.
fn is_active(row: &Object<'_>) -> bool {
    match row.get("state") {
        None => true,
        Some(Json::Text(state)) => state == "active",
        Some(_) => false,
    }
}

fn state(state: State) -> String {
    quoted(match state {
        State::Active => "active",
        State::Deactivated => "deactivated",
    })
}

fn null() -> String {
    "null".to_owned()
}
