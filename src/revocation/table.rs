//! The table of fingerprints: a directory of buckets, and in each bucket what the directory does not
//! say of them. About 5.3 octets an id, searched where it lies, in any order within a bucket.
//!
//! ```text
//! directory   2^bits + 1 numbers of 4 octets: where each bucket begins, counted in records
//! records     the last octets of each fingerprint, as many as the directory leaves open
//! values      for kinds with a cut-off: 8 octets each, in milliseconds; all ones: always
//! ```
//!
//! Numbers are little endian. The form follows from the kind and the number of records, so a list
//! cannot lie about it. What is read here comes from outside: nothing is believed but its length.

use crate::revocation::entry::Cutoff;
use crate::revocation::kind::{Kind, Reach};
use crate::revocation::target::{Print, length};
use crate::time::Timestamp;

/// The octets of a number in the directory.
const NUMBER: usize = 4;

/// The octets of a value.
const VALUE: usize = 8;

/// The most records of a bucket. Honest ones have 8 to 16 in the mean; more would make a search slow.
const MAX_BUCKET: u32 = 4096;

/// The most records of a table.
pub const MAX_RECORDS: u32 = 1 << 27;

const ALWAYS: u64 = u64::MAX;

/// Which part of all fingerprints a file holds: those that begin with some bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shard {
    /// How many bits; none: the file holds all.
    pub bits: u8,
    /// Which bits, as a number.
    pub index: u32,
}

impl Shard {
    /// The shard of so many bits in which a fingerprint is.
    #[must_use]
    pub fn of(print: &Print, bits: u8) -> Self {
        let index = u32::try_from(leading(head(print), u32::from(bits))).unwrap_or(u32::MAX);
        Self { bits, index }
    }
}

/// The first bits of a number.
fn leading(number: u64, bits: u32) -> u64 {
    number.checked_shr(u64::BITS.saturating_sub(bits)).unwrap_or(0)
}

/// The first eight octets of a fingerprint.
fn head(print: &Print) -> u64 {
    print.first_chunk().map_or(0, |octets| u64::from_be_bytes(*octets))
}

/// How a table of so many records of a kind is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Layout {
    shard_bits: u32,
    directory_bits: u32,
    count: usize,
    /// The octets of a whole fingerprint.
    whole: usize,
    /// The octets of a record.
    width: usize,
    /// The octets of a value; none where there is no cut-off.
    value: usize,
}

impl Layout {
    fn new(kind: Kind, shard: Shard, count: u32) -> Option<Self> {
        let shard_bits = u32::from(shard.bits);
        // Buckets of 8 to 16: more would be slower to search, fewer a larger directory.
        let directory_bits = (count / 8).checked_ilog2().unwrap_or(0);
        let known = usize::try_from(shard_bits.checked_add(directory_bits)? / 8).ok()?;
        let whole = length(kind);
        let value = if kind.reach() == Reach::CutOff { VALUE } else { 0 };
        let (count, width) = (usize::try_from(count).ok()?, whole.checked_sub(known)?);
        Some(Self { shard_bits, directory_bits, count, whole, width, value })
    }

    fn buckets(&self) -> usize {
        1_usize.checked_shl(self.directory_bits).unwrap_or(0)
    }

    fn directory(&self) -> Option<usize> {
        self.buckets().checked_add(1)?.checked_mul(NUMBER)
    }

    fn records(&self) -> Option<usize> {
        self.count.checked_mul(self.width)
    }

    fn values(&self) -> Option<usize> {
        self.count.checked_mul(self.value)
    }

    /// The bucket of a fingerprint.
    fn bucket(&self, print: &Print) -> usize {
        let behind = head(print).checked_shl(self.shard_bits).unwrap_or(0);
        usize::try_from(leading(behind, self.directory_bits)).unwrap_or(usize::MAX)
    }

    /// The part of a fingerprint that its record holds.
    fn tail<'p>(&self, print: &'p Print) -> &'p [u8] {
        print.get(self.whole.saturating_sub(self.width)..self.whole).unwrap_or_default()
    }

    /// The fingerprint of a record in a bucket.
    fn print(&self, shard: Shard, bucket: usize, record: &[u8]) -> Print {
        let of_shard = u64::from(shard.index).checked_shl(64_u32.saturating_sub(self.shard_bits));
        let known = self.shard_bits.saturating_add(self.directory_bits);
        let bucket = u64::try_from(bucket).unwrap_or(u64::MAX);
        let of_bucket = bucket.checked_shl(u64::BITS.saturating_sub(known));
        let head = of_shard.unwrap_or(0) | of_bucket.unwrap_or(0);
        let mut print = Print::default();
        print.iter_mut().zip(head.to_be_bytes()).for_each(|(to, octet)| *to = octet);
        let tail = print.iter_mut().skip(self.whole.saturating_sub(self.width));
        tail.zip(record).for_each(|(to, octet)| *to = *octet);
        // What the directory says beyond a short fingerprint's end is no part of it.
        print.iter_mut().skip(self.whole).for_each(|octet| *octet = 0);
        print
    }
}

/// A table in the octets of a list.
#[derive(Clone, Copy, Debug)]
pub struct Table<'b> {
    layout: Layout,
    directory: &'b [u8],
    records: &'b [u8],
    values: &'b [u8],
}

/// How many octets a table has; `None` for more records than one may have.
#[must_use]
pub fn octets(kind: Kind, shard: Shard, count: u32) -> Option<usize> {
    let layout = Layout::new(kind, shard, count).filter(|_| count <= MAX_RECORDS)?;
    layout.directory()?.checked_add(layout.records()?)?.checked_add(layout.values()?)
}

impl<'b> Table<'b> {
    /// The table that these octets are; they must have the length for it.
    #[must_use]
    pub fn new(kind: Kind, shard: Shard, count: u32, octets: &'b [u8]) -> Option<Self> {
        let layout = Layout::new(kind, shard, count)?;
        let (directory, rest) = octets.split_at_checked(layout.directory()?)?;
        let (records, values) = rest.split_at_checked(layout.records()?)?;
        (values.len() == layout.values()?).then_some(Self { layout, directory, records, values })
    }

    /// Whether the directory leads through all records, in order and with no bucket too long. All
    /// that is asked of a table before it serves: a search reads what lies there and nothing else.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let (numbers, _) = self.directory.as_chunks::<NUMBER>();
        let mut before = 0;
        let in_order = numbers.iter().all(|number| {
            let start = u32::from_le_bytes(*number);
            let length = start.checked_sub(before);
            before = start;
            length.is_some_and(|length| length <= MAX_BUCKET)
        });
        in_order
            && self.start(0) == Some(0)
            && self.start(self.layout.buckets()) == Some(self.len())
    }

    fn len(&self) -> usize {
        self.layout.count
    }

    /// What is said of a fingerprint.
    #[must_use]
    pub fn find(&self, print: &Print) -> Option<Cutoff> {
        let bucket = self.layout.bucket(print);
        let (start, end) = (self.start(bucket)?, self.start(bucket.checked_add(1)?)?);
        let width = self.layout.width;
        let records = self.records.get(start.checked_mul(width)?..end.checked_mul(width)?)?;
        let tail = self.layout.tail(print);
        let place = match width {
            5 => position::<5>(records, tail),
            4 => position::<4>(records, tail),
            6 => position::<6>(records, tail),
            7 => position::<7>(records, tail),
            _ => records.chunks_exact(width).position(|record| record == tail),
        };
        self.cutoff(start.checked_add(place?)?)
    }

    /// Shows all fingerprints and what is said of them, in the order of the file.
    pub fn each(&self, shard: Shard, show: &mut dyn FnMut(Print, Cutoff)) {
        let mut bucket = 0_usize;
        for (place, record) in self.records.chunks_exact(self.layout.width).enumerate() {
            while self.start(bucket.saturating_add(1)).is_some_and(|next| next <= place) {
                bucket = bucket.saturating_add(1);
            }
            if let Some(cutoff) = self.cutoff(place) {
                show(self.layout.print(shard, bucket, record), cutoff);
            }
        }
    }

    /// Where a bucket begins.
    fn start(&self, bucket: usize) -> Option<usize> {
        let number = self.directory.get(bucket.checked_mul(NUMBER)?..)?.first_chunk()?;
        usize::try_from(u32::from_le_bytes(*number)).ok()
    }

    fn cutoff(&self, place: usize) -> Option<Cutoff> {
        if self.layout.value == 0 {
            return Some(Cutoff::Always);
        }
        let value = self.values.get(place.checked_mul(VALUE)?..)?.first_chunk()?;
        Some(read_cutoff(u64::from_le_bytes(*value)))
    }
}

/// The place of a record, compared as one piece.
fn position<const WIDTH: usize>(records: &[u8], tail: &[u8]) -> Option<usize> {
    let tail: &[u8; WIDTH] = tail.try_into().ok()?;
    records.as_chunks::<WIDTH>().0.iter().position(|record| record == tail)
}

/// A number that is no time throws out everything: a list must not fail open.
fn read_cutoff(number: u64) -> Cutoff {
    Timestamp::from_whole_milliseconds(number).map_or(Cutoff::Always, Cutoff::Before)
}

/// A cut-off as the number that stands for it; a time before 1970 throws out nothing.
#[must_use]
pub fn cutoff_number(cutoff: Cutoff) -> u64 {
    match cutoff {
        Cutoff::Always => ALWAYS,
        Cutoff::Before(time) => time.milliseconds().unwrap_or(0),
    }
}

/// Writes a table of fingerprints in ascending order, none twice.
pub fn write<I>(out: &mut Vec<u8>, kind: Kind, shard: Shard, count: u32, entries: I)
where
    I: Iterator<Item = (Print, u64)> + Clone,
{
    let Some(layout) = Layout::new(kind, shard, count) else { return };
    let mut bucket = 0_usize;
    out.extend_from_slice(&0_u32.to_le_bytes());
    for (place, (print, _)) in (0_u32..).zip(entries.clone()) {
        for _ in bucket..layout.bucket(&print) {
            out.extend_from_slice(&place.to_le_bytes());
        }
        bucket = layout.bucket(&print);
    }
    for _ in bucket..layout.buckets() {
        out.extend_from_slice(&count.to_le_bytes());
    }
    entries.clone().for_each(|(print, _)| out.extend_from_slice(layout.tail(&print)));
    if layout.value > 0 {
        entries.for_each(|(_, value)| out.extend_from_slice(&value.to_le_bytes()));
    }
}
