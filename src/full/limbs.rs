//! Big-endian octets cut into limbs of fewer than 32 bits, least significant first.

use std::iter;

/// The limbs of a number, and zeros for ever after its last.
pub fn limbs(octets: &[u8], width: u32) -> impl Iterator<Item = u32> {
    let mut octets = octets.iter().rev();
    let mut buffer = 0_u64;
    let mut held = 0_u32;
    iter::from_fn(move || {
        while held < width {
            let octet = octets.next().copied().unwrap_or(0);
            buffer |= u64::from(octet).wrapping_shl(held);
            held = held.wrapping_add(8);
        }
        let limb = low_half(buffer) & low_bits(width);
        buffer = buffer.wrapping_shr(width);
        held = held.wrapping_sub(width);
        Some(limb)
    })
}

/// The low 32 bits, said without a cast.
pub const fn low_half(wide: u64) -> u32 {
    let [a, b, c, d, ..] = wide.to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}

const fn low_bits(width: u32) -> u32 {
    1_u32.wrapping_shl(width).wrapping_sub(1)
}
