//! The curves of RFC 7518 section 6.2 and RFC 8037: which points may serve as public keys.
//!
//! Plain arithmetic on public numbers, done once when a key is read. It takes no secret, signs
//! nothing and verifies nothing.

use std::cmp::Ordering;

/// A curve for ECDSA (FIPS 186-4, appendix D.1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Curve {
    /// P-256
    P256,
    /// P-384
    P384,
    /// P-521
    P521,
}

impl Curve {
    /// The `crv` value.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
        }
    }

    /// The curve of that `crv` value.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::P256, Self::P384, Self::P521].into_iter().find(|curve| curve.name() == name)
    }

    /// Octets of one coordinate.
    #[must_use]
    pub fn octets(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    /// Whether the point lies on the curve: both coordinates of full length and below the prime,
    /// and y² = x³ - 3x + b. Every such point has the curve's own prime order.
    #[must_use]
    pub fn contains(self, x: &[u8], y: &[u8]) -> bool {
        let (prime, b) = self.parameters();
        let (Some(x), Some(y)) = (self.coordinate(x, &prime), self.coordinate(y, &prime)) else {
            return false;
        };
        let field = Field { prime };
        let x_cubed = field.multiply(&field.multiply(&x, &x), &x);
        let three_x = field.add(&x, &field.add(&x, &x));
        field.add(&field.multiply(&y, &y), &three_x) == field.add(&x_cubed, &b)
    }

    fn coordinate(self, octets: &[u8], prime: &Number) -> Option<Number> {
        let number = Number::from_octets(octets)?;
        (octets.len() == self.octets() && number < *prime).then_some(number)
    }

    /// The prime and b.
    fn parameters(self) -> (Number, Number) {
        let (prime, b) = match self {
            Self::P256 => (
                "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
                "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b",
            ),
            Self::P384 => (
                "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe\
                 ffffffff0000000000000000ffffffff",
                "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875a\
                 c656398d8a2ed19d2a85c8edd3ec2aef",
            ),
            Self::P521 => (
                "1ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\
                 ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                "051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef10\
                 9e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00",
            ),
        };
        (Number::from_hex(prime), Number::from_hex(b))
    }
}

/// Whether 32 octets are a sound Ed25519 public key: the one encoding of a point on the curve
/// (RFC 8032 section 5.1.3) that is not of small order, under which some signature would fit
/// every message.
#[must_use]
pub fn is_sound_ed25519(octets: &[u8]) -> bool {
    // y is little-endian; the top bit is the sign of x.
    let mut big_endian: Vec<u8> = octets.iter().rev().copied().collect();
    let Some(top) = big_endian.first_mut() else { return false };
    *top &= 0x7f;
    let prime =
        Number::from_hex("7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed");
    match Number::from_octets(&big_endian) {
        Some(y) if octets.len() == 32 && y < prime => {
            !SMALL_ORDER.iter().any(|small| Number::from_hex(small) == y)
                && is_on_ed25519(&y, prime)
        }
        _ => false,
    }
}

/// The y of every point whose order divides 8.
const SMALL_ORDER: [&str; 5] = [
    "0",
    "1",
    "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffec",
    "05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826",
    "7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7",
];

/// x² = (y² - 1) / (d·y² + 1) has a solution exactly if numerator times denominator is a square.
fn is_on_ed25519(y: &Number, prime: Number) -> bool {
    let d = Number::from_hex("52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3");
    let one = Number::from_hex("1");
    let minus_one = prime.minus(&one);
    let field = Field { prime };
    let y_squared = field.multiply(y, y);
    let numerator = field.add(&y_squared, &minus_one);
    let denominator = field.add(&field.multiply(&d, &y_squared), &one);
    field.has_root(field.multiply(&numerator, &denominator))
}

/// Room for 544 bits, so that the sum of two numbers below a 521-bit prime cannot overflow.
const LIMBS: usize = 17;

/// A number below 2^544, least limb first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Number([u32; LIMBS]);

impl Number {
    const ZERO: Self = Self([0; LIMBS]);

    /// From big-endian octets; `None` beyond the room.
    fn from_octets(octets: &[u8]) -> Option<Self> {
        let mut number = Self::ZERO;
        let mut limbs = number.0.iter_mut();
        for chunk in octets.rchunks(4) {
            *limbs.next()? = chunk.iter().fold(0, |limb, octet| (limb << 8) | u32::from(*octet));
        }
        Some(number)
    }

    /// From the hexadecimal digits of a constant; anything else counts as no digit.
    fn from_hex(digits: &str) -> Self {
        digits.chars().filter_map(|digit| digit.to_digit(16)).fold(Self::ZERO, |number, digit| {
            let mut shifted = number.doubled().doubled().doubled().doubled();
            if let Some(least) = shifted.0.first_mut() {
                *least |= digit;
            }
            shifted
        })
    }

    fn is_zero(&self) -> bool {
        *self == Self::ZERO
    }

    fn low_bits(&self, mask: u32) -> u32 {
        self.0.first().map_or(0, |least| least & mask)
    }

    /// The bits from the highest limb down.
    fn bits(&self) -> impl Iterator<Item = bool> + '_ {
        self.0.iter().rev().flat_map(|limb| (0..32).rev().map(move |bit| limb >> bit & 1 == 1))
    }

    fn plus(&self, other: &Self) -> Self {
        let mut carry = false;
        self.combine(other, |a, b| {
            let (sum, over) = a.overflowing_add(b);
            let (sum, over_again) = sum.overflowing_add(u32::from(carry));
            carry = over || over_again;
            sum
        })
    }

    fn minus(&self, other: &Self) -> Self {
        let mut borrow = false;
        self.combine(other, |a, b| {
            let (rest, under) = a.overflowing_sub(b);
            let (rest, under_again) = rest.overflowing_sub(u32::from(borrow));
            borrow = under || under_again;
            rest
        })
    }

    fn doubled(&self) -> Self {
        self.plus(self)
    }

    fn halved(&self) -> Self {
        let mut halved = Self::ZERO;
        let mut dropped = 0;
        for (half, limb) in halved.0.iter_mut().rev().zip(self.0.iter().rev()) {
            *half = (limb >> 1) | (dropped << 31);
            dropped = limb & 1;
        }
        halved
    }

    fn combine(&self, other: &Self, mut limb: impl FnMut(u32, u32) -> u32) -> Self {
        let mut result = Self::ZERO;
        for ((to, a), b) in result.0.iter_mut().zip(self.0).zip(other.0) {
            *to = limb(a, b);
        }
        result
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.0.iter().rev().cmp(other.0.iter().rev()))
    }
}

/// The integers modulo an odd prime below 2^543; every operand is below the prime.
struct Field {
    prime: Number,
}

impl Field {
    fn add(&self, a: &Number, b: &Number) -> Number {
        let sum = a.plus(b);
        if sum < self.prime { sum } else { sum.minus(&self.prime) }
    }

    /// Doubles and adds, bit by bit: slow, short, and needed a few times a key.
    fn multiply(&self, a: &Number, b: &Number) -> Number {
        a.bits().fold(Number::ZERO, |product, bit| {
            let doubled = self.add(&product, &product);
            if bit { self.add(&doubled, b) } else { doubled }
        })
    }

    /// Whether the number is a square: its Jacobi symbol, by halving and reciprocity.
    fn has_root(&self, number: Number) -> bool {
        let (mut a, mut n, mut is_square) = (number, self.prime, true);
        while !a.is_zero() {
            while a.low_bits(1) == 0 {
                a = a.halved();
                is_square ^= matches!(n.low_bits(7), 3 | 5);
            }
            if a < n {
                (a, n) = (n, a);
                is_square ^= a.low_bits(3) == 3 && n.low_bits(3) == 3;
            }
            a = a.minus(&n);
        }
        is_square
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn octets(hex: &str) -> Vec<u8> {
        base16ct::mixed::decode_vec(hex).unwrap()
    }

    /// The base points of FIPS 186-4 appendix D.1.2.
    const BASES: [(Curve, &str, &str); 3] = [
        (
            Curve::P256,
            "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296",
            "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
        ),
        (
            Curve::P384,
            "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7",
            "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f",
        ),
        (
            Curve::P521,
            "00c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66",
            "011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650",
        ),
    ];

    #[test]
    fn base_points_are_on_their_curves_and_their_neighbours_are_not() {
        for (curve, x, y) in BASES {
            let (x, y) = (octets(x), octets(y));
            assert!(curve.contains(&x, &y), "{curve:?}");
            assert!(!curve.contains(&y, &x), "{curve:?}");
            for bit in 0..8 {
                let mut off = x.clone();
                off[20] ^= 1 << bit;
                assert!(!curve.contains(&off, &y), "{curve:?}");
            }
            assert!(!curve.contains(&x[1..], &y) && !curve.contains(&[&[0], &x[..]].concat(), &y));
            assert!(!curve.contains(&vec![0; curve.octets()], &vec![0; curve.octets()]));
            assert!(!curve.contains(&vec![0xff; curve.octets()], &y));
            assert!(!curve.contains(&[], &[]) && !curve.contains(&[1; 99], &[1; 99]));
        }
    }

    #[test]
    fn a_point_of_another_curve_is_refused() {
        let [(_, x, y), ..] = BASES;
        assert!(!Curve::P384.contains(&octets(x), &octets(y)));
    }

    #[test]
    fn ed25519_keys_are_sound_only_on_the_curve_and_of_large_order() {
        // RFC 8032 section 7.1, tests 1 to 3.
        for sound in [
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        ] {
            assert!(is_sound_ed25519(&octets(sound)), "{sound}");
            let mut other_sign = octets(sound);
            other_sign[31] ^= 0x80;
            assert!(is_sound_ed25519(&other_sign), "{sound}");
        }
        for small in SMALL_ORDER {
            let mut key = octets(&format!("{small:0>64}"));
            key.reverse();
            assert!(!is_sound_ed25519(&key), "{small}");
            key[31] |= 0x80;
            assert!(!is_sound_ed25519(&key), "{small}");
        }
        // Not canonical: p + 3 and 2^255 - 1; not on the curve: y = 2; of the wrong length.
        let mut two = [0; 32];
        two[0] = 2;
        let mut above = [0xff; 32];
        (above[0], above[31]) = (0xf0, 0x7f);
        assert!(!is_sound_ed25519(&two));
        assert!(!is_sound_ed25519(&above));
        assert!(!is_sound_ed25519(&[0xff; 32]));
        assert!(!is_sound_ed25519(&[]) && !is_sound_ed25519(&[9; 31]));
    }

    #[test]
    fn jacobi_agrees_with_squares_of_a_small_field() {
        let field = Field { prime: Number::from_hex("65") };
        let small = |n: u32| Number::from_hex(&format!("{n:x}"));
        for n in 1..101 {
            let is_square = (1..101).any(|root| root * root % 101 == n);
            assert_eq!(field.has_root(small(n)), is_square, "{n}");
        }
    }
}
