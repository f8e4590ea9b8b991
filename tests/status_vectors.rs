//! Status lists against the public suite of ../shared/vectors, where it is on this machine.

#![cfg(not(target_arch = "wasm32"))]
#![expect(
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a panic in a test is a failed test, and what was left out is said"
)]

use std::fs;
use std::path::Path;

use edge_jwt::json::Object;
use edge_jwt::revocation::{Fault, Format, Reference, Standing, StatusLists};
use edge_jwt::time::Timestamp;
use serde_json::{Value, json};

const LIMIT: usize = 16 * 1024 * 1024;

fn time(seconds: f64) -> Timestamp {
    Timestamp::from_seconds(seconds).unwrap()
}

/// The cases of a suite; none, and a word about it, where the vectors are not on this machine.
fn cases(name: &str) -> Vec<Value> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/vectors").join(name);
    let Ok(text) = fs::read_to_string(&file) else {
        eprintln!("skipped: {} is not on this machine", file.display());
        return Vec::new();
    };
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn standing(lists: &StatusLists, uri: &str, index: &Value, now: Timestamp) -> Option<Standing> {
    let claims = json!({ "status": { "status_list": { "uri": uri, "idx": index } } }).to_string();
    let claims = Object::parse(&claims).unwrap();
    let reference = Reference::of(&claims).ok().flatten()?;
    Some(lists.standing(&reference, now, None))
}

fn expected(value: &Value) -> Standing {
    match value.as_u64() {
        Some(0) => Standing::Valid,
        Some(1) => Standing::Invalid,
        Some(2) => Standing::Suspended,
        _ => Standing::Unknown,
    }
}

#[test]
fn every_list_of_the_suite_is_taken_in_or_refused_as_it_says() {
    let now = time(1_700_000_000.0);
    for case in cases("statuslist.jsonl") {
        let (id, mut lists) = (&case["id"], StatusLists::default());
        let list = json!({ "bits": case["bits"], "lst": case["lst"] });
        let claims = json!({ "sub": "u", "iat": 1_700_000_000, "status_list": list }).to_string();
        let loaded = lists.load(&claims, Format::StatusList, LIMIT, usize::MAX, now);
        match case["expect"].as_str().unwrap() {
            "valid" => assert_eq!(loaded.as_deref(), Ok("u"), "{id}"),
            "invalid" => assert!(loaded.is_err(), "{id}"),
            // What lies under the limit is a list; what is beside the draft is none.
            "either" if case["flags"][0] == "bomb" => assert!(loaded.is_ok(), "{id}"),
            "either" => assert_eq!(loaded, Err(Fault::Malformed), "{id}"),
            other => panic!("{id}: {other}"),
        }
        for check in case["checks"].as_array().unwrap() {
            match standing(&lists, "u", &check[0], now) {
                Some(standing) => assert_eq!(standing, expected(&check[1]), "{id} {check}"),
                // Below 0 and above 2^53 there is no place in any list.
                None => assert_eq!(check[1], "out-of-range", "{id} {check}"),
            }
        }
    }
}

#[test]
fn a_bomb_of_the_suite_is_too_large_under_every_limit() {
    for case in cases("statuslist.jsonl").iter().filter(|case| case["flags"][0] == "bomb") {
        let list = json!({ "bits": case["bits"], "lst": case["lst"] });
        let claims = json!({ "sub": "u", "iat": 1, "status_list": list }).to_string();
        for limit in [0, 1, 1000, 512 * 1024] {
            let mut lists = StatusLists::default();
            let loaded = lists.load(&claims, Format::StatusList, limit, usize::MAX, time(1.0));
            assert_eq!(loaded, Err(Fault::TooLarge), "{} under {limit}", case["id"]);
        }
    }
}

/// Whole tokens: the suite signs them with ES256, which the default build leaves to the host.
#[cfg(feature = "full")]
#[expect(clippy::indexing_slicing, clippy::panic, reason = "a panic in a test is a failed test")]
mod tokens {
    use edge_jwt::demands::Demands;
    use edge_jwt::jws::Headers;
    use edge_jwt::key::{Key, KeySet, Side};
    use edge_jwt::options::Options;
    use edge_jwt::policy::Policy;
    use edge_jwt::revocation::Revocations;
    use edge_jwt::verify::{Answer, Decision, Verifier};

    use super::*;

    const POLICY: &str =
        r#"{"issuer":null,"audience":null,"typ":"statuslist+jwt","requireExp":false}"#;

    fn verify(case: &Value) -> Decision {
        let jwk = case["key"].to_string();
        let form = Object::parse(r#"{"form":"jwk","alg":"ES256"}"#).unwrap();
        let mut keys = KeySet::default();
        for key in Key::read(form.into(), jwk.as_bytes()).unwrap() {
            keys.add(key).unwrap();
        }
        let policy = Options::from(Object::parse(POLICY).unwrap()).read(Policy::read).unwrap();
        let verifier = Verifier {
            keys: &keys,
            policy: &policy,
            revocations: &Revocations::default(),
            demands: Demands::default(),
            headers: &Headers::default(),
        };
        let token = case["token"].as_str().unwrap();
        let now = time(case["opts"]["now"].as_f64().unwrap());
        match verifier.verify(token.as_bytes(), now, Side::Here) {
            Answer::Decided(decision) => decision,
            Answer::AskHost(..) => panic!("the full build needs no host"),
        }
    }

    #[test]
    fn every_status_list_token_of_the_suite_serves_or_is_refused_as_it_says() {
        for case in cases("statuslist_tokens.jsonl") {
            let (id, mut lists) = (&case["id"], StatusLists::default());
            let now = time(case["opts"]["now"].as_f64().unwrap());
            let uri = case["opts"]["sub"].as_str().unwrap();
            if let Ok(verified) = verify(&case) {
                let _ = lists.load(&verified.claims, Format::StatusList, LIMIT, usize::MAX, now);
            }
            let expected = match case["expect"].as_str().unwrap() {
                "valid" => Standing::Invalid,
                // A ttl that is no positive number is left to the reader: no such list serves.
                _ => Standing::Absent,
            };
            assert_eq!(standing(&lists, uri, &json!(0), now), Some(expected), "{id}");
        }
    }
}
