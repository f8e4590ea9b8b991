//! Powers modulo an RSA modulus, for verification: public base, public exponent, public modulus.
//!
//! Montgomery's multiplication on limbs of 28 bits, whose products are added up in 64 bits with
//! the carries put off; wasm has no wider multiplication. Its time depends on the numbers, so it
//! must never be given a secret.

use std::iter;

use crate::full::limbs::{limbs, low_half};

/// Bits of a limb.
const WIDTH: u32 = 28;
const MASK: u32 = (1 << WIDTH) - 1;
/// Rows of two products below 2^56 that a column holds before it must carry.
const ROWS_BEFORE_CARRY: usize = 64;

/// An odd modulus of 2048 to 8192 bits. With `R = 2^(28 count)`, `R > 4n`, so that values below
/// `2n` multiply to values below `2n` and need no reduction in between.
pub struct Modulus {
    octets: Vec<u8>,
    limbs: Vec<u32>,
    /// `-1/n` modulo a limb.
    negative_inverse: u32,
    /// `R² mod n`, which brings a number into Montgomery form.
    r_squared: Vec<u32>,
}

impl Modulus {
    /// From octets without leading zeros.
    pub fn new(octets: &[u8]) -> Option<Self> {
        let bits = bit_length(octets);
        let odd = octets.last()? & 1 == 1;
        if !odd || !(2048..=8192).contains(&bits) {
            return None;
        }
        let count = usize::try_from(bits.saturating_add(2).div_ceil(WIDTH)).ok()?;
        let limbs: Vec<u32> = limbs(octets, WIDTH).take(count).collect();
        let negative_inverse = negative_inverse(*limbs.first()?);
        let mut modulus =
            Self { octets: octets.to_vec(), limbs, negative_inverse, r_squared: Vec::new() };
        modulus.r_squared = modulus.r_squared(bits);
        Some(modulus)
    }

    /// The modulus as octets without leading zeros.
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }

    /// `base` to the power of an odd exponent from 3 on, as long as the modulus. `base` is below
    /// the modulus.
    pub fn power(&self, base: &[u8], exponent: u64) -> Vec<u8> {
        let plain: Vec<u32> = limbs(base, WIDTH).take(self.limbs.len()).collect();
        let base = self.product(&plain, &self.r_squared);
        let mut power = base.clone();
        for bit in (1..exponent.ilog2()).rev() {
            power = self.product(&power, &power);
            if exponent.wrapping_shr(bit) & 1 == 1 {
                power = self.product(&power, &base);
            }
        }
        // The last bit is set, and its factor in plain form takes the result out of Montgomery's.
        power = self.product(&power, &power);
        self.to_octets(&self.reduced(self.product(&power, &plain)))
    }

    /// `ab/R` modulo `n`, below `2n` if both factors are.
    fn product(&self, a: &[u32], b: &[u32]) -> Vec<u32> {
        let count = self.limbs.len();
        let mut columns = vec![0_u64; count.saturating_mul(2)];
        for (row, &a) in a.iter().enumerate() {
            let Some(columns) = columns.get_mut(row..) else { break };
            self.add_row(columns, a, b);
            if row % ROWS_BEFORE_CARRY == ROWS_BEFORE_CARRY - 1 {
                carry(columns);
            }
        }
        let (_, high) = columns.split_at_mut(count);
        carry(high);
        high.iter().map(|&column| low_half(column)).collect()
    }

    /// Adds `ab` and the multiple of `n` that clears the lowest column, which goes up as a carry.
    fn add_row(&self, columns: &mut [u64], a: u32, b: &[u32]) {
        let (Some(&lowest), Some(&b_lowest)) = (columns.first(), b.first()) else { return };
        let q = low_half(lowest.wrapping_add(wide(a, b_lowest)));
        let q = q.wrapping_mul(self.negative_inverse) & MASK;
        for ((column, &b), &n) in columns.iter_mut().zip(b).zip(&self.limbs) {
            *column = column.wrapping_add(wide(a, b)).wrapping_add(wide(q, n));
        }
        if let [lowest, next, ..] = columns {
            *next = next.wrapping_add(lowest.wrapping_shr(WIDTH));
            *lowest = 0;
        }
    }

    /// `R² mod n`: from `2R`, the Montgomery form of 2, to that of `2^(28 count) = R`.
    fn r_squared(&self, bits: u32) -> Vec<u32> {
        let exponent = u32::try_from(self.limbs.len()).unwrap_or(0).wrapping_mul(WIDTH);
        let top_bit = bits.wrapping_sub(1);
        let doublings = exponent.wrapping_sub(top_bit).wrapping_add(1);
        let two = (0..doublings).fold(self.power_of_two(top_bit), |value, _| self.doubled(&value));
        (0..exponent.ilog2()).rev().fold(two, |power, bit| {
            let square = self.reduced(self.product(&power, &power));
            if exponent.wrapping_shr(bit) & 1 == 1 { self.doubled(&square) } else { square }
        })
    }

    fn power_of_two(&self, exponent: u32) -> Vec<u32> {
        let at = usize::try_from(exponent.wrapping_div(WIDTH)).unwrap_or(usize::MAX);
        let limb = 1_u32.wrapping_shl(exponent.wrapping_rem(WIDTH));
        (0..self.limbs.len()).map(|index| if index == at { limb } else { 0 }).collect()
    }

    /// Twice a value below `n`, below `n` again.
    fn doubled(&self, value: &[u32]) -> Vec<u32> {
        let mut carry = 0;
        let twice = value.iter().map(|&limb| {
            let sum = limb.wrapping_shl(1) | carry;
            carry = sum.wrapping_shr(WIDTH);
            sum & MASK
        });
        self.reduced(twice.collect())
    }

    /// A value below `2n`, less `n` if it can be.
    fn reduced(&self, value: Vec<u32>) -> Vec<u32> {
        let mut borrow = 0;
        let less: Vec<u32> = iter::zip(&value, &self.limbs)
            .map(|(&limb, &n)| {
                let difference = limb.wrapping_sub(n).wrapping_sub(borrow);
                borrow = difference.wrapping_shr(31);
                difference & MASK
            })
            .collect();
        if borrow == 0 { less } else { value }
    }

    fn to_octets(&self, value: &[u32]) -> Vec<u8> {
        let mut octets = self.octets.clone();
        let mut value = value.iter();
        let (mut buffer, mut held) = (0_u64, 0_u32);
        for octet in octets.iter_mut().rev() {
            if held < 8 {
                let limb = value.next().copied().unwrap_or(0);
                buffer |= u64::from(limb).wrapping_shl(held);
                held = held.wrapping_add(WIDTH);
            }
            [*octet, ..] = buffer.to_le_bytes();
            buffer = buffer.wrapping_shr(8);
            held = held.wrapping_sub(8);
        }
        octets
    }
}

/// Leaves every column below 2^28.
fn carry(columns: &mut [u64]) {
    let mut carry = 0;
    for column in columns {
        let sum = column.wrapping_add(carry);
        carry = sum.wrapping_shr(WIDTH);
        *column = sum & u64::from(MASK);
    }
}

fn wide(a: u32, b: u32) -> u64 {
    u64::from(a).wrapping_mul(u64::from(b))
}

/// `-1/n` modulo 2^28 for an odd `n`, by Newton's iteration: each step doubles the good bits.
fn negative_inverse(n: u32) -> u32 {
    let step = |inverse: u32| inverse.wrapping_mul(2_u32.wrapping_sub(n.wrapping_mul(inverse)));
    // An odd number inverts itself modulo 8: 3 bits, 6, 12, 24, 48.
    let inverse = (0..4).fold(n, |inverse, _| step(inverse));
    inverse.wrapping_neg() & MASK
}

/// The bits of a number without leading zero octets; saturates far above what is allowed.
fn bit_length(octets: &[u8]) -> u32 {
    let all = u32::try_from(octets.len()).unwrap_or(u32::MAX).saturating_mul(8);
    all.saturating_sub(octets.first().map_or(0, |first| first.leading_zeros()))
}
