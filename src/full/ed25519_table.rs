//! Sums of multiples of Ed25519's base point and a public key, from tables and without doublings.
//!
//! The addition formula is complete: it holds for any two points of the curve. Public data only:
//! the time taken tells everything about the scalars.
#![expect(
    clippy::arithmetic_side_effects,
    reason = "the rules of `field` keep every limb within bounds"
)]

use std::iter;
use std::sync::LazyLock;

use curve25519_dalek::constants::ED25519_BASEPOINT_COMPRESSED;

use crate::full::digits::{self, ROW, digits};
use crate::full::ed25519_field::{D, Element, P25519, ROOT_EXPONENT, SQRT_MINUS_1};
use crate::full::field::{Prime, Stored};

static BASE: LazyLock<Table> = LazyLock::new(|| Table::new(&ED25519_BASEPOINT_COMPRESSED.0));

/// Row by row, the multiples `1..=ROW` of the row's weight times one point.
pub struct Table(Vec<Niels>);

/// An affine point in the form that is quickest to add.
struct Niels {
    y_plus_x: Stored,
    y_minus_x: Stored,
    two_d_x_y: Stored,
}

/// Extended coordinates: `x = X/Z`, `y = Y/Z`, `xy = T/Z`.
#[derive(Clone, Copy)]
struct Point {
    x: Element,
    y: Element,
    z: Element,
    t: Element,
}

/// The encoding of `s` times the base point plus `k` times the table's point, the scalars
/// little-endian.
pub fn encoded_sum(s: &[u8; 32], table: &Table, k: &[u8; 32]) -> [u8; 32] {
    table.add_multiple(k, &BASE.add_multiple(s, &Point::NEUTRAL)).encode()
}

impl Table {
    /// The table of an encoded point that is on the curve.
    pub fn new(encoded: &[u8; 32]) -> Self {
        let mut base = Point::decode(encoded);
        let mut entries = Vec::with_capacity(digits::COUNT.saturating_mul(ROW));
        for _ in 0..digits::COUNT {
            let (row, next) = row_and_next_base(&base);
            entries.extend(row.iter().map(Point::niels));
            base = next;
        }
        Self(entries)
    }

    fn add_multiple(&self, scalar: &[u8; 32], start: &Point) -> Point {
        let mut scalar = *scalar;
        scalar.reverse();
        self.0.chunks_exact(ROW).zip(digits(&scalar)).fold(*start, |sum, (row, digit)| {
            digit.entry_of(row).map_or(sum, |entry| sum.add(entry, digit.negative))
        })
    }
}

/// The multiples `1..=ROW` of an affine base, and `2 ROW` times it, all of them affine.
fn row_and_next_base(base: &Point) -> (Vec<Point>, Point) {
    let step = base.niels();
    let row = iter::successors(Some(*base), |point| Some(point.add(&step, false)));
    let mut points: Vec<Point> = row.take(ROW).collect();
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
    const NEUTRAL: Self =
        Self { x: Element::ZERO, y: P25519::ONE, z: P25519::ONE, t: Element::ZERO };

    /// Decodes what is known to be the encoding of a point (RFC 8032 section 5.1.3).
    fn decode(encoded: &[u8; 32]) -> Self {
        let mut octets = *encoded;
        octets.reverse();
        let [top, ..] = &mut octets;
        let odd = *top >= 0x80;
        *top &= 0x7f;
        let y = Element::from_octets(&octets);
        let x = x_of(&y);
        let x = if x.is_odd() == odd { x } else { (Element::ZERO - x).tight() };
        Self::affine(x, y)
    }

    fn affine(x: Element, y: Element) -> Self {
        Self { x, y, z: P25519::ONE, t: x.mul(&y) }
    }

    /// (RFC 8032 section 5.1.2)
    fn encode(&self) -> [u8; 32] {
        let affine = self.scaled(&self.z.inverse());
        let mut encoded = affine.y.to_octets();
        let [.., top] = &mut encoded;
        *top |= u8::from(affine.x.is_odd()) << 7;
        encoded
    }

    /// The affine form, given the inverse of z.
    fn scaled(&self, z_inverse: &Element) -> Self {
        Self::affine(self.x.mul(z_inverse), self.y.mul(z_inverse))
    }

    /// For a point whose z is 1.
    fn niels(&self) -> Niels {
        Niels {
            y_plus_x: (self.y + self.x).tight().store(),
            y_minus_x: (self.y - self.x).tight().store(),
            two_d_x_y: D.mul(&self.t).doubled().tight().store(),
        }
    }

    /// The sum with an entry, or the difference.
    #[expect(clippy::many_single_char_names, reason = "the names that the formula has")]
    fn add(&self, entry: &Niels, negative: bool) -> Self {
        let (plus, minus) = (entry.y_plus_x.load(), entry.y_minus_x.load());
        let (plus, minus) = if negative { (minus, plus) } else { (plus, minus) };
        let a = (self.y - self.x).mul(&minus);
        let b = (self.y + self.x).mul(&plus);
        let c = self.t.mul(&entry.two_d_x_y.load());
        let zz = self.z.doubled();
        let (f, g) = if negative { (zz + c, zz - c) } else { (zz - c, zz + c) };
        let (f, g) = (f.tight(), g.tight());
        let (e, h) = (b - a, b + a);
        Self { x: e.mul(&f), y: g.mul(&h), z: f.mul(&g), t: e.mul(&h) }
    }

    fn double(&self) -> Self {
        let (xx, yy) = (self.x.square(), self.y.square());
        let h = xx + yy;
        let e = (h - (self.x + self.y).tight().square()).tight();
        let g = xx - yy;
        let f = (self.z.square().doubled() + g).tight();
        Self { x: e.mul(&f), y: g.mul(&h), z: f.mul(&g), t: e.mul(&h) }
    }
}

/// One of the two x that a y of the curve has.
fn x_of(y: &Element) -> Element {
    let yy = y.square();
    let u = (yy - P25519::ONE).tight();
    let v = (D.mul(&yy) + P25519::ONE).tight();
    // (RFC 8032 section 5.1.3, step 2)
    let v3 = v.square().mul(&v);
    let v7 = v3.square().mul(&v);
    let root = u.mul(&v3).mul(&u.mul(&v7).power(&ROOT_EXPONENT));
    let is_root = (v.mul(&root.square()) - u).to_octets() == [0; 32];
    if is_root { root } else { root.mul(&SQRT_MINUS_1) }
}
