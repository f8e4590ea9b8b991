//! What has been said, in its order, and what stands in the end: how lists are made and merged.
//!
//! The same content has one spelling, in whatever order and by whichever lists it came about: a
//! fingerprint stands once, with the latest cut-off and the latest end that were said since it was
//! last taken back. Ends are rounded up to whole partitions first, as lists have them.

use crate::revocation::body::{Body, Form, Making, Mark, Section, Writer};
use crate::revocation::entry::Terms;
use crate::revocation::kind::Origin;
use crate::revocation::rows::{Row, Rows};
use crate::revocation::table::{Shard, cutoff_number};
use crate::revocation::target::{Group, Target};
use crate::time::Timestamp;

/// The slot of a row that takes back what was said before.
const BACK: u8 = u8::MAX;

/// "Never", the latest of all ends.
const NEVER: u64 = u64::MAX;

/// Everything said, by group.
#[derive(Clone, Debug)]
pub struct Ledger {
    /// The seconds of a partition.
    partition: u32,
    /// The ends that occur, in milliseconds; rows name them by their place.
    ends: Vec<u64>,
    /// One for each group, in the order of a list.
    groups: Vec<Rows>,
}

/// Whether a snapshot holds all, or leaves what there may be millions of to shards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spread {
    /// All in one.
    Whole,
    /// Over shards.
    Shards,
}

/// The ends of entries differ so much that a list would have too many parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyParts;

impl Ledger {
    /// An empty ledger, for lists with partitions of so many seconds.
    #[must_use]
    pub fn new(partition: u32) -> Self {
        Self { partition, ends: vec![NEVER], groups: Group::all().map(Rows::new).collect() }
    }

    /// An empty one whose slots are those of another, so that the two can be compared.
    #[must_use]
    pub fn beside(other: &Self) -> Self {
        Self { ends: other.ends.clone(), ..Self::new(other.partition) }
    }

    /// The seconds of a partition.
    #[must_use]
    pub fn partition(&self) -> u32 {
        self.partition
    }

    /// Throws out.
    ///
    /// # Errors
    /// Where ends are too many.
    pub fn revoke(&mut self, target: Target, terms: Terms) -> Result<(), TooManyParts> {
        let slot = self.slot(terms.expires)?;
        self.note(target, slot, cutoff_number(terms.cutoff));
        Ok(())
    }

    /// Takes back what was said before.
    pub fn unrevoke(&mut self, target: Target) {
        self.note(target, BACK, 0);
    }

    /// Says again what a list says.
    ///
    /// # Errors
    /// Where ends are too many.
    pub fn replay(&mut self, body: &Body) -> Result<(), TooManyParts> {
        let mut outcome = Ok(());
        body.each_entry(&mut |section, print, cutoff| {
            let target = Target { group: section.group, print };
            match section.mark {
                Mark::Back => self.unrevoke(target),
                Mark::Out => outcome = outcome.and(self.revoke(target, section.terms(cutoff))),
            }
        });
        outcome
    }

    /// Leaves what stands in the end, at a time in milliseconds: each fingerprint once, in order, and
    /// not what has expired by then.
    pub fn settle(&mut self, now: u64) {
        let ends = &self.ends;
        let end = |row: &Row| ends.get(usize::from(row.slot)).copied().unwrap_or(NEVER);
        for rows in &mut self.groups {
            rows.settle(
                |earlier, later| {
                    if earlier.slot == BACK || later.slot == BACK {
                        return later;
                    }
                    let lasting = if end(&earlier) > end(&later) { earlier } else { later };
                    Row { value: earlier.value.max(later.value), ..lasting }
                },
                |row| row.slot != BACK && end(row) > now,
            );
        }
    }

    /// How many entries can be spread over shards.
    #[must_use]
    pub fn spreadable(&self) -> usize {
        let rows = self.groups.iter().filter(|rows| can_spread(rows.group));
        rows.map(Rows::len).fold(0, usize::saturating_add)
    }

    /// What stands in shards where a snapshot is spread.
    #[must_use]
    pub fn spread_groups(&self) -> Vec<Group> {
        let rows = self.groups.iter().filter(|rows| can_spread(rows.group) && rows.len() > 0);
        rows.map(|rows| rows.group).collect()
    }

    /// A snapshot of a settled ledger, whole or without what stands in shards.
    #[must_use]
    pub fn write_snapshot(&self, making: Making, spread: Spread) -> Option<Vec<u8>> {
        let mut writer = Writer::new(Shard::default());
        let is_here = |rows: &&Rows| spread == Spread::Whole || !can_spread(rows.group);
        for rows in self.groups.iter().filter(is_here) {
            self.write(&mut writer, rows, Shard::default());
        }
        writer.finish(Form::Snapshot, making)
    }

    /// One shard of a settled ledger's snapshot. As long as its entries stay the same so do its
    /// octets, whenever it is made.
    #[must_use]
    pub fn write_shard(&self, shard: Shard) -> Option<Vec<u8>> {
        let mut writer = Writer::new(shard);
        for rows in self.groups.iter().filter(|rows| can_spread(rows.group)) {
            self.write(&mut writer, rows, shard);
        }
        writer.finish(Form::Shard, Making { partition: self.partition, ..Making::default() })
    }

    /// What makes of this ledger's snapshot that of a newer one; both settled, and this one made
    /// [`Self::beside`] the newer.
    #[must_use]
    pub fn write_delta(&self, newer: &Self, making: Making) -> Option<Vec<u8>> {
        let mut writer = Writer::new(Shard::default());
        for (older, newer) in self.groups.iter().zip(&newer.groups) {
            let (back, out) = self.changes(older, newer);
            let section = Section { group: older.group, mark: Mark::Back, end: None };
            writer.add(section, back.iter().map(|row| (row.print, 0)));
            self.write(&mut writer, &out, Shard::default());
        }
        writer.finish(Form::Delta, making)
    }

    /// What is to be taken back and what to be thrown out, to turn older rows into newer ones.
    fn changes(&self, older: &Rows, newer: &Rows) -> (Rows, Rows) {
        let (mut back, mut out) = (Rows::new(older.group), Rows::new(older.group));
        let (mut older, mut newer) = (older.iter().peekable(), newer.iter().peekable());
        loop {
            let prints = [older.peek(), newer.peek()].map(|row| row.map(|row| row.print));
            let Some(print) = prints.into_iter().flatten().min() else { return (back, out) };
            let before = older.next_if(|row| row.print == print);
            let after = newer.next_if(|row| row.print == print);
            if let Some(before) = before
                && after.is_none_or(|after| self.shrinks(&before, &after))
            {
                back.push(&before);
            }
            if let Some(after) = after.filter(|_| before != after) {
                out.push(&after);
            }
        }
    }

    fn shrinks(&self, before: &Row, after: &Row) -> bool {
        self.end(after.slot) < self.end(before.slot) || after.value < before.value
    }

    /// The rows of a group or of a shard of it, each under its end.
    fn write(&self, writer: &mut Writer, rows: &Rows, shard: Shard) {
        for (end, slot) in self.ends_in_order() {
            let section = Section { group: rows.group, mark: Mark::Out, end };
            let ending = rows.of_shard(shard).filter(move |row| row.slot == slot);
            writer.add(section, ending.map(|row| (row.print, row.value)));
        }
    }

    /// The ends, in the order of a list, and their slots.
    fn ends_in_order(&self) -> Vec<(Option<Timestamp>, u8)> {
        let mut ends = Vec::new();
        for (slot, end) in (0..BACK).zip(&self.ends) {
            let end = (Timestamp::from_whole_milliseconds(*end), slot);
            ends.insert(ends.partition_point(|before| *before < end), end);
        }
        ends
    }

    fn note(&mut self, target: Target, slot: u8, value: u64) {
        let Target { group, print } = target;
        if let Some(rows) = self.groups.iter_mut().find(|rows| rows.group == group) {
            rows.push(&Row { print, slot, value });
        }
    }

    fn slot(&mut self, expires: Option<Timestamp>) -> Result<u8, TooManyParts> {
        let end = expires.map_or(NEVER, |expires| self.round_up(expires));
        let known = self.ends.iter().position(|known| *known == end);
        let place = known.unwrap_or_else(|| {
            self.ends.push(end);
            self.ends.len().saturating_sub(1)
        });
        u8::try_from(place).ok().filter(|slot| *slot != BACK).ok_or(TooManyParts)
    }

    /// The end of the partition in which something expires.
    fn round_up(&self, expires: Timestamp) -> u64 {
        let partition = u64::from(self.partition.max(1)).saturating_mul(1000);
        let expires = expires.milliseconds().unwrap_or(0);
        expires.div_ceil(partition).saturating_mul(partition)
    }

    fn end(&self, slot: u8) -> u64 {
        self.ends.get(usize::from(slot)).copied().unwrap_or(NEVER)
    }
}

/// Of what there may be millions.
fn can_spread(group: Group) -> bool {
    group.kind.origin() == Origin::Random
}
