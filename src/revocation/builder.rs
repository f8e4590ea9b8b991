//! Making lists: entries in, one after the other or as lines, octets out.
//!
//! The same entries make the same octets, in whatever order they came. Signing is the caller's: a
//! manifest is a token like any other.

use crate::error::SetupError;
use crate::json::{MAX_WHOLE, Object};
use crate::options::Options;
use crate::revocation::body::{Body, Form, MAX_SHARD_BITS, Making};
use crate::revocation::entry::Entry;
use crate::revocation::fault::Fault;
use crate::revocation::ledger::{Ledger, Spread};
use crate::revocation::manifest::{self, Digest, Manifest, Position, Shards};
use crate::revocation::table::Shard;
use crate::revocation::target::sha256;
use crate::time::{Span, Timestamp};

/// The default seconds of a partition: a day.
const DAY: u64 = 86_400;

/// The most entries of one file, by default: 22 MB, and a third of what a worker may use while it
/// takes in a new list.
const DEFAULT_CAP: u64 = 4_000_000;

/// About how many entries a shard has.
const SHARD: usize = 1 << 19;

/// The longest line of NDJSON.
const MAX_LINE: usize = 1 << 16;

const TOO_MANY: &str = "are more than a list may hold, or too many fingerprints begin alike";

/// A list in the making.
#[derive(Debug)]
pub struct Builder {
    issuer: Option<String>,
    epoch: u64,
    seq: u64,
    ttl: Option<Span>,
    cap: usize,
    ledger: Ledger,
    /// The beginning of a line whose end has not come yet.
    line: Vec<u8>,
    lines: u64,
    previous: Option<Previous>,
}

/// A list that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Built {
    /// The claims of its manifest, but for those that its signer sets, as JSON text.
    pub manifest: String,
    /// Its octets.
    pub body: Vec<u8>,
    /// The octets of its shards, if there are any.
    pub shards: Vec<Vec<u8>>,
    /// The claims of the manifest of a delta against the list before, and its octets, where one
    /// leads there.
    pub delta: Option<(String, Vec<u8>)>,
}

impl Builder {
    /// A builder as the caller describes it: `issuer`, whose tokens entries concern that name none;
    /// `seq`, the number of the list, one more than that of the list before; `epoch` (default 1),
    /// to be raised when numbers start anew; `ttl`, after how many seconds to look for a newer list
    /// (absent: not said); `partition`, to how many seconds the ends of entries are rounded up
    /// (default a day, 60 s to a year), or to a multiple of it where a list would have too many
    /// parts; `maxEntries` of one file before entries are spread over shards (default 4 million).
    ///
    /// # Errors
    /// `SetupError` that names the option.
    pub fn read(options: Options<'_>) -> Result<Self, SetupError> {
        options.read(|options| {
            options.must_be_said("issuer");
            if !options.says("seq") {
                options.refuse("seq", "must be said: one more than that of the list before");
            }
            let partition = options.whole("partition", 60..=31_536_000).unwrap_or(DAY);
            let cap = options.whole("maxEntries", 1..=1 << 27).unwrap_or(DEFAULT_CAP);
            Self {
                issuer: options.text("issuer"),
                epoch: options.whole("epoch", 0..=MAX_WHOLE).unwrap_or(1),
                seq: options.whole("seq", 0..=MAX_WHOLE).unwrap_or(0),
                ttl: options.span("ttl"),
                cap: usize::try_from(cap).unwrap_or(usize::MAX),
                ledger: Ledger::new(u32::try_from(partition).unwrap_or(u32::MAX)),
                line: Vec::new(),
                lines: 0,
                previous: None,
            }
        })
    }

    /// Adds an entry.
    ///
    /// # Errors
    /// `SetupError` that names the option at fault.
    pub fn add(&mut self, entry: Options<'_>) -> Result<(), SetupError> {
        let Entry { target, terms } = Entry::read(entry, self.issuer.as_deref())?;
        self.ledger.revoke(target, terms);
        Ok(())
    }

    /// Takes an entry back, whatever its cut-off.
    ///
    /// # Errors
    /// `SetupError` that names the option at fault.
    pub fn remove(&mut self, entry: Options<'_>) -> Result<(), SetupError> {
        let Entry { target, .. } = Entry::read(entry, self.issuer.as_deref())?;
        self.ledger.unrevoke(target);
        Ok(())
    }

    /// Adds the entries of the next piece of a text that has one on each line, as JSON. Pieces may
    /// end anywhere; [`Self::end_lines`] follows the last.
    ///
    /// # Errors
    /// `SetupError` that tells the line. Those before it have been added.
    pub fn add_lines(&mut self, piece: &[u8]) -> Result<(), SetupError> {
        let mut lines = piece.split(|octet| *octet == b'\n');
        let mut line = lines.next().unwrap_or_default();
        for next in lines {
            self.add_line(line)?;
            line = next;
        }
        self.line.extend_from_slice(line);
        if self.line.len() > MAX_LINE { Err(self.about_line("is too long")) } else { Ok(()) }
    }

    /// Adds what the last line holds, if it has no end.
    ///
    /// # Errors
    /// `SetupError` that tells the line.
    pub fn end_lines(&mut self) -> Result<(), SetupError> {
        self.add_line(b"")
    }

    fn add_line(&mut self, rest: &[u8]) -> Result<(), SetupError> {
        let mut line = std::mem::take(&mut self.line);
        line.extend_from_slice(rest);
        self.lines = self.lines.saturating_add(1);
        if line.trim_ascii().is_empty() {
            return Ok(());
        }
        let object = std::str::from_utf8(&line).ok().and_then(Object::parse);
        let entry = object.ok_or_else(|| self.about_line("is not one strict JSON object"))?;
        self.add(entry.into()).map_err(|error| self.about_line(&error.to_string()))
    }

    fn about_line(&self, problem: &str) -> SetupError {
        let line = self.lines.max(1).to_string();
        SetupError::new("lines", ["line ", &line, ": ", problem].concat())
    }

    /// Says again what an older list says.
    ///
    /// # Errors
    /// `malformed_list`.
    pub fn add_list(&mut self, octets: Vec<u8>, shard: Shard) -> Result<(), Fault> {
        self.ledger.replay(&parse(octets, shard)?);
        Ok(())
    }

    /// Names the list before this one, by the claims of its manifest and its octets, so that a
    /// delta is made too. Where its `partition` is another there is none: no reader would take it.
    ///
    /// # Errors
    /// Every fault of a snapshot; `gap` unless its number is that of this list less one.
    pub fn follow(&mut self, claims: &str, octets: Vec<u8>) -> Result<(), Fault> {
        let Manifest { position, body, shards, .. } = Manifest::read(claims)?;
        if position.epoch != self.epoch || position.seq.checked_add(1) != Some(self.seq) {
            return Err(Fault::Gap);
        }
        if sha256(&octets) != body {
            return Err(Fault::WrongDigest);
        }
        let bodies = vec![parse(octets, Shard::default())?];
        self.previous = Some(Previous { state: position.state, shards, bodies });
        Ok(())
    }

    /// Adds a shard of the list before this one; all of them must come, one after the other.
    ///
    /// # Errors
    /// `unknown_shard`, also where it is not the next; `wrong_digest`, `malformed_list`.
    pub fn follow_shard(&mut self, index: u32, octets: Vec<u8>) -> Result<(), Fault> {
        let previous = self.previous.as_mut().ok_or(Fault::UnknownShard)?;
        let shards = previous.shards.as_ref().ok_or(Fault::UnknownShard)?;
        let place = usize::try_from(index).map_err(|_| Fault::UnknownShard)?;
        // The first body is what is not spread over shards.
        let is_next = previous.bodies.len() == place.saturating_add(1);
        let named = shards.digests.get(place).filter(|_| is_next).ok_or(Fault::UnknownShard)?;
        if sha256(&octets) != *named {
            return Err(Fault::WrongDigest);
        }
        let shard = Shard { bits: shards.bits(), index };
        previous.bodies.push(parse(octets, shard)?);
        Ok(())
    }

    /// Makes the list as of `now`, and a delta if the list before has been named.
    ///
    /// # Errors
    /// `SetupError` where no reader would take the list in, because entries or those whose
    /// fingerprints begin alike are too many; and where shards of the list before are missing: its
    /// delta would take nothing back of them.
    pub fn build(&mut self, now: Timestamp) -> Result<Built, SetupError> {
        if self.previous.as_ref().is_some_and(|previous| !previous.is_whole()) {
            return Err(SetupError::new("previous", "lacks shards"));
        }
        self.make(now).ok_or_else(|| SetupError::new("entries", TOO_MANY))
    }

    fn make(&mut self, now: Timestamp) -> Option<Built> {
        let at = now.milliseconds()?;
        self.ledger.settle(at);
        self.ledger.widen();
        let making = Making { seq: self.seq, at, partition: self.ledger.partition() };
        let bits = self.shard_bits();
        let spread = if bits == 0 { Spread::Whole } else { Spread::Shards };
        let body = self.ledger.write_snapshot(making, spread)?.into_octets();
        let shards = self.shards(bits)?;
        let named = (!shards.is_empty()).then(|| Shards {
            digests: shards.iter().map(|shard| sha256(shard)).collect(),
            groups: self.ledger.spread_groups(),
        });
        let state = state(sha256(&body), named.as_ref());
        let previous = self.previous.take().filter(|previous| previous.counts_as(making));
        let delta = match previous {
            Some(previous) => Some(self.delta(previous, making, state)?),
            None => None,
        };
        let manifest = self.manifest(&body, state, None, named.as_ref());
        Some(Built { manifest, body, shards, delta })
    }

    fn delta(
        &self,
        previous: Previous,
        making: Making,
        state: Digest,
    ) -> Option<(String, Vec<u8>)> {
        let mut older = Ledger::new(self.ledger.partition());
        for body in previous.bodies {
            older.replay(&body);
        }
        older.settle(making.at);
        let delta = older.write_delta(&self.ledger, making)?.into_octets();
        Some((self.manifest(&delta, state, Some(previous.state), None), delta))
    }

    fn manifest(
        &self,
        body: &[u8],
        state: Digest,
        previous: Option<Digest>,
        shards: Option<&Shards>,
    ) -> String {
        let position = Position { epoch: self.epoch, seq: self.seq, state };
        manifest::write(&position, previous, self.ttl, body, shards)
    }

    /// None while one file can hold all.
    fn shard_bits(&self) -> u8 {
        let entries = self.ledger.spreadable();
        if entries <= self.cap {
            return 0;
        }
        let shards = entries.div_ceil(SHARD.min(self.cap)).next_power_of_two().max(2);
        let bits = u8::try_from(shards.ilog2()).unwrap_or(MAX_SHARD_BITS);
        bits.min(MAX_SHARD_BITS)
    }

    fn shards(&self, bits: u8) -> Option<Vec<Vec<u8>>> {
        if bits == 0 {
            return Some(Vec::new());
        }
        let indices = 0..1_u32.checked_shl(u32::from(bits))?;
        let shard = |index| Some(self.ledger.write_shard(Shard { bits, index })?.into_octets());
        indices.map(shard).collect()
    }
}

/// The list before the one in the making.
#[derive(Debug)]
struct Previous {
    state: Digest,
    shards: Option<Shards>,
    bodies: Vec<Body>,
}

impl Previous {
    fn is_whole(&self) -> bool {
        let shards = self.shards.as_ref().map_or(0, |shards| shards.digests.len());
        self.bodies.len() == shards.saturating_add(1)
    }

    /// Whether its ends are counted in the same partitions.
    fn counts_as(&self, making: Making) -> bool {
        self.bodies.first().is_some_and(|body| body.making().partition == making.partition)
    }
}

fn parse(octets: Vec<u8>, shard: Shard) -> Result<Body, Fault> {
    let form = if shard.bits == 0 { Form::Snapshot } else { Form::Shard };
    Body::parse(octets, form, shard)
}

/// The digest of all that a list says: that of its octets, or of all digests where it has shards.
fn state(body: Digest, shards: Option<&Shards>) -> Digest {
    match shards {
        None => body,
        Some(shards) => sha256(&[&[body], shards.digests.as_slice()].concat().concat()),
    }
}
