//! The arithmetic of our own against arithmetic of others, on random numbers and at the edges.
#![expect(clippy::arithmetic_side_effects, reason = "numbers without bounds")]

use ::p256::elliptic_curve::PrimeField;
use ::p256::elliptic_curve::sec1::ToSec1Point;
use ::p256::{ProjectivePoint, Scalar};
use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
use curve25519_dalek::edwards::EdwardsPoint;
use num_bigint::BigUint;
use sha2::{Digest, Sha512};

use super::field::Prime;
use super::montgomery::Modulus;
use super::{ed25519_field, ed25519_table, p256_field, p256_table};

/// Reproducible octets, as many as asked for.
fn noise(seed: &str, length: usize) -> Vec<u8> {
    let block = |counter: u32| Sha512::new().chain_update(seed).chain_update(counter.to_be_bytes());
    (0..).flat_map(|counter| block(counter).finalize()).take(length).collect()
}

fn noise_32(seed: &str) -> [u8; 32] {
    noise(seed, 32).try_into().unwrap()
}

fn big_endian(number: &BigUint) -> [u8; 32] {
    let octets = number.to_bytes_be();
    [vec![0; 32 - octets.len()], octets].concat().try_into().unwrap()
}

fn little_endian(number: &BigUint) -> [u8; 32] {
    let mut octets = big_endian(number);
    octets.reverse();
    octets
}

fn power_of_two(exponent: u32) -> BigUint {
    BigUint::from(2_u8).pow(exponent)
}

/// Numbers of 256 bits where mistakes hide, around a prime and around the limbs, and some others.
fn numbers(p: &BigUint) -> Vec<BigUint> {
    let mut numbers: Vec<BigUint> = (0_u8..4).map(BigUint::from).collect();
    numbers.extend([p - 2_u8, p - 1_u8, p.clone(), p + 1_u8, p >> 1]);
    for exponent in [28, 29, 30, 57, 58, 96, 192, 224, 232, 254, 255] {
        numbers.extend([power_of_two(exponent) - 1_u8, power_of_two(exponent)]);
    }
    numbers.extend([power_of_two(256) - 1_u8, power_of_two(256) - power_of_two(29)]);
    numbers.extend((0..20).map(|i| BigUint::from_bytes_be(&noise_32(&format!("number {i}")))));
    numbers
}

#[test]
fn field_of_p256() {
    let p = power_of_two(256) - power_of_two(224) + power_of_two(192) + power_of_two(96) - 1_u8;
    let of = |number: &BigUint| p256_field::Element::of(&big_endian(number));
    let same = |element: p256_field::Element, number: BigUint| {
        assert!((element - of(&(number % &p))).tight().is_zero());
        assert!(!(element - of(&power_of_two(200)) - of(&(&p - 1_u8))).tight().is_zero());
    };
    for a in numbers(&p) {
        assert_eq!(of(&a).is_zero(), (&a % &p) == BigUint::ZERO);
        same(of(&a).square(), &a * &a);
        same(of(&a).settled(), a.clone());
        same(of(&a).inverse(), a.modpow(&(&p - 2_u8), &p));
        for b in numbers(&p) {
            same(of(&a).mul(&of(&b)), &a * &b);
            same((of(&a) - of(&b)).mul(&of(&b)), (&a + (&p << 1) - &b) * &b);
            same((of(&a) - of(&b)).square(), BigUint::pow(&(&a + (&p << 1) - &b), 2));
            same((of(&a) + of(&b)).tight().mul(&of(&a)), (&a + &b) * &a);
        }
    }
}

#[test]
fn field_of_curve25519() {
    let p = power_of_two(255) - 19_u8;
    let of = |number: &BigUint| ed25519_field::Element::from_octets(&big_endian(number));
    let same = |element: ed25519_field::Element, number: BigUint| {
        assert_eq!(element.to_octets(), little_endian(&(number % &p)));
    };
    for a in numbers(&p) {
        same(of(&a), a.clone());
        same(of(&a).square(), &a * &a);
        same(of(&a).inverse(), a.modpow(&(&p - 2_u8), &p));
        same(ed25519_field::Element::ZERO - of(&a), (&p << 2) - &a);
        for b in numbers(&p) {
            same(of(&a).mul(&of(&b)), &a * &b);
            same(of(&a) - of(&b), &a + (&p << 2) - &b);
            same((of(&a) - of(&b)).mul(&of(&b)), (&a + (&p << 2) - &b) * &b);
            same((of(&a) - of(&b)).square(), BigUint::pow(&(&a + (&p << 2) - &b), 2));
            same((of(&a) + of(&b)).mul(&(of(&a) - of(&b))), (&a + &b) * (&a + (&p << 2) - &b));
        }
    }
    same(ed25519_field::SQRT_MINUS_1.square(), &p - 1_u8);
    same(ed25519_field::P25519::ONE, BigUint::from(1_u8));
}

fn p256_scalars() -> Vec<Scalar> {
    let noise = |i| Option::from(Scalar::from_repr(noise_32(&format!("p256 {i}")).into()));
    let mut scalars: Vec<Scalar> = (0..12).filter_map(noise).collect();
    scalars.extend([0_u64, 1, 2, 3, 31, 32, 33, 63, 64, 65, 1 << 38].map(Scalar::from));
    scalars.extend([1_u64, 2, 32, 64].map(|small| -Scalar::from(small)));
    scalars.push(Scalar::TWO_INV);
    scalars
}

fn p256_table(point: ProjectivePoint) -> p256_table::Table {
    let point = point.to_affine().to_sec1_point(false);
    let (x, y) = (*point.x().unwrap(), *point.y().unwrap());
    p256_table::Table::new(&x.into(), &y.into())
}

/// Checks all pairs of scalars; gives how often the tables left the answer to others.
fn p256_sums(key: ProjectivePoint) -> usize {
    let table = p256_table(key);
    let mut undecided = 0;
    for u1 in p256_scalars() {
        for u2 in p256_scalars() {
            let expected = ProjectivePoint::GENERATOR * u1 + key * u2;
            let sum = p256_table::sum(&u1.to_bytes().into(), &table, &u2.to_bytes().into());
            let Some(sum) = sum else {
                undecided += 1;
                continue;
            };
            let expected = expected.to_affine().to_sec1_point(false);
            let x = BigUint::from_bytes_be(expected.x().unwrap());
            let n = BigUint::from_bytes_be(&(-Scalar::ONE).to_bytes()) + 1_u8;
            assert!(sum.x_is_congruent_to(&big_endian(&(&x % &n))));
            assert!(!sum.x_is_congruent_to(&big_endian(&((&x + 1_u8) % &n))));
        }
    }
    undecided
}

#[test]
fn sums_on_p256() {
    let key = ProjectivePoint::GENERATOR * Scalar::from_repr(noise_32("key").into()).unwrap();
    // Only 0G + 0Q has no answer.
    assert_eq!(p256_sums(key), 1);
}

#[test]
fn sums_on_p256_of_related_points() {
    for factor in [Scalar::ONE, -Scalar::ONE, Scalar::from(2_u64), Scalar::TWO_INV] {
        // Here points meet themselves and their opposites: some sums must be left undecided.
        assert!(p256_sums(ProjectivePoint::GENERATOR * factor) > 1);
    }
}

#[test]
fn x_of_p256_above_the_order() {
    // The least x from n on that is on the curve; r is then x - n.
    let n = BigUint::from_bytes_be(&(-Scalar::ONE).to_bytes()) + 1_u8;
    let (x, table) = (0_u32..)
        .find_map(|above| {
            let x = big_endian(&(&n + above));
            let encoded = [&[2][..], &x].concat();
            let key = ::p256::PublicKey::from_sec1_bytes(&encoded).ok()?;
            Some((&n + above, p256_table(key.to_projective())))
        })
        .unwrap();
    let one = Scalar::ONE.to_bytes().into();
    let sum = p256_table::sum(&[0; 32], &table, &one).unwrap();
    assert!(sum.x_is_congruent_to(&big_endian(&(x - n))));
}

fn ed25519_scalars() -> Vec<curve25519_dalek::Scalar> {
    use curve25519_dalek::Scalar;
    let noise = |i| Scalar::from_bytes_mod_order(noise_32(&format!("ed25519 {i}")));
    let mut scalars: Vec<Scalar> = (0..12).map(noise).collect();
    scalars.extend([0_u64, 1, 2, 31, 32, 33, 63, 64, 65, 1 << 38].map(Scalar::from));
    scalars.extend([1_u64, 2, 32, 64].map(|small| -Scalar::from(small)));
    scalars
}

#[test]
fn sums_on_ed25519() {
    let random = ED25519_BASEPOINT_POINT * ed25519_scalars().first().unwrap();
    let mut points = vec![random, ED25519_BASEPOINT_POINT, -ED25519_BASEPOINT_POINT];
    points.extend(EIGHT_TORSION.map(|torsion| random + torsion));
    for point in points {
        let table = ed25519_table::Table::new(&point.compress().0);
        for s in ed25519_scalars() {
            for k in ed25519_scalars() {
                let expected = EdwardsPoint::vartime_double_scalar_mul_basepoint(&k, &point, &s);
                let sum = ed25519_table::encoded_sum(s.as_bytes(), &table, k.as_bytes());
                assert_eq!(sum, expected.compress().0);
            }
        }
    }
}

#[test]
fn powers_modulo() {
    for bits in [2048, 2049, 2051, 2055, 2056, 3072, 3583, 4096, 5000, 8191, 8192] {
        let octets = noise(&format!("modulus {bits}"), 1024);
        let mut random = BigUint::from_bytes_be(&octets) % power_of_two(bits);
        random.set_bit(0, true);
        random.set_bit(u64::from(bits) - 1, true);
        for n in [random, power_of_two(bits) - 1_u8, power_of_two(bits - 1) + 1_u8] {
            powers_modulo_one(&n);
        }
    }
}

fn powers_modulo_one(n: &BigUint) {
    let modulus = Modulus::new(&n.to_bytes_be()).unwrap();
    let random = BigUint::from_bytes_be(&noise("base", 1024)) % n;
    for base in [BigUint::ZERO, BigUint::from(1_u8), n - 1_u8, n >> 1, random] {
        for exponent in [3, 5, 17, 65537, (1 << 32) + 1, u64::MAX] {
            let power = modulus.power(&base.to_bytes_be(), exponent);
            assert_eq!(power.len(), modulus.octets().len());
            let expected = base.modpow(&exponent.into(), n);
            assert_eq!(BigUint::from_bytes_be(&power), expected, "{base} ^ {exponent} mod {n}");
        }
    }
}

#[test]
fn moduli_that_are_refused() {
    for n in [power_of_two(2047) - 1_u8, power_of_two(8192) + 1_u8, power_of_two(2048) - 2_u8] {
        assert!(Modulus::new(&n.to_bytes_be()).is_none());
    }
    assert!(Modulus::new(&[]).is_none());
}
