//! Keys: what is taken as one, and which one a token gets.

use edge_jwt::error::Code;
use wasm_bindgen_test::wasm_bindgen_test;

use super::support::{CLAIMS, SECRET, World, key, key_set, sign};

const HS256: &str = r#"{"alg":"HS256"}"#;

#[wasm_bindgen_test(unsupported = test)]
fn a_secret_is_the_same_key_in_every_encoding() {
    let secret = b"\x00\xff a secret of 34 octets, not text";
    let token = sign("HS256", secret, br#"{"alg":"HS256"}"#, CLAIMS.as_bytes());
    for (encoding, written) in [
        (r#""base64""#, &b"AP8gYSBzZWNyZXQgb2YgMzQgb2N0ZXRzLCBub3QgdGV4dA=="[..]),
        (r#""base64url""#, b"AP8gYSBzZWNyZXQgb2YgMzQgb2N0ZXRzLCBub3QgdGV4dA"),
        (r#""hex""#, b"00ff206120736563726574206f66203334206f63746574732c206e6f742074657874"),
        (r#""hex""#, b"00FF206120736563726574206F66203334206F63746574732C206E6F742074657874"),
        ("null", secret),
    ] {
        let options = format!(r#"{{"alg":"HS256","encoding":{encoding}}}"#);
        let mut world = World::new();
        world.keys = key_set([key(&options, written).unwrap()]);
        assert_eq!(world.code(&token), None, "{encoding}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn text_that_does_not_decode_is_no_secret() {
    for (encoding, written) in [
        ("base64", "AP8gYSBzZWNyZXQ"),
        ("base64", "AP8gYSBzZWNyZX_="),
        ("base64url", "AP8gYSBzZWNyZXQ="),
        ("base64url", "AP8+"),
        ("hex", "abc"),
        ("hex", "zz"),
        ("rot13", "abc"),
    ] {
        let options =
            format!(r#"{{"alg":"HS256","allowShortSecret":true,"encoding":"{encoding}"}}"#);
        assert!(key(&options, written.as_bytes()).is_err(), "{encoding} {written}");
    }
}

/// Catalogue 4, 5: RFC 7518 section 3.2.
#[wasm_bindgen_test(unsupported = test)]
fn a_secret_is_at_least_as_long_as_the_hash_and_never_empty() {
    for (alg, least) in [("HS256", 32), ("HS384", 48), ("HS512", 64)] {
        let strict = format!(r#"{{"alg":"{alg}"}}"#);
        let lenient = format!(r#"{{"alg":"{alg}","allowShortSecret":true}}"#);
        let secret = vec![b'k'; least];
        assert!(key(&strict, &secret).is_ok());
        assert_eq!(key(&strict, &secret[1..]).unwrap_err().option, "secret");
        assert!(key(&lenient, &secret[1..]).is_ok());
        assert_eq!(key(&lenient, b"").unwrap_err().to_string(), "secret: is empty");
    }
}

/// Catalogue 2: the text of a public key is no secret, whatever stands around it.
#[wasm_bindgen_test(unsupported = test)]
fn key_texts_are_no_secrets() {
    let pem = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n";
    for text in [
        pem.to_owned(),
        format!("  \u{feff}\n{pem}"),
        format!("x{pem}"),
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPL1I9oiq+B8crkmuV4YViiUnhdLjCp3".to_owned(),
        "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTY".to_owned(),
        r#"{"kty":"OKP","crv":"Ed25519","x":"AAAAAAAAAAAAAAAA"}"#.to_owned(),
        r#" {"keys":[], "note":"a whole set, long enough to pass"}"#.to_owned(),
    ] {
        let error = key(HS256, text.as_bytes()).unwrap_err();
        assert_eq!(error.to_string(), "secret: is a PEM or JWK text, not a secret", "{text}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_key_is_described_without_a_slip() {
    for (options, option) in [
        ("{}", "alg"),
        (r#"{"alg":"none"}"#, "alg"),
        (r#"{"alg":"hs256"}"#, "alg"),
        (r#"{"alg":"HS256","state":"retired"}"#, "state"),
        (r#"{"alg":"HS256","kid":7}"#, "kid"),
        (r#"{"alg":"HS256","use":"sig"}"#, "use"),
    ] {
        assert_eq!(key(options, SECRET.as_bytes()).unwrap_err().option, option, "{options}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_key_shows_no_secret_when_printed() {
    let shown = format!("{:?}", key_set([key(HS256, SECRET.as_bytes()).unwrap()]));
    assert!(shown.contains("HS256") && !shown.contains("secret of"), "{shown}");
}

/// Catalogue 12: which key a `kid` means is never a matter of order.
#[wasm_bindgen_test(unsupported = test)]
fn two_keys_cannot_share_a_kid() {
    let mut keys = key_set([key(r#"{"kid":"a","alg":"HS256"}"#, SECRET.as_bytes()).unwrap()]);
    let twin = key(r#"{"kid":"a","alg":"HS256","state":"disabled"}"#, &[7; 32]).unwrap();
    assert_eq!(keys.add(twin).unwrap_err().to_string(), "kid: is used by two keys");
}

/// Catalogue 32: whatever the claims say of a key, the header's is the one that must fit.
#[wasm_bindgen_test(unsupported = test)]
fn claims_have_no_say_in_the_choice_of_a_key() {
    let other = b"another tenant's secret, 32 long";
    let mut world = World::new();
    world.keys.add(key(r#"{"kid":"other","alg":"HS256"}"#, other).unwrap()).unwrap();
    let claims =
        r#"{"iss":"me","aud":"api","exp":1700000060,"kid":"other","tenant":"other","alg":"none"}"#;
    let header = |kid: &str| format!(r#"{{"alg":"HS256","kid":"{kid}"}}"#);
    let signed = |kid, secret| sign("HS256", secret, header(kid).as_bytes(), claims.as_bytes());
    assert_eq!(world.code(&signed("main", other)), Some(Code::InvalidSignature));
    assert_eq!(world.code(&signed("other", SECRET.as_bytes())), Some(Code::InvalidSignature));
    assert_eq!(world.code(&signed("main", SECRET.as_bytes())), None);
}

/// Which key a token gets, by the keys of the set (kid, algorithm, state) and the token's kid.
#[wasm_bindgen_test(unsupported = test)]
fn the_key_is_the_one_named_or_the_only_one_that_fits() {
    let code = |described: &[&str], kid: &str| {
        let mut world = World::new();
        world.keys = key_set(described.iter().map(|options| {
            let secret = if options.contains("HS512") { [7; 64].to_vec() } else { SECRET.into() };
            key(options, &secret).unwrap()
        }));
        let header = format!(r#"{{"alg":"HS256"{kid}}}"#);
        world.code(&sign("HS256", SECRET.as_bytes(), header.as_bytes(), CLAIMS.as_bytes()))
    };
    let (a, b, nameless) =
        (r#"{"kid":"a","alg":"HS256"}"#, r#"{"kid":"b","alg":"HS256"}"#, r#"{"alg":"HS256"}"#);
    let wide = r#"{"kid":"wide","alg":"HS512"}"#;
    let off = r#"{"kid":"off","alg":"HS256","state":"disabled"}"#;

    assert_eq!(code(&[a, b], r#","kid":"b""#), None);
    assert_eq!(code(&[a, b], r#","kid":"c""#), Some(Code::UnknownKey));
    assert_eq!(code(&[a, b], ""), Some(Code::UnknownKey));
    assert_eq!(code(&[a, wide], ""), None);
    assert_eq!(code(&[a, off], ""), None);
    assert_eq!(code(&[off], ""), Some(Code::UnknownKey));
    assert_eq!(code(&[off], r#","kid":"off""#), Some(Code::DisabledKey));
    assert_eq!(code(&[a, nameless], r#","kid":"c""#), None);
    assert_eq!(code(&[nameless, nameless], r#","kid":"c""#), Some(Code::UnknownKey));
    assert_eq!(code(&[wide], ""), Some(Code::UnsupportedAlgorithm));
    assert_eq!(code(&[], ""), Some(Code::UnsupportedAlgorithm));
}
