//! Revocation lists: what has been thrown out, and the answer for one token.
//!
//! A list answers, it does not judge: what a hit means for the caller is decided in `demands.rs`.
//! Entries are keyed by validated claims and never by the token's text, which is no identity
//! (RFC 7515 leaves several spellings). Lookup cannot fail and reads no clock. What a host says
//! itself stands above what a published list says.
//!
//! From the ground up: `kind` (the one table of what can be thrown out), `fault`, `target`, `entry`,
//! `presented`; `overlay` in memory; `table` and `body`, the octets of a list; `rows` and `ledger`,
//! which make and merge lists; `manifest`, `settings`, `list`, `builder`; `inflate`, `status_list`.

mod body;
mod builder;
mod entry;
mod fault;
mod inflate;
mod kind;
mod ledger;
mod list;
mod manifest;
mod overlay;
mod presented;
mod rows;
mod settings;
mod status_list;
mod table;
mod target;

pub use builder::{Builder, Built};
pub use entry::Entry;
pub use fault::Fault;
pub use kind::Kind;
pub use list::{List, Octets};
pub use manifest::{Digest, Position};
pub use presented::{Places, Presented};
pub use settings::{OnStale, Settings};
pub use status_list::{Format, Reference, Standing, StatusLists};
pub use table::Shard;
pub use target::sha256;

use list::Found;
use manifest::Manifest;
use overlay::Overlay;
use target::{Group, Groups, Scope, Target};

use crate::time::Timestamp;

/// The answer for one token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// No entry throws it out.
    Good,
    /// An entry of this kind throws it out.
    Revoked(Kind),
    /// No entry throws it out, and no list has been published yet.
    Unpublished,
    /// Its status list calls it invalid.
    Invalid,
    /// Its status list calls it suspended.
    Suspended,
    /// Its status list gives no status for it that has a meaning here.
    Unknown,
    /// It names a status list that is not at hand.
    Unlisted,
    /// What could throw it out stands in a part of the list that is not at hand.
    NotCovered,
    /// The published list can no longer be relied on, and what is at hand does not name it.
    Stale,
}

/// A revocation list.
#[derive(Debug)]
pub struct Revocations {
    settings: Settings,
    /// What the host said itself.
    own: Overlay,
    published: Published,
    status_lists: StatusLists,
}

/// What has been published, as far as it is at hand.
#[derive(Debug)]
enum Published {
    Nothing,
    List(Box<List>),
    /// There was a list, and its octets are no longer those that were loaded.
    Lost,
}

impl Default for Revocations {
    fn default() -> Self {
        Self::new(Settings::default())
    }
}

impl Revocations {
    /// An empty list.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            own: Overlay::default(),
            published: Published::Nothing,
            status_lists: StatusLists::default(),
        }
    }

    /// Adds an entry. Two entries for one target combine to the one that reaches further.
    pub fn revoke(&mut self, Entry { target, terms }: Entry) {
        self.own.revoke(target, terms);
    }

    /// Takes back what was said about the entry's target, whatever its cut-off, and where a list has
    /// been published, what it says and later ones will say of it; says whether there was anything
    /// to take back.
    pub fn unrevoke(&mut self, Entry { target, .. }: &Entry) -> bool {
        let was_out = self.find(target) != Found::Nothing;
        if self.published().is_some() {
            self.own.hide(*target);
        } else {
            self.own.forget(target);
        }
        was_out
    }

    /// Unsays what was said here about the entry's target, be it thrown out or taken back: what
    /// published lists say of it stands.
    pub fn forget(&mut self, Entry { target, .. }: &Entry) {
        self.own.forget(target);
    }

    /// Takes in a snapshot in place of the list at hand. `claims` are those of its manifest, whose
    /// signature, type, issuer and times have been checked, or which is trusted unsigned.
    ///
    /// # Errors
    /// Why not; the list at hand goes on serving.
    pub fn load(&mut self, claims: &str, octets: Octets, now: Timestamp) -> Result<(), Fault> {
        let manifest = self.manifest(claims, now)?;
        let mut list = List::open(manifest, octets, self.published(), self.settings.limits)?;
        if let Published::List(older) = std::mem::replace(&mut self.published, Published::Nothing) {
            list.inherit_shards(*older, self.settings.limits);
        }
        self.published = Published::List(Box::new(list));
        Ok(())
    }

    /// Takes in the delta that follows the list at hand; its claims as for [`Self::load`].
    ///
    /// # Errors
    /// Why not; the list at hand goes on serving.
    pub fn apply(&mut self, claims: &str, octets: Octets, now: Timestamp) -> Result<(), Fault> {
        let manifest = self.manifest(claims, now)?;
        let limits = self.settings.limits;
        self.published_mut().ok_or(Fault::Gap)?.apply(&manifest, octets, limits)
    }

    /// Takes in a shard of the list at hand; the oldest are let go where all together are too large.
    ///
    /// # Errors
    /// Why not; what is at hand goes on serving.
    pub fn load_shard(&mut self, place: usize, octets: Octets) -> Result<(), Fault> {
        let limits = self.settings.limits;
        self.published_mut().ok_or(Fault::UnknownShard)?.load_shard(place, octets, limits)
    }

    /// Takes in a status list in place of the one of its name; see [`StatusLists::load`]. All
    /// together they may be as large as a published list.
    ///
    /// # Errors
    /// Why not; what is at hand goes on serving.
    pub fn load_status_list(
        &mut self,
        claims: &str,
        format: Format,
        now: Timestamp,
    ) -> Result<String, Fault> {
        let Settings { limits, status_bytes, .. } = &self.settings;
        self.status_lists.load(claims, format, *status_bytes, limits.bytes, now)
    }

    /// Forgets a status list; says whether there was one of that name.
    pub fn forget_status_list(&mut self, uri: &str) -> bool {
        self.status_lists.forget(uri)
    }

    /// Notes that the list that was loaded is gone. Until another one is, the answer is `Stale`.
    pub fn lose(&mut self) {
        self.published = Published::Lost;
    }

    fn manifest(&self, claims: &str, now: Timestamp) -> Result<Manifest, Fault> {
        let manifest = Manifest::read(claims)?;
        if manifest.expires.is_some_and(|expires| expires <= now) {
            return Err(Fault::Expired);
        }
        if manifest.position.seq < self.settings.min_seq {
            return Err(Fault::Rollback);
        }
        Ok(manifest)
    }

    /// Forgets entries whose tokens have all expired, and says how many.
    pub fn prune(&mut self, now: Timestamp) -> usize {
        let published = self.published_mut().map_or(0, |list| list.prune(now));
        self.own.prune(now).saturating_add(published)
    }

    /// Makes one snapshot of the snapshot and its deltas; see [`List::compact`].
    pub fn compact(&mut self) -> bool {
        self.published_mut().is_some_and(List::compact)
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.own.len().saturating_add(self.published().map_or(0, List::entries))
    }

    /// Whether there is no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The published list at hand.
    #[must_use]
    pub fn published(&self) -> Option<&List> {
        match &self.published {
            Published::List(list) => Some(list),
            Published::Nothing | Published::Lost => None,
        }
    }

    fn published_mut(&mut self) -> Option<&mut List> {
        match &mut self.published {
            Published::List(list) => Some(list),
            Published::Nothing | Published::Lost => None,
        }
    }

    /// What becomes of tokens where the list is not to be relied on.
    #[must_use]
    pub fn on_stale(&self) -> OnStale {
        self.settings.on_stale
    }

    /// Whether a token has nothing of its own to be thrown out by.
    #[must_use]
    pub fn cannot_name(&self, token: &Presented<'_>) -> bool {
        token.is_irrevocable(&self.settings.places)
    }

    /// The answer for a token.
    #[must_use]
    pub fn check(&self, token: &Presented<'_>, now: Timestamp) -> Status {
        // What dates itself ahead does not say when it began: else no cut-off would ever reach it.
        let began = token.claims.authority_began().filter(|began| !began.is_ahead_of(now));
        let (mut hit, mut is_elsewhere) = (None, false);
        self.any_target(token, &mut |target| {
            match self.find(target) {
                Found::Out(cutoff) if cutoff.throws_out(began) => hit = Some(target.group.kind),
                Found::Elsewhere => is_elsewhere = true,
                Found::Out(_) | Found::Nothing => {}
            }
            hit.is_some()
        });
        if let Some(kind) = hit {
            return Status::Revoked(kind);
        }
        let standing = self.standing(token, now);
        match standing {
            Some(Standing::Invalid) => return Status::Invalid,
            Some(Standing::Suspended) => return Status::Suspended,
            Some(Standing::Unknown) => return Status::Unknown,
            Some(Standing::Stale) => return Status::Stale,
            Some(Standing::Valid | Standing::Absent) | None => {}
        }
        match (&self.published, standing) {
            (Published::Lost, _) => Status::Stale,
            (Published::List(list), _) if list.is_stale(now, self.settings.max_staleness) => {
                Status::Stale
            }
            (Published::List(_), _) if is_elsewhere => Status::NotCovered,
            (_, Some(Standing::Absent)) => Status::Unlisted,
            (Published::Nothing, None) => Status::Unpublished,
            _ => Status::Good,
        }
    }

    /// What its status list says of a token that names one. Where none is at hand at all, nobody
    /// asks whether a reference is well-formed.
    fn standing(&self, token: &Presented<'_>, now: Timestamp) -> Option<Standing> {
        match Reference::of(&token.claims.members) {
            Ok(reference) => {
                let max_staleness = self.settings.max_staleness;
                Some(self.status_lists.standing(&reference?, now, max_staleness))
            }
            Err(_) if self.status_lists.is_empty() => Some(Standing::Absent),
            Err(_) => Some(Standing::Unknown),
        }
    }

    /// The places of the shards that the answer for a token needs and that are not at hand.
    #[must_use]
    pub fn needed_shards(&self, token: &Presented<'_>) -> Vec<usize> {
        let Some(list) = self.published() else { return Vec::new() };
        let mut needed = Vec::new();
        self.any_target(token, &mut |target| {
            let place = list.place_of(target).filter(|place| !list.is_loaded(*place));
            needed.extend(place.filter(|place| !needed.contains(place)));
            false
        });
        needed
    }

    /// Shows everything that an entry could name the token by, as far as there may be such an entry,
    /// until one is what is looked for.
    fn any_target(&self, token: &Presented<'_>, is_it: &mut dyn FnMut(&Target) -> bool) {
        let issuer = token.claims.issuer.as_deref();
        for Group { kind, scope } in self.groups().iter() {
            let issuer = if scope == Scope::Issuer { issuer } else { None };
            if scope == Scope::Issuer && issuer.is_none() {
                continue;
            }
            let mut is_target = |value: &[u8]| is_it(&Target::new(kind, issuer, value));
            if token.any_value(kind, &self.settings.places, &mut is_target) {
                return;
            }
        }
    }

    fn groups(&self) -> Groups {
        self.own.groups().or(self.published().map(List::groups).unwrap_or_default())
    }

    /// What is said of a target; the host's own word goes before what was published.
    fn find(&self, target: &Target) -> Found {
        let own = self.own.find(target).unwrap_or_default();
        let said = own.said.map(|terms| terms.cutoff);
        let published = match self.published() {
            Some(list) if !own.hides => list.find(target),
            _ => Found::Nothing,
        };
        match (said, published) {
            (Some(said), Found::Out(cutoff)) => Found::Out(said.max(cutoff)),
            (Some(said), _) => Found::Out(said),
            (None, published) => published,
        }
    }
}
