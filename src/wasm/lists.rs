//! The boundary for revocation lists and their builder.

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;

use crate::claims::{Claims, Subjects};
use crate::error::SetupError;
use crate::json_text::{Writer, object};
use crate::jws::{Compact, Headers};
use crate::revocation::{
    self, Built, Digest, Entry, Fault, Format, Kind, List, Position, Presented, Settings, Shard,
    Status,
};
use crate::time::Timestamp;
use crate::wasm::{read, time};

/// The JSON text of why a list was refused, by the fault's name.
#[wasm_bindgen(js_name = listFault)]
pub fn list_fault(name: &str) -> Option<String> {
    Fault::ALL.iter().find(|fault| fault.name() == name).map(|fault| fault_json(*fault, None))
}

/// Whom an entry is about: the same text for all ways of writing it.
#[wasm_bindgen(js_name = targetOf)]
pub fn target_of(entry: &str) -> Result<String, SetupError> {
    Ok(read_entry(entry)?.target.to_text())
}

/// The octets of a list, in this module's memory before anything is known of them: nobody can change
/// them between their digest and their reading.
#[wasm_bindgen]
pub struct Octets(Vec<u8>);

#[wasm_bindgen]
impl Octets {
    /// A copy of what the shell has measured.
    #[wasm_bindgen(constructor)]
    pub fn new(octets: &Uint8Array) -> Self {
        Self(octets.to_vec())
    }

    /// Where they stand.
    pub fn pointer(&self) -> *const u8 {
        self.0.as_ptr()
    }

    fn with(self, digest: Option<Uint8Array>) -> revocation::Octets {
        let known = digest.and_then(|digest| Digest::try_from(digest.to_vec()).ok());
        revocation::Octets::new(self.0, known)
    }
}

/// See [`revocation::Revocations`].
#[wasm_bindgen]
pub struct Revocations(revocation::Revocations);

impl Revocations {
    pub(crate) fn core(&self) -> &revocation::Revocations {
        &self.0
    }
}

#[wasm_bindgen]
impl Revocations {
    /// An empty list.
    #[wasm_bindgen(constructor)]
    pub fn new(settings: &str) -> Result<Revocations, SetupError> {
        Ok(Self(revocation::Revocations::new(Settings::read(read(settings)?)?)))
    }

    /// Adds an entry.
    pub fn revoke(&mut self, entry: &str) -> Result<(), SetupError> {
        self.0.revoke(read_entry(entry)?);
        Ok(())
    }

    /// Takes an entry back.
    pub fn unrevoke(&mut self, entry: &str) -> Result<bool, SetupError> {
        Ok(self.0.unrevoke(&read_entry(entry)?))
    }

    /// Unsays what the host said of an entry's target.
    pub fn forget(&mut self, entry: &str) -> Result<(), SetupError> {
        self.0.forget(&read_entry(entry)?);
        Ok(())
    }

    /// Takes in a snapshot; the JSON text of the outcome. The digest is the host's, if it made one.
    pub fn load(
        &mut self,
        claims: &str,
        octets: Octets,
        digest: Option<Uint8Array>,
        now: f64,
    ) -> Result<String, SetupError> {
        let outcome = self.0.load(claims, octets.with(digest), time(now)?);
        Ok(self.outcome(outcome))
    }

    /// Takes in a delta.
    pub fn apply(
        &mut self,
        claims: &str,
        octets: Octets,
        digest: Option<Uint8Array>,
        now: f64,
    ) -> Result<String, SetupError> {
        let outcome = self.0.apply(claims, octets.with(digest), time(now)?);
        Ok(self.outcome(outcome))
    }

    /// Takes in a shard.
    #[wasm_bindgen(js_name = loadShard)]
    pub fn load_shard(
        &mut self,
        place: usize,
        octets: Octets,
        digest: Option<Uint8Array>,
    ) -> String {
        let outcome = self.0.load_shard(place, octets.with(digest));
        self.outcome(outcome)
    }

    /// Takes in a status list, or where that is said a bitstring; the JSON text of the outcome.
    #[wasm_bindgen(js_name = loadStatusList)]
    pub fn load_status_list(
        &mut self,
        claims: &str,
        is_bitstring: bool,
        now: f64,
    ) -> Result<String, SetupError> {
        let format = if is_bitstring { Format::Bitstring } else { Format::StatusList };
        Ok(match self.0.load_status_list(claims, format, time(now)?) {
            Ok(uri) => Writer::default().json("ok", "true").text("uri", &uri).end(),
            Err(fault) => fault_json(fault, self.0.published().map(List::position)),
        })
    }

    /// Forgets a status list.
    #[wasm_bindgen(js_name = forgetStatusList)]
    pub fn forget_status_list(&mut self, uri: &str) -> bool {
        self.0.forget_status_list(uri)
    }

    /// Whether a shard is at hand.
    #[wasm_bindgen(js_name = isLoaded)]
    pub fn is_loaded(&self, place: usize) -> bool {
        self.0.published().is_some_and(|list| list.is_loaded(place))
    }

    /// Notes that what was loaded is gone.
    pub fn lose(&mut self) {
        self.0.lose();
    }

    /// Makes one snapshot of the snapshot and its deltas.
    pub fn compact(&mut self) -> bool {
        self.0.compact()
    }

    /// Forgets what has died with its tokens.
    pub fn prune(&mut self, now: f64) -> Result<usize, SetupError> {
        Ok(self.0.prune(time(now)?))
    }

    /// The answer for a token by its claims, its `kid` and what was signed of it, as JSON text.
    pub fn check(
        &self,
        claims: &str,
        kid: Option<String>,
        token: Option<Uint8Array>,
        now: f64,
    ) -> Result<String, SetupError> {
        let claims = Claims::parse(claims, Subjects::NumbersToo)
            .map_err(|refusal| SetupError::new("claims", refusal.code.message()))?;
        let token = token.map(|token| token.to_vec()).unwrap_or_default();
        let signed = crate::jws::signing_input(&token);
        let presented = Presented { claims: &claims, kid: kid.as_deref(), signed };
        Ok(status_json(self.0.check(&presented, time(now)?)))
    }

    /// The places of the shards that the answer for a token needs and that are not at hand. None for
    /// what is no token.
    #[wasm_bindgen(js_name = neededShards)]
    pub fn needed_shards(&self, token: &Uint8Array) -> Vec<usize> {
        self.needed(&token.to_vec()).unwrap_or_default()
    }

    fn needed(&self, token: &[u8]) -> Option<Vec<usize>> {
        let compact = Compact::parse(token).ok()?;
        let header = Headers::default().read(compact.header).ok()?;
        let payload = std::str::from_utf8(&compact.payload).ok()?;
        let claims = Claims::parse(payload, Subjects::NumbersToo).ok()?;
        let signed = compact.signing_input;
        let presented = Presented { claims: &claims, kid: header.kid.as_deref(), signed };
        Some(self.0.needed_shards(&presented))
    }

    /// How much there is, and how old, as JSON text.
    pub fn stats(&self, now: f64) -> Result<String, SetupError> {
        let now = time(now)?;
        let published = self.0.published().map(|list| published_json(list, now));
        let published = published.unwrap_or_else(|| "null".to_owned());
        let entries = self.0.len().to_string();
        Ok(object([("entries", entries), ("published", published)]))
    }

    fn outcome(&self, outcome: Result<(), Fault>) -> String {
        let position = self.0.published().map(List::position);
        match (outcome, position) {
            (Ok(()), Some(position)) => {
                numbered(Writer::default().json("ok", "true"), position).end()
            }
            (outcome, position) => fault_json(outcome.err().unwrap_or(Fault::Malformed), position),
        }
    }
}

fn read_entry(entry: &str) -> Result<Entry, SetupError> {
    Entry::read(read(entry)?, None)
}

fn status_json(status: Status) -> String {
    let (status, by) = match status {
        Status::Good => ("good", None),
        Status::Unpublished | Status::Unlisted => ("unpublished", None),
        Status::NotCovered => ("not_covered", None),
        Status::Stale => ("stale", None),
        Status::Revoked(Kind::Suspension) => ("suspended", Some("client")),
        Status::Revoked(kind) => ("revoked", Some(kind.name())),
        Status::Invalid => ("revoked", Some("status")),
        Status::Suspended => ("suspended", Some("status")),
        Status::Unknown => ("unknown", Some("status")),
    };
    let mut text = Writer::default();
    text.text("status", status);
    if let Some(by) = by {
        text.text("by", by);
    }
    text.end()
}

fn fault_json(fault: Fault, at_hand: Option<&Position>) -> String {
    let have = at_hand.map(|position| numbered(&mut Writer::default(), position).end());
    let have = have.as_deref().unwrap_or("null");
    Writer::refusal(fault.name(), fault.message()).json("have", have).end()
}

/// Adds the numbers by which publishers know a list.
fn numbered<'w>(text: &'w mut Writer, position: &Position) -> &'w mut Writer {
    let Position { epoch, seq, .. } = position;
    text.json("epoch", &epoch.to_string()).json("seq", &seq.to_string())
}

fn published_json(list: &List, now: Timestamp) -> String {
    numbered(&mut Writer::default(), list.position())
        .json("age", &now.since(list.issued()).to_string())
        .json("bytes", &list.bytes().to_string())
        .json("changes", &list.changes().to_string())
        .json("due", truth(list.is_due(now)))
        .json("compact", truth(list.is_worth_compacting()))
        .end()
}

fn truth(flag: bool) -> &'static str {
    if flag { "true" } else { "false" }
}

/// See [`revocation::Builder`].
#[wasm_bindgen]
pub struct RevocationBuilder(revocation::Builder);

#[wasm_bindgen]
impl RevocationBuilder {
    /// Checks and keeps a builder's options.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &str) -> Result<RevocationBuilder, SetupError> {
        Ok(Self(revocation::Builder::read(read(options)?)?))
    }

    /// Adds an entry.
    pub fn add(&mut self, entry: &str) -> Result<(), SetupError> {
        self.0.add(read(entry)?)
    }

    /// Takes an entry back.
    pub fn remove(&mut self, entry: &str) -> Result<(), SetupError> {
        self.0.remove(read(entry)?)
    }

    /// Adds a piece of NDJSON.
    #[wasm_bindgen(js_name = addLines)]
    pub fn add_lines(&mut self, piece: &Uint8Array) -> Result<(), SetupError> {
        self.0.add_lines(&piece.to_vec())
    }

    /// Ends the NDJSON.
    #[wasm_bindgen(js_name = endLines)]
    pub fn end_lines(&mut self) -> Result<(), SetupError> {
        self.0.end_lines()
    }

    /// Says again what an older list says, or one of its shards.
    #[wasm_bindgen(js_name = addList)]
    pub fn add_list(
        &mut self,
        octets: &Uint8Array,
        bits: u8,
        index: u32,
    ) -> Result<(), SetupError> {
        self.0
            .add_list(octets.to_vec(), Shard { bits, index })
            .map_err(|fault| misuse("list", fault))
    }

    /// Names the list before this one.
    pub fn follow(&mut self, claims: &str, octets: &Uint8Array) -> Result<(), SetupError> {
        self.0.follow(claims, octets.to_vec()).map_err(|fault| misuse("previous", fault))
    }

    /// Adds a shard of the list before this one.
    #[wasm_bindgen(js_name = followShard)]
    pub fn follow_shard(&mut self, index: u32, octets: &Uint8Array) -> Result<(), SetupError> {
        self.0.follow_shard(index, octets.to_vec()).map_err(|fault| misuse("previous", fault))
    }

    /// Makes the list.
    pub fn build(&mut self, now: f64) -> Result<BuiltList, SetupError> {
        Ok(BuiltList(self.0.build(time(now)?)?))
    }
}

fn misuse(option: &'static str, fault: Fault) -> SetupError {
    SetupError::new(option, fault.message())
}

/// A list that was made.
#[wasm_bindgen]
pub struct BuiltList(Built);

#[wasm_bindgen]
impl BuiltList {
    /// The claims of its manifest, but for those that its signer sets, as JSON text.
    pub fn manifest(&self) -> String {
        self.0.manifest.clone()
    }

    /// Its octets.
    pub fn body(&self) -> Uint8Array {
        Uint8Array::from(self.0.body.as_slice())
    }

    /// The octets of a shard.
    pub fn shard(&self, place: usize) -> Option<Uint8Array> {
        self.0.shards.get(place).map(|shard| Uint8Array::from(shard.as_slice()))
    }

    /// The claims of the manifest of its delta.
    #[wasm_bindgen(js_name = deltaManifest)]
    pub fn delta_manifest(&self) -> Option<String> {
        self.0.delta.as_ref().map(|(manifest, _)| manifest.clone())
    }

    /// The octets of its delta.
    #[wasm_bindgen(js_name = deltaBody)]
    pub fn delta_body(&self) -> Option<Uint8Array> {
        self.0.delta.as_ref().map(|(_, octets)| Uint8Array::from(octets.as_slice()))
    }
}
