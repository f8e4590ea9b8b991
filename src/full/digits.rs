//! Scalars cut into signed digits, for tables of multiples that are added without doublings.
//!
//! The digits steer branches and addresses: public scalars only.

use crate::full::limbs::limbs;

/// Bits of a scalar that one addition takes care of.
const WINDOW: u32 = 6;
/// Digits of a scalar of 256 bits. The last has 4 bits, and so room for the carry.
pub const COUNT: usize = 43;
/// Multiples for one digit: the sign costs nothing, so half of its values do.
pub const ROW: usize = 1 << (WINDOW - 1);

/// A digit from `-ROW` to `ROW`.
pub struct Digit {
    magnitude: u32,
    pub negative: bool,
}

/// The digits of a big-endian scalar from the lowest up, and zeros for ever after.
pub fn digits(scalar: &[u8; 32]) -> impl Iterator<Item = Digit> {
    let mut carry = 0;
    limbs(scalar, WINDOW).map(move |limb| {
        let value = limb.wrapping_add(carry);
        let negative = value > 1 << (WINDOW - 1);
        carry = u32::from(negative);
        let magnitude = if negative { (1_u32 << WINDOW).wrapping_sub(value) } else { value };
        Digit { magnitude, negative }
    })
}

impl Digit {
    /// The multiple of that magnitude in a row of the multiples `1..=ROW`; none for zero.
    pub fn entry_of<'a, T>(&self, row: &'a [T]) -> Option<&'a T> {
        row.get(usize::try_from(self.magnitude.checked_sub(1)?).ok()?)
    }
}
