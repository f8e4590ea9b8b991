//! Compressed lists in their wrapping: zlib (RFC 1950) and gzip (RFC 1952).
//!
//! One whole stream, nothing behind it, whose checksum fits, or nothing.

use crate::revocation::{Fault, deflate};

/// What a zlib stream holds.
///
/// # Errors
/// `list_too_large`; `malformed_list`.
pub fn zlib(packed: &[u8], max_bytes: usize) -> Result<Vec<u8>, Fault> {
    let (header, stream) = packed.split_first_chunk().ok_or(Fault::Malformed)?;
    // Method DEFLATE, a window of at most 32 KiB, a check of the header, no preset dictionary.
    let [method, flags] = *header;
    let is_sound = method & 0xf == 8 && method >> 4 < 8 && flags & 0x20 == 0;
    if !is_sound || u16::from_be_bytes(*header) % 31 != 0 {
        return Err(Fault::Malformed);
    }
    let (octets, trailer) = deflate::inflate(stream, max_bytes)?;
    if trailer == adler32(&octets).to_be_bytes() { Ok(octets) } else { Err(Fault::Malformed) }
}

/// What a gzip stream holds. The optional fields of its header are refused: no list has use for
/// the name of a file.
///
/// # Errors
/// `list_too_large`; `malformed_list`.
pub fn gzip(packed: &[u8], max_bytes: usize) -> Result<Vec<u8>, Fault> {
    // Identification, method DEFLATE, no optional field; then time, hints and operating system.
    let [0x1f, 0x8b, 8, 0, _, _, _, _, _, _, stream @ ..] = packed else {
        return Err(Fault::Malformed);
    };
    let (octets, trailer) = deflate::inflate(stream, max_bytes)?;
    let length = u32::try_from(octets.len()).map_err(|_| Fault::TooLarge)?;
    let expected = [crc32(&octets).to_le_bytes(), length.to_le_bytes()];
    if trailer == expected.as_flattened() { Ok(octets) } else { Err(Fault::Malformed) }
}

/// The checksum of RFC 1950 section 8.
fn adler32(octets: &[u8]) -> u32 {
    const PRIME: u32 = 65_521;
    let (mut low, mut high) = (1_u32, 0_u32);
    // So many can be added before the sums must be cut to fit 32 bits.
    for octets in octets.chunks(5552) {
        for octet in octets {
            low = low.wrapping_add(u32::from(*octet));
            high = high.wrapping_add(low);
        }
        (low, high) = (low % PRIME, high % PRIME);
    }
    high << 16 | low
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
