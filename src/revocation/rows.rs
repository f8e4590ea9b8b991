//! What has been said about the fingerprints of one group, row after row: as few octets each as there
//! can be, because there may be millions.

use crate::revocation::kind::{Kind, Reach};
use crate::revocation::table::Shard;
use crate::revocation::target::{Group, Print, length};

/// One thing said about a fingerprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The fingerprint.
    pub print: Print,
    /// When it ends, as its ledger counts.
    pub end: u32,
    /// The cut-off, as the number that stands for it; 0 for kinds that have none.
    pub value: u64,
}

/// The octets of an end.
const END: usize = 4;

/// Rows of one group: the octets of the fingerprint, the end, and the value where there is one.
#[derive(Clone, Debug)]
pub struct Rows {
    /// Whom they are about.
    pub group: Group,
    octets: Vec<u8>,
}

impl Rows {
    /// None yet.
    #[must_use]
    pub fn new(group: Group) -> Self {
        Self { group, octets: Vec::new() }
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.octets.len().checked_div(width(self.group.kind)).unwrap_or(0)
    }

    /// Adds a row.
    pub fn push(&mut self, row: &Row) {
        let kind = self.group.kind;
        self.octets.extend(row.print.iter().take(length(kind)));
        self.octets.extend(row.end.to_le_bytes());
        if kind.reach() == Reach::CutOff {
            self.octets.extend(row.value.to_le_bytes());
        }
    }

    /// All rows.
    pub fn iter(&self) -> impl Iterator<Item = Row> + Clone {
        self.rows(0, self.len())
    }

    /// The rows of a shard, among rows in order.
    pub fn of_shard(&self, shard: Shard) -> impl Iterator<Item = Row> + Clone {
        let start = self.first(shard, shard.index);
        let end = self.first(shard, shard.index.saturating_add(1));
        self.rows(start, end)
    }

    /// Says of all rows that they end at another time.
    pub fn change_ends(&mut self, change: impl Fn(u32) -> u32) {
        let kind = self.group.kind;
        for row in self.octets.chunks_exact_mut(width(kind)) {
            if let Some(end) = row.get_mut(length(kind)..).and_then(<[u8]>::first_chunk_mut) {
                *end = change(u32::from_le_bytes(*end)).to_le_bytes();
            }
        }
    }

    fn rows(&self, start: usize, end: usize) -> impl Iterator<Item = Row> + Clone {
        let kind = self.group.kind;
        let count = end.saturating_sub(start);
        let octets = self.octets.chunks_exact(width(kind)).skip(start).take(count);
        octets.map(move |octets| read(kind, octets))
    }

    /// The place of the first row in a shard of this index or a later one.
    fn first(&self, shard: Shard, index: u32) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low.midpoint(high);
            let row = self.rows(middle, high).next();
            if row.is_some_and(|row| Shard::of(&row.print, shard.bits).index < index) {
                low = middle.saturating_add(1);
            } else {
                high = middle;
            }
        }
        low
    }

    /// Sorts by fingerprint, and then leaves what `follow` makes of all that was said of each, one
    /// after the other. Sorted octet by octet from the last, each time counting what comes before:
    /// little code, in linear time, and what was said later stays later.
    pub fn settle(&mut self, follow: impl Fn(Row, Row) -> Row, lasts: impl Fn(&Row) -> bool) {
        let width = width(self.group.kind);
        let mut sorted = vec![0; self.octets.len()];
        for place in (0..length(self.group.kind)).rev() {
            sort_by_octet(&self.octets, &mut sorted, width, place);
            std::mem::swap(&mut self.octets, &mut sorted);
        }
        sorted.clear();
        let said = std::mem::replace(&mut self.octets, sorted);
        let said = Self { group: self.group, octets: said };
        let mut standing: Option<Row> = None;
        for row in said.iter() {
            standing = match standing {
                Some(before) if before.print == row.print => Some(follow(before, row)),
                before => {
                    before.filter(&lasts).iter().for_each(|row| self.push(row));
                    Some(row)
                }
            };
        }
        standing.filter(&lasts).iter().for_each(|row| self.push(row));
    }
}

fn width(kind: Kind) -> usize {
    let value = if kind.reach() == Reach::CutOff { 8 } else { 0 };
    length(kind).saturating_add(END).saturating_add(value)
}

fn read(kind: Kind, octets: &[u8]) -> Row {
    let (print_octets, rest) = octets.split_at_checked(length(kind)).unwrap_or_default();
    let mut print = Print::default();
    print.iter_mut().zip(print_octets).for_each(|(to, octet)| *to = *octet);
    let (end, value) = rest.split_first_chunk::<END>().unwrap_or((&[0; END], &[]));
    let value = value.first_chunk().map_or(0, |value| u64::from_le_bytes(*value));
    Row { print, end: u32::from_le_bytes(*end), value }
}

/// Copies rows in the order of the octet at a place; those with the same one stay in theirs.
fn sort_by_octet(rows: &[u8], sorted: &mut [u8], width: usize, place: usize) {
    let octet = |row: &[u8]| row.get(place).copied().map_or(0, usize::from);
    let mut next = [0_usize; 256];
    for row in rows.chunks_exact(width) {
        if let Some(count) = next.get_mut(octet(row)) {
            *count = count.saturating_add(width);
        }
    }
    let mut total = 0_usize;
    for start in &mut next {
        let count = std::mem::replace(start, total);
        total = total.saturating_add(count);
    }
    for row in rows.chunks_exact(width) {
        let Some(start) = next.get_mut(octet(row)) else { continue };
        let end = start.saturating_add(width);
        if let Some(to) = sorted.get_mut(*start..end) {
            to.copy_from_slice(row);
        }
        *start = end;
    }
}
