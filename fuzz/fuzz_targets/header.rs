//! A header that is accepted is, to another reader, an object with that very `alg`, `kid` and `typ`
//! and no `crit`; what the other reader writes anew of it is accepted again; and remembering the
//! newest header changes no answer.

#![no_main]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use edge_jwt::error::Code;
use edge_jwt::jws::{Header, Headers};
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};

thread_local!(static HEADERS: Headers = Headers::default());

fuzz_target!(|octets: &[u8]| {
    let other = serde_json::from_slice::<Map<String, Value>>(octets);
    let part = URL_SAFE_NO_PAD.encode(octets);
    let read = Header::parse(octets);
    for _ in 0..2 {
        let again = HEADERS.with(|headers| headers.read(part.as_bytes()));
        assert_eq!(again.as_deref(), read.as_ref());
    }
    match read {
        Ok(header) => {
            let other = other.expect("the other reader is no stricter");
            let text = |name| other.get(name).map(|value: &Value| value.as_str().unwrap());
            assert_eq!(text("alg"), Some(header.algorithm.name));
            assert_eq!((text("kid"), text("typ")), (header.kid.as_deref(), header.typ.as_deref()));
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
