//! No octets in any form do harm as a key; and the public key that is published of an accepted one
//! is accepted again as the same key, with the same thumbprint, and holds nothing private.
//!
//! The first three octets choose the form, the algorithm and the encoding.

#![no_main]

use edge_jwt::json::Object;
use edge_jwt::key::{Key, KeySet};
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value, json};

const FORMS: [&str; 4] = ["secret", "pem", "der", "jwk"];
const ALGORITHMS: [&str; 8] = ["", "HS256", "RS256", "PS256", "ES256", "ES384", "ES512", "EdDSA"];
const ENCODINGS: [&str; 4] = ["", "base64", "base64url", "hex"];

fuzz_target!(|input: &[u8]| {
    let Some(([form, alg, encoding], written)) = input.split_first_chunk() else { return };
    let options = json!({
        "form": FORMS[usize::from(*form) % FORMS.len()],
        "alg": Some(ALGORITHMS[usize::from(*alg) % ALGORITHMS.len()]).filter(|alg| !alg.is_empty()),
        "encoding": Some(ENCODINGS[usize::from(*encoding) % 4]).filter(|name| !name.is_empty()),
        "allowShortSecret": true,
    });
    for mut published in publish(&options, written) {
        let members = ["alg", "crv", "e", "kid", "kty", "n", "use", "x", "y"];
        assert!(published.keys().all(|name| members.contains(&name.as_str())));
        published.remove("kid");
        let again = publish_one(&published);
        let thumbprint = again.get("kid").cloned();
        published.extend(thumbprint.map(|kid| ("kid".to_owned(), kid)));
        assert_eq!(again, published);
        assert_eq!(publish_one(&again), again);
    }
});

/// The public JWKs of the keys of a written text; none if it is refused.
fn publish(options: &Value, written: &[u8]) -> Vec<Map<String, Value>> {
    let options = options.to_string();
    let keys = Key::read(Object::parse(&options).unwrap().into(), written);
    let mut set = KeySet::default();
    let _ = keys.unwrap_or_default().into_iter().try_for_each(|key| set.add(key));
    let mut jwks: Map<String, Value> = serde_json::from_str(&set.public_jwks()).unwrap();
    serde_json::from_value(jwks["keys"].take()).unwrap()
}

fn publish_one(jwk: &Map<String, Value>) -> Map<String, Value> {
    let mut jwks = publish(&json!({"form": "jwk"}), json!(jwk).to_string().as_bytes());
    assert_eq!(jwks.len(), 1);
    jwks.remove(0)
}
