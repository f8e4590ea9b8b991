//! DEFLATE (RFC 1951): the reading side alone.
//!
//! A stream is read twice, and nothing is cut short: the first pass only counts, so what is larger
//! than the limit is refused before memory is taken for it; the second writes into just the room
//! that the octets need. Small before fast: a list is read once and asked often. (The crate
//! `miniz_oxide`, with which the tests compare, reads dense lists four times as fast, for 4 KB of
//! wasm more, gzipped, and for seconds on a megabyte of empty blocks.)

use crate::revocation::Fault;

/// The symbol that ends a block; literals stand below it, lengths above.
const END: u16 = 256;

/// The symbol of the longest match, which alone is outside the pattern of section 3.2.5.
const LONGEST_MATCH: u16 = 285;

/// The order in which the lengths of the codes for code lengths come (section 3.2.7).
const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// The octets that a stream holds, and what stands behind it.
///
/// # Errors
/// `list_too_large` for more than `max_bytes`; `malformed_list`.
pub fn inflate(stream: &[u8], max_bytes: usize) -> Result<(Vec<u8>, &[u8]), Fault> {
    let mut counted = Output { octets: Vec::new(), length: 0, limit: max_bytes, pass: Pass::Count };
    read_blocks(stream, &mut counted)?;
    let limit = counted.length;
    let octets = Vec::with_capacity(limit);
    let mut written = Output { octets, length: 0, limit, pass: Pass::Write };
    let rest = read_blocks(stream, &mut written)?;
    Ok((written.octets, rest))
}

/// Section 3.2.3. Answers what stands behind the last block.
fn read_blocks<'a>(stream: &'a [u8], output: &mut Output) -> Result<&'a [u8], Fault> {
    let mut input = Input { stream, at: 0, bits: 0, count: 0 };
    let fixed = Codes::fixed()?;
    loop {
        let is_last = input.take(1)? == 1;
        match input.take(2)? {
            0 => copy_stored(&mut input, output)?,
            1 => read_block(&mut input, output, &fixed)?,
            2 => {
                let codes = Codes::read(&mut input)?;
                read_block(&mut input, output, &codes)?;
            }
            _ => return Err(Fault::Malformed),
        }
        if is_last {
            return Ok(input.next_octets());
        }
    }
}

/// Section 3.2.4.
fn copy_stored(input: &mut Input<'_>, output: &mut Output) -> Result<(), Fault> {
    let [a, b, c, d, rest @ ..] = input.next_octets() else { return Err(Fault::Malformed) };
    let length = u16::from_le_bytes([*a, *b]);
    if length != !u16::from_le_bytes([*c, *d]) {
        return Err(Fault::Malformed);
    }
    let stored = rest.get(..length.into()).ok_or(Fault::Malformed)?;
    input.at = input.at.saturating_add(4).saturating_add(stored.len());
    output.append(stored)
}

fn read_block(input: &mut Input<'_>, output: &mut Output, codes: &Codes) -> Result<(), Fault> {
    loop {
        let symbol = codes.literals.read(input)?;
        if let Ok(literal) = u8::try_from(symbol) {
            output.append(&[literal])?;
        } else if symbol == END {
            return Ok(());
        } else {
            let length = match symbol {
                LONGEST_MATCH => 258,
                257..LONGEST_MATCH => number(symbol.wrapping_sub(257), 2, input)?.saturating_add(3),
                _ => return Err(Fault::Malformed),
            };
            let distance = match codes.distances.read(input)? {
                symbol @ 0..30 => number(symbol, 1, input)?.saturating_add(1),
                _ => return Err(Fault::Malformed),
            };
            output.repeat(distance, length)?;
        }
    }
}

/// The number that a symbol stands for (section 3.2.5): its last `kept` bits stand below the
/// highest bit, and what precedes them says how many more bits follow.
fn number(symbol: u16, kept: u32, input: &mut Input<'_>) -> Result<usize, Fault> {
    let (symbol, one) = (u32::from(symbol), 1_u32 << kept);
    let number = match (symbol >> kept).checked_sub(1) {
        None | Some(0) => symbol,
        Some(more) => (((symbol & one.wrapping_sub(1)) | one) << more) | input.take(more)?,
    };
    usize::try_from(number).map_err(|_| Fault::Malformed)
}

/// What the symbols of a block are written in.
struct Codes {
    literals: Code,
    distances: Code,
}

impl Codes {
    /// Section 3.2.6.
    fn fixed() -> Result<Self, Fault> {
        let mut literals = Vec::with_capacity(288);
        for (length, end) in [(8, 144), (9, 256), (7, 280), (8, 288)] {
            literals.resize(end, length);
        }
        Ok(Self { literals: Code::new(&literals)?, distances: Code::new(&[5; 32])? })
    }

    /// Section 3.2.7.
    fn read(input: &mut Input<'_>) -> Result<Self, Fault> {
        let literals = input.take_count(5, 257)?;
        let distances = input.take_count(5, 1)?;
        let lengths = Self::read_lengths(input, literals.saturating_add(distances))?;
        let (literals, distances) = lengths.split_at_checked(literals).ok_or(Fault::Malformed)?;
        let has_end = literals.get(usize::from(END)).is_some_and(|length| *length > 0);
        if !has_end || literals.len() > 286 || distances.len() > 30 {
            return Err(Fault::Malformed);
        }
        Ok(Self { literals: Code::new(literals)?, distances: Code::new(distances)? })
    }

    fn read_lengths(input: &mut Input<'_>, wanted: usize) -> Result<Vec<u8>, Fault> {
        let mut lengths = [0; 19];
        for place in ORDER.iter().take(input.take_count(4, 4)?) {
            *lengths.get_mut(*place).ok_or(Fault::Malformed)? = input.take_octet(3)?;
        }
        let code = Code::new(&lengths)?;
        let mut lengths = Vec::with_capacity(wanted);
        while lengths.len() < wanted {
            let (length, times) = match code.read(input)? {
                16 => (*lengths.last().ok_or(Fault::Malformed)?, input.take_count(2, 3)?),
                17 => (0, input.take_count(3, 3)?),
                18 => (0, input.take_count(7, 11)?),
                length => (length.to_le_bytes()[0], 1),
            };
            lengths.resize(lengths.len().saturating_add(times), length);
        }
        if lengths.len() == wanted && code.is_complete() {
            Ok(lengths)
        } else {
            Err(Fault::Malformed)
        }
    }
}

/// A prefix code (section 3.2.2): the codes of each length are consecutive numbers, and a longer
/// code, filled up to 15 bits, is a larger number than a shorter one.
struct Code {
    rows: [Row; 15],
    /// By length, then by value.
    symbols: Vec<u16>,
}

/// The codes of one length, as numbers of 15 bits.
#[derive(Clone, Copy, Default)]
struct Row {
    length: u32,
    first: u32,
    /// Above all codes of this length and of the shorter ones.
    end: u32,
    /// Where the symbol of the first code stands.
    place: usize,
}

/// Above all numbers of 15 bits.
const FULL: u32 = 1 << 15;

impl Code {
    /// By the length of each symbol's code; 0: there is none.
    fn new(lengths: &[u8]) -> Result<Self, Fault> {
        let mut rows = [Row::default(); 15];
        let mut symbols = Vec::with_capacity(lengths.len());
        let mut next = 0_u32;
        for (length, row) in (1_u32..).zip(&mut rows) {
            let place = symbols.len();
            let of_length = (0_u16..).zip(lengths).filter(|(_, own)| u32::from(**own) == length);
            symbols.extend(of_length.map(|(symbol, _)| symbol));
            let first = next;
            for _ in place..symbols.len() {
                next = next.saturating_add(FULL >> length);
            }
            *row = Row { length, first, end: next, place };
        }
        // A code of one symbol leaves half of its numbers unused; one of none, all of them.
        let is_sound = match symbols.len() {
            0 => true,
            1 => next == FULL / 2,
            _ => next == FULL,
        };
        if is_sound { Ok(Self { rows, symbols }) } else { Err(Fault::Malformed) }
    }

    /// Whether every number is a code's.
    fn is_complete(&self) -> bool {
        self.symbols.len() > 1
    }

    /// The next symbol.
    fn read(&self, input: &mut Input<'_>) -> Result<u16, Fault> {
        let ahead = input.look_ahead();
        let row = self.rows.iter().find(|row| ahead < row.end).ok_or(Fault::Malformed)?;
        input.skip(row.length)?;
        let offset = ahead.wrapping_sub(row.first) >> 15_u32.wrapping_sub(row.length);
        let place =
            usize::try_from(offset).map_err(|_| Fault::Malformed)?.saturating_add(row.place);
        self.symbols.get(place).copied().ok_or(Fault::Malformed)
    }
}

/// The bits of a stream, the least significant one of an octet first (section 3.1.1).
struct Input<'a> {
    stream: &'a [u8],
    /// How many octets have gone into `bits`.
    at: usize,
    /// Read and not yet taken.
    bits: u32,
    count: u32,
}

impl<'a> Input<'a> {
    fn refill(&mut self) {
        while self.count <= 24
            && let Some(octet) = self.stream.get(self.at)
        {
            self.bits |= u32::from(*octet) << self.count;
            self.count = self.count.saturating_add(8);
            self.at = self.at.saturating_add(1);
        }
    }

    /// At most 24 bits, as a number.
    fn take(&mut self, count: u32) -> Result<u32, Fault> {
        self.refill();
        let taken = self.bits & (1_u32 << count).wrapping_sub(1);
        self.skip(count)?;
        Ok(taken)
    }

    fn skip(&mut self, count: u32) -> Result<(), Fault> {
        self.count = self.count.checked_sub(count).ok_or(Fault::Malformed)?;
        self.bits >>= count;
        Ok(())
    }

    fn take_octet(&mut self, count: u32) -> Result<u8, Fault> {
        Ok(self.take(count)?.to_le_bytes()[0])
    }

    /// A number of things of which there are so many at the least.
    fn take_count(&mut self, count: u32, least: usize) -> Result<usize, Fault> {
        Ok(usize::from(self.take_octet(count)?).saturating_add(least))
    }

    /// The next 15 bits, the first of them the highest; zeros stand past the end.
    fn look_ahead(&mut self) -> u32 {
        self.refill();
        self.bits.reverse_bits() >> 17
    }

    /// What follows from the next whole octet on.
    fn next_octets(&mut self) -> &'a [u8] {
        let unread = usize::try_from(self.count / 8).unwrap_or_default();
        self.at = self.at.saturating_sub(unread);
        (self.bits, self.count) = (0, 0);
        self.stream.get(self.at..).unwrap_or_default()
    }
}

/// Whether the octets are wanted or only their number.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pass {
    Count,
    Write,
}

/// What a stream held so far.
struct Output {
    octets: Vec<u8>,
    length: usize,
    limit: usize,
    pass: Pass,
}

impl Output {
    fn append(&mut self, octets: &[u8]) -> Result<(), Fault> {
        self.grow(octets.len())?;
        if self.pass == Pass::Write {
            self.octets.extend_from_slice(octets);
        }
        Ok(())
    }

    /// Repeats what stands so far back; a copy may overlap itself.
    fn repeat(&mut self, distance: usize, length: usize) -> Result<(), Fault> {
        let start = self.length.checked_sub(distance).ok_or(Fault::Malformed)?;
        self.grow(length)?;
        while self.pass == Pass::Write && self.octets.len() < self.length {
            let left = self.length.saturating_sub(self.octets.len());
            let end = start.saturating_add(left).min(self.octets.len());
            self.octets.extend_from_within(start..end);
        }
        Ok(())
    }

    fn grow(&mut self, count: usize) -> Result<(), Fault> {
        self.length = self.length.saturating_add(count);
        if self.length > self.limit { Err(Fault::TooLarge) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use miniz_oxide::deflate::compress_to_vec;
    use miniz_oxide::inflate::decompress_to_vec;

    const LIMIT: usize = 1 << 20;

    /// Octets as a list has them: mostly 0, now and then any value.
    fn sample(length: usize, rare: u32) -> Vec<u8> {
        let mut state = 1_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 16
        };
        (0..length)
            .map(|_| if next().is_multiple_of(rare) { next().to_le_bytes()[0] } else { 0 })
            .collect()
    }

    #[test]
    fn what_another_program_compressed_comes_back() {
        for length in [0, 1, 2, 3, 258, 259, 32_767, 32_768, 32_769, 200_000] {
            for rare in [1, 2, 20, 1000, u32::MAX] {
                let octets = sample(length, rare);
                for level in [0, 1, 6, 9] {
                    let mut stream = compress_to_vec(&octets, level);
                    stream.extend(b"behind");
                    let read = inflate(&stream, length).unwrap();
                    assert!(read == (octets.clone(), b"behind"), "{length} {rare} {level}");
                    if length > 0 {
                        assert_eq!(inflate(&stream, length - 1), Err(Fault::TooLarge));
                    }
                }
            }
        }
    }

    /// Another reader's verdict on streams with one bit turned and on streams of nonsense.
    #[test]
    fn a_broken_stream_is_read_as_another_program_reads_it() {
        let mut accepted = 0;
        let mut compare = |stream: &[u8]| {
            let ours = inflate(stream, LIMIT).map(|(octets, _)| octets).ok();
            accepted += usize::from(ours.is_some());
            assert!(ours == decompress_to_vec(stream).ok(), "{stream:02x?}");
        };
        for (length, rare) in [(40, 1), (300, 3), (1000, 20)] {
            let stream = compress_to_vec(&sample(length, rare), 9);
            for bit in 0..stream.len() * 8 {
                let mut broken = stream.clone();
                broken[bit / 8] ^= 1 << (bit % 8);
                compare(&broken);
            }
        }
        let nonsense = sample(80_000, 1);
        for stream in nonsense.chunks(40) {
            compare(stream);
        }
        assert!(accepted > 100);
    }

    #[test]
    fn a_stream_cut_short_holds_nothing() {
        let stream = compress_to_vec(&sample(3000, 7), 9);
        for length in 0..stream.len() {
            assert_eq!(inflate(&stream[..length], LIMIT), Err(Fault::Malformed), "{length}");
        }
    }

    #[test]
    fn nothing_stands_before_the_first_octet() {
        // Fixed blocks: a literal and a match of 3 octets one back, then the match alone.
        assert_eq!(inflate(&[0x63, 0, 2, 0], LIMIT), Ok((vec![0; 4], &[][..])));
        assert_eq!(inflate(&[3, 2, 0, 0], LIMIT), Err(Fault::Malformed));
    }
}
