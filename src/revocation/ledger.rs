//! What has been said, in its order, and what stands in the end: how lists are made and merged.
//!
//! The same content has one spelling, in whatever order and by whichever lists it came about: a
//! fingerprint stands once, with the latest cut-off and the latest end that were said since it was
//! last taken back. Ends are rounded up to whole partitions first, as lists have them.

use crate::revocation::body::{Body, Form, Making, Mark, Section, Writer};
use crate::revocation::entry::{Cutoff, Terms};
use crate::revocation::kind::Origin;
use crate::revocation::table::{Shard, cutoff_number};
use crate::revocation::target::{Group, LONGEST, Print, SHORT, Target};
use crate::time::Timestamp;

/// A place among [`Ledger::ends`]; the last one means "taken back".
type Slot = u8;

const BACK: Slot = Slot::MAX;

/// Everything said, by group.
#[derive(Clone, Debug)]
pub struct Ledger {
    /// The seconds of a partition.
    partition: u32,
    /// The ends that occur, in milliseconds; the first is "never", which is the latest of all.
    ends: Vec<u64>,
    /// One for each group.
    short: Vec<(Group, Vec<Short>)>,
    long: Vec<(Group, Vec<Long>)>,
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

const NEVER: u64 = u64::MAX;

/// One thing said about a fingerprint.
trait Record: Copy {
    type Key: Ord + Copy;
    fn new(print: &Print, slot: Slot, value: u64) -> Self;
    fn key(self) -> Self::Key;
    /// The octets of its fingerprint.
    fn length(self) -> usize;
    fn print(self) -> Print;
    fn slot(self) -> Slot;
    fn value(self) -> u64;
}

/// Of a kind with short fingerprints and no cut-off. There may be millions: eight octets in all.
#[derive(Clone, Copy, Debug)]
struct Short(u64);

impl Record for Short {
    type Key = u64;

    fn new(print: &Print, slot: Slot, _: u64) -> Self {
        let mut octets = [slot; 8];
        octets.iter_mut().zip(print).take(SHORT).for_each(|(to, octet)| *to = *octet);
        Self(u64::from_be_bytes(octets))
    }

    fn key(self) -> u64 {
        self.0 >> 8
    }

    fn length(self) -> usize {
        SHORT
    }

    fn print(self) -> Print {
        let mut print = Print::default();
        let octets = self.0.to_be_bytes();
        print.iter_mut().zip(octets).take(SHORT).for_each(|(to, octet)| *to = octet);
        print
    }

    fn slot(self) -> Slot {
        let [.., slot] = self.0.to_be_bytes();
        slot
    }

    fn value(self) -> u64 {
        cutoff_number(Cutoff::Always)
    }
}

/// Of any other kind.
#[derive(Clone, Copy, Debug)]
struct Long {
    print: Print,
    slot: Slot,
    value: u64,
}

impl Record for Long {
    type Key = Print;

    fn new(print: &Print, slot: Slot, value: u64) -> Self {
        Self { print: *print, slot, value }
    }

    fn key(self) -> Print {
        self.print
    }

    fn length(self) -> usize {
        LONGEST
    }

    fn print(self) -> Print {
        self.print
    }

    fn slot(self) -> Slot {
        self.slot
    }

    fn value(self) -> u64 {
        self.value
    }
}

impl Ledger {
    /// An empty ledger, for lists with partitions of so many seconds.
    #[must_use]
    pub fn new(partition: u32) -> Self {
        Self { partition, ends: vec![NEVER], short: Vec::new(), long: Vec::new() }
    }

    /// An empty one whose places are those of another, so that the two can be compared.
    #[must_use]
    pub fn beside(other: &Self) -> Self {
        let mut ledger = Self::new(other.partition);
        ledger.ends.clone_from(&other.ends);
        ledger
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
        for (section, print, cutoff) in body.entries() {
            let target = Target { group: section.group, print };
            match section.mark {
                Mark::Back => self.unrevoke(target),
                Mark::Out => self.revoke(target, section.terms(cutoff))?,
            }
        }
        Ok(())
    }

    /// Leaves what stands in the end, at a time in milliseconds: each fingerprint once, in order, and
    /// not what has expired by then.
    pub fn settle(&mut self, now: u64) {
        let ends = &self.ends;
        self.short.iter_mut().for_each(|(_, records)| settle(records, ends, now));
        self.long.iter_mut().for_each(|(_, records)| settle(records, ends, now));
    }

    /// How many entries have short fingerprints: what can be spread over shards.
    #[must_use]
    pub fn spreadable(&self) -> usize {
        self.short.iter().map(|(_, records)| records.len()).sum()
    }

    /// A snapshot of a settled ledger, whole or without what stands in shards.
    #[must_use]
    pub fn write_snapshot(&self, making: Making, spread: Spread) -> Option<Vec<u8>> {
        let mut parts = Parts { writer: Writer::new(Shard::default()), ledger: self };
        for group in Group::all() {
            if spread == Spread::Whole {
                parts.add(group, Mark::Out, find(&self.short, group));
            }
            parts.add(group, Mark::Out, find(&self.long, group));
        }
        parts.writer.finish(Form::Snapshot, making)
    }

    /// One shard of a settled ledger's snapshot. As long as its entries stay the same so do its
    /// octets, whenever it is made.
    #[must_use]
    pub fn write_shard(&self, shard: Shard, partition: u32) -> Option<Vec<u8>> {
        let mut parts = Parts { writer: Writer::new(shard), ledger: self };
        for group in Group::all() {
            parts.add(group, Mark::Out, of_shard(find(&self.short, group), shard));
        }
        parts.writer.finish(Form::Shard, Making { partition, ..Making::default() })
    }

    /// What stands in shards where a snapshot is spread.
    pub fn spread_groups(&self) -> impl Iterator<Item = Group> + '_ {
        Group::all().filter(|group| !find(&self.short, *group).is_empty())
    }

    /// What makes of another ledger's snapshot this one's; both settled, and this one made
    /// [`Self::beside`] the newer.
    #[must_use]
    pub fn write_delta(&self, newer: &Self, making: Making) -> Option<Vec<u8>> {
        let writer = Writer::new(Shard::default());
        let mut parts = Parts { writer, ledger: self };
        for group in Group::all() {
            parts.add_changes(group, find(&self.short, group), find(&newer.short, group));
            parts.add_changes(group, find(&self.long, group), find(&newer.long, group));
        }
        parts.writer.finish(Form::Delta, making)
    }

    fn note(&mut self, target: Target, slot: Slot, value: u64) {
        let Target { group, print } = target;
        match group.kind.origin() {
            Origin::Random => push(&mut self.short, group, Short::new(&print, slot, value)),
            Origin::Chosen => push(&mut self.long, group, Long::new(&print, slot, value)),
        }
    }

    fn slot(&mut self, expires: Option<Timestamp>) -> Result<Slot, TooManyParts> {
        let end = expires.map_or(NEVER, |expires| self.round_up(expires));
        let known = self.ends.iter().position(|known| *known == end);
        let place = known.unwrap_or_else(|| {
            self.ends.push(end);
            self.ends.len().saturating_sub(1)
        });
        Slot::try_from(place).ok().filter(|slot| *slot != BACK).ok_or(TooManyParts)
    }

    /// The end of the partition in which something expires.
    fn round_up(&self, expires: Timestamp) -> u64 {
        let partition = u64::from(self.partition.max(1)).saturating_mul(1000);
        let expires = expires.milliseconds().unwrap_or(0);
        expires.div_ceil(partition).saturating_mul(partition)
    }

    fn end(&self, slot: Slot) -> u64 {
        self.ends.get(usize::from(slot)).copied().unwrap_or(NEVER)
    }
}

fn push<R: Record>(groups: &mut Vec<(Group, Vec<R>)>, group: Group, record: R) {
    match groups.iter_mut().find(|(known, _)| *known == group) {
        Some((_, records)) => records.push(record),
        None => groups.push((group, vec![record])),
    }
}

fn find<R: Record>(groups: &[(Group, Vec<R>)], group: Group) -> &[R] {
    let found = groups.iter().find(|(known, _)| *known == group);
    found.map(|(_, records)| records.as_slice()).unwrap_or_default()
}

fn settle<R: Record>(records: &mut Vec<R>, ends: &[u64], now: u64) {
    sort(records);
    records.dedup_by(|later, earlier| {
        let same = later.key() == earlier.key();
        if same {
            *earlier = follow(*earlier, *later, ends);
        }
        same
    });
    let end = |record: &R| ends.get(usize::from(record.slot())).copied().unwrap_or(NEVER);
    records.retain(|record| record.slot() != BACK && end(record) > now);
}

/// Sorts by fingerprint; of one fingerprint, what was said later stays later. Octet by octet from the
/// last, each time counting what comes before: a few hundred bytes of code, and in linear time. The
/// sort of the standard library would be a tenth of the whole module.
fn sort<R: Record>(records: &mut Vec<R>) {
    let Some(length) = records.first().map(|record| record.length()) else { return };
    let mut sorted = records.clone();
    for place in (0..length).rev() {
        let mut next = starts(records, place);
        for record in records.iter() {
            let Some(start) = next.get_mut(octet(record, place)) else { return };
            let Some(slot) = sorted.get_mut(*start) else { return };
            *slot = *record;
            *start = start.saturating_add(1);
        }
        std::mem::swap(records, &mut sorted);
    }
}

/// Where the records with each octet at a place begin, once sorted by it.
fn starts<R: Record>(records: &[R], place: usize) -> [usize; 256] {
    let mut starts = [0_usize; 256];
    for record in records {
        if let Some(count) = starts.get_mut(octet(record, place)) {
            *count = count.saturating_add(1);
        }
    }
    let mut total = 0_usize;
    for start in &mut starts {
        let count = std::mem::replace(start, total);
        total = total.saturating_add(count);
    }
    starts
}

fn octet<R: Record>(record: &R, place: usize) -> usize {
    record.print().get(place).copied().map_or(0, usize::from)
}

/// What stands after one thing and then another have been said of a fingerprint.
fn follow<R: Record>(earlier: R, later: R, ends: &[u64]) -> R {
    if earlier.slot() == BACK || later.slot() == BACK {
        return later;
    }
    let end = |record: R| ends.get(usize::from(record.slot()));
    let lasting = if end(earlier) > end(later) { earlier } else { later };
    R::new(&later.print(), lasting.slot(), earlier.value().max(later.value()))
}

/// The records of a shard among those in order.
fn of_shard<R: Record>(records: &[R], shard: Shard) -> &[R] {
    let index = |record: &R| Shard::of(&record.print(), shard.bits).index;
    let start = records.partition_point(|record| index(record) < shard.index);
    let end = records.partition_point(|record| index(record) <= shard.index);
    records.get(start..end).unwrap_or_default()
}

/// A list in the making from a ledger's records.
struct Parts<'l> {
    writer: Writer,
    ledger: &'l Ledger,
}

impl Parts<'_> {
    /// The records of one group, in order, each under its end.
    fn add<R: Record>(&mut self, group: Group, mark: Mark, records: &[R]) {
        for (end, slot) in self.ends() {
            let section = Section { group, mark, end };
            let entries = records.iter().filter(move |record| record.slot() == slot);
            self.writer.add(section, entries.map(|record| (record.print(), record.value())));
        }
    }

    /// What turns the older records of a group into the newer ones.
    fn add_changes<R: Record>(&mut self, group: Group, older: &[R], newer: &[R]) {
        let (mut back, mut out) = (Vec::new(), Vec::new());
        for (before, after) in side_by_side(older, newer) {
            if before.is_some_and(|before| after.is_none_or(|after| self.shrinks(before, after))) {
                back.extend(before.map(|before| R::new(&before.print(), 0, 0)));
            }
            out.extend(after.filter(|after| before.is_none_or(|before| differs(before, *after))));
        }
        let marked = back.iter().map(|record| (record.print(), 0));
        self.writer.add(Section { group, mark: Mark::Back, end: None }, marked);
        self.add(group, Mark::Out, &out);
    }

    /// The ends, in the order of a list, and their places.
    fn ends(&self) -> Vec<(Option<Timestamp>, Slot)> {
        let mut ends = Vec::new();
        for (slot, end) in (0..BACK).zip(&self.ledger.ends) {
            let end = (Timestamp::from_whole_milliseconds(*end), slot);
            ends.insert(ends.partition_point(|before| *before < end), end);
        }
        ends
    }

    fn shrinks<R: Record>(&self, before: R, after: R) -> bool {
        let end = |record: R| self.ledger.end(record.slot());
        end(after) < end(before) || after.value() < before.value()
    }
}

fn differs<R: Record>(before: R, after: R) -> bool {
    before.slot() != after.slot() || before.value() != after.value()
}

/// Two sequences in order, as one of pairs.
fn side_by_side<'r, R: Record>(
    mut older: &'r [R],
    mut newer: &'r [R],
) -> impl Iterator<Item = (Option<R>, Option<R>)> + 'r {
    std::iter::from_fn(move || {
        let (before, after) = (older.first().copied(), newer.first().copied());
        let first = match (before, after) {
            (None, None) => return None,
            (Some(one), Some(other)) => one.key().min(other.key()),
            (Some(one), None) | (None, Some(one)) => one.key(),
        };
        let take = |records: &mut &'r [R]| {
            let (record, rest) =
                records.split_first().filter(|(record, _)| record.key() == first)?;
            *records = rest;
            Some(*record)
        };
        Some((take(&mut older), take(&mut newer)))
    })
}
