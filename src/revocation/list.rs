//! A list that somebody published: a snapshot, the deltas that followed, the shards at hand, and how
//! far it may be relied on.
//!
//! What its manifest says has been authenticated before it comes here. Whatever is wrong with a list
//! is found before anything of the one at hand is touched.

use crate::revocation::body::{Body, Form, Making, Mark};
use crate::revocation::entry::Cutoff;
use crate::revocation::fault::Fault;
use crate::revocation::ledger::{Ledger, Spread};
use crate::revocation::manifest::{Digest, Manifest, Position};
use crate::revocation::overlay::Overlay;
use crate::revocation::settings::Limits;
use crate::revocation::table::Shard;
use crate::revocation::target::{Groups, Target, sha256};
use crate::time::{Span, Timestamp};

/// How many deltas are kept beside a snapshot before the next one is worth loading.
const MAX_DELTAS: usize = 256;

/// A published list.
#[derive(Debug)]
pub struct List {
    position: Position,
    issued: Timestamp,
    expires: Option<Timestamp>,
    ttl: Option<Span>,
    base: Body,
    changes: Overlay,
    made_at: u64,
    deltas: usize,
    shards: Vec<(Digest, Option<Body>)>,
    /// What stands in shards.
    spread: Groups,
    /// The shards at hand, the oldest first.
    loaded: Vec<usize>,
}

/// Octets with their digest, which the host may have computed: it is faster.
#[derive(Debug)]
pub struct Octets {
    octets: Vec<u8>,
    digest: Digest,
}

impl Octets {
    /// Octets, with the digest that the host computed of them if it did.
    #[must_use]
    pub fn new(octets: Vec<u8>, known: Option<Digest>) -> Self {
        let digest = known.unwrap_or_else(|| sha256(&octets));
        Self { octets, digest }
    }
}

/// What a published list says of a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing.
    Nothing,
    /// It is thrown out.
    Out(Cutoff),
    /// What it says stands in a shard that is not at hand.
    Elsewhere,
}

impl List {
    /// The list of a manifest and its octets, to take the place of the one at hand.
    ///
    /// # Errors
    /// Every fault of a snapshot.
    pub fn open(
        manifest: Manifest,
        octets: Octets,
        at_hand: Option<&Self>,
        limits: Limits,
    ) -> Result<Self, Fault> {
        let Manifest { position, issued, expires, ttl, .. } = manifest;
        at_hand.map_or(Ok(()), |list| list.position.admit(&position))?;
        let state = if manifest.shards.is_none() { manifest.body } else { position.state };
        let base = manifest.body(octets, Form::Snapshot, limits)?;
        if base.len() > limits.entries {
            return Err(Fault::TooLarge);
        }
        if state != position.state {
            return Err(Fault::WrongDigest);
        }
        let (shards, spread) = manifest.shards.map_or_else(Default::default, |shards| {
            let digests = shards.digests.into_iter().map(|digest| (digest, None)).collect();
            (digests, shards.groups.into_iter().collect::<Groups>())
        });
        Ok(Self {
            position,
            issued,
            expires,
            ttl,
            changes: Overlay::default(),
            made_at: base.making().at,
            deltas: 0,
            shards,
            spread,
            loaded: Vec::new(),
            base,
        })
    }

    /// Takes over the shards of an older list that are the same in this one, as far as they fit.
    pub fn inherit_shards(&mut self, older: Self, limits: Limits) {
        for ((digest, shard), (old_digest, old)) in self.shards.iter_mut().zip(older.shards) {
            *shard = old.filter(|_| *digest == old_digest);
        }
        let at_hand = |place: &usize| self.shards.get(*place).is_some_and(|(_, at)| at.is_some());
        self.loaded = older.loaded.into_iter().filter(at_hand).collect();
        self.make_room(limits);
    }

    /// Takes in the delta of a manifest.
    ///
    /// # Errors
    /// Every fault of a delta; nothing has changed then.
    pub fn apply(
        &mut self,
        manifest: &Manifest,
        octets: Octets,
        limits: Limits,
    ) -> Result<(), Fault> {
        self.position.admit_next(&manifest.position)?;
        if manifest.previous != Some(self.position.state) {
            return Err(Fault::WrongBase);
        }
        let delta = manifest.body(octets, Form::Delta, limits)?;
        let making = delta.making();
        if making.partition != self.base.making().partition {
            return Err(Fault::Malformed);
        }
        if self.unspread().saturating_add(delta.len()) > limits.entries {
            return Err(Fault::TooLarge);
        }
        self.change(&delta);
        self.make_room(limits);
        let Manifest { position, issued, expires, ttl, .. } = *manifest;
        (self.position, self.issued, self.expires, self.ttl) = (position, issued, expires, ttl);
        self.made_at = making.at;
        self.deltas = self.deltas.saturating_add(1);
        Ok(())
    }

    fn change(&mut self, delta: &Body) {
        // What had expired when the delta was made is as if it had never been said.
        if let Some(made) = Timestamp::from_whole_milliseconds(delta.making().at) {
            self.prune(made);
        }
        delta.each_entry(&mut |section, print, cutoff| {
            let target = Target { group: section.group, print };
            match section.mark {
                Mark::Back => self.changes.hide(target),
                Mark::Out => self.changes.revoke(target, section.terms(cutoff)),
            }
        });
    }

    /// Takes in a shard, and lets the oldest ones go if all together are too large.
    ///
    /// # Errors
    /// `unknown_shard`, `wrong_digest`, `malformed_list`, `list_too_large`.
    pub fn load_shard(
        &mut self,
        place: usize,
        octets: Octets,
        limits: Limits,
    ) -> Result<(), Fault> {
        let (digest, _) = self.shards.get(place).ok_or(Fault::UnknownShard)?;
        let bits = self.shard_bits().ok_or(Fault::UnknownShard)?;
        let index = u32::try_from(place).map_err(|_| Fault::UnknownShard)?;
        if octets.digest != *digest {
            return Err(Fault::WrongDigest);
        }
        let shard = Body::parse(octets.octets, Form::Shard, Shard { bits, index })?;
        let bytes = self.base.octets().len().saturating_add(shard.octets().len());
        if !limits.allow(bytes, self.unspread().saturating_add(shard.len())) {
            return Err(Fault::TooLarge);
        }
        if let Some((_, at_hand)) = self.shards.get_mut(place) {
            *at_hand = Some(shard);
        }
        self.loaded.retain(|loaded| *loaded != place);
        self.loaded.push(place);
        self.make_room(limits);
        Ok(())
    }

    /// Lets the oldest shards go until all that is at hand fits.
    fn make_room(&mut self, limits: Limits) {
        while !self.loaded.is_empty() && !limits.allow(self.bytes(), self.entries()) {
            let place = self.loaded.remove(0);
            if let Some((_, shard)) = self.shards.get_mut(place) {
                *shard = None;
            }
        }
    }

    fn shard(&self, place: usize) -> Option<&Body> {
        self.shards.get(place)?.1.as_ref()
    }

    /// Where there may be anything.
    #[must_use]
    pub fn groups(&self) -> Groups {
        self.spread.or(self.base.groups()).or(self.changes.groups())
    }

    /// What is said of a target.
    #[must_use]
    pub fn find(&self, target: &Target) -> Found {
        let change = self.changes.find(target).unwrap_or_default();
        let said = change.said.map(|terms| terms.cutoff);
        if change.hides {
            return said.map_or(Found::Nothing, Found::Out);
        }
        let (below, is_elsewhere) = match self.place_of(target).map(|place| self.shard(place)) {
            Some(Some(shard)) => (shard.find(target), false),
            Some(None) => (None, true),
            None => (self.base.find(target), false),
        };
        match said.max(below) {
            Some(cutoff) => Found::Out(cutoff),
            None if is_elsewhere => Found::Elsewhere,
            None => Found::Nothing,
        }
    }

    /// The shard in which a target is.
    #[must_use]
    pub fn place_of(&self, target: &Target) -> Option<usize> {
        if !self.spread.has(target.group) {
            return None;
        }
        usize::try_from(Shard::of(&target.print, self.shard_bits()?).index).ok()
    }

    /// How many bits tell the shards apart, if there are any.
    fn shard_bits(&self) -> Option<u8> {
        self.shards.len().checked_ilog2().and_then(|bits| u8::try_from(bits).ok())
    }

    /// Whether a shard is at hand.
    #[must_use]
    pub fn is_loaded(&self, place: usize) -> bool {
        self.loaded.contains(&place)
    }

    /// Whether it can no longer be relied on.
    #[must_use]
    pub fn is_stale(&self, now: Timestamp, max_staleness: Option<Span>) -> bool {
        let too_old = max_staleness.is_some_and(|limit| now > self.issued.plus(limit));
        too_old || self.expires.is_some_and(|expires| expires <= now)
    }

    /// Whether it is time to look for a newer one.
    #[must_use]
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.ttl.is_some_and(|ttl| self.issued.plus(ttl) <= now)
    }

    /// Whether there are so many changes, or so many deltas, that one snapshot would do better.
    #[must_use]
    pub fn is_worth_compacting(&self) -> bool {
        self.deltas > MAX_DELTAS
            || self.changes.changes() > (self.base.len() / 16).clamp(1024, 65_536)
    }

    /// Drops what has expired with its tokens, and says how many entries that were.
    pub fn prune(&mut self, now: Timestamp) -> usize {
        let shards = self.shards.iter_mut().filter_map(|(_, shard)| shard.as_mut());
        let bodies = shards.chain([&mut self.base]).map(|body| body.prune(now));
        bodies.fold(self.changes.prune(now), usize::saturating_add)
    }

    /// Makes one snapshot of the snapshot and its deltas, which is searched faster and smaller: the
    /// very octets that its builder would make. False where entries are spread over shards.
    pub fn compact(&mut self) -> bool {
        let merged = if self.shards.is_empty() { self.merged() } else { None };
        let Some(base) = merged else { return false };
        (self.base, self.changes) = (base, Overlay::default());
        true
    }

    fn merged(&self) -> Option<Body> {
        let Making { partition, .. } = self.base.making();
        let making = Making { seq: self.position.seq, at: self.made_at, partition };
        let mut ledger = Ledger::new(making.partition);
        ledger.replay(&self.base);
        for (target, change) in self.changes.iter() {
            if change.hides {
                ledger.unrevoke(*target);
            }
            if let Some(terms) = change.said {
                ledger.revoke(*target, terms);
            }
        }
        ledger.settle(making.at);
        ledger.write_snapshot(making, Spread::Whole)
    }

    /// How many entries there are, in what is at hand.
    #[must_use]
    pub fn entries(&self) -> usize {
        self.at_hand().map(Body::len).fold(self.unspread(), usize::saturating_add)
    }

    /// How many of them are not in shards.
    fn unspread(&self) -> usize {
        self.base.len().saturating_add(self.changes.len())
    }

    /// How many octets it takes, without its changes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let sizes = self.at_hand().map(|shard| shard.octets().len());
        sizes.fold(self.base.octets().len(), usize::saturating_add)
    }

    /// The shards at hand.
    fn at_hand(&self) -> impl Iterator<Item = &Body> {
        self.loaded.iter().filter_map(|place| self.shard(*place))
    }

    /// How many changes have come since the snapshot.
    #[must_use]
    pub fn changes(&self) -> usize {
        self.changes.changes()
    }

    /// The octets of its snapshot.
    #[must_use]
    pub fn snapshot(&self) -> &[u8] {
        self.base.octets()
    }

    /// Its place in the order of lists.
    #[must_use]
    pub fn position(&self) -> &Position {
        &self.position
    }

    /// When its newest manifest was signed.
    #[must_use]
    pub fn issued(&self) -> Timestamp {
        self.issued
    }
}

impl Position {
    /// Whether a snapshot may take this one's place.
    fn admit(&self, next: &Self) -> Result<(), Fault> {
        if (next.epoch, next.seq) < (self.epoch, self.seq) {
            return Err(Fault::Rollback);
        }
        let same_number = (next.epoch, next.seq) == (self.epoch, self.seq);
        if same_number && next.state != self.state { Err(Fault::Fork) } else { Ok(()) }
    }

    /// Whether a delta may follow this one.
    fn admit_next(&self, next: &Self) -> Result<(), Fault> {
        if (next.epoch, next.seq) <= (self.epoch, self.seq) {
            return Err(Fault::Rollback);
        }
        let follows = next.epoch == self.epoch && self.seq.checked_add(1) == Some(next.seq);
        if follows { Ok(()) } else { Err(Fault::Gap) }
    }
}

impl Manifest {
    /// The list that the manifest names, if these are its octets.
    fn body(&self, octets: Octets, form: Form, limits: Limits) -> Result<Body, Fault> {
        let Octets { octets, digest } = octets;
        if octets.len() > limits.bytes {
            return Err(Fault::TooLarge);
        }
        let length = u64::try_from(octets.len()).map_err(|_| Fault::TooLarge)?;
        if length != self.length || digest != self.body {
            return Err(Fault::WrongDigest);
        }
        let body = Body::parse(octets, form, Shard::default())?;
        if body.making().seq == self.position.seq { Ok(body) } else { Err(Fault::Malformed) }
    }
}
