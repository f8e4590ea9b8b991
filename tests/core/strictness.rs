//! What is refused although other libraries take it. `Catalogue` and numbers name the lines of
//! spec/security.md 1.2; tests/catalogue.rs sees to it that every line is named somewhere.

use edge_jwt::error::Code;
use wasm_bindgen_test::wasm_bindgen_test;

use super::support::{CLAIMS, HEADER, NOW, SECRET, World, base64url, mac, policy, sign, token};

#[wasm_bindgen_test(unsupported = test)]
fn a_good_token_hands_back_its_own_text() {
    let verified = World::new().decide(&token(HEADER, CLAIMS)).unwrap();
    assert_eq!(verified.claims, CLAIMS);
    assert_eq!(verified.header.text, HEADER);
    assert_eq!(verified.header.kid.as_deref(), Some("main"));
    assert_eq!(verified.expires_in.unwrap().to_string(), "60");
}

/// Catalogue 7: another spelling of the same octets is another text, and refused.
#[wasm_bindgen_test(unsupported = test)]
fn only_the_canonical_spelling_is_read() {
    let good = token(HEADER, CLAIMS);
    let world = World::new();
    let parts: Vec<_> = good.split('.').collect();
    for at in 0..3 {
        for spoilt in [
            format!("{}=", parts[at]),
            format!("{} ", parts[at]),
            format!("{}\n", parts[at]),
            format!(" {}", parts[at]),
            format!("{}\0", parts[at]),
            format!("{}é", parts[at]),
            parts[at].replacen(|c: char| c.is_ascii_lowercase(), "+", 1),
            parts[at].replacen(|c: char| c.is_ascii_lowercase(), "/", 1),
        ] {
            let mut parts = parts.clone();
            parts[at] = &spoilt;
            assert_eq!(world.code(&parts.join(".")), Some(Code::MalformedToken), "{spoilt:?}");
        }
    }
}

/// Catalogue 7: 32 octets leave two unused bits in the last character; each must be zero.
#[wasm_bindgen_test(unsupported = test)]
fn unused_bits_of_the_signature_must_be_zero() {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let good = token(HEADER, CLAIMS);
    let (rest, last) = good.split_at(good.len() - 1);
    let value = ALPHABET.iter().position(|c| *c == last.as_bytes()[0]).unwrap();
    for spare in 1..4 {
        let spelling = format!("{rest}{}", char::from(ALPHABET[value + spare]));
        assert_eq!(World::new().code(&spelling), Some(Code::MalformedToken));
    }
    assert_eq!(World::new().code(&good), None);
}

/// Catalogue 21: also where a flood of dots would have to be split.
#[wasm_bindgen_test(unsupported = test)]
fn anything_but_three_parts_is_malformed() {
    let good = token(HEADER, CLAIMS);
    for text in [
        ".".to_owned(),
        "..".to_owned(),
        "...".to_owned(),
        format!("{good}."),
        format!(".{good}"),
        format!("{good}.{}", base64url("x")),
        good.rsplit_once('.').unwrap().0.to_owned(),
        ".".repeat(16_000),
    ] {
        assert_eq!(World::new().code(&text), Some(Code::MalformedToken), "{text:.80}");
    }
}

/// Catalogue 14: JSON serializations, a text that is both (CVE-2022-39227), an encrypted token.
#[wasm_bindgen_test(unsupported = test)]
fn no_other_serialization_is_read() {
    let good = token(HEADER, CLAIMS);
    let parts: Vec<_> = good.split('.').collect();
    let [h, p, s] = parts[..] else { unreachable!("a token has three parts") };
    let jwe = base64url(r#"{"alg":"dir","enc":"A128GCM"}"#);
    for text in [
        format!(r#"{{"protected":"{h}","payload":"{p}","signature":"{s}"}}"#),
        format!(r#"{{"payload":"{p}","signatures":[{{"protected":"{h}","signature":"{s}"}}]}}"#),
        format!(r#"{{"{h}.{p}.":"","protected":"{h}","payload":"e30","signature":"{s}"}}"#),
        format!("{jwe}.a.b.c.d"),
        format!("{jwe}..b.c.d"),
    ] {
        assert_eq!(World::new().code(&text), Some(Code::MalformedToken), "{text}");
    }
}

/// Catalogue 14: a payload outside base64url, and a token inside a token, unsigned as it may be.
#[wasm_bindgen_test(unsupported = test)]
fn an_unencoded_or_a_nested_payload_is_malformed() {
    let world = World::new();
    let header = r#"{"alg":"HS256","kid":"main","b64":false}"#;
    let claims = r#"{"exp":1700000060}"#;
    let input = format!("{}.{claims}", base64url(header));
    let signature = mac("HS256", SECRET.as_bytes(), input.as_bytes());
    let unencoded = format!("{input}.{}", base64url(signature));
    assert_eq!(world.code(&unencoded), Some(Code::MalformedToken));

    let unsigned = format!("{}.{}.", base64url(r#"{"alg":"none"}"#), base64url(CLAIMS));
    for inner in [unsigned, token(HEADER, CLAIMS)] {
        let nested = token(r#"{"alg":"HS256","kid":"main","cty":"JWT"}"#, &inner);
        assert_eq!(world.code(&nested), Some(Code::MalformedToken), "{inner}");
    }
}

/// Catalogue 22: `zip` is no header of a signature, and nothing is inflated.
#[wasm_bindgen_test(unsupported = test)]
fn a_compressed_payload_stays_compressed() {
    // {"exp":1700000060}, by DEFLATE's stored block (RFC 1951 section 3.2.4).
    let stored = b"\x01\x12\x00\xed\xff{\"exp\":1700000060}";
    let header = br#"{"alg":"HS256","kid":"main","zip":"DEF"}"#;
    let token = sign("HS256", SECRET.as_bytes(), header, stored);
    assert_eq!(World::new().code(&token), Some(Code::MalformedToken));
}

/// Catalogue 23: no algorithm derives a key from a password, so no count of rounds is obeyed.
#[wasm_bindgen_test(unsupported = test)]
fn a_count_of_iterations_is_not_obeyed() {
    for alg in ["PBES2-HS256+A128KW", "PBES2-HS512+A256KW"] {
        let header = format!(r#"{{"alg":"{alg}","kid":"main","p2s":"AAAA","p2c":4294967295}}"#);
        let code = World::new().code(&token(&header, CLAIMS));
        assert_eq!(code, Some(Code::UnsupportedAlgorithm), "{alg}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn every_flipped_bit_is_refused() {
    let good = token(HEADER, CLAIMS);
    let world = World::new();
    for at in 0..good.len() {
        for bit in 0..7 {
            let mut octets = good.clone().into_bytes();
            octets[at] ^= 1 << bit;
            let text = String::from_utf8(octets).unwrap();
            assert!(world.decide(&text).is_err(), "octet {at}, bit {bit}");
        }
    }
}

/// Catalogue 1: `none` cannot be asked for, in any spelling, with or without a signature.
#[wasm_bindgen_test(unsupported = test)]
fn no_algorithm_is_no_algorithm() {
    let world = World::new();
    for alg in ["none", "None", "NONE", "nOnE", "", "hs256", "HS256 ", "HS1", "RS256", "dir"] {
        let header = format!(r#"{{"alg":"{alg}","kid":"main"}}"#);
        assert_eq!(world.code(&token(&header, CLAIMS)), Some(Code::UnsupportedAlgorithm), "{alg}");
        let unsigned = format!("{}.{}.", base64url(&header), base64url(CLAIMS));
        assert_eq!(world.code(&unsigned), Some(Code::UnsupportedAlgorithm), "{alg}");
    }
    for header in [r#"{"kid":"main"}"#, r#"{"alg":null}"#, r#"{"alg":["HS256"]}"#, r#"{"alg":256}"#]
    {
        assert_eq!(world.code(&token(header, CLAIMS)), Some(Code::MalformedToken), "{header}");
    }
}

/// Catalogue 3: the label must be the one that the key is pinned to, even where the MAC would fit it.
#[wasm_bindgen_test(unsupported = test)]
fn the_algorithm_is_the_keys_not_the_tokens() {
    for alg in ["HS384", "HS512"] {
        let header = format!(r#"{{"alg":"{alg}","kid":"main"}}"#);
        let token = sign(alg, SECRET.as_bytes(), header.as_bytes(), CLAIMS.as_bytes());
        assert_eq!(World::new().code(&token), Some(Code::UnsupportedAlgorithm), "{alg}");
    }
}

/// Catalogue 4: a MAC with the empty key is a forgery like any other.
#[wasm_bindgen_test(unsupported = test)]
fn a_mac_that_is_empty_cut_or_of_the_empty_key_is_refused() {
    let world = World::new();
    let input = format!("{}.{}", base64url(HEADER), base64url(CLAIMS));
    let good = mac("HS256", SECRET.as_bytes(), input.as_bytes());
    let mut longer = good.clone();
    longer.push(0);
    let of_no_key = mac("HS256", b"", input.as_bytes());
    for signature in [&[], &good[..31], &good[..16], &longer[..], &of_no_key[..]] {
        let text = format!("{input}.{}", base64url(signature));
        assert_eq!(world.code(&text), Some(Code::InvalidSignature));
    }
}

/// Catalogue 11: a key that travels in the header is not looked at.
#[wasm_bindgen_test(unsupported = test)]
fn keys_in_the_header_are_never_followed() {
    let secret = b"the attacker's own key, 32 octets";
    for member in [
        r#""jwk":{"kty":"oct","k":"dGhlIGF0dGFja2VyJ3Mgb3duIGtleSwgMzIgb2N0ZXRz"}"#,
        r#""jku":"https://attacker.example/jwks""#,
        r#""x5u":"https://attacker.example/cert""#,
        r#""x5c":["MIIB"]"#,
    ] {
        for kid in [r#","kid":"main""#, ""] {
            let header = format!(r#"{{"alg":"HS256",{member}{kid}}}"#);
            let token = sign("HS256", secret, header.as_bytes(), CLAIMS.as_bytes());
            assert_eq!(World::new().code(&token), Some(Code::InvalidSignature), "{header}");
        }
    }
}

/// Catalogue 12: a `kid` is text, compared whole; it is no path, no query and no property name.
#[wasm_bindgen_test(unsupported = test)]
fn a_hostile_kid_is_unknown_or_malformed() {
    let world = World::new();
    let long = "k".repeat(8000);
    for kid in ["", "Main", "main ", "../../dev/null", "' OR 1=1", "__proto__", "\u{0}", &long] {
        let header = format!(r#"{{"alg":"HS256","kid":{}}}"#, serde_json::Value::from(kid));
        assert_eq!(world.code(&token(&header, CLAIMS)), Some(Code::UnknownKey), "{kid:.20}");
    }
    for kid in ["1", "null", "true", r#"["main"]"#, r#"{"main":1}"#] {
        let header = format!(r#"{{"alg":"HS256","kid":{kid}}}"#);
        assert_eq!(world.code(&token(&header, CLAIMS)), Some(Code::MalformedToken), "{kid}");
    }
}

/// Catalogue 13: no extension is understood, so every demand is refused, also an empty or a broken one.
#[wasm_bindgen_test(unsupported = test)]
fn a_critical_header_is_refused_whatever_it_holds() {
    for crit in [r#"["b64"]"#, r#"["exp"]"#, r#"["alg"]"#, "[]", "null", "1", r#""b64""#] {
        let header = format!(r#"{{"alg":"HS256","kid":"main","crit":{crit},"b64":false}}"#);
        let code = World::new().code(&token(&header, CLAIMS));
        assert_eq!(code, Some(Code::UnsupportedCritical), "{crit}");
    }
}

/// Catalogue 15, 16, 17, 24, 25: header and payload are each one strict JSON object.
#[wasm_bindgen_test(unsupported = test)]
fn header_and_payload_must_be_one_strict_json_object() {
    let nested = format!(r#"{{"exp":1700000060,"a":{}1{}}}"#, "[".repeat(5000), "]".repeat(5000));
    for text in [
        "",
        " ",
        "null",
        "[]",
        "\"text\"",
        "{}{}",
        "{\"exp\":1700000060} trailing",
        "\u{feff}{\"exp\":1700000060}",
        "{\"exp\":1,\"\\u0065xp\":1700000060}",
        "{\"a\":{\"b\":1,\"b\":2}}",
        "{\"exp\":1e400}",
        "{\"exp\":NaN}",
        "{\"a\":\"\\ud800\"}",
        "{'exp':1}",
        &nested,
    ] {
        let world = World::new();
        assert_eq!(world.code_of_claims(text), Some(Code::MalformedToken), "{text:.60}");
        assert_eq!(world.code(&token(text, CLAIMS)), Some(Code::MalformedToken), "{text:.60}");
    }
    for octets in [&b"{\"sub\":\"\xff\"}"[..], b"{\"sub\":\"\xc0\xaf\"}", b"\xff\xfe{\x00}\x00"] {
        let token = sign("HS256", SECRET.as_bytes(), HEADER.as_bytes(), octets);
        assert_eq!(World::new().code(&token), Some(Code::MalformedToken));
    }
}

/// Catalogue 16: the JSON type of a registered claim comes before its value.
#[wasm_bindgen_test(unsupported = test)]
fn a_registered_claim_of_the_wrong_type_is_refused_by_name() {
    let wrong: &[(&str, &[&str])] = &[
        ("iss", &["null", "1", "[\"me\"]", "{}", "true"]),
        ("sub", &["null", "7", "[]"]),
        ("jti", &["null", "7"]),
        ("aud", &["null", "7", "{}", "[1]", "[\"api\",null]", "[[\"api\"]]"]),
        ("exp", &["null", "\"1700000060\"", "true", "[1700000060]", "1e11", "1700000060000"]),
        ("nbf", &["null", "\"0\"", "1e12"]),
        ("iat", &["null", "\"0\"", "false", "-1e11"]),
        ("auth_time", &["null", "\"0\""]),
    ];
    for (claim, values) in wrong {
        for value in *values {
            let claims = format!(r#"{{"{claim}":{value}}}"#);
            let refusal = World::new().decide(&token(HEADER, &claims)).unwrap_err();
            assert_eq!(refusal.code, Code::InvalidClaim, "{claims}");
            assert_eq!(refusal.claim.as_deref(), Some(*claim), "{claims}");
        }
    }
}

/// Catalogue 17: what no time can be is refused, what a time can be is compared as a number.
#[wasm_bindgen_test(unsupported = test)]
fn odd_numbers_are_no_way_past_a_time_limit() {
    let (no_json, no_time) = (Some(Code::MalformedToken), Some(Code::InvalidClaim));
    for (exp, code) in [
        ("1e400", no_json),
        ("-1e400", no_json),
        ("Infinity", no_json),
        ("+1700000060", no_json),
        ("01700000060", no_json),
        ("0x6553f13c", no_json),
        ("1e308", no_time),
        ("18446744073709551616", no_time),
        ("-9223372036854775809", no_time),
        ("-1700000060", Some(Code::Expired)),
        ("-0", Some(Code::Expired)),
        ("1e-400", Some(Code::Expired)),
        ("1700000000.0004", Some(Code::Expired)),
        ("1700000000.001", None),
        ("17000000600e-1", None),
    ] {
        let claims = format!(r#"{{"iss":"me","aud":"api","exp":{exp}}}"#);
        assert_eq!(World::new().code_of_claims(&claims), code, "{exp}");
    }
}

/// Catalogue 19: `exp` is exclusive, `nbf` inclusive, and tolerance moves both by exactly itself.
#[wasm_bindgen_test(unsupported = test)]
fn time_limits_are_exact() {
    let mut world = World::new();
    let exp = token(HEADER, r#"{"iss":"me","aud":"api","exp":1700000000}"#);
    let nbf = token(HEADER, r#"{"iss":"me","aud":"api","exp":1700009999,"nbf":1700000000}"#);
    let code_at = |world: &World, token: &str, now| {
        world.decide_at(token, now).err().map(|refusal| refusal.code)
    };
    assert_eq!(code_at(&world, &exp, NOW - 0.001), None);
    assert_eq!(code_at(&world, &exp, NOW), Some(Code::Expired));
    assert_eq!(code_at(&world, &nbf, NOW - 0.001), Some(Code::NotYetValid));
    assert_eq!(code_at(&world, &nbf, NOW), None);

    world.policy = policy(r#"{"issuer":"me","audience":"api","clockTolerance":30}"#).unwrap();
    assert_eq!(code_at(&world, &exp, NOW + 29.999), None);
    assert_eq!(code_at(&world, &exp, NOW + 30.0), Some(Code::Expired));
    assert_eq!(code_at(&world, &nbf, NOW - 30.001), Some(Code::NotYetValid));
    assert_eq!(code_at(&world, &nbf, NOW - 30.0), None);
}

#[wasm_bindgen_test(unsupported = test)]
fn issuer_and_audience_are_compared_whole() {
    let world = World::new();
    for (iss, code) in
        [("me", None), ("Me", Some(Code::WrongIssuer)), ("", Some(Code::WrongIssuer))]
    {
        let claims = format!(r#"{{"iss":"{iss}","aud":"api","exp":1700000060}}"#);
        assert_eq!(world.code_of_claims(&claims), code, "{iss}");
    }
    for (aud, code) in [
        (r#""api""#, None),
        (r#"["x","api"]"#, None),
        (r#""ap""#, Some(Code::WrongAudience)),
        (r#""api/""#, Some(Code::WrongAudience)),
        (r#"["x"]"#, Some(Code::WrongAudience)),
        ("[]", Some(Code::MissingClaim)),
    ] {
        let claims = format!(r#"{{"iss":"me","aud":{aud},"exp":1700000060}}"#);
        assert_eq!(world.code_of_claims(&claims), code, "{aud}");
    }
    assert_eq!(world.code_of_claims(r#"{"aud":"api","exp":1700000060}"#), Some(Code::MissingClaim));
}

/// Catalogue 18: what would switch a check off is an error when the policy is made.
#[wasm_bindgen_test(unsupported = test)]
fn a_policy_says_aloud_what_it_does_not_check() {
    for (options, option) in [
        ("{}", "issuer"),
        (r#"{"audience":"api"}"#, "issuer"),
        (r#"{"issuer":"me"}"#, "audience"),
        (r#"{"issuer":[],"audience":null}"#, "issuer"),
        (r#"{"issuer":[1],"audience":null}"#, "issuer"),
        (r#"{"issuer":null,"audience":null,"clockTolerance":601}"#, "clockTolerance"),
        (r#"{"issuer":null,"audience":null,"clockTolerance":-1}"#, "clockTolerance"),
        (r#"{"issuer":null,"audience":null,"maxTokenBytes":0}"#, "maxTokenBytes"),
        (r#"{"issuer":null,"audience":null,"maxTokenBytes":2000000}"#, "maxTokenBytes"),
        (r#"{"issuer":null,"audience":null,"requireExp":"no"}"#, "requireExp"),
        (r#"{"issuer":null,"audience":null,"ignoreExpiration":true}"#, "ignoreExpiration"),
    ] {
        assert_eq!(policy(options).unwrap_err().option, option, "{options}");
    }
    let mut world = World::new();
    world.policy = policy(r#"{"issuer":null,"audience":null,"requireExp":false}"#).unwrap();
    assert_eq!(world.code_of_claims("{}"), None);
    world.policy = policy(r#"{"issuer":["you","me"],"audience":["web","api"]}"#).unwrap();
    assert_eq!(world.code_of_claims(CLAIMS), None);
}

/// Catalogue 21: size is looked at before anything else, and the limit is the policy's.
#[wasm_bindgen_test(unsupported = test)]
fn size_is_limited_to_the_byte() {
    let good = token(HEADER, CLAIMS);
    let mut world = World::new();
    let limit = |bytes: usize| {
        policy(&format!(r#"{{"issuer":"me","audience":"api","maxTokenBytes":{bytes}}}"#)).unwrap()
    };
    world.policy = limit(good.len());
    assert_eq!(world.code(&good), None);
    world.policy = limit(good.len() - 1);
    assert_eq!(world.code(&good), Some(Code::TokenTooLarge));
    assert_eq!(World::new().code(&"a".repeat(5_000_000)), Some(Code::TokenTooLarge));
    assert_eq!(World::new().code(""), Some(Code::MissingToken));
}

/// Catalogue 30: a claim named like a prototype is a claim, and leaves as text.
#[wasm_bindgen_test(unsupported = test)]
fn a_claim_named_proto_stays_a_claim() {
    let claims = r#"{"iss":"me","aud":"api","exp":1700000060,"__proto__":{"admin":true}}"#;
    assert_eq!(World::new().decide(&token(HEADER, claims)).unwrap().claims, claims);
}

/// Catalogue 33: claims are not looked at before the signature.
#[wasm_bindgen_test(unsupported = test)]
fn a_forgery_learns_nothing_about_its_claims() {
    let secret = b"the attacker's own key, 32 octets";
    for claims in [r#"{"exp":1}"#, r#"{"exp":"x"}"#, "not json", CLAIMS] {
        let token = sign("HS256", secret, HEADER.as_bytes(), claims.as_bytes());
        assert_eq!(World::new().code(&token), Some(Code::InvalidSignature), "{claims}");
    }
}
