//! What has been said, in its order, and what stands in the end: how lists are made and merged.
//!
//! The same content has one spelling, in whatever order and by whichever lists it came about: a
//! fingerprint stands once, with the latest cut-off and the latest end that were said since it was
//! last taken back. Ends are rounded up to whole partitions first, as lists have them, and where they
//! are too many, to as many partitions as it takes: an entry that ends later does no harm.

use crate::revocation::body::{Body, Form, MAX_SECTIONS, Making, Mark, Section, Writer};
use crate::revocation::entry::Terms;
use crate::revocation::kind::Origin;
use crate::revocation::rows::{Row, Rows};
use crate::revocation::table::{Shard, cutoff_number};
use crate::revocation::target::{Group, Target};
use crate::time::Timestamp;

/// The end of a row that takes back what was said before.
const BACK: u32 = 0;

/// "Never", the latest of all ends.
const NEVER: u32 = u32::MAX;

/// The most parts of a snapshot: its delta may have as many, and one of each group that takes back.
const MAX_PARTS: usize = MAX_SECTIONS - 32;

/// Everything said, by group.
#[derive(Clone, Debug)]
pub struct Ledger {
    partition: Partition,
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

impl Ledger {
    /// An empty ledger, for lists with partitions of so many seconds.
    #[must_use]
    pub fn new(partition: u32) -> Self {
        Self { partition: Partition(partition), groups: Group::all().map(Rows::new).collect() }
    }

    /// The seconds of a partition.
    #[must_use]
    pub fn partition(&self) -> u32 {
        self.partition.0
    }

    /// Throws out.
    pub fn revoke(&mut self, target: Target, terms: Terms) {
        let end = terms.expires.map_or(NEVER, |expires| self.partition.round_up(expires));
        self.note(target, end, cutoff_number(terms.cutoff));
    }

    /// Takes back what was said before.
    pub fn unrevoke(&mut self, target: Target) {
        self.note(target, BACK, 0);
    }

    /// Says again what a list says.
    pub fn replay(&mut self, body: &Body) {
        body.each_entry(&mut |section, print, cutoff| {
            let target = Target { group: section.group, print };
            match section.mark {
                Mark::Back => self.unrevoke(target),
                Mark::Out => self.revoke(target, section.terms(cutoff)),
            }
        });
    }

    /// Leaves what stands in the end, at a time in milliseconds: each fingerprint once, in order, and
    /// not what has expired by then.
    pub fn settle(&mut self, now: u64) {
        let partition = self.partition;
        for rows in &mut self.groups {
            rows.settle(
                |earlier, later| {
                    if earlier.end == BACK || later.end == BACK {
                        return later;
                    }
                    let (end, value) = (earlier.end.max(later.end), earlier.value.max(later.value));
                    Row { end, value, ..later }
                },
                |row| partition.milliseconds(row.end) > now,
            );
        }
    }

    /// Rounds the ends of a settled ledger up to 2, 4, 8 partitions and so on, until a list of them
    /// has not too many parts.
    pub fn widen(&mut self) {
        let (partition, mut step) = (self.partition, 1_u32);
        while self.groups.iter().map(|rows| ends(rows.iter()).len()).sum::<usize>() > MAX_PARTS {
            step = step.saturating_mul(2);
            for rows in &mut self.groups {
                rows.change_ends(|end| partition.multiple(end, step));
            }
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
    pub fn write_snapshot(&self, making: Making, spread: Spread) -> Option<Body> {
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
    pub fn write_shard(&self, shard: Shard) -> Option<Body> {
        let mut writer = Writer::new(shard);
        for rows in self.groups.iter().filter(|rows| can_spread(rows.group)) {
            self.write(&mut writer, rows, shard);
        }
        writer.finish(Form::Shard, Making { partition: self.partition(), ..Making::default() })
    }

    /// What makes of this ledger's snapshot that of a newer one; both settled, and this one of
    /// partitions as long.
    #[must_use]
    pub fn write_delta(&self, newer: &Self, making: Making) -> Option<Body> {
        let mut writer = Writer::new(Shard::default());
        for (older, newer) in self.groups.iter().zip(&newer.groups) {
            let (back, out) = changes(older, newer);
            let section = Section { group: older.group, mark: Mark::Back, end: None };
            writer.add(section, back.iter().map(|row| (row.print, 0)));
            self.write(&mut writer, &out, Shard::default());
        }
        writer.finish(Form::Delta, making)
    }

    /// The rows of a group or of a shard of it, each under its end.
    fn write(&self, writer: &mut Writer, rows: &Rows, shard: Shard) {
        let mut ends = ends(rows.of_shard(shard));
        // In a list those without end come first.
        let never = ends.pop_if(|end| *end == NEVER);
        for end in never.into_iter().chain(ends) {
            let time = Timestamp::from_whole_milliseconds(self.partition.milliseconds(end));
            let section = Section { group: rows.group, mark: Mark::Out, end: time };
            let ending = rows.of_shard(shard).filter(move |row| row.end == end);
            writer.add(section, ending.map(|row| (row.print, row.value)));
        }
    }

    fn note(&mut self, target: Target, end: u32, value: u64) {
        let Target { group, print } = target;
        if let Some(rows) = self.groups.iter_mut().find(|rows| rows.group == group) {
            rows.push(&Row { print, end, value });
        }
    }
}

/// How ends are counted: in partitions of so many seconds, the first of which ends at 1.
#[derive(Clone, Copy, Debug)]
struct Partition(u32);

impl Partition {
    /// The partition in which something expires.
    fn round_up(self, expires: Timestamp) -> u32 {
        let end = expires.milliseconds().unwrap_or(0).div_ceil(self.length());
        self.multiple(u32::try_from(end).unwrap_or(NEVER).max(1), 1)
    }

    /// The first end from this one on that is a multiple of a step; "never" for what is no time.
    fn multiple(self, end: u32, step: u32) -> u32 {
        let multiple = end.div_ceil(step).saturating_mul(step);
        let time = Timestamp::from_whole_milliseconds(self.milliseconds(multiple));
        if time.is_some() { multiple } else { NEVER }
    }

    fn milliseconds(self, end: u32) -> u64 {
        if end == NEVER { u64::MAX } else { u64::from(end).saturating_mul(self.length()) }
    }

    fn length(self) -> u64 {
        u64::from(self.0.max(1)).saturating_mul(1000)
    }
}

/// The ends that occur, ascending: all of them, or more than a list may have sections.
fn ends(rows: impl Iterator<Item = Row>) -> Vec<u32> {
    let mut ends = Vec::new();
    for Row { end, .. } in rows {
        if let Err(place) = ends.binary_search(&end) {
            ends.insert(place, end);
        }
        if ends.len() > MAX_SECTIONS {
            break;
        }
    }
    ends
}

/// What is to be taken back and what to be thrown out, to turn older rows into newer ones.
fn changes(older: &Rows, newer: &Rows) -> (Rows, Rows) {
    let (mut back, mut out) = (Rows::new(older.group), Rows::new(older.group));
    let (mut older, mut newer) = (older.iter().peekable(), newer.iter().peekable());
    loop {
        let prints = [older.peek(), newer.peek()].map(|row| row.map(|row| row.print));
        let Some(print) = prints.into_iter().flatten().min() else { return (back, out) };
        let before = older.next_if(|row| row.print == print);
        let after = newer.next_if(|row| row.print == print);
        if let Some(before) = before
            && after.is_none_or(|after| shrinks(&before, &after))
        {
            back.push(&before);
        }
        if let Some(after) = after.filter(|_| before != after) {
            out.push(&after);
        }
    }
}

fn shrinks(before: &Row, after: &Row) -> bool {
    after.end < before.end || after.value < before.value
}

/// Of what there may be millions.
fn can_spread(group: Group) -> bool {
    group.kind.origin() == Origin::Random
}
