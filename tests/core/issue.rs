//! Issuing: what a token carries, exactly, and what an issuer will not sign.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use edge_jwt::error::SetupError;
use edge_jwt::issue::{Issued, Issuer};
use edge_jwt::key::{KeySet, Side};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use wasm_bindgen_test::wasm_bindgen_test;

use super::support::{NOW, SECRET, World, base64url, key, key_set, options, policy, time};

const ISSUER: &str = r#"{"issuer":"me","audience":"api"}"#;

fn issue(issuer: &str, claims: &str, token: &str, keys: &KeySet) -> Result<Issued, SetupError> {
    let issuer = options(issuer).read(Issuer::read)?;
    issuer.check_key(keys)?;
    issuer.issue(claims, options(token), keys, time(NOW + 0.7), Side::Here)
}

fn claims_of(issuer: &str, claims: &str, token: &str) -> Value {
    let issued = issue(issuer, claims, token, &World::new().keys).unwrap();
    serde_json::from_str(&issued.claims).unwrap()
}

/// Catalogue 34: a fresh token is good at once, at the very moment of its making.
#[wasm_bindgen_test(unsupported = test)]
fn what_is_issued_here_verifies_here() {
    let world = World::new();
    let issued = issue(ISSUER, r#"{"sub":"u1"}"#, "{}", &world.keys).unwrap();
    let verified = world.decide(&issued.token).unwrap();
    assert_eq!(verified.claims, issued.claims);
    assert_eq!(verified.header.text, r#"{"alg":"HS256","typ":"JWT","kid":"main"}"#);
}

#[wasm_bindgen_test(unsupported = test)]
fn the_registered_claims_are_the_issuers() {
    let claims = claims_of(ISSUER, r#"{"sub":"u1"}"#, r#"{"jti":"t1","ttl":60}"#);
    let expected = json!({
        "iss": "me", "aud": "api", "iat": 1_700_000_000, "exp": 1_700_000_060, "jti": "t1", "sub": "u1"
    });
    assert_eq!(claims, expected);

    let bare = claims_of("{}", r#"{"iss":"x","aud":["y"],"nbf":1}"#, r#"{"jti":"t1"}"#);
    let expected = json!({
        "iat": 1_700_000_000, "exp": 1_700_003_600, "jti": "t1", "iss": "x", "aud": ["y"], "nbf": 1
    });
    assert_eq!(bare, expected);

    let both = claims_of(r#"{"audience":["a","b"],"accessTtl":10}"#, "{}", "{}");
    assert_eq!(both["aud"], json!(["a", "b"]));
    assert_eq!(both["exp"], 1_700_000_010);
}

/// Where a token's status stands is a claim like any other (draft-ietf-oauth-status-list).
#[wasm_bindgen_test(unsupported = test)]
fn a_reference_to_a_status_list_is_kept_exactly() {
    let status =
        r#""status":{"status_list":{"idx":9007199254740991,"uri":"https://example.com/1"}}"#;
    let world = World::new();
    let claims = format!(r#"{{"sub":"u1",{status}}}"#);
    let issued = issue(ISSUER, &claims, "{}", &world.keys).unwrap();
    assert!(issued.claims.contains(status), "{}", issued.claims);
    assert_eq!(world.decide(&issued.token).unwrap().claims, issued.claims);
}

#[wasm_bindgen_test(unsupported = test)]
fn every_token_gets_its_own_jti() {
    let one = claims_of(ISSUER, "{}", "{}")["jti"].clone();
    let two = claims_of(ISSUER, "{}", "{}")["jti"].clone();
    assert_eq!(one.as_str().unwrap().len(), 22);
    assert_ne!(one, two);
}

#[wasm_bindgen_test(unsupported = test)]
fn the_callers_claims_are_copied_as_they_are_written() {
    let text = r#" { "big":9007199254740993,"f":1.10,"s":"\u00e9\/","deep":{"a":[null,true]} } "#;
    let issued = issue(ISSUER, text, "{}", &World::new().keys).unwrap();
    let members = r#" "big":9007199254740993,"f":1.10,"s":"\u00e9\/","deep":{"a":[null,true]} }"#;
    assert!(issued.claims.contains(members), "{}", issued.claims);
    assert!(World::new().decide(&issued.token).is_ok());
}

#[wasm_bindgen_test(unsupported = test)]
fn names_are_written_as_json_whatever_they_hold() {
    let issuer = r#"{"issuer":"a\"b\\c\n","audience":"\u0000"}"#;
    let claims = claims_of(issuer, "{}", r#"{"jti":"\"}{"}"#);
    assert_eq!(claims["iss"], "a\"b\\c\n");
    assert_eq!(claims["aud"], "\0");
    assert_eq!(claims["jti"], "\"}{");
}

#[wasm_bindgen_test(unsupported = test)]
fn the_record_names_what_lists_and_revokes_the_token() {
    let record_of = |claims, token| {
        let issued = issue(ISSUER, claims, token, &World::new().keys).unwrap();
        serde_json::from_str::<Value>(&issued.record).map(|record| (issued, record)).unwrap()
    };
    let claims = r#"{"sub":"u1","family":"f1","client_id":"app"}"#;
    let (_, mut record) = record_of(claims, r#"{"jti":"t1","kind":"widget"}"#);
    let id = record["id"].take();
    assert_eq!(id.as_str().unwrap().len(), 22);
    let expected = json!({
        "id": null, "jti": "t1", "iss": "me", "sub": "u1", "kind": "widget", "family": "f1", "client": "app",
        "fingerprint": null, "kid": "main", "iat": 1_700_000_000, "exp": 1_700_003_600,
        "createdAt": 1_700_000_000_700_u64
    });
    assert_eq!(record, expected);

    // A token without a jti is known by what was signed (LD-11, TD-11).
    let (issued, record) = record_of("{}", r#"{"jti":null,"iat":null,"exp":null}"#);
    let signed = issued.token.rsplit_once('.').unwrap().0;
    let fingerprint = base64url(Sha256::digest(signed));
    assert_eq!(record["fingerprint"], fingerprint);
    for none in ["jti", "sub", "kind", "family", "client", "iat", "exp"] {
        assert_eq!(record[none], Value::Null, "{none}");
    }
}

/// Which registered claims there are is the caller's to say (C-1; LD-11, ZM-4, WP-18, TD-31).
#[wasm_bindgen_test(unsupported = test)]
fn each_registered_claim_is_there_or_not_as_is_said() {
    for (issuer, token, expected) in [
        (
            r#"{"issuer":"API_KEY"}"#,
            r#"{"iat":null,"jti":null,"exp":1700000060}"#,
            r#"{"iss":"API_KEY","exp":1700000060}"#,
        ),
        ("{}", r#"{"iat":null,"jti":null,"exp":null}"#, "{}"),
        ("{}", r#"{"jti":null,"ttl":"2w"}"#, r#"{"iat":1700000000,"exp":1701209600}"#),
        (
            "{}",
            r#"{"jti":null,"iat":1600000000,"ttl":60}"#,
            r#"{"iat":1600000000,"exp":1600000060}"#,
        ),
        (
            "{}",
            r#"{"jti":null,"nbf":"now","ttl":"1h"}"#,
            r#"{"iat":1700000000,"nbf":1700000000,"exp":1700003600}"#,
        ),
        (
            "{}",
            r#"{"jti":null,"nbf":1700000005.5,"ttl":60}"#,
            r#"{"iat":1700000000,"nbf":1700000005.500,"exp":1700000060}"#,
        ),
        (
            r#"{"issuer":"me","defaults":{"jti":null,"nbf":"now"},"accessTtl":"1w"}"#,
            "{}",
            r#"{"iss":"me","iat":1700000000,"nbf":1700000000,"exp":1700604800}"#,
        ),
        (
            r#"{"defaults":{"jti":null,"exp":null}}"#,
            r#"{"ttl":"1m"}"#,
            r#"{"iat":1700000000,"exp":1700000060}"#,
        ),
    ] {
        let issued = issue(issuer, "{}", token, &World::new().keys).unwrap();
        assert_eq!(issued.claims, expected, "{issuer} {token}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn the_header_says_what_the_token_is_for() {
    let header = |issuer, token| {
        let issued = issue(issuer, "{}", token, &World::new().keys).unwrap();
        let part = issued.token.split('.').next().unwrap();
        String::from_utf8(URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    };
    let main = |typ: &str| format!(r#"{{"alg":"HS256",{typ}"kid":"main"}}"#);
    assert_eq!(header("{}", "{}"), main(r#""typ":"JWT","#));
    assert_eq!(header("{}", r#"{"kind":"access"}"#), main(r#""typ":"at+jwt","#));
    assert_eq!(header("{}", r#"{"kind":"refresh","typ":"x"}"#), main(r#""typ":"x","#));
    assert_eq!(header("{}", r#"{"typ":null}"#), main(""));
    let usual = r#"{"defaults":{"typ":"x"}}"#;
    assert_eq!(header(usual, "{}"), main(r#""typ":"x","#));
    assert_eq!(header(usual, r#"{"kind":"refresh"}"#), main(r#""typ":"refresh+jwt","#));
    // WP-17: php-jwt writes typ first.
    let typ_first = r#"{"typ":"JWT","alg":"HS256","kid":"main"}"#;
    assert_eq!(header(r#"{"headerOrder":"typ-first"}"#, "{}"), typ_first);
}

/// WP-19, WP-24: a claim tells access from refresh tokens, the header all others from both.
#[wasm_bindgen_test(unsupported = test)]
fn where_a_claim_tells_the_kinds_apart_a_token_of_a_kind_opens_nothing_of_another() {
    let mut world = World::new();
    let named = |said: &str| [r#"{"issuer":"me","audience":"api","#, said, "}"].concat();
    for access in ["null", r#""a""#] {
        let issuer = format!(r#""kinds":{{"claim":"/use","access":{access},"refresh":"r"}}"#);
        let token = |kind| {
            let kind = format!(r#"{{"kind":"{kind}"}}"#);
            issue(&named(&issuer), " {\"sub\":\"u1\"} ", &kind, &world.keys).unwrap().token
        };
        let tokens = ["access", "refresh", "widget", "guest", "webhook"].map(token);
        for (value, good) in [(access, 0), (r#""r""#, 1)] {
            let rule = format!(r#""kind":{{"claim":"/use","value":{value}}}"#);
            world.policy = policy(&named(&rule)).unwrap();
            let taken = tokens.each_ref().map(|token| world.code(token).is_none());
            assert_eq!(taken, std::array::from_fn(|place| place == good), "{access} {value}");
        }
    }
}

/// MO-3: the subject is a number there.
#[wasm_bindgen_test(unsupported = test)]
fn a_numeric_subject_is_issued_only_where_it_is_asked_for() {
    let keys = World::new().keys;
    let claims = r#"{"sub":1}"#;
    assert_eq!(issue("{}", claims, "{}", &keys).unwrap_err().option, "claims");
    let issued = issue(r#"{"allowNumericSub":true}"#, claims, "{}", &keys).unwrap();
    let record: Value = serde_json::from_str(&issued.record).unwrap();
    assert_eq!(record["sub"], "1");
}

#[wasm_bindgen_test(unsupported = test)]
fn no_token_of_an_issuer_lives_longer_than_it_says() {
    let keys = World::new().keys;
    let issuer = r#"{"maxTtl":"2h"}"#;
    assert!(issue(issuer, "{}", r#"{"ttl":7200}"#, &keys).is_ok());
    for longer in [r#"{"ttl":7201}"#, r#"{"exp":1700007201}"#, r#"{"exp":null}"#] {
        assert_eq!(issue(issuer, "{}", longer, &keys).unwrap_err().option, "ttl", "{longer}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn the_newest_active_key_signs_unless_one_is_named() {
    let keys = key_set([
        key(r#"{"kid":"a","alg":"HS256"}"#, SECRET.as_bytes()).unwrap(),
        key(r#"{"kid":"b","alg":"HS512"}"#, &[7; 64]).unwrap(),
        key(r#"{"kid":"c","alg":"HS256","state":"verify"}"#, &[8; 32]).unwrap(),
        key(r#"{"kid":"d","alg":"HS256","state":"disabled"}"#, &[9; 32]).unwrap(),
    ]);
    let kid_of = |issuer: &str| {
        let issued = issue(issuer, "{}", "{}", &keys)?;
        let record: Value = serde_json::from_str(&issued.record).unwrap();
        Ok::<_, SetupError>(record["kid"].as_str().unwrap().to_owned())
    };
    assert_eq!(kid_of("{}").unwrap(), "b");
    assert_eq!(kid_of(r#"{"kid":"a"}"#).unwrap(), "a");
    for kid in ["c", "d", "e"] {
        assert_eq!(kid_of(&format!(r#"{{"kid":"{kid}"}}"#)).unwrap_err().option, "kid");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn what_no_verifier_would_take_is_not_signed() {
    let keys = World::new().keys;
    for claims in [
        "",
        "[]",
        "{} {}",
        r#"{"a":1,"a":2}"#,
        r#"{"exp":1}"#,
        r#"{"iat":1}"#,
        r#"{"jti":"x"}"#,
        r#"{"iss":"x"}"#,
        r#"{"aud":"x"}"#,
        r#"{"sub":7}"#,
        r#"{"nbf":"x"}"#,
        r#"{"\u0065xp":1}"#,
    ] {
        assert_eq!(issue(ISSUER, claims, "{}", &keys).unwrap_err().option, "claims", "{claims}");
    }
    for (token, option) in [
        (r#"{"ttl":0}"#, "ttl"),
        (r#"{"ttl":-5}"#, "ttl"),
        (r#"{"ttl":1e12}"#, "ttl"),
        (r#"{"x":1}"#, "x"),
        (r#"{"ttl":"1 hour"}"#, "ttl"),
        (r#"{"ttl":60,"exp":1700000060}"#, "ttl"),
        (r#"{"exp":1700000000}"#, "exp"),
        (r#"{"exp":1700000060000}"#, "exp"),
        (r#"{"iat":"now"}"#, "iat"),
        (r#"{"nbf":"later"}"#, "nbf"),
        (r#"{"kind":"other"}"#, "kind"),
        (r#"{"kid":"other"}"#, "kid"),
    ] {
        assert_eq!(issue(ISSUER, "{}", token, &keys).unwrap_err().option, option, "{token}");
    }
    for (issuer, option) in [
        (r#"{"accessTtl":0}"#, "accessTtl"),
        (r#"{"issuer":7}"#, "issuer"),
        (r#"{"ttl":5}"#, "ttl"),
        (r#"{"accessTtl":"2h","maxTtl":"1h"}"#, "accessTtl"),
        (r#"{"headerOrder":"kid-first"}"#, "headerOrder"),
        (r#"{"kinds":{"claim":"/a","access":"x","refresh":"x"}}"#, "kinds.refresh"),
        (r#"{"kinds":{"claim":"a","refresh":"x"}}"#, "kinds.claim"),
        (r#"{"defaults":{"iat":true}}"#, "defaults.iat"),
    ] {
        assert_eq!(issue(issuer, "{}", "{}", &keys).unwrap_err().option, option, "{issuer}");
    }
    assert_eq!(issue("{}", "{}", "{}", &KeySet::default()).unwrap_err().option, "kid");
}
