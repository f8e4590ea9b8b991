//! Asymmetric keys: every form they come in, and what is not fit to be one. `tests/keys.json`
//! holds keys made by Node and openssl, with thumbprints by jose.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use edge_jwt::error::SetupError;
use edge_jwt::key::Key;
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use super::support::{key_set, keys};

const KINDS: [(&str, &str); 5] = [
    ("rsa", "RS256"),
    ("p256", "ES256"),
    ("p384", "ES384"),
    ("p521", "ES512"),
    ("ed25519", "EdDSA"),
];

fn fixtures() -> Value {
    serde_json::from_str(include_str!("../keys.json")).unwrap()
}

fn read(form: &str, alg: &str, written: &str) -> Result<Vec<Key>, SetupError> {
    keys(&json!({ "form": form, "alg": alg }).to_string(), written.as_bytes())
}

fn read_jwk(jwk: &Value) -> Result<Vec<Key>, SetupError> {
    keys(r#"{"form":"jwk"}"#, jwk.to_string().as_bytes())
}

fn problem(result: Result<Vec<Key>, SetupError>) -> String {
    result.map(|_| ()).unwrap_err().to_string()
}

fn der(pem: &str) -> Vec<u8> {
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    STANDARD.decode(body).unwrap()
}

#[wasm_bindgen_test(unsupported = test)]
fn every_form_of_a_key_is_the_same_key() {
    let fixtures = fixtures();
    for (kind, alg) in KINDS {
        let fixture = &fixtures[kind];
        for (form, pem) in fixture["pem"].as_object().unwrap() {
            let pem = pem.as_str().unwrap();
            let crlf = pem.replace('\n', "\r\n");
            let one_line = pem.replace('\n', "\\n");
            let framed = format!("Bag Attributes\n  some: text\n{pem}trailing words\n");
            for written in [pem, &crlf, &one_line, &framed] {
                let keys = read("pem", alg, written).unwrap();
                check_same(&keys, fixture, alg, &format!("{kind} {form}"));
            }
            let options = json!({ "form": "der", "alg": alg }).to_string();
            check_same(&keys(&options, &der(pem)).unwrap(), fixture, alg, form);
        }
        for form in ["publicJwk", "privateJwk"] {
            let keys = read("jwk", alg, &fixture[form].to_string()).unwrap();
            check_same(&keys, fixture, alg, form);
        }
    }
}

/// An Ed25519 seed in PKCS #8 comes without its point, so without a thumbprint.
fn check_same(keys: &[Key], fixture: &Value, alg: &str, what: &str) {
    assert_eq!(keys.len(), 1, "{what}");
    let key = keys.first().unwrap();
    assert_eq!(key.algorithm().name, alg, "{what}");
    if what == "ed25519 pkcs8" || (what == "pkcs8" && alg == "EdDSA") {
        assert_eq!(key.id(), None, "{what}");
        return;
    }
    assert_eq!(key.id(), fixture["thumbprint"].as_str(), "{what}");
}

/// CVE-2020-0601: whoever chooses the curve's generator can sign for another's public key.
#[wasm_bindgen_test(unsupported = test)]
fn a_curve_that_is_written_out_differs_in_no_octet_from_the_named_one() {
    let fixtures = fixtures();
    let read = |der: &[u8]| keys(r#"{"form":"der","alg":"ES256"}"#, der);
    let find = |der: &[u8], part: &[u8]| der.windows(part.len()).position(|at| at == part).unwrap();
    for form in ["spkiWrittenOut", "spkiWrittenOutWithoutSeed"] {
        let good = der(fixtures["p256"]["pem"][form].as_str().unwrap());
        assert!(read(&good).is_ok(), "{form}");
        // From the version before the field to the cofactor after the order.
        let begins = find(&good, &[2, 1, 1, 0x30, 0x2c]);
        let ends = find(&good, &[0x25, 0x51, 2, 1, 1]) + 5;
        for place in begins..ends {
            let mut other = good.clone();
            other[place] ^= 1;
            assert!(read(&other).is_err(), "{form}: octet {place}");
        }
        // The attack itself: the public key as the generator, so that its private key is 1.
        let point = good[good.len() - 65..].to_vec();
        let generator = find(&good, &[4, 0x6b, 0x17, 0xd1, 0xf2]);
        let mut forged = good.clone();
        forged[generator..generator + 65].copy_from_slice(&point);
        assert!(read(&forged).is_err(), "{form}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn several_blocks_are_several_keys() {
    let fixtures = fixtures();
    let pem = |kind: &str, form: &str| fixtures[kind]["pem"][form].as_str().unwrap().to_owned();
    let text =
        format!("{}\n{}{}", pem("p256", "spki"), pem("p384", "sec1"), pem("ed25519", "spki"));
    let keys = keys(r#"{"form":"pem"}"#, text.as_bytes()).unwrap();
    let algorithms: Vec<_> = keys.iter().map(|key| key.algorithm().name).collect();
    assert_eq!(algorithms, ["ES256", "ES384", "EdDSA"]);

    let named = super::support::keys(r#"{"form":"pem","kid":"a"}"#, text.as_bytes());
    assert_eq!(problem(named), "kid: cannot name several keys at once");
}

#[wasm_bindgen_test(unsupported = test)]
fn published_keys_hold_nothing_private() {
    let fixtures = fixtures();
    let private = KINDS.iter().map(|(kind, alg)| {
        read("jwk", alg, &fixtures[*kind]["privateJwk"].to_string()).unwrap().remove(0)
    });
    let secret = super::support::key(r#"{"kid":"s","alg":"HS256"}"#, &[7; 32]).unwrap();
    let disabled = keys(
        r#"{"form":"pem","kid":"off","state":"disabled"}"#,
        fixtures["p256"]["pem"]["spki"].as_str().unwrap().as_bytes(),
    );
    let set = key_set(private.chain([secret]).chain(disabled.unwrap()));
    let jwks: Value = serde_json::from_str(&set.public_jwks()).unwrap();
    let published = jwks["keys"].as_array().unwrap();
    assert_eq!(published.len(), KINDS.len());
    for ((kind, alg), jwk) in KINDS.iter().zip(published) {
        let mut expected = fixtures[*kind]["publicJwk"].clone();
        expected["alg"] = json!(alg);
        expected["use"] = json!("sig");
        expected["kid"] = fixtures[*kind]["thumbprint"].clone();
        assert_eq!(*jwk, expected, "{kind}");
    }
}

/// Catalogue 2, 3: nothing but a secret goes with HMAC, and a curve with its own algorithm alone.
#[wasm_bindgen_test(unsupported = test)]
fn a_key_serves_only_algorithms_of_its_kind() {
    let fixtures = fixtures();
    for (kind, own) in KINDS {
        let pem = fixtures[kind]["pem"]["spki"].as_str().unwrap();
        for alg in ["HS256", "RS256", "PS384", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"] {
            let fits = alg == own
                || (kind == "rsa" && alg == "PS384")
                || (kind == "ed25519" && alg == "Ed25519");
            assert_eq!(read("pem", alg, pem).is_ok(), fits, "{kind} {alg}");
        }
    }
    let secret = keys(r#"{"form":"secret","alg":"RS256"}"#, &[7; 300]);
    assert_eq!(problem(secret), "alg: does not go with a secret");
    let unsaid =
        keys(r#"{"form":"pem"}"#, fixtures["rsa"]["pem"]["spki"].as_str().unwrap().as_bytes());
    assert_eq!(problem(unsaid), "alg: must be said for this key");
}

#[wasm_bindgen_test(unsupported = test)]
fn a_jwk_must_not_contradict_its_use() {
    let fixtures = fixtures();
    let with = |name: &str, value: Value| {
        let mut jwk = fixtures["p256"]["publicJwk"].clone();
        jwk[name] = value;
        read_jwk(&jwk)
    };
    assert!(with("use", json!("sig")).is_ok());
    assert!(with("key_ops", json!(["verify"])).is_ok());
    assert!(with("x5t", json!("whatever is not known")).is_ok());
    assert!(with("alg", json!("ES256")).is_ok());
    for (name, value) in [
        ("use", json!("enc")),
        ("use", json!(1)),
        ("key_ops", json!(["encrypt"])),
        ("key_ops", json!(["sign"])),
        ("key_ops", json!([])),
        ("key_ops", json!("verify")),
        ("alg", json!("RS256")),
        ("alg", json!("none")),
        ("kid", json!(7)),
        ("kty", json!("oct")),
        ("kty", json!("ec")),
        ("crv", json!("P-384")),
        ("crv", json!("secp256k1")),
        ("x", json!("AA")),
        ("x", json!("*")),
        ("x", json!(7)),
        ("d", json!("AA")),
    ] {
        assert!(with(name, value.clone()).is_err(), "{name} {value}");
    }
    let contradicting = keys(
        r#"{"form":"jwk","alg":"Ed25519"}"#,
        br#"{"kty":"OKP","crv":"Ed25519","alg":"EdDSA","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
    );
    assert_eq!(problem(contradicting), "alg: contradicts the JWK's own");
}

/// Catalogue 8, 9: keys under which some forgery is easy.
#[wasm_bindgen_test(unsupported = test)]
fn weak_and_impossible_keys_are_refused() {
    let fixtures = fixtures();
    let weak = read("pem", "RS256", fixtures["rsa1024"]["pem"]["spki"].as_str().unwrap());
    assert_eq!(problem(weak), "key: is an RSA key of under 2048 or over 8192 bits");

    let rsa = |n: &[u8], e: &[u8]| {
        let encode = |octets| URL_SAFE_NO_PAD.encode(octets);
        read_jwk(&json!({ "kty": "RSA", "alg": "RS256", "n": encode(n), "e": encode(e) }))
    };
    let odd = |octets: usize| {
        let mut n = vec![0xff; octets];
        n[0] = 0x80;
        n
    };
    let even: Vec<u8> = odd(256).iter().map(|octet| octet & 0xfe).collect();
    assert!(rsa(&odd(256), &[1, 0, 1]).is_ok());
    assert!(rsa(&[&[0, 0], &odd(256)[..]].concat(), &[0, 3]).is_ok(), "zeros in front");
    assert!(rsa(&odd(255), &[1, 0, 1]).is_err(), "2040 bits");
    assert!(rsa(&[&[0], &odd(255)[..]].concat(), &[1, 0, 1]).is_err(), "2040 bits and a zero");
    assert!(rsa(&odd(65_536), &[1, 0, 1]).is_err(), "64 KiB");
    assert!(rsa(&even, &[1, 0, 1]).is_err(), "even modulus");
    for e in [&[][..], &[0], &[1], &[2], &[1, 0, 0], &[1, 0, 0, 0, 1]] {
        assert!(rsa(&odd(256), e).is_err(), "exponent {e:?}");
    }

    let off = |name: &str| {
        let mut jwk = fixtures["p256"]["publicJwk"].clone();
        jwk[name] = json!(URL_SAFE_NO_PAD.encode([1; 32]));
        problem(read_jwk(&jwk))
    };
    assert_eq!(off("x"), "key: is not a point of its curve");
    assert_eq!(off("y"), "key: is not a point of its curve");
    let identity = json!({ "kty": "OKP", "crv": "Ed25519", "x": format!("AQ{}", "A".repeat(41)) });
    assert_eq!(problem(read_jwk(&identity)), "key: is not a sound Ed25519 public key");
}

/// Catalogue 23: nor is an encrypted key, whose count of iterations its maker chose.
#[wasm_bindgen_test(unsupported = test)]
fn text_that_is_no_key_is_refused_whole() {
    let fixtures = fixtures();
    let pem = fixtures["p256"]["pem"]["spki"].as_str().unwrap();
    let cut = |to: usize| pem.get(..to).unwrap().to_owned();
    for text in [
        String::new(),
        "hello".to_owned(),
        cut(60),
        cut(pem.len() - 10),
        pem.replace("PUBLIC KEY", "ENCRYPTED PRIVATE KEY"),
        pem.replace("BEGIN PUBLIC", "BEGIN PRIVATE"),
        pem.replacen("PUBLIC", "RSA PUBLIC", 2),
        pem.replace('M', "*"),
        format!("{pem}{}", cut(60)),
    ] {
        assert!(read("pem", "ES256", &text).is_err(), "{text}");
    }
    for kind in KINDS {
        let whole = der(fixtures[kind.0]["pem"]["pkcs8"].as_str().unwrap());
        for to in 0..whole.len() {
            let options = json!({ "form": "der", "alg": kind.1 }).to_string();
            assert!(keys(&options, &whole[..to]).is_err(), "{} octets of {}", to, kind.0);
        }
        let trailing = [&whole[..], &[0]].concat();
        assert!(keys(r#"{"form":"der"}"#, &trailing).is_err());
    }
    for text in
        ["", "null", "[]", "{}", r#"{"kty":"EC","kty":"EC"}"#, r#"{"kty":"OKP","crv":"X25519"}"#]
    {
        assert!(keys(r#"{"form":"jwk"}"#, text.as_bytes()).is_err(), "{text}");
    }
}
