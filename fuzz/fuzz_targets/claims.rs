//! Claims that are accepted have, to another reader, the same values and types; a claim that is
//! refused by name is, to the other reader, not of its type either.

#![no_main]

use edge_jwt::claims::{Claims, Subjects};
use edge_jwt::error::Code;
use edge_jwt::time::Timestamp;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|text: &str| {
    let other = serde_json::from_str::<Value>(text);
    match Claims::parse(text, Subjects::Texts) {
        Ok(claims) => {
            let other = other.expect("the other reader is no stricter");
            let found = [&claims.issuer, &claims.subject, &claims.token_id];
            for (name, found) in ["iss", "sub", "jti"].into_iter().zip(found) {
                assert_eq!(other.get(name), found.as_deref().map(Value::from).as_ref());
            }
            let times = [claims.expires, claims.not_before, claims.issued, claims.authenticated];
            for (name, found) in ["exp", "nbf", "iat", "auth_time"].into_iter().zip(times) {
                assert_eq!(other.get(name).map(|value| time(value).unwrap()), found);
            }
            let audience = other.get("aud").map_or(Vec::new(), |aud| texts(aud).unwrap());
            assert_eq!(audience, claims.audience);
        }
        Err(refusal) => match refusal.claim.as_deref() {
            Some(name @ ("iss" | "sub" | "jti")) => assert!(!other.unwrap()[name].is_string()),
            Some("aud") => assert_eq!(texts(&other.unwrap()["aud"]), None),
            Some(name) => assert_eq!(time(&other.unwrap()[name]), None),
            None => assert_eq!(refusal.code, Code::MalformedToken),
        },
    }
});

fn time(value: &Value) -> Option<Timestamp> {
    value.as_f64().and_then(Timestamp::from_seconds)
}

fn texts(aud: &Value) -> Option<Vec<&str>> {
    let several = aud.as_array().map(|items| items.iter().map(Value::as_str).collect());
    several.unwrap_or_else(|| aud.as_str().map(|one| vec![one]))
}
