//! A header that is accepted is, to another reader, an object with that very `alg` and `kid` and no
//! `crit`; and what the other reader writes anew of an accepted one is accepted again.

#![no_main]

use edge_jwt::error::Code;
use edge_jwt::jws::Header;
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};

fuzz_target!(|octets: &[u8]| {
    let other = serde_json::from_slice::<Map<String, Value>>(octets);
    match Header::parse(octets) {
        Ok(header) => {
            let other = other.expect("the other reader is no stricter");
            assert_eq!(other["alg"], header.algorithm.name);
            assert_eq!(other.get("kid").and_then(Value::as_str), header.kid.as_deref());
            assert!(
                ["kid", "typ"].iter().all(|name| other.get(*name).is_none_or(Value::is_string))
            );
            assert!(!other.contains_key("crit"));
            assert!(Header::parse(&serde_json::to_vec(&other).unwrap()).is_ok());
        }
        Err(refusal) => match refusal.code {
            Code::UnsupportedCritical => assert!(other.unwrap().contains_key("crit")),
            Code::UnsupportedAlgorithm => assert!(other.unwrap()["alg"].is_string()),
            code => assert_eq!(code, Code::MalformedToken),
        },
    }
});
