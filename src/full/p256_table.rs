//! Sums of multiples of P-256's generator and a public key, from tables and without doublings.
//!
//! The addition formula is the short one, which fails where both points have the same x. It fails
//! visibly: the sum's z turns into zero and stays so. Whoever asks then gets `None` and must ask
//! complete formulas instead. Public data only: the time taken tells everything about the scalars.
#![expect(
    clippy::arithmetic_side_effects,
    reason = "the rules of `field` keep every limb within bounds"
)]

use std::iter;
use std::sync::LazyLock;

use crate::full::digits::{self, ROW, digits};
use crate::full::field::{Prime, Stored};
use crate::full::p256_field::{Element, P256};

/// `n`, the order of the group.
const N: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6,
    0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];
/// `p - n`: below it a residue modulo `n` has two representatives modulo `p`.
const P_MINUS_N: [u8; 32] = [
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x43, 0x19, 0x05, 0x53, 0x58, 0xe8, 0x61, 0x7b,
    0x0c, 0x46, 0x35, 0x3d, 0x03, 0x9c, 0xda, 0xae,
];
const GENERATOR_X: [u8; 32] = [
    0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40, 0xf2,
    0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2, 0x96,
];
const GENERATOR_Y: [u8; 32] = [
    0x4f, 0xe3, 0x42, 0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a, 0x7c, 0x0f, 0x9e, 0x16,
    0x2b, 0xce, 0x33, 0x57, 0x6b, 0x31, 0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51, 0xf5,
];

static GENERATOR: LazyLock<Table> = LazyLock::new(|| Table::new(&GENERATOR_X, &GENERATOR_Y));

/// Row by row, the multiples `1..=ROW` of the row's weight times one point.
pub struct Table(Vec<Affine>);

struct Affine {
    x: Stored,
    y: Stored,
}

/// Jacobian coordinates, tight, within `6W`, `3W` and `2W` (see `p256_field`).
#[derive(Clone, Copy)]
pub struct Point {
    x: Element,
    y: Element,
    z: Element,
}

/// `u1` times the generator plus `u2` times the table's point; `None` where the formula failed.
pub fn sum(u1: &[u8; 32], table: &Table, u2: &[u8; 32]) -> Option<Point> {
    let sum = table.add_multiple(u2, GENERATOR.add_multiple(u1, None))?;
    (!sum.z.is_zero()).then_some(sum)
}

impl Table {
    /// The table of a point that is on the curve.
    pub fn new(x: &[u8; 32], y: &[u8; 32]) -> Self {
        let mut base = Point::new(Element::of(x), Element::of(y));
        let mut points = Vec::with_capacity(digits::COUNT.saturating_mul(ROW));
        for _ in 0..digits::COUNT {
            let (row, next) = row_and_next_base(&base);
            points.extend(row.iter().map(Point::store));
            base = next;
        }
        Self(points)
    }

    fn add_multiple(&self, scalar: &[u8; 32], start: Option<Point>) -> Option<Point> {
        self.0.chunks_exact(ROW).zip(digits(scalar)).fold(start, |sum, (row, digit)| {
            let Some(entry) = digit.entry_of(row) else { return sum };
            let x = entry.x.load();
            let y = entry.y.load();
            let y = if digit.negative { (Element::ZERO - y).tight() } else { y };
            Some(sum.map_or_else(|| Point::new(x, y), |sum| sum.add(&x, &y)))
        })
    }
}

/// The multiples `1..=ROW` of an affine base, and `2 ROW` times it, all of them affine.
fn row_and_next_base(base: &Point) -> (Vec<Point>, Point) {
    let mut points = vec![*base];
    let rest = iter::successors(Some(base.double()), |point| Some(point.add(&base.x, &base.y)));
    points.extend(rest.take(ROW.saturating_sub(1)));
    let last = points.last().unwrap_or(base).double();
    points.push(last);
    let mut points = normalized(&points);
    let next = points.pop().unwrap_or(*base);
    (points, next)
}

/// The same points with `z = 1`.
fn normalized(points: &[Point]) -> Vec<Point> {
    let z: Vec<Element> = points.iter().map(|point| point.z).collect();
    iter::zip(points, Element::inverses(&z))
        .map(|(point, inverse)| point.scaled(&inverse))
        .collect()
}

impl Point {
    fn new(x: Element, y: Element) -> Self {
        Self { x, y, z: P256::ONE }
    }

    /// Adds an affine point whose x differs; of equal x the z is zero.
    #[expect(clippy::many_single_char_names, reason = "the names that the formula has")]
    fn add(&self, x: &Element, y: &Element) -> Self {
        let zz = self.z.square();
        let h = x.mul(&zz) - self.x;
        let r = y.mul(&self.z.mul(&zz)) - self.y;
        let hh = h.square();
        let hhh = h.mul(&hh);
        let v = self.x.mul(&hh);
        let sum_x = (r.square() - hhh - v.doubled()).tight();
        let sum_y = (r.mul(&(v - sum_x)) - self.y.mul(&hhh)).tight();
        Self { x: sum_x, y: sum_y, z: self.z.mul(&h) }
    }

    /// Twice the point, by `a = -3`. No point of the curve has `y = 0`.
    fn double(&self) -> Self {
        let zz = self.z.square();
        let yy = self.y.square();
        let slope = (self.x - zz).mul(&(self.x + zz).tight());
        let slope = (slope.doubled() + slope).settled();
        let v = self.x.mul(&yy).doubled().doubled().settled();
        let x = (slope.square() - v.doubled()).tight();
        let y = slope.mul(&(v - x)) - yy.square().doubled().doubled().doubled().settled();
        let z = self.y.mul(&self.z).doubled().settled();
        Self { x, y: y.tight(), z }
    }

    /// The affine form, given the inverse of z.
    fn scaled(&self, z_inverse: &Element) -> Self {
        let square = z_inverse.square();
        Self::new(self.x.mul(&square), self.y.mul(&square.mul(z_inverse)))
    }

    /// For a point whose z is 1.
    fn store(&self) -> Affine {
        Affine { x: self.x.store(), y: self.y.store() }
    }

    /// Whether the affine x, reduced modulo `n`, is `r` (which is from 1 to below `n`).
    pub fn x_is_congruent_to(&self, r: &[u8; 32]) -> bool {
        let zz = self.z.square();
        let x_is = |candidate: &Element| (self.x - zz.mul(candidate)).is_zero();
        let low = Element::of(r);
        let high = || (low + Element::of(&N)).tight();
        x_is(&low) || (r < &P_MINUS_N && x_is(&high()))
    }
}
