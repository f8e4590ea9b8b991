//! The octets of a list: a head, what sections there are, and the table of each.
//!
//! ```text
//! head      "RVL1", form (1), bits of a shard (1), number of sections (2), seq (8),
//!           made at, in ms (8), seconds of a partition (4), zeros (4)
//! sections  kind (1), scope (1), mark (1), zero (1), number of records (4), end, in ms (8)
//! tables    one for each section, in their order, and nothing behind them
//! ```
//!
//! Numbers are little endian. Sections ascend by scope and kind, mark and end, so that one content
//! has one spelling. Entries whose tokens expire are parted by when, so that old parts are dropped
//! whole. A token is looked for in all parts that are left, also in those that end before it does:
//! whoever said too early an end for an entry shall not let the token in any sooner for it.

use std::ops::Range;

use crate::revocation::entry::{Cutoff, Terms};
use crate::revocation::fault::Fault;
use crate::revocation::kind::Kind;
use crate::revocation::table::{self, Shard, Table};
use crate::revocation::target::{Group, Groups, Print, Scope, Target};
use crate::time::Timestamp;

const MAGIC: &[u8; 4] = b"RVL1";
const HEAD: usize = 32;
const SECTION: usize = 16;

/// The most sections of a list.
pub const MAX_SECTIONS: usize = 512;

/// The most bits of a shard.
pub const MAX_SHARD_BITS: u8 = 12;

/// What the octets are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// All entries.
    Snapshot,
    /// What has changed since the list before.
    Delta,
    /// The entries of a snapshot whose fingerprints begin alike.
    Shard,
}

impl Form {
    fn byte(self) -> u8 {
        match self {
            Self::Snapshot => 0,
            Self::Delta => 1,
            Self::Shard => 2,
        }
    }
}

/// What a section says of its fingerprints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// What was said before is taken back. Comes first.
    Back,
    /// They are thrown out.
    Out,
}

impl Mark {
    fn byte(self) -> u8 {
        match self {
            Self::Back => 0,
            Self::Out => 1,
        }
    }
}

/// When and in which order a list was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Making {
    /// The number of the list.
    pub seq: u64,
    /// In milliseconds since 1970.
    pub at: u64,
    /// The seconds of a partition.
    pub partition: u32,
}

/// Which entries stand together: ascending in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Section {
    /// Where they are searched.
    pub group: Group,
    /// What is said of them.
    pub mark: Mark,
    /// When they are forgotten with their tokens; absent: never. Those without end come first.
    pub end: Option<Timestamp>,
}

/// A list whose octets have been looked through.
#[derive(Debug)]
pub struct Body {
    octets: Vec<u8>,
    shard: Shard,
    making: Making,
    sections: Sections,
    groups: Groups,
}

impl Body {
    /// Looks octets through. Of the records themselves nothing is asked: the digest says whether
    /// they are the ones that were signed.
    ///
    /// # Errors
    /// `malformed_list` unless all of it is as described above, and of this form and shard.
    pub fn parse(octets: Vec<u8>, form: Form, shard: Shard) -> Result<Self, Fault> {
        let (making, sections) = read(&octets, form, shard).ok_or(Fault::Malformed)?;
        let groups = sections.iter().map(|(section, ..)| section.group).collect();
        let body = Self { octets, shard, making, sections, groups };
        let is_sound = body.sections.iter().all(|(section, count, place)| {
            body.table(*section, *count, place).is_some_and(|table| table.is_sound())
        });
        if is_sound { Ok(body) } else { Err(Fault::Malformed) }
    }

    /// When and in which order the list was made.
    #[must_use]
    pub fn making(&self) -> Making {
        self.making
    }

    /// The octets themselves.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }

    /// The octets, and no list any more.
    #[must_use]
    pub fn into_octets(self) -> Vec<u8> {
        self.octets
    }

    /// How many entries there are in all.
    #[must_use]
    pub fn len(&self) -> usize {
        let counts = self.sections.iter().map(|(_, count, _)| usize::try_from(*count).unwrap_or(0));
        counts.fold(0, usize::saturating_add)
    }

    /// Where there is anything.
    #[must_use]
    pub fn groups(&self) -> Groups {
        self.groups
    }

    /// What is said of a target.
    #[must_use]
    pub fn find(&self, target: &Target) -> Option<Cutoff> {
        let start = self.sections.partition_point(|(section, ..)| section.group < target.group);
        let sections = self.sections.get(start..)?.iter();
        sections
            .take_while(|(section, ..)| section.group == target.group)
            .filter_map(|(section, count, place)| {
                self.table(*section, *count, place)?.find(&target.print)
            })
            .max()
    }

    /// Shows all entries, in the order of the list.
    pub fn each_entry(&self, show: &mut dyn FnMut(Section, Print, Cutoff)) {
        for (section, count, place) in &self.sections {
            if let Some(table) = self.table(*section, *count, place) {
                table.each(self.shard, &mut |print, cutoff| show(*section, print, cutoff));
            }
        }
    }

    /// Drops the parts whose tokens have all expired, and says how many entries that were.
    pub fn prune(&mut self, now: Timestamp) -> usize {
        let before = self.len();
        self.sections.retain(|(section, ..)| section.end.is_none_or(|end| now < end));
        before.saturating_sub(self.len())
    }

    fn table(&self, section: Section, count: u32, place: &Range<usize>) -> Option<Table<'_>> {
        Table::new(section.group.kind, self.shard, count, self.octets.get(place.clone())?)
    }
}

type Sections = Vec<(Section, u32, Range<usize>)>;

fn read(octets: &[u8], form: Form, shard: Shard) -> Option<(Making, Sections)> {
    let (head, rest) = octets.split_at_checked(HEAD)?;
    let (making, count) = read_head(head, form, shard)?;
    let rows = rest.get(..count.checked_mul(SECTION)?)?;
    let mut place = HEAD.checked_add(rows.len())?;
    let mut sections = Sections::with_capacity(count);
    for row in rows.as_chunks::<SECTION>().0 {
        let (section, records) = read_section(row)?;
        let in_order = sections.last().is_none_or(|(before, ..)| *before < section);
        let allowed = section.mark == Mark::Out || form == Form::Delta;
        let end = place.checked_add(table::octets(section.group.kind, shard, records)?)?;
        if !in_order || !allowed || records == 0 || end > octets.len() {
            return None;
        }
        sections.push((section, records, place..end));
        place = end;
    }
    (place == octets.len()).then_some((making, sections))
}

fn read_head(head: &[u8], form: Form, shard: Shard) -> Option<(Making, usize)> {
    let mut numbers = Numbers(head);
    let is_right = numbers.take()? == *MAGIC && numbers.take()? == [form.byte(), shard.bits];
    let count = usize::from(u16::from_le_bytes(numbers.take()?));
    let making = Making {
        seq: u64::from_le_bytes(numbers.take()?),
        at: u64::from_le_bytes(numbers.take()?),
        partition: u32::from_le_bytes(numbers.take()?),
    };
    let is_time = Timestamp::from_whole_milliseconds(making.at).is_some();
    let is_right = is_right && numbers.take()? == [0; 4] && count <= MAX_SECTIONS;
    (is_right && is_time).then_some((making, count))
}

fn read_section(row: &[u8]) -> Option<(Section, u32)> {
    let mut numbers = Numbers(row);
    let [kind, scope, mark, zero] = numbers.take()?;
    let records = u32::from_le_bytes(numbers.take()?);
    let end = u64::from_le_bytes(numbers.take()?);
    let group = Group { kind: Kind::from_byte(kind)?, scope: Scope::from_byte(scope)? };
    let mark = [Mark::Back, Mark::Out].into_iter().find(|known| known.byte() == mark)?;
    let end = if end == 0 { None } else { Some(Timestamp::from_whole_milliseconds(end)?) };
    (zero == 0).then_some((Section { group, mark, end }, records))
}

/// Octets that are read from the front.
struct Numbers<'a>(&'a [u8]);

impl Numbers<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (first, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*first)
    }
}

/// A list in the making.
pub struct Writer {
    rows: Vec<u8>,
    tables: Vec<u8>,
    shard: Shard,
    sections: u16,
}

impl Writer {
    /// An empty list.
    #[must_use]
    pub fn new(shard: Shard) -> Self {
        Self { rows: Vec::new(), tables: Vec::new(), shard, sections: 0 }
    }

    /// Adds a section, unless it is empty. Sections must ascend, and their fingerprints too.
    pub fn add<I>(&mut self, section: Section, entries: I)
    where
        I: Iterator<Item = (Print, u64)> + Clone,
    {
        let Section { group: Group { kind, scope }, mark, end } = section;
        let count = u32::try_from(entries.clone().count()).unwrap_or(u32::MAX);
        if count == 0 {
            return;
        }
        let end = end.and_then(Timestamp::milliseconds).unwrap_or(0);
        self.rows.extend_from_slice(&[kind.byte(), scope.byte(), mark.byte(), 0]);
        self.rows.extend_from_slice(&count.to_le_bytes());
        self.rows.extend_from_slice(&end.to_le_bytes());
        self.sections = self.sections.saturating_add(1);
        self.tables.reserve_exact(table::octets(kind, self.shard, count).unwrap_or(0));
        table::write(&mut self.tables, kind, self.shard, count, entries);
    }

    /// The list, if whoever reads it will take it in.
    #[must_use]
    pub fn finish(self, form: Form, making: Making) -> Option<Body> {
        let Self { rows, tables, shard, sections } = self;
        let mut octets = MAGIC.to_vec();
        octets.extend_from_slice(&[form.byte(), shard.bits]);
        octets.extend_from_slice(&sections.to_le_bytes());
        octets.extend_from_slice(&making.seq.to_le_bytes());
        octets.extend_from_slice(&making.at.to_le_bytes());
        octets.extend_from_slice(&making.partition.to_le_bytes());
        octets.extend_from_slice(&[0; 4]);
        octets.extend_from_slice(&rows);
        octets.extend_from_slice(&tables);
        Body::parse(octets, form, shard).ok()
    }
}

impl Section {
    /// The terms of an entry of this section.
    #[must_use]
    pub fn terms(&self, cutoff: Cutoff) -> Terms {
        Terms { cutoff, expires: self.end }
    }
}
