//! The field of Curve25519, for public data.
//!
//! Products lie between `-2^18` and `2^255 + 2^18`; values up to `±2^259` may be multiplied.
#![expect(
    clippy::arithmetic_side_effects,
    reason = "the rules of `field` keep every limb within bounds"
)]

use std::num::Wrapping;

use crate::full::field::{self, Limb, MASK, Prime, WIDTH};

/// `p = 2^255 - 19`.
#[derive(Clone, Copy, Debug)]
pub struct P25519;

pub type Element = field::Element<P25519>;

/// `2^261 mod p`, what a limb beyond the ninth is worth.
const FOLD: Limb = Wrapping(19 << 6);
/// Bits of the ninth limb below `2^255`.
const TOP_WIDTH: usize = 23;
const TOP_MASK: Limb = Wrapping((1 << TOP_WIDTH) - 1);

/// A square root of -1.
pub const SQRT_MINUS_1: Element = Element::constant([
    0xa0e_a0b0,
    0x770_d93a,
    0xbf9_1e31,
    0x630_0d5a,
    0x1d7a_72f4,
    0x4c_9efd,
    0x1c2c_ad34,
    0x1009_f83b,
    0x2b_8324,
]);
/// The `d` of the curve `y² - x² = 1 + d x² y²`.
pub const D: Element = Element::constant([
    0x1359_78a3,
    0xf5a_6e50,
    0x1076_2add,
    0x14_9a82,
    0x1e89_8007,
    0x3c_bbbc,
    0x19ce_331d,
    0x1dc5_6dff,
    0x52_036c,
]);
/// `(p - 5) / 8`, most significant octet first: the exponent at the heart of a square root.
pub const ROOT_EXPONENT: [u8; 32] = [
    0x0f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfd,
];

impl Element {
    /// The number that this element is, from 0 to `p - 1`, little-endian.
    pub fn to_octets(self) -> [u8; 32] {
        // From 0 to a little above 2^255. Adding 19 shows by bit 255 whether that is beyond p.
        let settled = self.tight().mul(&P25519::ONE);
        let [_, .., top] = plus(&settled, 19).limbs;
        let [low @ .., top] = plus(&settled, (top.0 >> TOP_WIDTH).wrapping_mul(19)).limbs;
        let [c0, c1, c2, c3, c4, c5, c6, c7] = low;
        octets([c0, c1, c2, c3, c4, c5, c6, c7, top & TOP_MASK])
    }

    /// Whether the number that this element is, from 0 to `p - 1`, is odd.
    pub fn is_odd(self) -> bool {
        let [lowest, ..] = self.to_octets();
        lowest & 1 == 1
    }
}

fn plus(element: &Element, small: i64) -> Element {
    (*element + Element::constant([small, 0, 0, 0, 0, 0, 0, 0, 0])).tight()
}

/// The octets of limbs that are all in range, little-endian.
fn octets(limbs: [Limb; 9]) -> [u8; 32] {
    let mut limbs = limbs.into_iter();
    let (mut buffer, mut held) = (0_u64, 0_usize);
    [(); 32].map(|()| {
        if held < 8 {
            let limb = limbs.next().unwrap_or_default().0.cast_unsigned();
            buffer |= limb << held;
            held = held.wrapping_add(WIDTH);
        }
        let [octet, ..] = buffer.to_le_bytes();
        buffer >>= 8;
        held = held.wrapping_sub(8);
        octet
    })
}

impl Prime for P25519 {
    const ONE: Element = Element::constant([1, 0, 0, 0, 0, 0, 0, 0, 0]);
    const MINUS_2: [u8; 32] = [
        0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xeb,
    ];

    /// Carries, folds the upper half onto the lower, and carries again.
    #[inline]
    fn reduce(columns: [Limb; 17]) -> Element {
        let [
            mut c0,
            mut c1,
            mut c2,
            mut c3,
            mut c4,
            mut c5,
            mut c6,
            mut c7,
            mut c8,
            mut c9,
            mut c10,
            mut c11,
            mut c12,
            mut c13,
            mut c14,
            mut c15,
            mut c16,
        ] = columns;

        macro_rules! carry {
            ($from:ident, $to:ident) => {
                $to += $from >> WIDTH;
                $from &= MASK;
            };
        }
        carry!(c0, c1);
        carry!(c1, c2);
        carry!(c2, c3);
        carry!(c3, c4);
        carry!(c4, c5);
        carry!(c5, c6);
        carry!(c6, c7);
        carry!(c7, c8);
        carry!(c8, c9);
        carry!(c9, c10);
        carry!(c10, c11);
        carry!(c11, c12);
        carry!(c12, c13);
        carry!(c13, c14);
        carry!(c14, c15);
        carry!(c15, c16);
        let c17 = c16 >> WIDTH;
        c16 &= MASK;

        let folded = Element::new([
            c0 + c9 * FOLD,
            c1 + c10 * FOLD,
            c2 + c11 * FOLD,
            c3 + c12 * FOLD,
            c4 + c13 * FOLD,
            c5 + c14 * FOLD,
            c6 + c15 * FOLD,
            c7 + c16 * FOLD,
            c8 + c17 * FOLD,
        ]);
        let [c0, c1, rest @ .., top] = folded.tight().limbs;
        let [c2, c3, c4, c5, c6, c7] = rest;
        let c0 = c0 + (top >> TOP_WIDTH) * Wrapping(19);
        Element::new([c0 & MASK, c1 + (c0 >> WIDTH), c2, c3, c4, c5, c6, c7, top & TOP_MASK])
    }
}
