//! Elements of a prime field near 2^256, for public data: nine signed limbs of 29 bits.
//!
//! The limbs are multiplied in 64 bits without a carry, so whoever computes with them keeps the
//! columns below 2^63 by these rules. A *tight* element has its low eight limbs in `-1..=2^29`:
//! products, squares and `tight` give such. Sums and differences do not carry: `a - b` of tight
//! elements has limbs within `±2^29` again, `a + b` within twice that. The magnitudes of two factors
//! in units of 2^29 multiply to at most 3. A secret must never come here.

use std::array;
use std::marker::PhantomData;
use std::num::Wrapping;
use std::ops::{Add, Sub};

use crate::full::limbs::{limbs, low_half};

/// Bits of a limb.
pub const WIDTH: usize = 29;
/// The bits of a limb, set.
pub const MASK: Limb = Wrapping((1 << WIDTH) - 1);

/// What the magnitudes of two factors may multiply to: nine such products stay below 2^63.
const MOST: u64 = 7 << 57;

/// One limb, or one column of a product. The rules keep it from ever wrapping.
pub type Limb = Wrapping<i64>;

/// What is particular to one prime.
pub trait Prime: Copy {
    /// The element 1, in the form that `reduce` gives.
    const ONE: Element<Self>;
    /// `p - 2`, most significant octet first: the exponent that inverts.
    const MINUS_2: [u8; 32];

    /// The tight element of a product's columns.
    fn reduce(columns: [Limb; 17]) -> Element<Self>;
}

/// An element of the field, in one of its many representations.
#[derive(Clone, Copy, Debug)]
pub struct Element<P> {
    pub limbs: [Limb; 9],
    prime: PhantomData<P>,
}

/// A tight element at half the size, for tables.
#[derive(Clone, Copy, Debug)]
pub struct Stored([i32; 9]);

impl<P> Element<P> {
    pub const fn new(limbs: [Limb; 9]) -> Self {
        Self { limbs, prime: PhantomData }
    }

    pub const fn constant([l0, l1, l2, l3, l4, l5, l6, l7, l8]: [i64; 9]) -> Self {
        Self::new([
            Wrapping(l0),
            Wrapping(l1),
            Wrapping(l2),
            Wrapping(l3),
            Wrapping(l4),
            Wrapping(l5),
            Wrapping(l6),
            Wrapping(l7),
            Wrapping(l8),
        ])
    }

    /// The limbs of any number of 256 bits, big-endian.
    pub fn from_octets(octets: &[u8; 32]) -> Self {
        let mut source = limbs(octets, 29);
        Self::new(array::from_fn(|_| Wrapping(source.next().unwrap_or(0).into())))
    }

    /// The same value with its carries run up into the top limb.
    pub fn tight(&self) -> Self {
        let mut carry = Wrapping(0);
        let [low @ .., top] = self.limbs;
        let [c0, c1, c2, c3, c4, c5, c6, c7] = low.map(|limb| {
            let sum = limb + carry;
            carry = sum >> WIDTH;
            sum & MASK
        });
        Self::new([c0, c1, c2, c3, c4, c5, c6, c7, top + carry])
    }

    /// For tight elements whose top limb is small too, as that of a product is.
    pub fn store(&self) -> Stored {
        Stored(self.limbs.map(|limb| low_half(limb.0.cast_unsigned()).cast_signed()))
    }

    /// The largest limb, whatever its sign.
    fn magnitude(&self) -> u64 {
        self.limbs.map(|limb| limb.0.unsigned_abs()).into_iter().max().unwrap_or(0)
    }

    #[inline]
    fn combine(&self, other: &Self, f: impl Fn(Limb, Limb) -> Limb) -> Self {
        let [a0, a1, a2, a3, a4, a5, a6, a7, a8] = self.limbs;
        let [b0, b1, b2, b3, b4, b5, b6, b7, b8] = other.limbs;
        Self::new([
            f(a0, b0),
            f(a1, b1),
            f(a2, b2),
            f(a3, b3),
            f(a4, b4),
            f(a5, b5),
            f(a6, b6),
            f(a7, b7),
            f(a8, b8),
        ])
    }
}

impl<P: Prime> Element<P> {
    pub const ZERO: Self = Self::constant([0; 9]);

    #[inline(never)]
    pub fn mul(&self, other: &Self) -> Self {
        debug_assert!(self.magnitude().saturating_mul(other.magnitude()) <= MOST);
        let [a0, a1, a2, a3, a4, a5, a6, a7, a8] = self.limbs;
        let [b0, b1, b2, b3, b4, b5, b6, b7, b8] = other.limbs;
        P::reduce([
            a0 * b0,
            a0 * b1 + a1 * b0,
            a0 * b2 + a1 * b1 + a2 * b0,
            a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0,
            a0 * b4 + a1 * b3 + a2 * b2 + a3 * b1 + a4 * b0,
            a0 * b5 + a1 * b4 + a2 * b3 + a3 * b2 + a4 * b1 + a5 * b0,
            a0 * b6 + a1 * b5 + a2 * b4 + a3 * b3 + a4 * b2 + a5 * b1 + a6 * b0,
            a0 * b7 + a1 * b6 + a2 * b5 + a3 * b4 + a4 * b3 + a5 * b2 + a6 * b1 + a7 * b0,
            a0 * b8 + a1 * b7 + a2 * b6 + a3 * b5 + a4 * b4 + a5 * b3 + a6 * b2 + a7 * b1 + a8 * b0,
            a1 * b8 + a2 * b7 + a3 * b6 + a4 * b5 + a5 * b4 + a6 * b3 + a7 * b2 + a8 * b1,
            a2 * b8 + a3 * b7 + a4 * b6 + a5 * b5 + a6 * b4 + a7 * b3 + a8 * b2,
            a3 * b8 + a4 * b7 + a5 * b6 + a6 * b5 + a7 * b4 + a8 * b3,
            a4 * b8 + a5 * b7 + a6 * b6 + a7 * b5 + a8 * b4,
            a5 * b8 + a6 * b7 + a7 * b6 + a8 * b5,
            a6 * b8 + a7 * b7 + a8 * b6,
            a7 * b8 + a8 * b7,
            a8 * b8,
        ])
    }

    #[inline(never)]
    pub fn square(&self) -> Self {
        debug_assert!(self.magnitude().saturating_mul(self.magnitude()) <= MOST);
        let [a0, a1, a2, a3, a4, a5, a6, a7, a8] = self.limbs;
        let [d0, d1, d2, d3, d4, d5, d6, d7, _] = self.limbs.map(|limb| limb + limb);
        P::reduce([
            a0 * a0,
            d0 * a1,
            d0 * a2 + a1 * a1,
            d0 * a3 + d1 * a2,
            d0 * a4 + d1 * a3 + a2 * a2,
            d0 * a5 + d1 * a4 + d2 * a3,
            d0 * a6 + d1 * a5 + d2 * a4 + a3 * a3,
            d0 * a7 + d1 * a6 + d2 * a5 + d3 * a4,
            d0 * a8 + d1 * a7 + d2 * a6 + d3 * a5 + a4 * a4,
            d1 * a8 + d2 * a7 + d3 * a6 + d4 * a5,
            d2 * a8 + d3 * a7 + d4 * a6 + a5 * a5,
            d3 * a8 + d4 * a7 + d5 * a6,
            d4 * a8 + d5 * a7 + a6 * a6,
            d5 * a8 + d6 * a7,
            d6 * a8 + a7 * a7,
            d7 * a8,
            a8 * a8,
        ])
    }

    pub fn doubled(&self) -> Self {
        self.combine(self, |a, b| a + b)
    }

    /// A tight element to the power of an exponent, most significant octet first.
    pub fn power(&self, exponent: &[u8; 32]) -> Self {
        let mut powers = [P::ONE; 16];
        let mut power = P::ONE;
        for entry in &mut powers {
            *entry = power;
            power = power.mul(self);
        }
        let nibbles = exponent.iter().flat_map(|octet| [octet >> 4, octet & 15]);
        nibbles.fold(P::ONE, |power, nibble| {
            let shifted = power.square().square().square().square();
            powers.get(usize::from(nibble)).map_or(shifted, |entry| shifted.mul(entry))
        })
    }

    /// The inverse of a tight element; zero for zero.
    pub fn inverse(&self) -> Self {
        self.power(&P::MINUS_2)
    }

    /// The inverses of tight elements other than zero, for the price of one.
    pub fn inverses(elements: &[Self]) -> Vec<Self> {
        let mut product = P::ONE;
        let mut products_before = Vec::with_capacity(elements.len());
        for element in elements {
            products_before.push(product);
            product = product.mul(element);
        }
        let mut inverse = product.inverse();
        let mut inverses = products_before;
        for (before, element) in inverses.iter_mut().zip(elements).rev() {
            *before = inverse.mul(before);
            inverse = inverse.mul(element);
        }
        inverses
    }
}

impl Stored {
    pub fn load<P>(&self) -> Element<P> {
        Element::new(self.0.map(|limb| Wrapping(limb.into())))
    }
}

impl<P> Add for Element<P> {
    type Output = Self;

    #[inline]
    fn add(self, other: Self) -> Self {
        self.combine(&other, |a, b| a + b)
    }
}

impl<P> Sub for Element<P> {
    type Output = Self;

    #[inline]
    fn sub(self, other: Self) -> Self {
        self.combine(&other, |a, b| a - b)
    }
}
