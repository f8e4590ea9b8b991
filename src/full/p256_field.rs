//! The field of P-256, for public data: Montgomery form with the divisor `2^261`.
//!
//! With `W = 2^256`, values stay within `±8W`. For `|a| <= αW` and `|b| <= βW` the product lies
//! between `-αβ/32 W` and `(1 + αβ/32) W`, so a few sums may pass before anything is reduced.

use std::num::Wrapping;

use crate::full::field::{self, Limb, MASK, Prime, WIDTH};

/// `p = 2^256 - 2^224 + 2^192 + 2^96 - 1`.
#[derive(Clone, Copy, Debug)]
pub struct P256;

pub type Element = field::Element<P256>;

/// `p`, not in Montgomery form.
const P: Element = Element::constant([
    0x1fff_ffff,
    0x1fff_ffff,
    0x1fff_ffff,
    0x1ff,
    0,
    0,
    0x4_0000,
    0x1fe0_0000,
    0xff_ffff,
]);

/// `2^522 mod p`: multiplying by it brings a number into Montgomery form.
const R_SQUARED: Element = Element::constant([
    0xc00,
    0,
    0x1fff_0000,
    0x1fdf_ffff,
    0x1fbf_ffff,
    0x1fff_ffff,
    0x1fff_ffff,
    0x1fff_fffe,
    0x13,
]);

/// The number 1 itself, not in Montgomery form: multiplying by it leaves that form.
const PLAIN_ONE: Element = Element::constant([1, 0, 0, 0, 0, 0, 0, 0, 0]);

impl Element {
    /// The Montgomery form of any number of 256 bits, big-endian.
    pub fn of(octets: &[u8; 32]) -> Self {
        Self::from_octets(octets).mul(&R_SQUARED)
    }

    /// A tight element of the same residue that lies within `(1 + α/32) W`.
    pub fn settled(&self) -> Self {
        self.tight().mul(&P256::ONE)
    }

    /// Whether an element that may be multiplied is a multiple of `p`.
    pub fn is_zero(&self) -> bool {
        // Leaving Montgomery form gives a number from 0 to p, both included.
        let plain = self.mul(&PLAIN_ONE).limbs;
        plain == P.limbs || plain == Self::ZERO.limbs
    }
}

impl Prime for P256 {
    const ONE: Element = Element::constant([
        0x20,
        0,
        0,
        0x1fff_c000,
        0x1fff_ffff,
        0x1fff_ffff,
        0x1f7f_ffff,
        0x3ff_ffff,
        0,
    ]);
    const MINUS_2: [u8; 32] = [
        0xff, 0xff, 0xff, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfd,
    ];

    /// Divides by `2^261` modulo `p`, and carries.
    #[inline]
    fn reduce(columns: [Limb; 17]) -> Element {
        let [
            c0,
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

        // Because p ends in 96 one bits, `q` is simply the lowest column: adding `q p` clears it,
        // and the other terms of p are shifts into the columns above.
        macro_rules! clear {
            ($low:ident, $carry:ident, $at_96:ident, $at_192:ident, $at_224:ident, $at_256:ident) => {
                let q = $low & MASK;
                $carry += $low >> WIDTH;
                $at_96 += q << 9;
                $at_192 += q << 18;
                $at_224 -= q << 21;
                $at_256 += q << 24;
            };
        }
        clear!(c0, c1, c3, c6, c7, c8);
        clear!(c1, c2, c4, c7, c8, c9);
        clear!(c2, c3, c5, c8, c9, c10);
        clear!(c3, c4, c6, c9, c10, c11);
        clear!(c4, c5, c7, c10, c11, c12);
        clear!(c5, c6, c8, c11, c12, c13);
        clear!(c6, c7, c9, c12, c13, c14);
        clear!(c7, c8, c10, c13, c14, c15);
        clear!(c8, c9, c11, c14, c15, c16);

        Element::new([c9, c10, c11, c12, c13, c14, c15, c16, Wrapping(0)]).tight()
    }
}
