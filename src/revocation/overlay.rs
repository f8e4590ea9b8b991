//! What has changed since a snapshot, or without one: entries added and taken back, in memory.

use std::collections::HashMap;

use crate::revocation::entry::Terms;
use crate::revocation::target::{Groups, Target};
use crate::time::Timestamp;

/// Changes by their target.
#[derive(Clone, Debug, Default)]
pub struct Overlay {
    changes: HashMap<Target, Change>,
    groups: Groups,
}

/// What has been said about one target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// What lies below is taken back.
    pub hides: bool,
    /// What is thrown out.
    pub said: Option<Terms>,
}

impl Overlay {
    /// Throws out. Two entries for one target combine to the one that reaches further.
    pub fn revoke(&mut self, target: Target, terms: Terms) {
        let change = self.change(target);
        change.said = Some(change.said.map_or(terms, |said| said.combine(terms)));
    }

    /// Takes back what was said here, and what lies below.
    pub fn hide(&mut self, target: Target) {
        *self.change(target) = Change { hides: true, said: None };
    }

    /// Takes back what was said here alone.
    pub fn forget(&mut self, target: &Target) {
        self.changes.remove(target);
    }

    /// What has been said about a target.
    #[must_use]
    pub fn find(&self, target: &Target) -> Option<Change> {
        if self.groups.has(target.group) { self.changes.get(target).copied() } else { None }
    }

    /// Where anything may have been said.
    #[must_use]
    pub fn groups(&self) -> Groups {
        self.groups
    }

    /// Everything that has been said.
    pub fn iter(&self) -> impl Iterator<Item = (&Target, &Change)> {
        self.changes.iter()
    }

    /// Forgets entries whose tokens have all expired, and says how many.
    pub fn prune(&mut self, now: Timestamp) -> usize {
        let before = self.len();
        for change in self.changes.values_mut() {
            change.said = change.said.filter(|terms| !terms.is_over(now));
        }
        self.changes.retain(|_, change| *change != Change::default());
        before.saturating_sub(self.len())
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.changes.values().filter(|change| change.said.is_some()).count()
    }

    /// How many changes there are, also those that only take back.
    #[must_use]
    pub fn changes(&self) -> usize {
        self.changes.len()
    }

    fn change(&mut self, target: Target) -> &mut Change {
        self.groups = self.groups.with(target.group);
        self.changes.entry(target).or_default()
    }
}
