//! Taking compressed lists out of their wrapping: zlib (RFC 1950) and gzip (RFC 1952).
//!
//! A stream is inflated twice. The first pass only counts, in a window of 32 KiB, so a bomb is
//! refused before memory is taken for it and memory is never taken twice for a list. The second
//! writes into just the room that the list needs. The limit is an error: nothing is cut short.

use miniz_oxide::inflate::TINFLStatus as State;
use miniz_oxide::inflate::core::inflate_flags::{
    TINFL_FLAG_IGNORE_ADLER32 as UNCHECKED, TINFL_FLAG_PARSE_ZLIB_HEADER as ZLIB,
    TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF as AT_ONCE,
};
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};

use crate::revocation::Fault;

/// How far back a DEFLATE stream may refer (RFC 1951 section 2).
const WINDOW: usize = 32 * 1024;

/// The flags of a stream without wrapping.
const DEFLATE: u32 = 0;

/// What a zlib stream holds.
///
/// # Errors
/// `list_too_large`; `malformed_list` unless it is one whole stream, nothing behind it, whose
/// Adler-32 fits.
pub fn zlib(packed: &[u8], max_bytes: usize) -> Result<Vec<u8>, Fault> {
    inflate(packed, ZLIB, max_bytes)
}

/// What a gzip stream holds.
///
/// # Errors
/// `list_too_large`; `malformed_list` unless it is one whole member, nothing behind it, whose
/// CRC-32 and length fit. The optional header fields are refused: no list has use for a file name.
pub fn gzip(packed: &[u8], max_bytes: usize) -> Result<Vec<u8>, Fault> {
    // Identification, method DEFLATE, no optional field; then time, hints and operating system.
    let [0x1f, 0x8b, 8, 0, _, _, _, _, _, _, rest @ ..] = packed else {
        return Err(Fault::Malformed);
    };
    let (stream, trailer) = rest.split_last_chunk::<8>().ok_or(Fault::Malformed)?;
    let octets = inflate(stream, DEFLATE, max_bytes)?;
    let length = u32::try_from(octets.len()).map_err(|_| Fault::TooLarge)?;
    let fits = *trailer == *[crc32(&octets).to_le_bytes(), length.to_le_bytes()].as_flattened();
    if fits { Ok(octets) } else { Err(Fault::Malformed) }
}

fn inflate(stream: &[u8], wrapping: u32, max_bytes: usize) -> Result<Vec<u8>, Fault> {
    let mut octets = vec![0; inflated_size(stream, wrapping, max_bytes)?];
    let mut state = DecompressorOxide::new();
    let (end, _, written) = decompress(&mut state, stream, &mut octets, 0, wrapping | AT_ONCE);
    let whole = end == State::Done && written == octets.len();
    if whole { Ok(octets) } else { Err(Fault::Malformed) }
}

/// How many octets a stream holds, all of which must belong to it. Its checksum is left to the
/// second pass.
fn inflated_size(mut stream: &[u8], wrapping: u32, max_bytes: usize) -> Result<usize, Fault> {
    let mut state = DecompressorOxide::new();
    let mut window = vec![0; WINDOW];
    let mut size = 0_usize;
    loop {
        let (end, read, written) =
            decompress(&mut state, stream, &mut window, size % WINDOW, wrapping | UNCHECKED);
        stream = stream.get(read..).unwrap_or_default();
        size = size.saturating_add(written);
        if size > max_bytes {
            return Err(Fault::TooLarge);
        }
        match end {
            State::HasMoreOutput => {}
            State::Done if stream.is_empty() => return Ok(size),
            _ => return Err(Fault::Malformed),
        }
    }
}

/// The checksum of RFC 1952 section 8.
fn crc32(octets: &[u8]) -> u32 {
    let divide = |rest: u32| if rest & 1 == 0 { rest >> 1 } else { 0xedb8_8320 ^ (rest >> 1) };
    let mut table = [0_u32; 256];
    for (octet, rest) in (0..).zip(&mut table) {
        *rest = (0..8).fold(octet, |rest, _| divide(rest));
    }
    !octets.iter().fold(u32::MAX, |rest, octet| {
        let [low, ..] = rest.to_le_bytes();
        table.get(usize::from(low ^ octet)).copied().unwrap_or_default() ^ (rest >> 8)
    })
}
