//! Round trips, vectors of RFC 6979 and RFC 8032, and the keys that must be refused.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]
#![expect(clippy::indexing_slicing, reason = "a test may fail by panicking")]
#![expect(clippy::many_single_char_names, reason = "the names of the numbers in a JWK")]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use curve25519_dalek::constants::EIGHT_TORSION;
use edge_jwt::full::{Private, Public, signer, verifier};
use jsonwebtoken::Algorithm as Id;
use rsa::signature::Verifier as _;
use rsa::{BoxedUint, RsaPublicKey, pkcs1v15, pss};
use sha2::{Sha256, Sha384, Sha512};

/// An RSA key with the exponent 65537, in base64url.
struct Fixture {
    n: &'static str,
    d: &'static str,
    p: &'static str,
    q: &'static str,
}

/// 2048, 2049 and 2055 bits: PSS pads each differently.
const FIXTURES: [Fixture; 3] = [
    Fixture {
        n: "3ZqeLgO1o-lvo_J0N50duMQoIEkKWCVhbsKlbDmDYv_hVuBgYO-G4v5VB_otPouvqqcAikxx611LxWCgyxImcgKHr7guB53qK1FEjWcOjeEEXKiXEQoqoMNt0On3-uIJTkjZYVMZhKKleoX7vZX-4yaGUmuecTMMo0na1_ga5safpxyx6ZboI4SnT8cKlHSYATeDtc8W4iNtxqIzf5G5q0zIjtGK9WNBhRe6p0GyIMTK0jVanyWy0fxS21wBU8qexETB_i3lgMd8MdINbBTxvfithHUkx433KQBrl6tl9lgLeBHMlchDIRjK6lBulwr5O2lxDhPtDSME1xuXxg3UBQ",
        d: "NlahjtruAUFOVL8w7CokjZfb1v7SAIc5-vTTp1P6-Z2Q3cKrH1nck3CV3RzlVz7dVlUY9tCD5pi76awmAWVz8-TW7KmW79sy_mgxDRNGKFgSv72_PThm94C0PtQAMI6YhY-rbgf4a-ON_Bs6fWR4Wa6qpS8qbMt9v9RuSyLVRdzdWFyaPSeb9ADC47aSoBteBcg31tNnx7XQ03RKrll7QYlIWMQ0JQwqfe4HfJL-ZERJifGhT8T2HG-psmIi6vHJKV7Bb6Z1F2W5yZrDD6K3fssCIoSIlquwZzi6Nr00VI24ee1PylcuRlbXBYh0_weyA3GA5Sj-aBNhiUkeRUE2gQ",
        p: "_wNdqRBhy-HPcS1DEKf24Bu-Fo0Wymb04f6vvkgkENTC63kzrXJUq-6s1V07_91RCcYPPBLhz75WQFJowO6nMLxJK_PGyGEIwaYJtceawE5QxLED-J3W4USHBOXVgSusYrF9dmLjKQuqDbOY-VNoZF3pQaVAymBEgKXdZrq0LjE",
        q: "3nYnj0Wx_H9xPRKoUuZPbD2xSLnLFjyVCHaW0xl6D0Dxw070_VIdNzcEwoUFPCLZEuzwUZD56Jkl9XILiluySoUh7vUGqO5AoyvHHvztCFgB3nqSeyh322HDlOarcDeyXY70RgTnk8RchmhU9-7HfcevFCBP0Bt-HMMfSzpSKhU",
    },
    Fixture {
        n: "yl80KweO75UF-kcQF-aJWjE9dRyroNPf5HIBVBNC44IpB0S69sD3YnjjqK7CyOdUz71MS5hUAzuPNiJ3v8KhUkz_-ol3SvAuIpJsk4eGCacwjiBpCWXhw99v5N0elZJ0rTDIR7VfXXg1K-duDbYs4OuJPB4BrRb_nbuB3X6l8GOHLhwSj2NcptpEJdrrdhVD_pxcuFgDsutrgjadmwwVjYVEiOXax9HG0y-fo1tXvRhkIiOYHLF4yM5aIEM5zdZm4SDfT2DFksLM-GFUO4O1u89mkddwUquyPXeF-TafflEvk3qbFJqU4I8mv-8SytwkSHVtvCjJkmjZ3JRjN3aVfw",
        d: "BrL_HZuK8khrIb1ffYMOsfMmVy2jStgotb3GaHuYv8JLzGdMjyWVKufYlXlvjkoGJzhbgbchtNewZnjeoPT29SwCX09UqSDpThCt0nZui_xCYboV8A802ZCYeimNvSLThPYz8xfAd-4mSHVJUd_hfXKeoORXZtz3ikeuRWBPavU5bJgxxj8L4O3r8S2oPKeL8W2Wxep7qyUEi7yFQ_7S79WS66WtjIFSSiOakJljPFjtOv4Fs8u_9hfW-kHXdNoNVc8Xt80vS-8rIQEKWqdWQTpzNojXmi0SqduuElsrsXex-PMOApKX4BgW07HRQRzb08sutdjrx3V26bC8teUMWQ",
        p: "69gGnKYzUh0TpU5tm6zyeB8DG3ytuQyI-Ulf79WONvSI9aLt67NJvbuqogxK6mWeEz38Xu5mc7LdMoEWD1WGD_U8IcXKi3hzIjXWYiWEY08yDrlr1xoZ1RcaqRpBLS0A2UKsq_6REH-SpW9MNjzpesRNA73KMbPLM2nxdRF7oxc",
        q: "26raPYOcd88Bk4-NtmiULrN2ignHuPblsrzfSuLN0nvlvX8t5UO_G0S51I-x3rYnPDEeO4DW4MKoZlO8r-eWHTxvzLZ_Q7SooZg4Tb-ofDA70s1_s4hgNHpHZSf4zcA_HcbcGUGCADJ_q8Lm1dY1kzJD2TRl1dViE1fVNbMTwdk",
    },
    Fixture {
        n: "LLzNwN9uUKQeeTvN_UbHn2Qeo7jNCmGty3r1cw-4wWZEVGbeH4522w1skuVeR0XZU0U0ILbVebhUQzl8V-QpxvTJfgyBW0A9qqjSak5DE_TZSwMjeZdlL_2QU5yd48YsOGrdhsEYJXCkY331FhBWV6-GlXYRkPSofcQ13gBwP4g4gV8L-_uXerheb8_31Z3EMe9iMPDB4-t1SyfIaJ_YeLvCu4WvsmB0zuTZUMRdHLI-FNyXcAs8qQdQDn-1eZ_LEaldCtc3MI76ONWQLe__ivWjRW0Vyyws45B6-BOIZM6WhPlmj1Ylr0AOHY7dU8L81lvL4ADVmHWOUY5o8Yu-hsk",
        d: "tAZknJPT1wNBnZk10inWIrvr5T5ChlmLLsdymRHVkcF2NYMSqj8ftLIltvmd6NurLZXNroIO3pZjKMwAZ64-bzTxncm0wP7sfVMyvOsyAkceIOerBCBg5Of4CyiyNA3C5JnPLJ7atnlnCkuoHqFKJztYLcRwll_wUNLAnBonmCuGC5Oml8-n0dFhY4LTk2T60biR0jHn5vXp1IF6YG4_xlxXYtYy1VfAZOEcR-I-jZ9M5ul-HKSYCTRuEK11I7M73RUu40aajDgd-e0CKC6HCOIs3teXe3CjKMJDabP3hrrpR-NmTSgAIye3Ow4wlYK3n8PjMDT6Xb8l5JGHM2htOQ",
        p: "B9R6pUaxN6pe9m24JSFt5E0EOm3pjUWURYo-Y91hcQSnokkjOlejMhacg48MUHi8ChDk8eqwAlIyoK1bZ24YvzfIq494iCusD99s_64yY6paCOKKQmB8USi__4JFS8vqvH-n_WaO8rDL1tc0G5D-lYBvGmWfpIn2d248Q-cicLC9",
        q: "Bbau4gGsY3eueBFxxO6HyiNzPRTNiapX5SFZ42SKlKFHafFIwjlYwuOH82Ry4Fb1c9_24sVlKIbXjSSlWviku4b27DgJHiTc86k1dZk_cpJvJs96TFDgSWtcSONyB8ZRNW0JApAkRYRxBZo9aWyxm7HqqTTGdPZ1xFmjN8b1Ywz9",
    },
];
const E: [u8; 3] = [1, 0, 1];
const RSA: [Id; 6] = [Id::RS256, Id::RS384, Id::RS512, Id::PS256, Id::PS384, Id::PS512];

fn octets(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap()
}

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<char> = text.chars().collect();
    let octet = |pair: &[char]| u8::from_str_radix(&pair.iter().collect::<String>(), 16).unwrap();
    digits.chunks(2).map(octet).collect()
}

/// Signs, verifies, and sees every change to the signature refused.
fn round_trip(id: Id, private: &Private<'_>, public: &Public<'_>) -> Vec<u8> {
    let (signer, verifier) = (signer(id, private).unwrap(), verifier(id, public).unwrap());
    assert_eq!((signer.algorithm(), verifier.algorithm()), (id, id));
    let signature = signer.try_sign(b"sample").unwrap();
    for _ in 0..30 {
        assert!(verifier.verify(b"sample", &signature).is_ok());
        assert!(verifier.verify(b"simple", &signature).is_err());
    }
    for index in 0..signature.len() {
        let mut changed = signature.clone();
        changed[index] ^= 0x40;
        assert!(verifier.verify(b"sample", &changed).is_err());
        assert!(verifier.verify(b"sample", &changed.split_off(index)).is_err());
        assert!(verifier.verify(b"sample", &changed).is_err());
    }
    assert!(verifier.verify(b"sample", &[&*signature, &[0]].concat()).is_err());
    assert!(verifier.verify(b"sample", &[&[0], &*signature].concat()).is_err());
    for octet in [0, 0xff] {
        assert!(verifier.verify(b"sample", &vec![octet; signature.len()]).is_err());
    }
    signature
}

#[test]
fn es256_of_rfc_6979() {
    let d = hex("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721");
    let x = hex("60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6");
    let y = hex("7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299");
    let signature = round_trip(Id::ES256, &Private::Ec { d: &d }, &Public::Ec { x: &x, y: &y });
    let r = "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716";
    let s = "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8";
    assert_eq!(signature, hex(&[r, s].concat()));
}

#[test]
fn es384_of_rfc_6979() {
    let d = "6B9D3DAD2E1B8C1C05B19875B6659F4DE23C3B667BF297BA9AA47740787137D8\
             96D5724E4C70A825F872C9EA60D2EDF5";
    let x = "EC3A4E415B4E19A4568618029F427FA5DA9A8BC4AE92E02E06AAE5286B300C64\
             DEF8F0EA9055866064A254515480BC13";
    let y = "8015D9B72D7D57244EA8EF9AC0C621896708A59367F9DFB9F54CA84B3F1C9DB1\
             288B231C3AE0D4FE7344FD2533264720";
    let signature =
        round_trip(Id::ES384, &Private::Ec { d: &hex(d) }, &Public::Ec { x: &hex(x), y: &hex(y) });
    let r = "94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C\
             81A648152E44ACF96E36DD1E80FABE46";
    let s = "99EF4AEB15F178CEA1FE40DB2603138F130E740A19624526203B6351D0A3A94F\
             A329C145786E679E7B82C71A38628AC8";
    assert_eq!(signature, hex(&[r, s].concat()));
}

#[test]
fn ed25519_of_rfc_8032() {
    let d = hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
    let x = hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    round_trip(Id::EdDSA, &Private::Ed25519 { d: &d }, &Public::Ed25519 { x: &x });
    let signature = signer(Id::EdDSA, &Private::Ed25519 { d: &d }).unwrap().sign(b"");
    let r = "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155";
    let s = "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b";
    assert_eq!(signature, hex(&[r, s].concat()));
}

#[test]
fn rsa_against_its_crate() {
    for fixture in FIXTURES {
        let [n, d, p, q] = [fixture.n, fixture.d, fixture.p, fixture.q].map(octets);
        let private = Private::Rsa { n: &n, e: &E, d: &d, p: &p, q: &q };
        let number = BoxedUint::from_be_slice_vartime;
        let theirs = RsaPublicKey::new(number(&n), number(&E)).unwrap();
        for id in RSA {
            let signature = round_trip(id, &private, &Public::Rsa { n: &n, e: &E });
            assert!(accepts(id, theirs.clone(), &signature), "{id:?}");
        }
    }
}

/// The verdict of the `rsa` crate.
fn accepts(id: Id, key: RsaPublicKey, signature: &[u8]) -> bool {
    let pkcs1 = || pkcs1v15::Signature::try_from(signature).unwrap();
    let pss = || pss::Signature::try_from(signature).unwrap();
    let verdict = match id {
        Id::RS256 => pkcs1v15::VerifyingKey::<Sha256>::new(key).verify(b"sample", &pkcs1()),
        Id::RS384 => pkcs1v15::VerifyingKey::<Sha384>::new(key).verify(b"sample", &pkcs1()),
        Id::RS512 => pkcs1v15::VerifyingKey::<Sha512>::new(key).verify(b"sample", &pkcs1()),
        Id::PS256 => pss::VerifyingKey::<Sha256>::new(key).verify(b"sample", &pss()),
        Id::PS384 => pss::VerifyingKey::<Sha384>::new(key).verify(b"sample", &pss()),
        _ => pss::VerifyingKey::<Sha512>::new(key).verify(b"sample", &pss()),
    };
    verdict.is_ok()
}

#[test]
fn public_keys_that_are_refused() {
    fn refused(id: Id, key: Public<'_>) -> bool {
        verifier(id, &key).is_none()
    }
    let n = octets(FIXTURES.first().unwrap().n);
    let even = [&n[..], &[0]].concat();
    for e in [&[][..], &[0], &[1], &[2], &[1, 0, 0], &[1; 9]] {
        assert!(refused(Id::RS256, Public::Rsa { n: &n, e }));
    }
    for n in [&[][..], &[0], &[3], &n[1..], &even, &[0xff; 1025]] {
        assert!(refused(Id::PS256, Public::Rsa { n, e: &E }));
    }
    for id in [Id::RS256, Id::EdDSA, Id::HS256, Id::ES256, Id::ES384] {
        assert!(refused(id, Public::Ec { x: &[1; 32], y: &[1; 32] }));
        assert!(refused(id, Public::Ec { x: &[0; 48], y: &[0; 48] }));
        assert!(refused(id, Public::Ec { x: &[], y: &[] }));
        assert!(refused(id, Public::Ed25519 { x: &[2; 32] }));
        assert!(refused(id, Public::Ed25519 { x: &[] }));
    }
    for id in [Id::HS256, Id::ES256, Id::EdDSA] {
        assert!(refused(id, Public::Rsa { n: &n, e: &E }));
    }
    for encoded in EIGHT_TORSION.map(|point| point.compress().0) {
        assert!(refused(Id::EdDSA, Public::Ed25519 { x: &encoded }));
    }
    // 3 + p: not canonical, though 3 is the y of a point of large order.
    let mut three_and_p = [0xff; 32];
    [three_and_p[0], three_and_p[31]] = [0xf0, 0x7f];
    assert!(refused(Id::EdDSA, Public::Ed25519 { x: &three_and_p }));
    let mut three = [0; 32];
    three[0] = 3;
    assert!(!refused(Id::EdDSA, Public::Ed25519 { x: &three }));
}

#[test]
fn private_keys_that_are_refused() {
    fn refused(id: Id, key: Private<'_>) -> bool {
        signer(id, &key).is_none()
    }
    for d in [&[][..], &[1], &[0; 32], &[0xff; 32], &[0; 48], &[0xff; 48]] {
        assert!(refused(Id::ES256, Private::Ec { d }));
        assert!(refused(Id::ES384, Private::Ec { d }));
    }
    assert!(refused(Id::EdDSA, Private::Ed25519 { d: &[1; 31] }));
    assert!(refused(Id::ES256, Private::Ed25519 { d: &[1; 32] }));
    let fixture = FIXTURES.first().unwrap();
    let good = [fixture.n, fixture.d, fixture.p, fixture.q].map(octets);
    let wrong: [&[u8]; 9] =
        [&[], &[0], &[1], &[2], &[3], &[0; 256], &[0xff; 128], &[0xff; 256], &[0xff; 300]];
    for index in 0..good.len() {
        for wrong in wrong {
            let mut numbers: Vec<&[u8]> = good.iter().map(Vec::as_slice).collect();
            numbers[index] = wrong;
            let [n, d, p, q] = numbers.try_into().unwrap();
            assert!(refused(Id::RS256, Private::Rsa { n, e: &E, d, p, q }));
        }
    }
    let [n, d, p, q] = &good;
    assert!(refused(Id::RS256, Private::Rsa { n, e: &[3], d, p, q }));
    assert!(refused(Id::RS256, Private::Rsa { n, e: &E, d, p, q: p }));
    assert!(!refused(Id::RS256, Private::Rsa { n, e: &E, d, p, q }));
}
